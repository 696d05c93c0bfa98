"""Submissions as intake leaves them, put straight into its tables: many at once, any text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.calls.models import Call
from feedback.intake.models import Channel, Kind, Submission, SubmissionWords
from tests.builders import CALL_SLUG, a_call

RECEIVED_AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
_numbers = count(1)


def the_call(session: Session) -> Call:
    """The call of the demo, made when it is not there yet."""
    return session.scalars(select(Call).where(Call.slug == CALL_SLUG)).first() or a_call(session)


def stored(session: Session, body: str, **facts: Any) -> Submission:
    """One submission, a minute after the one before."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "receipt_number": f"T{number:011d}",
        "idempotency_key": f"key-{number}",
        "call_id": facts.pop("call_id", None) or the_call(session).id,
        "government_slug": "tokyo",
        "initiative_slug": "other",
        "kind": Kind.REQUEST,
        "municipality_code": None,
        "age_band": None,
        "relation": None,
        "consents_to_publish": True,
        "language": "ja",
        "channel": Channel.FORM,
        "received_at": RECEIVED_AT + timedelta(minutes=number),
        "import_id": None,
    }
    title = facts.pop("title", "")
    submission = Submission(**{**values, **facts})
    session.add(submission)
    session.flush()
    session.add(SubmissionWords(submission_id=submission.id, title=title, body=body))
    session.flush()
    return submission


def all_stored(session: Session, bodies: Sequence[str], **facts: Any) -> list[int]:
    """Several submissions; their ids."""
    return [stored(session, body, **facts).id for body in bodies]
