"""Urgent opinions that nobody has read: the count in every header.

Those that have waited too long are called out by ``triage/reminders.py``.
"""

from __future__ import annotations

from sqlalchemy import exists, func, select, true
from sqlalchemy.orm import Session

from feedback.screening.models import Screening
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor
from feedback.web.permissions import Permission


def unread_count(session: Session, *, actor: Actor) -> int:
    """How many urgent opinions wait to be read by somebody of this person's governments."""
    # The list's column finds them by its index; screening knows what was decided a moment ago.
    stands = exists().where(
        Screening.submission_id == Case.submission_id,
        Screening.is_urgent,
        ~Screening.is_set_aside,
    )
    query = select(func.count(Case.submission_id)).where(
        Case.government_slug.in_(actor.governments(Permission.TRIAGE_CASES)),
        Case.is_urgent == true(),
        Case.status == CaseStatus.NEW,
        stands,
    )
    return session.scalar(query) or 0
