"""Builders: plain functions that put things into a database through the rooms' own services."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.calls import service as calls
from feedback.calls.models import Call, all_governments, all_initiatives, call_by_slug
from feedback.intake import service as intake
from feedback.intake.models import AgeBand, Channel, Kind, Relation, Submission
from feedback.settings import from_environment

CALL_SLUG = "shin-tosei"


def a_call(session: Session, *, slug: str = CALL_SLUG, closes_at: datetime | None = None) -> Call:
    """An open call of all governments with all initiatives."""
    return calls.publish_call(
        session,
        slug=slug,
        opens_at=datetime(2026, 4, 1, tzinfo=UTC),
        closes_at=closes_at,
        words={
            "ja": calls.CallWords(
                title="行政のデジタル化へのご意見",
                question="一都三県のデジタルの取組について、ご意見をお聞かせください。",
                description="いただいたご意見は、個人が特定されない形で取組の改善に役立てます。",
            )
        },
        governments=[each.slug for each in all_governments(session)],
        initiatives=[each.slug for each in all_initiatives(session)],
    )


def a_draft(session: Session, **changes: Any) -> intake.Draft:
    """What a person in Tokyo wants to say to the open call, which is made when it is missing."""
    call = call_by_slug(session, CALL_SLUG) or a_call(session)
    draft = intake.Draft(
        call_id=call.id,
        government="tokyo",
        initiative="tokyo-gyosei-dx",
        kind=Kind.REQUEST,
        title="",
        body="引っ越しの手続きをスマートフォンだけで終えられるようにしてください。",
        municipality="131130",
        age_band=AgeBand.THIRTIES,
        relation=Relation.LIVE,
        consents_to_publish=True,
        language="ja",
    )
    return replace(draft, **changes)


def a_submission(
    session: Session,
    *,
    key: str | None = None,
    channel: Channel = Channel.FORM,
    received_at: datetime | None = None,
    **changes: Any,
) -> Submission:
    """An opinion as it lies in the database after the form; ``changes`` are fields of its draft."""
    return intake.submit(
        session,
        a_draft(session, **changes),
        idempotency_key=key or secrets.token_hex(16),
        channel=channel,
        contact_key=from_environment({"MEYASUBAKO_MODE": "demo"}).contact_key,
        received_at=received_at,
    )
