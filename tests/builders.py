"""Builders: plain functions that put things into a database through the rooms' own services."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from feedback.calls import service as calls
from feedback.calls.models import Call, all_governments, all_initiatives

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
