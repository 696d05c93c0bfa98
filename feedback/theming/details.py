"""One theme, composed for its page: what it holds, who said it, how it came to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from feedback.calendar import Month
from feedback.calls.models import Government, governments_of
from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.screening.models import CampaignMember, Screening, Statement
from feedback.storage import utc_now
from feedback.theming import counts, portrait, stances
from feedback.theming.counts import Counts
from feedback.theming.models import Assignment, Run, RunTheme, Theme, ThemeState
from feedback.theming.portrait import Portrait
from feedback.theming.stances import Leaning
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

Row = tuple[int, str, int, str, datetime, float, str | None, str | None, str | None]

STATEMENTS_A_PAGE = 30
MONTHS = 6
CHART_MONTHS = 12
QUOTES = 3
QUOTE_CANDIDATES = 80
RUNS_SHOWN = 12


class Order(StrEnum):
    """From which end the statements are read."""

    SURE = "sure"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in a list: its masked words, where it stands and how surely."""

    id: int
    text: str
    submission_id: int
    government_slug: str
    received_at: datetime
    confidence: float
    decided_by: str | None
    theme_name: str | None
    runner_up_name: str | None


@dataclass(frozen=True, slots=True)
class Subtheme:
    """A subtheme in its parent's page."""

    id: int
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Seen:
    """The theme as one run saw it."""

    finished_at: datetime
    label: str
    statements: int
    submissions: int
    voices: int
    change: str


@dataclass(frozen=True, slots=True)
class ThemePage:
    """Everything on a theme's page."""

    theme: Theme
    parent: Theme | None
    merged: Sequence[Theme]
    """Themes that were merged into it."""
    subthemes: Sequence[Subtheme]
    counts: Counts
    governments: Sequence[Government]
    months: Sequence[Month]
    by_month: Mapping[str, Sequence[Counts]]
    """Government → its counts in each of the months, then in all."""
    quotes: Sequence[StatementRow]
    statements: Page[StatementRow] | None
    """None for readers who may read themes but no opinions."""
    history: Sequence[Seen]
    portrait: Portrait
    leaning: Leaning
    dissent: Sequence[StatementRow]
    """Statements against what most voices of the theme want."""
    may_edit: bool
    may_draft: Collection[str]
    """Governments for which the reader may draft an answer."""

    @property
    def names(self) -> dict[str, str]:
        """The short name of each government."""
        return {each.slug: each.short_name for each in self.governments}


def theme_page(
    session: Session, theme_id: int, *, actor: Actor, page: int, order: Order
) -> ThemePage:
    """A standing or ended theme with its statements of the governments that the actor may read."""
    theme = theme_of(session, theme_id)
    children = _children(session, theme)
    family = [theme.id, *(child.id for child in children)]
    governments = governments_of(session, theme.call_id)
    months = recent_months(utc_now())
    by_month = counts.by_month(session, family, months)
    editing = actor.governments(Permission.EDIT_THEMES)
    quotes = quotes_of(session, theme, family, actor)
    leaning = stances.leaning_of(
        session,
        family,
        keywords=theme.keywords,
        quoted={row.id: row.text for row in quotes},
        governments=actor.governments(Permission.READ_THEMES),
    )
    return ThemePage(
        theme=theme,
        parent=session.get(Theme, theme.parent_id) if theme.parent_id else None,
        merged=_merged(session, theme),
        subthemes=_subthemes(session, children),
        counts=counts.of_family(session, family),
        governments=governments,
        months=months,
        by_month=by_month,
        quotes=quotes,
        statements=statements_in(session, family, actor=actor, page=page, order=order),
        history=_history(session, theme),
        portrait=portrait.portrait(session, theme, family, long_months(utc_now())),
        leaning=leaning,
        dissent=statements_by_id(session, leaning.dissent),
        may_edit=theme.state is ThemeState.OPEN
        and any(each.slug in editing for each in governments),
        may_draft=actor.governments(Permission.DRAFT_ANSWERS),
    )


def theme_of(session: Session, theme_id: int) -> Theme:
    """The theme with this id.

    Raises:
        NotFound: when there is none.
    """
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    return theme


def address_of(session: Session, theme: Theme) -> int:
    """The id under which the theme stands now: its own, or that of what it was merged into."""
    while theme.merged_into_id is not None:
        theme = session.get_one(Theme, theme.merged_into_id)
    return theme.id


def recent_months(now: datetime) -> list[Month]:
    """This month and those before it, the oldest first."""
    return [Month.of(now).plus(-back) for back in reversed(range(MONTHS))]


def long_months(now: datetime) -> list[Month]:
    """The months of the chart over time, the oldest first."""
    return [Month.of(now).plus(-back) for back in reversed(range(CHART_MONTHS))]


def statements_by_id(session: Session, ids: Sequence[int]) -> list[StatementRow]:
    """These statements, in this order."""
    rows = session.execute(_rows().where(Statement.id.in_(ids)))
    found = {row.id: row for row in (StatementRow(*row) for row in rows)}
    return [found[each] for each in ids if each in found]


