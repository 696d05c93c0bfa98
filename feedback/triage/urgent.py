"""Urgent opinions that nobody has read: the count in every header.

Those that have waited too long are called out by ``triage/reminders.py``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.screening.models import Screening
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor
from feedback.web.permissions import Permission


def unread_count(session: Session, *, actor: Actor) -> int:
    """How many urgent opinions wait to be read by somebody of this person's governments."""
    visible = actor.governments(Permission.TRIAGE_CASES)
    query = _unread(func.count()).where(Case.government_slug.in_(visible))
    return session.scalar(query) or 0


def _unread(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Screening)
        .join(Submission, Submission.id == Screening.submission_id)
        .join(Case, Case.submission_id == Screening.submission_id)
        .where(Screening.is_urgent, ~Screening.is_set_aside, Case.status == CaseStatus.NEW)
    )
