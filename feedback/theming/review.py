"""The review of one theme: its statements from sure to doubtful, and what staff decide of them.

Copies of a campaign are one row (see ``members``). What was seen is what is decided: a row that
has moved meanwhile is refused, and what came after the page was shown is never confirmed unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming import decisions, guards, line, members, progress
from feedback.theming.errors import StaleReview, StaleStatement, ThemeError
from feedback.theming.members import Row
from feedback.theming.models import Assignment, Theme, ThemeState, themes_of
from feedback.theming.progress import Progress
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page

ROWS_A_PAGE = 30
TEXTS_A_ROW = 3
WORDS_A_ROW = 4


class Order(StrEnum):
    """In which order the rows are read."""

    SURE = "sure"
    DOUBTFUL = "doubtful"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return {Order.SURE: "確かなものから", Order.DOUBTFUL: "迷ったものから"}[self]


class Show(StrEnum):
    """Which rows are shown."""

    OPEN = "open"
    DECIDED = "decided"
    ALL = "all"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return {Show.OPEN: "未決定", Show.DECIDED: "決定済み", Show.ALL: "すべて"}[self]


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks at a theme's statements; the address holds all of it."""

    show: Show = Show.OPEN
    order: Order = Order.SURE
    line: int | None = None
    """None is the usual line."""
    page: int = 1


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row as it is read."""

    key: str
    texts: tuple[str, ...]
    submission_id: int
    government: str
    received_at: datetime
    copies: int
    """Opinions that say it; more than one where a campaign is folded."""
    percent: int
    is_above: bool
    decided_by: str | None
    theme_name: str
    reasons: tuple[str, ...]
    """The words that pulled it here, strongest first."""
    runner_up_id: int | None
    runner_up_name: str | None


@dataclass(frozen=True, slots=True)
class Above:
    """What lies above the line: this is confirmed, and nothing else."""

    rows: int
    statements: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything on a theme's review page."""

    theme: Theme
    parent: Theme | None
    look: Look
    line: int
    upto: int
    rows: Page[ReviewRow]
    counts: Mapping[Show, int]
    above: Above
    progress: Progress

    @property
    def top_id(self) -> int:
        """The top theme that this is, or lies under."""
        return self.theme.parent_id or self.theme.id


def review(session: Session, theme_id: int, look: Look, *, actor: Actor) -> Review:
    """Look at a theme's statements of the governments that the actor decides for.

    Raises:
        NotFound: when there is no such theme, or it no longer stands.
        NotPermitted: when the actor edits themes for no government of its call.
    """
    theme = theme_of(session, theme_id)
    guards.demand_editing(session, theme.call_id, actor)
    family = guards.family_of(session, theme.id)
    upto = members.newest(session, family)
    rows = _rows(session, family, upto, actor)
    where = look.line or line.usual(session, theme.call_id)
    wanted = _ordered([row for row in rows if _is_shown(row, look.show)], look.order)
    page = _page(wanted, look.page)
    return Review(
        theme=theme,
        parent=session.get(Theme, theme.parent_id) if theme.parent_id else None,
        look=look,
        line=where,
        upto=upto,
        rows=Page(_readable(session, theme, page.rows, where), page.number, page.size, page.total),
        counts={each: sum(_is_shown(row, each) for row in rows) for each in Show},
        above=_above(rows, where),
        progress=progress.read(session, theme.call_id, members.within_reach(actor)),
    )


def theme_of(session: Session, theme_id: int) -> Theme:
    """The standing theme to review.

    Raises:
        NotFound: when there is none with this id, or it no longer stands.
    """
    theme = session.get(Theme, theme_id) if theme_id <= guards.LARGEST_ID else None
    if theme is None or theme.state is not ThemeState.OPEN:
        raise NotFound(f"theme {theme_id}")
    return theme


def accept_above(
    session: Session, theme_id: int, *, where: int, upto: int, fingerprint: str, actor: Actor
) -> tuple[int, int]:
    """Confirm all that lay above the line when it was seen; how many statements, and the act's id.

    Raises:
        StaleReview: when what was seen is no longer what is there.
    """
    theme = guards.locked(session, theme_id, actor)
    rows = _rows(session, guards.family_of(session, theme.id), upto, actor)
    above = _above(rows, where)
    if theme.state is not ThemeState.OPEN or above.fingerprint != fingerprint:
        raise StaleReview
    chosen = [row for row in rows if _is_above(row, where)]
    if not chosen:
        raise StaleReview
    seen = {each: row.theme_id for row in chosen for each in _undecided(row)}
    decided = decisions.confirm(session, seen, actor=actor)
    summary = f"「{theme.name}」の境目{where}%より上の意見文{len(seen)}文を確定しました"
    return len(seen), decisions.remember(session, decided, summary, actor)