def quotes_of(
    session: Session, theme: Theme, family: Sequence[int], actor: Actor
) -> list[StatementRow]:
    """Statements that stand for the theme, masked, one for each voice.

    Of governments whose themes the actor reads: the run's own quotes come first; when they are
    other governments', the surest ones fill up.
    """
    visible = _rows().where(
        Submission.government_slug.in_(actor.governments(Permission.READ_THEMES))
    )
    chosen = session.execute(visible.where(Statement.id.in_(theme.quote_ids)))
    found = {row.id: row for row in (StatementRow(*row) for row in chosen)}
    quotes = [found[each] for each in theme.quote_ids if each in found]
    if len(quotes) < QUOTES:
        surest = (
            visible.where(Assignment.theme_id.in_(family), Statement.id.not_in(list(found)))
            .order_by(Assignment.confidence.desc(), Statement.id)
            .limit(QUOTE_CANDIDATES)
        )
        quotes += [StatementRow(*row) for row in session.execute(surest)]
    return _one_a_voice(session, quotes)[:QUOTES]


def _one_a_voice(session: Session, quotes: Sequence[StatementRow]) -> list[StatementRow]:
    """Copies of one text are one voice and are quoted once."""
    members = select(CampaignMember.submission_id, CampaignMember.campaign_id).where(
        CampaignMember.submission_id.in_([quote.submission_id for quote in quotes])
    )
    campaign_of = {row.submission_id: row.campaign_id for row in session.execute(members)}
    seen: set[tuple[str, int]] = set()
    kept: list[StatementRow] = []
    for quote in quotes:
        campaign = campaign_of.get(quote.submission_id)
        voice = ("campaign", campaign) if campaign else ("submission", quote.submission_id)
        if voice not in seen:
            seen.add(voice)
            kept.append(quote)
    return kept


def statements_in(
    session: Session, family: Sequence[int], *, actor: Actor, page: int, order: Order
) -> Page[StatementRow] | None:
    """A page of the themes' statements, from sure to doubtful or the other way."""
    return _page(session, _rows().where(Assignment.theme_id.in_(family)), actor, page, order)


def unplaced_statements(
    session: Session, call_id: int, *, actor: Actor, page: int
) -> Page[StatementRow]:
    """A page of the call's statements in no theme, the oldest first."""
    query = _rows().where(Submission.call_id == call_id, Assignment.theme_id.is_(None))
    return _page(session, query, actor, page, Order.SURE) or Page([], 1, STATEMENTS_A_PAGE, 0)


def _page(
    session: Session, query: Select[*Row], actor: Actor, number: int, order: Order
) -> Page[StatementRow] | None:
    visible = actor.governments(Permission.READ_CASES)
    if not visible:
        return None
    query = query.where(charge.in_charge_of(visible))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    by = Assignment.confidence
    ordered = query.order_by(by.desc() if order is Order.SURE else by, Statement.id)
    rows = session.execute(
        ordered.limit(STATEMENTS_A_PAGE).offset((number - 1) * STATEMENTS_A_PAGE)
    )
    return Page([StatementRow(*row) for row in rows], number, STATEMENTS_A_PAGE, total)


def _rows() -> Select[*Row]:
    second = aliased(Theme)
    staff_name = func.coalesce(Theme.staff_label, Theme.label)
    second_name = func.coalesce(second.staff_label, second.label)
    return (
        select(
            Statement.id,
            Statement.text,
            Submission.id,
            Submission.government_slug,
            Submission.received_at,
            Assignment.confidence,
            Assignment.decided_by,
            staff_name,
            second_name,
        )
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .outerjoin(Theme, Theme.id == Assignment.theme_id)
        .outerjoin(second, second.id == Assignment.runner_up_id)
        .where(~Screening.is_set_aside)
    )


def _children(session: Session, theme: Theme) -> Sequence[Theme]:
    query = select(Theme).where(Theme.parent_id == theme.id, Theme.state == ThemeState.OPEN)
    return session.scalars(query.order_by(Theme.id)).all()


def _merged(session: Session, theme: Theme) -> Sequence[Theme]:
    query = select(Theme).where(Theme.merged_into_id == theme.id).order_by(Theme.id)
    return session.scalars(query).all()


def _subthemes(session: Session, children: Sequence[Theme]) -> list[Subtheme]:
    sizes = counts.of_each(session, [child.id for child in children])
    found = [Subtheme(each.id, each.name, sizes.get(each.id, counts.NONE)) for each in children]
    return sorted(found, key=lambda each: (-each.counts.voices, each.id))


def _history(session: Session, theme: Theme) -> list[Seen]:
    query = (
        select(
            Run.finished_at,
            RunTheme.label,
            RunTheme.statements,
            RunTheme.submissions,
            RunTheme.voices,
            RunTheme.change,
        )
        .join(Run, Run.id == RunTheme.run_id)
        .where(RunTheme.theme_id == theme.id)
        .order_by(Run.id.desc())
        .limit(RUNS_SHOWN)
    )
    return [Seen(*row) for row in session.execute(query)]
