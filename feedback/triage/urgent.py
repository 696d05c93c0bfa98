"""Urgent opinions that nobody has read: the count in every header, and who must be reminded.

``overdue`` is the seam for reminders: whoever sends them asks here what is still unread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.screening.models import Screening
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class UnreadUrgent:
    """One urgent opinion that still waits to be read."""

    submission_id: int
    receipt_number: str
    government_slug: str
    kinds: tuple[str, ...]
    assignee_id: int | None
    received_at: datetime


def unread_count(session: Session, *, actor: Actor) -> int:
    """How many urgent opinions wait to be read by somebody of this person's governments."""
    visible = actor.governments(Permission.TRIAGE_CASES)
    query = _unread(func.count()).where(Submission.government_slug.in_(visible))
    return session.scalar(query) or 0


def overdue(session: Session, *, opened_before: datetime) -> list[UnreadUrgent]:
    """The urgent opinions whose cases were open at this moment already, the oldest first."""
    query = (
        _unread(
            Submission.id,
            Submission.receipt_number,
            Submission.government_slug,
            Screening.urgent_kinds,
            Case.assignee_id,
            Submission.received_at,
        )
        .where(Case.opened_at < opened_before)
        .order_by(Submission.received_at, Submission.id)
    )
    return [
        UnreadUrgent(at, number, government, tuple(kinds), assignee, received_at)
        for at, number, government, kinds, assignee, received_at in session.execute(query)
    ]


def _unread(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Screening)
        .join(Submission, Submission.id == Screening.submission_id)
        .join(Case, Case.submission_id == Screening.submission_id)
        .where(Screening.is_urgent, ~Screening.is_set_aside, Case.status == CaseStatus.NEW)
    )
