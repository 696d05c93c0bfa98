"""The queue: one page of cases with its tabs, its choices, and a case's neighbours.

Four SELECTs whatever the page holds: the counts, the rows, the rows' themes, the choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Subquery, case, distinct, func, null, or_, select, true, union_all
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.accounts.models import Section, Staff
from feedback.calendar import today_jst
from feedback.calls.models import SOURCE_LANGUAGE, Government, Initiative
from feedback.intake.models import Channel, Kind, Submission
from feedback.screening.kinds import set_aside_label
from feedback.screening.models import (
    Campaign,
    CampaignMember,
    Screening,
    Statement,
    voice_key,
)
from feedback.storage import utc_now
from feedback.theming.models import Assignment, Theme
from feedback.triage import filters, search
from feedback.triage.choices import Choices, read_choices
from feedback.triage.deadlines import DueLabel, due_label
from feedback.triage.excerpts import Piece, excerpt
from feedback.triage.filters import QueueFilter
from feedback.triage.models import Case, CaseStatus
from feedback.triage.search import Term
from feedback.web.actor import Actor
from feedback.web.pagination import Page

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RowTheme:
    """Where a statement of a row stands."""

    name: str | None
    is_decided: bool


@dataclass(frozen=True, slots=True)
class RowThemes:
    """The distinct places of a row's statements, and the proposals that wait for a person."""

    places: tuple[RowTheme, ...] = ()
    proposals: tuple[tuple[int, int], ...] = ()


NOWHERE = RowThemes()


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
    counts: dict[CaseStatus | None, int]
    """Rows under each tab; None is すべて."""
    choices: Choices


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The cases before and after one, in the view of the queue from which it was opened."""

    previous_id: int | None
    next_id: int | None


def read_queue(
    session: Session, wanted: QueueFilter, tokenizer: Tokenizer, *, page: int, actor: Actor
) -> Queue:
    """One page of the queue; a number beyond the last page shows the last."""
    terms = search.parse(wanted.query, tokenizer)
    view = _View(session, wanted, terms, actor)
    counts = view.counts()
    total = counts.get(wanted.status, 0)
    number = min(page, max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(view.rows().limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    themes = _themes_of(session, [row.id for row in rows])
    needles = [word for term in terms if not term.is_excluded for word in _needles(term)]
    return Queue(
        Page(
            [_row(row, themes.get(row.id, NOWHERE), needles) for row in rows],
            number,
            PAGE_SIZE,
            total,
        ),
        counts,
        read_choices(session, actor),
    )


def neighbours(
    session: Session, wanted: QueueFilter, tokenizer: Tokenizer, submission_id: int, *, actor: Actor
) -> Neighbours:
    """What comes before and after a case, also when a change has just taken it out of the view."""
    view = _View(session, wanted, search.parse(wanted.query, tokenizer), actor)
    row = session.execute(view.places(submission_id)).first()
    return Neighbours(row.before, row.after) if row else Neighbours(None, None)


class _View:
    """The SQL of one view of the queue."""

    def __init__(
        self, session: Session, wanted: QueueFilter, terms: Sequence[Term], actor: Actor
    ) -> None:
        self.session = session
        self.wanted = wanted
        dialect = session.get_bind().dialect.name
        self.conditions = filters.conditions(wanted, terms, actor, dialect)

    def counts(self) -> dict[CaseStatus | None, int]:
        """Rows under each tab, in one statement."""
        unit = voice_key() if self.wanted.folds_copies else Submission.id
        number = func.count(distinct(unit))
        by_status = _joined(select(Case.status, number)).where(*self.conditions)
        everything = _joined(select(null(), number)).where(*self.conditions)
        both = union_all(by_status.group_by(Case.status), everything)
        return dict(self.session.execute(both).all())

    def rows(self) -> Select[*tuple[Any, ...]]:
        """The rows of the tab in their order."""
        picked = self._picked(self._in_tab())
        columns = (
            Submission.id,
            Submission.kind,
            Submission.channel,
            Submission.received_at,
            Screening.body,
            Screening.is_urgent,
            Screening.has_personal_data,
            Screening.set_aside_kind,
            Screening.set_aside_state,
            Case.status,
            Case.version,
            Case.due_on,
            Case.replied_at,
            Government.short_name.label("government"),
            Initiative.names,
            Section.name.label("section"),
            Staff.name.label("assignee"),
            func.coalesce(Campaign.size, 0).label("copies"),
        )
        return (
            _joined(select(*columns))
            .join(picked, picked.c.id == Submission.id)
            .join(Government, Government.slug == Case.government_slug)
            .join(Initiative, Initiative.slug == Submission.initiative_slug)
            .outerjoin(Staff, Staff.id == Case.assignee_id)
            .outerjoin(Section, Section.id == Case.section_id)
            .where(picked.c.place == 1)
            .order_by(*filters.order(self.wanted.sort))
        )

    def places(self, submission_id: int) -> Select[*tuple[Any, ...]]:
        """The neighbours of one submission, which need not fulfil the view's conditions itself."""
        picked = self._picked(or_(self._in_tab(), Submission.id == submission_id))
        ordered = filters.order(self.wanted.sort)
        listed = (
            _joined(
                select(
                    Submission.id,
                    func.lag(Submission.id).over(order_by=ordered).label("before"),
                    func.lead(Submission.id).over(order_by=ordered).label("after"),
                )
            )
            .join(picked, picked.c.id == Submission.id)
            .where(or_(picked.c.place == 1, Submission.id == submission_id))
            .subquery()
        )
        return select(listed.c.before, listed.c.after).where(listed.c.id == submission_id)

    def _in_tab(self) -> Any:
        status = self.wanted.status
        is_in_tab = true() if status is None else Case.status == status
        return is_in_tab & _all(self.conditions)

    def _picked(self, condition: Any) -> Subquery:
        """Submissions with their place among their campaign's copies: the first stands for all."""
        is_representative = Campaign.representative_id == Submission.id
        place = func.row_number().over(
            partition_by=voice_key() if self.wanted.folds_copies else Submission.id,
            order_by=[case((is_representative, 0), else_=1), Submission.id],
        )
        return _joined(select(Submission.id, place.label("place"))).where(condition).subquery()


