"""One submission's page: everything a member of staff needs to decide, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.accounts.models import Staff, active_sections, section_name
from feedback.audit.models import AuditEntry
from feedback.calendar import today_jst
from feedback.calls.models import Government, Initiative, Municipality
from feedback.intake import charge, receipts, unmasking
from feedback.intake import service as intake
from feedback.intake.models import Contact, Handover, Submission
from feedback.screening import redo
from feedback.screening.models import Screening, marks_of
from feedback.screening.page import Findings, findings_of
from feedback.storage import utc_now
from feedback.theming import service as theming
from feedback.theming.models import Theme, ThemeState, themes_of
from feedback.triage import copies, deadlines, history, notes, statements
from feedback.triage import service as triage
from feedback.triage.choices import Choice
from feedback.triage.copies import Copies
from feedback.triage.deadlines import DueLabel
from feedback.triage.excerpts import Piece, cut, joined
from feedback.triage.filters import QueueFilter
from feedback.triage.history import Event, Names
from feedback.triage.listing import Neighbours, neighbours
from feedback.triage.models import Case, CaseNote, CaseStatus, notes_of, tags_of, worker_names
from feedback.triage.service import CaseState
from feedback.triage.statements import StatementView
from feedback.triage.urgency import Urgency, cue_spans, urgency_of
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class CaseView:
    """The state of a case."""

    status: CaseStatus
    next_statuses: tuple[CaseStatus, ...]
    assignee_id: int | None
    assignee: str | None
    section_id: int | None
    section: str | None
    due_on: date | None
    due_label: DueLabel | None
    version: int
    government: str
    """The one in charge."""
    state: CaseState


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note between staff."""

    id: int
    author: str
    body: str
    at: datetime
    is_removable: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """One submission as staff read it."""

    submission_id: int
    receipt: str
    title: tuple[Piece, ...]
    body: tuple[Piece, ...]
    language: str
    has_personal_data: bool
    urgency: Urgency | None
    findings: Findings
    facts: tuple[tuple[str, str], ...]
    received_at: datetime
    case: CaseView
    statements: tuple[StatementView, ...]
    themes: tuple[Choice, ...]
    workers: tuple[Choice, ...]
    sections: tuple[Choice, ...]
    notes: tuple[NoteView, ...]
    tags: tuple[str, ...]
    events: tuple[Event, ...]
    copies: Copies | None
    handovers: tuple[Handover, ...]
    neighbours: Neighbours
    shown_at: datetime
    may_unmask: bool
    may_triage: bool

    @property
    def acceptable(self) -> tuple[theming.StatementPlace, ...]:
        """Proposals that still wait for a person."""
        places = (each.place for each in self.statements)
        return tuple(each for each in places if not each.decided_by and each.proposed_theme_id)

    @property
    def first_undecided(self) -> int | None:
        """The first statement that waits for a person."""
        waiting = (each.place for each in self.statements if not each.place.decided_by)
        return next((each.statement_id for each in waiting), None)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The citizen's own words with what the mask hides set apart."""

    title: tuple[Piece, ...]
    body: tuple[Piece, ...]


def case_page(
    session: Session, submission_id: int, view: QueueFilter, tokenizer: Tokenizer, *, actor: Actor
) -> CasePage:
    """Everything about one submission.

    Raises:
        NotFound: when it is not there or belongs to another government.
    """
    shown_at = utc_now()
    submission = triage.visible(session, submission_id, actor=actor)
    case = session.get(Case, submission_id)
    screening = session.get(Screening, submission_id)
    if case is None or screening is None:
        raise NotFound(f"case of submission {submission_id}")
    themes = themes_of(session, submission.call_id)
    places = theming.proposals_of(session, submission_id)
    workers = worker_names(session, case.government_slug)
    events = history.entries_of(session, submission_id, _answerable(places, themes))
    names = _names(session, case, workers, themes, events)
    return CasePage(
        submission_id=submission_id,
        receipt=receipts.display(submission.receipt_number),
        title=tuple(cut(screening.title, joined(cue_spans(screening.title)))),
        body=tuple(cut(screening.body, joined(cue_spans(screening.body)))),
        language=screening.language,
        has_personal_data=screening.has_personal_data,
        urgency=urgency_of(screening.urgent_kinds) if screening.is_urgent else None,
        findings=findings_of(session, screening),
        facts=_facts(session, submission),
        received_at=submission.received_at,
        case=_case(session, case, names),
        statements=statements.views_of(places, tokenizer),
        themes=_theme_choices(themes),
        workers=tuple(Choice(str(at), name) for at, name in workers.items()),
        sections=tuple(
            Choice(str(at), name)
            for at, name in active_sections(session, case.government_slug).items()
        ),
        notes=tuple(_note(each, actor) for each in notes_of(session, submission_id)),
        tags=tuple(tags_of(session, submission_id)),
        events=history.in_words(events, names),
        copies=copies.copies_of(session, submission_id, actor=actor),
        handovers=tuple(charge.handovers_of(session, submission_id)),
        shown_at=shown_at,
        neighbours=neighbours(session, view, tokenizer, submission_id, actor=actor),
        may_unmask=actor.may(Permission.UNMASK_WORDS, case.government_slug),
        may_triage=actor.may(Permission.TRIAGE_CASES, case.government_slug),
    )


