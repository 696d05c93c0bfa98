"""What waits for a person today（やること）: cases of theirs, of their sections, and replies.

It stands in this room because replies to decide on belong on the same page as cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Section, sections_with
from feedback.answering.reply_models import Reply, ReplyState, replies_in
from feedback.intake import receipts
from feedback.intake.models import Submission
from feedback.triage import reminders
from feedback.triage.reminders import Counts, DueCase, Holder
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

#: What an approver decides on, and what somebody must look after.
TO_APPROVE = (ReplyState.WAITING, ReplyState.UNKNOWN)
TO_REPAIR = (ReplyState.FAILED,)


@dataclass(frozen=True, slots=True)
class ReplyTask:
    """A reply that waits for a person."""

    submission_id: int
    receipt: str
    state: ReplyState
    drafted_by: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class SectionTasks:
    """A section with what is called out there."""

    section: Section
    counts: Counts


@dataclass(frozen=True, slots=True)
class Tasks:
    """Everything that waits for one person."""

    own: Counts
    """Cases whose assignee is the person."""
    sections: Sequence[SectionTasks]
    """The person's sections, whoever the assignee is."""
    unassigned: Counts
    """Cases with neither a section nor a person: anybody's until somebody takes them."""
    cases: Sequence[DueCase]
    replies: Sequence[ReplyTask]
    holders: Mapping[Holder, Counts]
    """The whole of the person's governments, by section and person."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for this person."""
        every = sum((each.counts for each in self.sections), start=self.own + self.unassigned)
        return not every.total and not self.replies


def read_tasks(session: Session, now: datetime, *, actor: Actor) -> Tasks:
    """What waits for a person."""
    governments = actor.governments(Permission.TRIAGE_CASES)
    holders = reminders.counts_by_holder(session, governments, now)
    sections = sections_with(session, actor.id)
    return Tasks(
        own=_sum(counts for each, counts in holders.items() if each.staff_id == actor.id),
        sections=[
            SectionTasks(
                section,
                _sum(n for each, n in holders.items() if each.section_id == section.id),
            )
            for section in sections
        ],
        unassigned=_sum(
            counts
            for each, counts in holders.items()
            if each.section_id is None and each.staff_id is None
        ),
        cases=reminders.due_cases(
            session,
            governments,
            now,
            staff_id=actor.id,
            section_ids=[each.id for each in sections],
        ),
        replies=_replies(session, actor),
        holders=holders,
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    return sum(counts, start=Counts())


def _replies(session: Session, actor: Actor) -> list[ReplyTask]:
    found = [
        *replies_in(session, TO_APPROVE, actor.governments(Permission.SEND_REPLIES)),
        *_own_failed(session, actor),
    ]
    ids = {each.submission_id for each in found}
    numbers = _receipts(session, ids)
    return [
        ReplyTask(
            each.submission_id,
            numbers[each.submission_id],
            each.state,
            each.drafted_by,
            each.problem,
        )
        for each in found
    ]


def _own_failed(session: Session, actor: Actor) -> list[Reply]:
    """What could not be sent, for those who may write it anew."""
    return list(replies_in(session, TO_REPAIR, actor.governments(Permission.DRAFT_REPLIES)))


def _receipts(session: Session, ids: Collection[int]) -> dict[int, str]:
    query = select(Submission.id, Submission.receipt_number).where(Submission.id.in_(ids))
    return {at: receipts.display(number) for at, number in session.execute(query)}
