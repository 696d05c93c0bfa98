"""The rules of cases: who may see one, how it moves, who works on it. Every change is audited.

Errors, each with words for the reader::

    TriageError
    ├── CaseChanged        somebody else changed the case meanwhile; nothing was overwritten
    ├── StatusRefused      the status may not follow the present one
    ├── AssigneeRefused    the person does not work for the case's government
    ├── NoteRefused        the note is empty or too long
    └── TagRefused         the tag is empty or too long
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake.models import Submission
from feedback.storage import utc_now
from feedback.theming import service as theming
from feedback.theming.models import assignments_of
from feedback.triage import upkeep
from feedback.triage.models import (
    Case,
    CaseNote,
    CaseStatus,
    CaseTag,
    answerable_cases,
    is_settled,
    opened_ids,
    statement_ids_of,
    submissions_of,
    worker_names,
)
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

LONGEST_NOTE = 2000
LONGEST_TAG = 20
#: An address may hold any number; a database refuses to look for larger ones.
LARGEST_ID = 2**63 - 1

STATUS_CHANGED = audit.declare(
    "triage.status_changed", "対応状況を変更した", "before", "after", "version"
)
ASSIGNED = audit.declare("triage.assigned", "担当を変更した", "before", "after", "version")
DUE_CHANGED = audit.declare("triage.due_changed", "期限を変更した", "before", "after", "version")
NOTED = audit.declare("triage.noted", "メモを書いた", "note")
TAGGED = audit.declare("triage.tagged", "タグを付けた", "tag")
UNTAGGED = audit.declare("triage.untagged", "タグを外した", "tag")
ANSWERED = audit.declare("triage.answered", "テーマへの回答により回答済みにした", "cases")

#: What may follow each status. A case that was put aside or answered can be taken up again.
NEXT_STATUSES: dict[CaseStatus, tuple[CaseStatus, ...]] = {
    CaseStatus.NEW: (CaseStatus.READING, CaseStatus.CLOSED),
    CaseStatus.READING: (CaseStatus.THEMED, CaseStatus.CLOSED),
    CaseStatus.THEMED: (CaseStatus.READING, CaseStatus.ANSWERED, CaseStatus.CLOSED),
    CaseStatus.ANSWERED: (CaseStatus.READING,),
    CaseStatus.CLOSED: (CaseStatus.READING,),
}


class TriageError(Exception):
    """A change of a case was refused; the text is for the reader."""


class CaseChanged(TriageError):
    """Somebody else changed the case meanwhile; nothing was overwritten."""

    def __init__(self, since_version: int) -> None:
        super().__init__(
            "表示した後に、ほかの職員がこの意見を更新しました。入力した内容はまだ保存していません。"
        )
        self.since_version = since_version


class StatusRefused(TriageError):
    """The status may not follow the present one."""

    def __init__(self, before: CaseStatus, after: CaseStatus) -> None:
        super().__init__(f"「{before.label}」から「{after.label}」には変更できません。")


class AssigneeRefused(TriageError):
    """The person does not work for the case's government."""

    def __init__(self) -> None:
        super().__init__("担当には、この意見の自治体に所属する職員を選んでください。")


class NoteRefused(TriageError):
    """The note is empty or too long."""


