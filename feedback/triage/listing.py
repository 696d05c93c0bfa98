"""The queue: one page of cases with its tabs, its choices, and a case's neighbours.

At most five SELECTs whatever the page holds and however many submissions there are: the choices,
the sizes of what conditions leave over, the page's cases with the counts, and their rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.accounts.models import Section, Staff
from feedback.calendar import today_jst
from feedback.calls.models import SOURCE_LANGUAGE, Government, Initiative
from feedback.intake.models import Channel, Kind
from feedback.screening.kinds import set_aside_label
from feedback.screening.models import Campaign, Screening, Statement
from feedback.storage import utc_now
from feedback.theming.models import Assignment, Theme
from feedback.triage import asking, conditions, fields, filters, finding
from feedback.triage.asking import Field, Problem, Query
from feedback.triage.choices import Choices, read_choices
from feedback.triage.conditions import Scope
from feedback.triage.counting import Count, Counts
from feedback.triage.deadlines import DueLabel, due_label
from feedback.triage.excerpts import Piece, excerpt
from feedback.triage.filters import Flag, QueueFilter
from feedback.triage.finding import PAGE_SIZE, Found
from feedback.triage.lists import View
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor
from feedback.web.pagination import Page
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class RowTheme:
    """Where a statement of a row stands."""

    name: str | None
    is_decided: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue."""

    submission_id: int
    version: int
    status: CaseStatus
    excerpt: tuple[Piece, ...]
    government: str
    initiative: str
    kind: Kind
    channel: Channel
    received_at: datetime
    section: str | None
    assignee: str | None
    due_on: date | None
    due_label: DueLabel | None
    """None once the case is settled: nobody waits for the date any more."""
    is_urgent: bool
    has_personal_data: bool
    set_aside: str | None
    """Why it is not heard as an opinion, or might not be."""
    copies: int
    """Submissions in its campaign; 0 when it is alone."""
    themes: tuple[RowTheme, ...]
    proposals: tuple[tuple[int, int], ...]
    """Statement and theme of each proposal that waits for a person."""

    @property
    def is_overdue(self) -> bool:
        """Whether somebody waits for longer than was promised."""
        return self.due_label is not None and self.due_label.is_overdue

    @property
    def needs_attention(self) -> bool:
        """Whether it is urgent and nobody has dealt with it yet."""
        return self.is_urgent and self.status in filters.WAITING


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue as one reader sees it."""

    page: Page[QueueRow]
    total: Count
    counts: Counts
    """Rows under each tab; None is すべて."""
    choices: Choices
    problems: tuple[Problem, ...]
    """Why the query was not carried out."""
    is_listed: bool
    """Whether the view was too large to be read as a whole; see ``finding``."""
    is_cut: bool
    """Whether rows may be missing that were not looked for."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The cases before and after one, in the view of the queue from which it was opened."""

    previous_id: int | None
    next_id: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A view with what reading it takes."""

    view: View
    query: Query
    choices: Choices
    problems: tuple[Problem, ...]


def read_queue(
    session: Session, wanted: QueueFilter, tokenizer: Tokenizer, *, page: int, actor: Actor
) -> Queue:
    """One page of the queue; a number beyond the last page shows the last."""
    opened = open_view(session, wanted, tokenizer, actor)
    found = _nothing() if opened.problems else finding.find(session, opened.view, page)
    return Queue(
        Page(
            _rows(session, found.ids, opened.query.needles),
            found.page,
            PAGE_SIZE,
            found.total.number,
        ),
        found.total,
        found.counts,
        opened.choices,
        opened.problems,
        is_listed=found.is_listed,
        is_cut=found.is_cut,
    )


def neighbours(
    session: Session, wanted: QueueFilter, tokenizer: Tokenizer, submission_id: int, *, actor: Actor
) -> Neighbours:
    """What comes before and after a case, also when a change has just taken it out of the view."""
    opened = open_view(session, wanted, tokenizer, actor)
    if opened.problems:
        return Neighbours(None, None)
    return Neighbours(*finding.neighbours(session, opened.view, submission_id))


def _nothing() -> Found:
    return Found((), 1, Count(0), {}, is_listed=False)


def open_view(session: Session, wanted: QueueFilter, tokenizer: Tokenizer, actor: Actor) -> Opened:
    """Read the query and the form together as one view."""
    query = asking.parse(wanted.query, tokenizer)
    needs_places = any(each.field is Field.MUNICIPALITY for each in query.fields)
    choices = read_choices(session, actor, with_municipalities=needs_places)
    known = fields.Known(choices, actor.id, today_jst(utc_now()))
    read = fields.read(query.fields, _scope(wanted, actor), known)
    asked = [
        *conditions.of_filter(wanted, choices, actor.id),
        *read.conditions,
        *conditions.of_terms(query.terms, session.get_bind().dialect.name),
    ]
    # What is quick to ask comes first, so that the rest is asked of few.
    asked.sort(key=lambda each: each.is_dear)
    view = View(read.scope, wanted.status, tuple(asked), wanted.sort)
    return Opened(view, query, choices, (*query.problems, *read.problems))


def _scope(wanted: QueueFilter, actor: Actor) -> Scope:
    visible = sorted(actor.governments(Permission.READ_CASES))
    return Scope(
        tuple(each for each in visible if wanted.government in (None, each)),
        (Flag.SET_ASIDE in wanted.flags,),
        tuple(CaseStatus),
        wanted.folds_copies,
    )


def _rows(session: Session, ids: Sequence[int], needles: Sequence[str]) -> list[QueueRow]:
    """The rows of a page, each with the distinct places of its statements in their order."""
    if not ids:
        return []
    found: dict[int, QueueRow] = {}
    themes: dict[int, dict[RowTheme, None]] = {}
    proposals: dict[int, list[tuple[int, int]]] = {}
    for row in session.execute(_details(ids)):
        at = row.Case.submission_id
        if at not in found:
            found[at] = _row(row, excerpt(row.body, needles))
        if row.statement_id is None:
            continue
        themes.setdefault(at, {})[RowTheme(row.theme, bool(row.is_decided))] = None
        if not row.is_decided and row.proposed_theme_id is not None:
            proposals.setdefault(at, []).append((row.statement_id, row.proposed_theme_id))
    return [
        replace(found[at], themes=tuple(themes.get(at, ())), proposals=tuple(proposals.get(at, ())))
        for at in ids
        if at in found
    ]


def _details(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """What the rows show: one line for each statement, in their order."""
    return (
        select(
            Case,
            Screening.body,
            Screening.set_aside_kind,
            Screening.set_aside_state,
            Government.short_name.label("government"),
            Initiative.names,
            Section.name.label("section"),
            Staff.name.label("assignee"),
            func.coalesce(Campaign.size, 0).label("copies"),
            Statement.id.label("statement_id"),
            func.coalesce(Theme.staff_label, Theme.label).label("theme"),
            Assignment.decided_by.is_not(None).label("is_decided"),
            Assignment.proposed_theme_id,
        )
        .join(Screening, Screening.submission_id == Case.submission_id)
        .join(Government, Government.slug == Case.government_slug)
        .join(Initiative, Initiative.slug == Case.initiative_slug)
        .outerjoin(Section, Section.id == Case.section_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .outerjoin(Campaign, Campaign.id == Case.campaign_id)
        .outerjoin(Statement, Statement.submission_id == Case.submission_id)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .outerjoin(Theme, Theme.id == Assignment.theme_id)
        .where(Case.submission_id.in_(ids))
        .order_by(Statement.position)
    )


def _row(row: Any, pieces: tuple[Piece, ...]) -> QueueRow:
    case: Case = row.Case
    is_awaited = case.status in filters.WAITING and case.replied_at is None
    return QueueRow(
        submission_id=case.submission_id,
        version=case.version,
        status=case.status,
        excerpt=pieces,
        government=row.government,
        initiative=row.names[SOURCE_LANGUAGE],
        kind=case.kind,
        channel=case.channel,
        received_at=case.received_at,
        section=row.section,
        assignee=row.assignee,
        due_on=case.due_on,
        due_label=due_label(case.due_on, today_jst(utc_now()))
        if case.due_on and is_awaited
        else None,
        is_urgent=case.is_urgent,
        has_personal_data=case.has_personal_data,
        set_aside=set_aside_label(row.set_aside_kind, row.set_aside_state),
        copies=row.copies,
        themes=(),
        proposals=(),
    )
