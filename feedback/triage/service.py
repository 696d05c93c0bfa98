"""The rules of cases: who may see one, how it moves, who works on it. Every change is audited.

Notes, tags and the themes of statements have files of their own, as have acts that can be taken
back（``acts``）and changes of many cases at once（``bulk``）. What can be refused: ``errors``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.accounts.models import active_sections, section_name
from feedback.audit import service as audit
from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.storage import utc_now
from feedback.triage import deadlines, upkeep
from feedback.triage.errors import (
    AssigneeRefused,
    CaseChanged,
    SectionRefused,
    StatusRefused,
)
from feedback.triage.models import (
    Case,
    CaseStatus,
    answerable_cases,
    is_settled,
    opened_ids,
    submissions_of,
    worker_names,
)
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

#: An address may hold any number; a database refuses to look for larger ones.
LARGEST_ID = 2**63 - 1

STATUS_CHANGED = audit.declare(
    "triage.status_changed", "対応状況を変更した", "before", "after", "version"
)
ASSIGNED = audit.declare("triage.assigned", "担当を変更した", "before", "after", "version")
SECTIONED = audit.declare(
    "triage.section_changed", "担当課を変更した", "before", "after", "version"
)
DUE_CHANGED = audit.declare("triage.due_changed", "期限を変更した", "before", "after", "version")
ANSWERED = audit.declare("triage.answered", "テーマへの回答により回答済みにした", "cases")

#: What may follow each status. A case that was put aside or answered can be taken up again.
NEXT_STATUSES: dict[CaseStatus, tuple[CaseStatus, ...]] = {
    CaseStatus.NEW: (CaseStatus.READING, CaseStatus.CLOSED),
    CaseStatus.READING: (CaseStatus.THEMED, CaseStatus.CLOSED),
    CaseStatus.THEMED: (CaseStatus.READING, CaseStatus.ANSWERED, CaseStatus.CLOSED),
    CaseStatus.ANSWERED: (CaseStatus.READING,),
    CaseStatus.CLOSED: (CaseStatus.READING,),
}


@dataclass(frozen=True, slots=True)
class CaseState:
    """What staff set on a case with one form."""

    status: CaseStatus
    assignee_id: int | None
    due_on: date | None
    section_id: int | None = None

    @classmethod
    def of(cls, case: Case) -> CaseState:
        """As the case stands."""
        return cls(case.status, case.assignee_id, case.due_on, case.section_id)

    def payload(self) -> dict[str, Any]:
        """As it is kept for taking back."""
        return {**asdict(self), "status": self.status.value, "due_on": _iso(self.due_on)}

    @classmethod
    def kept(cls, payload: Mapping[str, Any]) -> CaseState:
        """What ``payload`` kept."""
        due_on = payload["due_on"]
        return cls(
            CaseStatus(payload["status"]),
            payload["assignee_id"],
            date.fromisoformat(due_on) if due_on else None,
            payload["section_id"],
        )


@dataclass(frozen=True, slots=True)
class StateChange:
    """What a change made of a case; enough to take it back."""

    before: CaseState
    after: CaseState
    read_at: datetime | None
    """When the case had first been read, as it was before the change."""

    def payload(self) -> dict[str, Any]:
        """As it is kept for taking back."""
        return {
            "before": self.before.payload(),
            "after": self.after.payload(),
            "read_at": self.read_at.isoformat() if self.read_at else None,
        }

    @classmethod
    def kept(cls, payload: Mapping[str, Any]) -> StateChange:
        """What ``payload`` kept."""
        read_at = payload["read_at"]
        return cls(
            CaseState.kept(payload["before"]),
            CaseState.kept(payload["after"]),
            datetime.fromisoformat(read_at) if read_at else None,
        )


def open_cases(session: Session, submission_ids: Collection[int]) -> None:
    """Open a case for each submission that has none yet."""
    now = utc_now()
    missing = set(submission_ids) - opened_ids(session, submission_ids)
    submissions = {each.id: each for each in submissions_of(session, missing)}
    session.add_all(
        upkeep.new_case(
            submissions[each.submission_id],
            government_slug=each.government,
            status=CaseStatus.NEW,
            due_on=each.due_on,
            opened_at=now,
            updated_at=now,
        )
        for each in deadlines.first_deadlines(session, missing)
    )
    upkeep.refresh(session, submission_ids)


def change_case(
    session: Session, submission_id: int, wanted: CaseState, *, version: int, actor: Actor
) -> StateChange | None:
    """Set status, section, assignee and due date; None when nothing was different.

    Raises:
        NotFound: when the actor may not see the submission.
        CaseChanged: when the case is no longer as the form showed it.
        StatusRefused: when the status may not follow.
        AssigneeRefused: when the person does not work for the government.
        SectionRefused: when the section is not the government's.
    """
    case = locked(session, submission_id, actor=actor)
    if case.version != version:
        raise CaseChanged(version)
    before = CaseState.of(case)
    if before == wanted:
        return None
    _check(session, case, before, wanted)
    return _set(session, case, wanted, actor)


def take_back(session: Session, submission_id: int, change: StateChange, *, actor: Actor) -> None:
    """Set a case back to how it stood before a change.

    Raises:
        CannotUndo: when it is no longer as the change left it.
    """
    case = locked(session, submission_id, actor=actor)
    if CaseState.of(case) != change.after:
        raise undo.CannotUndo("その後に、この意見の対応状況・担当・期限が変更されています。")
    _set(session, case, change.before, actor)
    case.read_at = change.read_at


def settle(
    session: Session, submission_ids: Iterable[int], *, actor: Actor | None
) -> dict[int, StateChange]:
    """Move waiting cases on to 整理済み once staff have decided every statement's theme."""
    submission_ids = list(submission_ids)
    upkeep.refresh(session, submission_ids)
    settled = {}
    for submission_id in submission_ids:
        case = session.get(Case, submission_id, with_for_update=True)
        if case is None or case.status not in (CaseStatus.NEW, CaseStatus.READING):
            continue
        if is_settled(session, submission_id):
            after = replace(CaseState.of(case), status=CaseStatus.THEMED)
            settled[submission_id] = _set(session, case, after, actor)
    return settled