class TagRefused(TriageError):
    """The tag is empty or too long."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """What staff set on a case with one form."""

    status: CaseStatus
    assignee_id: int | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What to change on each selected case; None leaves it as it is."""

    status: CaseStatus | None = None
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How a change of several cases went."""

    changed: int
    stale: int
    refused: tuple[str, ...]
    """Distinct reasons, in words for the reader."""


def open_cases(session: Session, submission_ids: Collection[int]) -> None:
    """Open a case for each submission that has none yet."""
    now = utc_now()
    missing = set(submission_ids) - opened_ids(session, submission_ids)
    session.add_all(
        upkeep.new_case(each, status=CaseStatus.NEW, opened_at=now, updated_at=now)
        for each in submissions_of(session, missing)
    )
    upkeep.refresh(session, submission_ids)


def change_case(
    session: Session, submission_id: int, wanted: CaseState, *, version: int, actor: Actor
) -> bool:
    """Set status, assignee and due date; whether anything was different.

    Raises:
        NotFound: when the actor may not see the submission.
        CaseChanged: when the case is no longer as the form showed it.
        StatusRefused: when the status may not follow.
        AssigneeRefused: when the person does not work for the government.
    """
    submission, case = _locked(session, submission_id, actor)
    if case.version != version:
        raise CaseChanged(version)
    before = CaseState(case.status, case.assignee_id, case.due_on)
    if before == wanted:
        return False
    _check(session, submission, before, wanted)
    case.version += 1
    case.updated_at = utc_now()
    _record_changes(session, submission, before, wanted, case.version, actor)
    _move_to(case, wanted.status)
    case.assignee_id, case.due_on = wanted.assignee_id, wanted.due_on
    if before.status is not wanted.status:
        upkeep.moved(session, [case])
    return True


def change_cases(
    session: Session, selected: Sequence[tuple[int, int]], change: BulkChange, *, actor: Actor
) -> BulkResult:
    """Change several cases, given with the versions that were seen; each stands by itself."""
    changed = stale = 0
    refused: dict[str, None] = {}
    for submission_id, version in sorted(set(selected)):
        _, case = _locked(session, submission_id, actor)
        now = CaseState(case.status, case.assignee_id, case.due_on)
        wanted = replace(
            now,
            status=change.status or now.status,
            assignee_id=change.assignee_id or now.assignee_id,
        )
        try:
            changed += change_case(session, submission_id, wanted, version=version, actor=actor)
        except CaseChanged:
            stale += 1
        except TriageError as error:
            refused[str(error)] = None
    return BulkResult(changed, stale, tuple(refused))


def add_note(session: Session, submission_id: int, body: str, *, actor: Actor) -> CaseNote:
    """Write a note between staff.

    Raises:
        NoteRefused: when it is empty or too long.
    """
    submission, _ = _locked(session, submission_id, actor)
    body = body.replace("\r\n", "\n").replace("\0", "").strip()
    if not body or len(body) > LONGEST_NOTE:
        raise NoteRefused(f"メモは1文字以上{LONGEST_NOTE:,}文字以内で入力してください。")
    note = CaseNote(
        submission_id=submission_id,
        staff_id=actor.id,
        staff_name=actor.name,
        body=body,
        created_at=utc_now(),
    )
    session.add(note)
    session.flush()
    _record(session, NOTED, submission, actor, note=note.id)
    return note


def add_tag(session: Session, submission_id: int, tag: str, *, actor: Actor) -> str:
    """Put a tag on a case; one that is there already changes nothing.

    Raises:
        TagRefused: when it is empty or too long.
    """
    submission, _ = _locked(session, submission_id, actor)
    tag = tag_name(tag)
    if not tag or len(tag) > LONGEST_TAG:
        raise TagRefused(f"タグは1文字以上{LONGEST_TAG}文字以内で入力してください。")
    if session.get(CaseTag, (submission_id, tag)) is None:
        session.add(CaseTag(submission_id=submission_id, tag=tag))
        session.flush()
        _record(session, TAGGED, submission, actor, tag=tag)
    return tag


def remove_tag(session: Session, submission_id: int, tag: str, *, actor: Actor) -> None:
    """Take a tag off a case; one that is not there changes nothing."""
    submission, _ = _locked(session, submission_id, actor)
    tag = tag_name(tag)
    found = session.get(CaseTag, (submission_id, tag))
    if found is not None:
        session.delete(found)
        _record(session, UNTAGGED, submission, actor, tag=tag)


def tag_name(written: str) -> str:
    """The one spelling of a tag: NFKC, single spaces, nothing unprintable."""
    even = unicodedata.normalize("NFKC", written)
    return " ".join("".join(each for each in even if each.isprintable()).split())


def decide_theme(
    session: Session, submission_id: int, statement_id: int, theme_id: int | None, *, actor: Actor
) -> None:
    """Put one statement of a case into a theme; None is 未分類."""
    _locked_statement(session, submission_id, statement_id, actor)
    theming.decide(session, statement_id, theme_id, actor=actor)
    settle(session, [submission_id], actor=actor)


def accept_themes(
    session: Session, submission_id: int, seen: Mapping[int, int], *, actor: Actor
) -> None:
    """Make the proposals for these statements of a case, as they were seen, staff's decision.

    Raises:
        StaleStatement: when the proposal for one of them is another by now.
    """
    now = assignments_of(session, list(seen))
    for statement_id, theme_id in seen.items():
        _locked_statement(session, submission_id, statement_id, actor)
        if statement_id not in now or now[statement_id].proposed_theme_id != theme_id:
            raise theming.StaleStatement
        theming.accept(session, statement_id, actor=actor)
    settle(session, [submission_id], actor=actor)


def settle(session: Session, submission_ids: Iterable[int], *, actor: Actor | None) -> None:
    """Move waiting cases on to 整理済み once staff have decided every statement's theme."""
    submission_ids = list(submission_ids)
    upkeep.refresh(session, submission_ids)
    for submission_id in submission_ids:
        case = session.get(Case, submission_id, with_for_update=True)
        if case is None or case.status not in (CaseStatus.NEW, CaseStatus.READING):
            continue
        if is_settled(session, submission_id):
            submission = session.get_one(Submission, submission_id)
            before = CaseState(case.status, case.assignee_id, case.due_on)
            case.version += 1
            case.updated_at = utc_now()
            after = replace(before, status=CaseStatus.THEMED)
            _record_changes(session, submission, before, after, case.version, actor)
            _move_to(case, CaseStatus.THEMED)
            upkeep.moved(session, [case])


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
        NotFound: when it is not there or belongs to another government.
    """
    submission = session.get(Submission, submission_id) if submission_id <= LARGEST_ID else None
    if submission is None or not actor.may(Permission.READ_CASES, submission.government_slug):
        raise NotFound(f"submission {submission_id}")
    return submission


def _locked(session: Session, submission_id: int, actor: Actor) -> tuple[Submission, Case]:
    submission = visible(session, submission_id, actor=actor)
    actor.demand(Permission.TRIAGE_CASES, submission.government_slug)
    case = session.get(Case, submission_id, with_for_update=True)
    if case is None:
        raise NotFound(f"case of submission {submission_id}")
    return submission, case


def _locked_statement(
    session: Session, submission_id: int, statement_id: int, actor: Actor
) -> None:
    _locked(session, submission_id, actor)
    if statement_id not in statement_ids_of(session, submission_id):
        raise NotFound(f"statement {statement_id} of submission {submission_id}")


def _check(session: Session, submission: Submission, before: CaseState, wanted: CaseState) -> None:
    if wanted.status is not before.status and wanted.status not in NEXT_STATUSES[before.status]:
        raise StatusRefused(before.status, wanted.status)
    if wanted.assignee_id not in (None, before.assignee_id):
        workers = worker_names(session, submission.government_slug)
        if wanted.assignee_id not in workers:
            raise AssigneeRefused


def _move_to(case: Case, status: CaseStatus) -> None:
    if case.status is CaseStatus.NEW and status is not CaseStatus.NEW and case.read_at is None:
        case.read_at = utc_now()
    case.status = status


def _record_changes(
    session: Session,
    submission: Submission,
    before: CaseState,
    after: CaseState,
    version: int,
    actor: Actor | None,
) -> None:
    pairs = (
        (STATUS_CHANGED, before.status.value, after.status.value),
        (ASSIGNED, before.assignee_id, after.assignee_id),
        (DUE_CHANGED, _iso(before.due_on), _iso(after.due_on)),
    )
    for event, old, new in pairs:
        if old != new:
            _record(session, event, submission, actor, before=old, after=new, version=version)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _record(
    session: Session,
    event: audit.Event,
    submission: Submission,
    actor: Actor | None,
    **details: Any,
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=submission.government_slug,
        **details,
    )
