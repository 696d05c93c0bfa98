"""The themes of a month: how many said it, what they said, what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from feedback.answering.models import Answer, AnswerState
from feedback.calendar import today_jst
from feedback.calls.models import Government
from feedback.intake.models import Submission
from feedback.reporting.content import Figures, OwedAnswer, PublishedAnswer, Quote, ThemeEntry
from feedback.reporting.quotes import quotes_of
from feedback.reporting.scope import IS_OPINION, Scope, figures_of, from_submissions
from feedback.screening.models import Statement
from feedback.theming.models import Assignment, Theme
from feedback.web.actor import REGION

QUOTES_OF_THEME = 3
QUOTES_OF_SUBTHEME = 1


@dataclass(frozen=True, slots=True)
class _Heard:
    figures: Figures
    since: datetime


def themes_of_month(session: Session, scope: Scope) -> tuple[ThemeEntry, ...]:
    """Themes heard this month or last, the most voices first, each with its subthemes."""
    fine = _heard(session, scope, Assignment.theme_id)
    roots = _heard(session, scope, func.coalesce(Theme.parent_id, Theme.id))
    themes = _themes(session, fine.keys() | roots.keys())
    quotes = quotes_of(session, scope, list(themes.values()))
    answers = _answers(session, scope, themes.keys())
    was_heard_before = _was_heard_before(session, scope)

    def entry(theme: Theme, heard: _Heard, children: tuple[ThemeEntry, ...]) -> ThemeEntry:
        limit = QUOTES_OF_SUBTHEME if theme.parent_id else QUOTES_OF_THEME
        return ThemeEntry(
            id=theme.id,
            name=theme.name,
            keywords=tuple(theme.keywords),
            figures=heard.figures,
            is_new=was_heard_before and heard.since >= scope.month.start,
            is_checked=theme.checked_at is not None,
            quotes=tuple(_first(quotes, theme, limit)),
            answers=tuple(answers.get(theme.id, ())),
            children=children,
        )

    subthemes: dict[int, list[ThemeEntry]] = defaultdict(list)
    for theme_id, heard in fine.items():
        theme = themes[theme_id]
        if theme.parent_id is not None and not heard.figures.is_silent:
            subthemes[theme.parent_id].append(entry(theme, heard, ()))
    return _ranked(
        entry(themes[theme_id], heard, _ranked(subthemes[theme_id]))
        for theme_id, heard in roots.items()
        if not heard.figures.is_silent
    )


def unthemed(session: Session, scope: Scope) -> Figures:
    """Opinions of which no statement has a theme yet（未分類）."""
    is_themed = (
        select(Statement.id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(Statement.submission_id == Submission.id, Assignment.theme_id.is_not(None))
        .exists()
    )
    query = from_submissions(*scope.figures).where(scope.compared, IS_OPINION, ~is_themed)
    return figures_of(session.execute(query).one())


def owed(session: Session, scope: Scope, themes: Sequence[ThemeEntry]) -> tuple[OwedAnswer, ...]:
    """The themes of this month that have no published answer of their own."""
    waiting = [theme for theme in themes if theme.figures.submissions and not theme.is_answered]
    root = func.coalesce(Theme.parent_id, Theme.id)
    query = (
        _from_assignments(root, func.min(Submission.received_at))
        .where(scope.belongs, IS_OPINION, root.in_([theme.id for theme in waiting]))
        .group_by(root)
    )
    since = {row[0]: today_jst(row[1]) for row in session.execute(query)}
    return tuple(
        OwedAnswer(theme.id, theme.name, theme.figures, since[theme.id], theme.is_partly_answered)
        for theme in waiting
    )


def _heard(session: Session, scope: Scope, key: ColumnElement[Any] | Any) -> dict[int, _Heard]:
    # All months are read, since "new" asks when a theme was heard first.
    query = (
        _from_assignments(key, func.min(Submission.received_at), *scope.figures)
        .where(scope.belongs, IS_OPINION, Submission.received_at < scope.month.end)
        .where(Assignment.theme_id.is_not(None))
        .group_by(key)
    )
    return {row[0]: _Heard(figures_of(row), row[1]) for row in session.execute(query)}


def _from_assignments(*columns: Any) -> Select[Any]:
    return (
        from_submissions(*columns)
        .join(Statement, Statement.submission_id == Submission.id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(Theme, Theme.id == Assignment.theme_id)
    )


def _themes(session: Session, ids: Iterable[int]) -> dict[int, Theme]:
    rows = session.scalars(select(Theme).where(Theme.id.in_(sorted(ids))))
    return {theme.id: theme for theme in rows}


def _was_heard_before(session: Session, scope: Scope) -> bool:
    query = select(Submission.id).where(scope.belongs, Submission.received_at < scope.month.start)
    return session.execute(query.limit(1)).first() is not None


def _answers(
    session: Session, scope: Scope, theme_ids: Iterable[int]
) -> Mapping[int, Sequence[PublishedAnswer]]:
    # The region's answer holds for each of its governments.
    speakers = {*scope.governments, REGION}
    query = (
        select(Answer, Government.name)
        .join(Government, Government.slug == Answer.government_slug)
        .where(
            Answer.theme_id.in_(sorted(theme_ids)),
            Answer.state == AnswerState.PUBLISHED,
            Answer.government_slug.in_(speakers),
        )
        .order_by(Government.position, Answer.id)
    )
    found: dict[int, list[PublishedAnswer]] = defaultdict(list)
    for answer, government in session.execute(query):
        found[answer.theme_id].append(
            PublishedAnswer(
                government,
                answer.current_action,
                answer.future_policy,
                today_jst(answer.published_at or answer.drafted_at),
            )
        )
    return found


def _first(quotes: Mapping[int, Sequence[Quote]], theme: Theme, limit: int) -> Sequence[Quote]:
    return quotes.get(theme.id, ())[:limit]


def _ranked(entries: Iterable[ThemeEntry]) -> tuple[ThemeEntry, ...]:
    def rank(entry: ThemeEntry) -> tuple[int, int, int, int]:
        figures = entry.figures
        return -figures.voices, -figures.submissions, -figures.previous_voices, entry.id

    return tuple(sorted(entries, key=rank))