def mark_answered(
    session: Session, theme_id: int, government: str, *, actor: Actor | None = None
) -> int:
    """Mark the cases with a statement in a theme (or its subthemes) as answered; how many.

    Cases that were put aside stay so, and an urgent one that nobody has read yet stays in sight.
    """
    cases = answerable_cases(session, theme_id, government)
    now = utc_now()
    for case in cases:
        case.version += 1
        case.updated_at = now
        _move_to(case, CaseStatus.ANSWERED)
    upkeep.moved(session, cases)
    session.flush()
    if cases:
        audit.record(
            session,
            ANSWERED,
            actor=actor,
            subject=f"theme:{theme_id}",
            government=government,
            cases=len(cases),
        )
    return len(cases)


def visible(session: Session, submission_id: int, *, actor: Actor) -> Submission:
    """The submission, when this person may read it.

    Raises:
        NotFound: when it is not there or in another government's charge.
    """
    if submission_id > LARGEST_ID:
        raise NotFound(f"submission {submission_id}")
    return charge.readable(session, submission_id, actor=actor).submission


def locked(session: Session, submission_id: int, *, actor: Actor) -> Case:
    """The case, held until the transaction ends, for a person who works on it.

    Raises:
        NotFound: when the actor may not see the submission or it has no case.
        NotPermitted: when the actor only reads.
    """
    visible(session, submission_id, actor=actor)
    session.flush()
    case = session.get(Case, submission_id, with_for_update=True, populate_existing=True)
    # Looked at again under the lock: it may have been handed over in between.
    if case is None or not actor.may(Permission.READ_CASES, case.government_slug):
        raise NotFound(f"case of submission {submission_id}")
    actor.demand(Permission.TRIAGE_CASES, case.government_slug)
    return case


def record(
    session: Session, event: audit.Event, case: Case, actor: Actor | None, **details: Any
) -> None:
    """Write an entry about a case's submission into the audit log."""
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{case.submission_id}",
        government=case.government_slug,
        **details,
    )


def _set(session: Session, case: Case, wanted: CaseState, actor: Actor | None) -> StateChange:
    change = StateChange(CaseState.of(case), wanted, case.read_at)
    case.version += 1
    case.updated_at = utc_now()
    _record_changes(session, case, change.before, wanted, actor)
    _move_to(case, wanted.status)
    case.assignee_id, case.due_on = wanted.assignee_id, wanted.due_on
    case.section_id = wanted.section_id
    session.flush()
    if change.before.status is not wanted.status:
        upkeep.moved(session, [case])
    return change


def _check(session: Session, case: Case, before: CaseState, wanted: CaseState) -> None:
    if wanted.status is not before.status and wanted.status not in NEXT_STATUSES[before.status]:
        raise StatusRefused(before.status, wanted.status)
    if wanted.assignee_id not in (None, before.assignee_id):
        workers = worker_names(session, case.government_slug)
        if wanted.assignee_id not in workers:
            raise AssigneeRefused
    is_moved = wanted.section_id not in (None, before.section_id)
    if is_moved and wanted.section_id not in active_sections(session, case.government_slug):
        raise SectionRefused


def _move_to(case: Case, status: CaseStatus) -> None:
    if case.status is CaseStatus.NEW and status is not CaseStatus.NEW and case.read_at is None:
        case.read_at = utc_now()
    case.status = status


def _record_changes(
    session: Session, case: Case, before: CaseState, after: CaseState, actor: Actor | None
) -> None:
    old_section, new_section = (section_name(session, each.section_id) for each in (before, after))
    pairs = (
        (STATUS_CHANGED, before.status.value, after.status.value),
        (SECTIONED, old_section, new_section),
        (ASSIGNED, before.assignee_id, after.assignee_id),
        (DUE_CHANGED, _iso(before.due_on), _iso(after.due_on)),
    )
    for event, old, new in pairs:
        if old != new:
            record(session, event, case, actor, before=old, after=new, version=case.version)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