def _all(conditions: Sequence[Any]) -> Any:
    joined = true()
    for condition in conditions:
        joined = joined & condition
    return joined


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Submission)
        .join(Screening, Screening.submission_id == Submission.id)
        .join(Case, Case.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .outerjoin(Campaign, Campaign.id == CampaignMember.campaign_id)
    )


def _themes_of(session: Session, ids: Sequence[int]) -> dict[int, RowThemes]:
    """Where each row's statements stand, in their order."""
    query = (
        select(
            Statement.submission_id,
            Statement.id,
            func.coalesce(Theme.staff_label, Theme.label),
            Assignment.decided_by.is_not(None),
            Assignment.proposed_theme_id,
        )
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .outerjoin(Theme, Theme.id == Assignment.theme_id)
        .where(Statement.submission_id.in_(ids))
        .order_by(Statement.submission_id, Statement.position)
    )
    found: dict[int, dict[RowTheme, None]] = {}
    proposals: dict[int, list[tuple[int, int]]] = {}
    for at, statement_id, name, is_decided, proposed in session.execute(query):
        found.setdefault(at, {})[RowTheme(name, bool(is_decided))] = None
        if not is_decided and proposed is not None:
            proposals.setdefault(at, []).append((statement_id, proposed))
    return {
        at: RowThemes(tuple(themes), tuple(proposals.get(at, ()))) for at, themes in found.items()
    }


def _needles(term: Term) -> tuple[str, ...]:
    return term.words if term.literal is None else (term.literal,)


def _row(row: Any, themes: RowThemes, needles: Sequence[str]) -> QueueRow:
    return QueueRow(
        submission_id=row.id,
        version=row.version,
        status=row.status,
        excerpt=excerpt(row.body, needles),
        government=row.government,
        initiative=row.names[SOURCE_LANGUAGE],
        kind=row.kind,
        channel=row.channel,
        received_at=row.received_at,
        section=row.section,
        assignee=row.assignee,
        due_on=row.due_on,
        due_label=due_label(row.due_on, today_jst(utc_now()))
        if row.due_on and row.status in filters.WAITING and row.replied_at is None
        else None,
        is_urgent=row.is_urgent,
        has_personal_data=row.has_personal_data,
        set_aside=set_aside_label(row.set_aside_kind, row.set_aside_state),
        copies=row.copies,
        themes=themes.places,
        proposals=themes.proposals,
    )
