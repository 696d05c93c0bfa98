"""Which government is in charge of an opinion: the one addressed, or whom it was handed to（回付）.

Whoever asks "may this person read, sort, unmask or answer it?" asks here, so that permissions
follow a hand-over everywhere. Counting does not: reports and public figures stay with the
government that the citizen addressed, or one opinion would be counted where nobody sent it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from feedback.intake.models import Handover, Submission
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class Charge:
    """A submission and the government in charge of it now."""

    submission: Submission
    government: str


def readable(session: Session, submission_id: int, *, actor: Actor) -> Charge:
    """The submission, when this person may know of it.

    Raises:
        NotFound: when it is not there or in another government's charge.
    """
    submission = session.get(Submission, submission_id)
    if submission is not None:
        found = Charge(submission, government_of(session, submission))
        if actor.may(Permission.READ_CASES, found.government):
            return found
    raise NotFound(f"submission {submission_id}")


def government_of(session: Session, submission: Submission) -> str:
    """The government in charge."""
    query = select(Handover.to_government).where(Handover.submission_id == submission.id)
    latest = session.scalar(query.order_by(Handover.id.desc()).limit(1))
    return latest or submission.government_slug


def governments_of(session: Session, submissions: Iterable[Submission]) -> dict[int, str]:
    """The government in charge of each of these submissions, by id; for a few hundred at a time."""
    addressed = {each.id: each.government_slug for each in submissions}
    query = select(Handover.submission_id, Handover.to_government)
    moved = session.execute(
        query.where(Handover.submission_id.in_(addressed)).order_by(Handover.id)
    )
    return addressed | dict(moved.all())


def handovers_of(session: Session, submission_id: int) -> Sequence[Handover]:
    """The hand-overs of an opinion, the oldest first."""
    query = select(Handover).where(Handover.submission_id == submission_id)
    return session.scalars(query.order_by(Handover.id)).all()


def pass_on(
    session: Session, charge: Charge, to_government: str, reason: str, *, actor: Actor
) -> Handover:
    """Put another government in charge; ``triage.handovers`` decides whether it may be."""
    handover = Handover(
        submission_id=charge.submission.id,
        from_government=charge.government,
        to_government=to_government,
        reason=reason,
        staff_id=actor.id,
        staff_name=actor.name,
        at=utc_now(),
    )
    session.add(handover)
    session.flush()
    return handover


def in_charge_of(governments: Collection[str]) -> ColumnElement[bool]:
    """The condition that one of these governments is in charge of a ``Submission``.

    Hand-overs are few, so the ids of those that moved are named instead of looked up row by row.
    """
    latest = select(func.max(Handover.id)).group_by(Handover.submission_id)
    moved = select(Handover.submission_id).where(Handover.id.in_(latest))
    here = Handover.to_government.in_(governments)
    return or_(
        and_(
            Submission.government_slug.in_(governments),
            Submission.id.not_in(moved.where(~here)),
        ),
        Submission.id.in_(moved.where(here)),
    )