def accept_rows(
    session: Session, theme_id: int, keys: Collection[str], *, upto: int, actor: Actor
) -> tuple[int, int]:
    """Confirm these rows where they were seen; how many statements, and the act's id.

    Raises:
        StaleStatement: when one of them has moved meanwhile.
    """
    theme, rows = _chosen(session, theme_id, keys, upto, actor)
    seen = {each: row.theme_id for row in rows for each in _undecided(row)}
    if not seen:
        raise StaleStatement
    decided = decisions.confirm(session, seen, actor=actor)
    summary = f"「{theme.name}」の意見文{len(seen)}文を確定しました"
    return len(seen), decisions.remember(session, decided, summary, actor)


def move_rows(
    session: Session,
    theme_id: int,
    keys: Collection[str],
    target: int | None,
    *,
    upto: int,
    actor: Actor,
) -> tuple[int, int]:
    """Move these rows to another theme or to 未分類; how many statements, and the act's id.

    Raises:
        StaleStatement: when one of them has moved meanwhile.
        UnknownTheme: when the target does not stand in the same call.
    """
    theme, rows = _chosen(session, theme_id, keys, upto, actor)
    choices = {each: target for row in rows for each in row.statement_ids}
    decided = decisions.decide_all(session, choices, actor=actor)
    where = session.get_one(Theme, target).name if target is not None else "未分類"
    summary = f"「{theme.name}」の意見文{len(choices)}文を「{where}」に移しました"
    return len(choices), decisions.remember(session, decided, summary, actor)


def _rows(session: Session, family: Sequence[int], upto: int, actor: Actor) -> list[Row]:
    reach = members.within_reach(actor)
    return members.rows_of(members.members_of(session, family, governments=reach, upto=upto))


def _chosen(
    session: Session, theme_id: int, keys: Collection[str], upto: int, actor: Actor
) -> tuple[Theme, list[Row]]:
    theme = guards.locked(session, theme_id, actor)
    if not keys:
        raise ThemeError("意見文を選んでください。")
    family = guards.family_of(session, theme.id)
    rows = {row.key: row for row in _rows(session, family, upto, actor)}
    if any(key not in rows for key in keys):
        raise StaleStatement
    return theme, [rows[key] for key in keys]


def _is_shown(row: Row, show: Show) -> bool:
    return show is Show.ALL or row.is_decided is (show is Show.DECIDED)


def _is_above(row: Row, where: int) -> bool:
    return not row.is_decided and line.percent_of(row.confidence) >= where


def _undecided(row: Row) -> list[int]:
    return [each.statement_id for each in row.members if each.decided_by is None]


def _ordered(rows: Sequence[Row], order: Order) -> list[Row]:
    sign = -1 if order is Order.SURE else 1
    return sorted(rows, key=lambda row: (sign * row.confidence, row.first.statement_id))


def _page(rows: Sequence[Row], number: int) -> Page[Row]:
    """The page asked for; after the last rows of a page were decided, the one before."""
    last = max(1, -(-len(rows) // ROWS_A_PAGE))
    number = min(number, last)
    start = (number - 1) * ROWS_A_PAGE
    return Page(rows[start : start + ROWS_A_PAGE], number, ROWS_A_PAGE, len(rows))


def _above(rows: Sequence[Row], where: int) -> Above:
    above = sorted((row for row in rows if _is_above(row, where)), key=lambda row: row.key)
    digest = hashlib.sha256()
    for row in above:
        digest.update(f"{row.key}:{sorted(_undecided(row))}\n".encode())
    return Above(len(above), sum(len(_undecided(row)) for row in above), digest.hexdigest())


def _readable(session: Session, theme: Theme, rows: Sequence[Row], where: int) -> list[ReviewRow]:
    spoken = [each for row in rows for each in row.spoken[:TEXTS_A_ROW]]
    query = (
        select(Statement, Submission.received_at, Assignment.reasons, Assignment.runner_up_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(Statement.id.in_(spoken))
    )
    said = {each[0].id: each for each in session.execute(query)}
    themes = themes_of(session, theme.call_id)
    found = []
    for row in rows:
        _, received_at, reasons, runner_up = said[row.first.statement_id]
        second = themes.get(runner_up) if runner_up else None
        is_choice = second is not None and second.state is ThemeState.OPEN
        found.append(
            ReviewRow(
                key=row.key,
                texts=tuple(said[each][0].text for each in row.spoken[:TEXTS_A_ROW]),
                submission_id=row.first.submission_id,
                government=row.first.government,
                received_at=received_at,
                copies=row.submissions,
                percent=line.percent_of(row.confidence),
                is_above=_is_above(row, where),
                decided_by=row.first.decided_by if row.is_decided else None,
                theme_name=themes[row.theme_id].name,
                reasons=tuple(each["word"] for each in reasons[:WORDS_A_ROW]),
                runner_up_id=second.id if second and is_choice else None,
                runner_up_name=second.name if second and is_choice else None,
            )
        )
    return found