def own_words(
    session: Session, submission_id: int, reason: unmasking.Reason, *, actor: Actor
) -> OwnWords:
    """The citizen's own words, once, with an audit entry.

    Raises:
        NotFound: when the actor may not see the submission.
        NotPermitted: when the actor may not read unmasked words.
    """
    triage.visible(session, submission_id, actor=actor)
    words = intake.words_of(session, submission_id, reason, actor=actor)
    hidden = redo.spans_of(marks_of(session, submission_id))
    spans = {part: [(each.start, each.end) for each in found] for part, found in hidden.items()}
    return OwnWords(
        tuple(cut(words.title, joined(spans["title"]))),
        tuple(cut(words.body, joined(spans["body"]))),
    )


def _answerable(places: Sequence[theming.StatementPlace], themes: dict[int, Theme]) -> list[int]:
    """The themes of the statements, and those above them."""
    own = [themes[each.theme_id] for each in places if each.theme_id in themes]
    return sorted({each.id for each in own} | {each.parent_id for each in own if each.parent_id})


def _names(
    session: Session,
    case: Case,
    workers: dict[int, str],
    themes: dict[int, Theme],
    entries: Sequence[AuditEntry],
) -> Names:
    """People who have left since are still called by name."""
    named = {case.assignee_id} | {
        entry.details[side]
        for entry in entries
        if entry.event == triage.ASSIGNED.name
        for side in ("before", "after")
    }
    missing = [each for each in named if each is not None and each not in workers]
    former = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(missing)))
    return Names(
        {**workers, **dict(former.all())}, {at: theme.name for at, theme in themes.items()}
    )


def _facts(session: Session, submission: Submission) -> tuple[tuple[str, str], ...]:
    municipality = (
        session.get(Municipality, submission.municipality_code)
        if submission.municipality_code
        else None
    )
    has_contact = session.get(Contact, submission.id) is not None
    unknown = "回答なし"
    return (
        ("届け先", session.get_one(Government, submission.government_slug).name),
        ("取組", session.get_one(Initiative, submission.initiative_slug).name),
        ("種類", submission.kind.label),
        ("受付経路", submission.channel.label),
        ("市区町村", municipality.name if municipality else unknown),
        ("年代", submission.age_band.label if submission.age_band else unknown),
        ("関わり", submission.relation.label if submission.relation else unknown),
        ("公表", "同意あり" if submission.consents_to_publish else "同意なし"),
        ("返信先", "あり" if has_contact else "なし"),
    )


def _case(session: Session, case: Case, names: Names) -> CaseView:
    return CaseView(
        status=case.status,
        next_statuses=triage.NEXT_STATUSES[case.status],
        assignee_id=case.assignee_id,
        assignee=names.staff.get(case.assignee_id) if case.assignee_id else None,
        section_id=case.section_id,
        section=section_name(session, case.section_id),
        due_on=case.due_on,
        due_label=deadlines.due_label(case.due_on, today_jst(utc_now())) if case.due_on else None,
        version=case.version,
        government=case.government_slug,
        state=CaseState.of(case),
    )


def _note(note: CaseNote, actor: Actor) -> NoteView:
    removable = notes.is_removable(note, actor, utc_now())
    return NoteView(note.id, note.staff_name, note.body, note.created_at, removable)


def _theme_choices(themes: dict[int, Theme]) -> tuple[Choice, ...]:
    """The standing themes, each followed by its subthemes."""
    standing = [theme for theme in themes.values() if theme.state is ThemeState.OPEN]
    standing.sort(key=lambda each: (each.parent_id or each.id, each.parent_id is not None, each.id))
    return tuple(
        Choice(str(each.id), f"　{each.name}" if each.parent_id else each.name) for each in standing
    )
