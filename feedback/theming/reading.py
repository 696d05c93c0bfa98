"""What pages and later rooms read of themes, as frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from feedback.screening.models import Statement, statements_of
from feedback.theming.counts import NONE, Counts, Sizes
from feedback.theming.models import (
    Assignment,
    Theme,
    ThemeState,
    assignments_of,
    last_run,
    run_themes,
    themes_of,
)


@dataclass(frozen=True, slots=True)
class ThemeSummary:
    """A standing theme with its size now; a top theme counts its subthemes in."""

    id: int
    parent_id: int | None
    name: str
    label: str
    """The last run's own label, beside a name that staff gave."""
    keywords: tuple[str, ...]
    counts: Counts
    by_government: Mapping[str, Counts]
    change: str | None
    """Against the run before: continued, split, merged, new; None when the run lost it."""
    checked_at: datetime | None
    checked_by: str | None
    answer_states: Mapping[str, str]
    quote_ids: tuple[int, ...]
    version: int
    pinned_by: str | None = None
    children: tuple[ThemeSummary, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class StatementPlace:
    """Where one statement stands, why, and what else it could be."""

    statement_id: int
    position: int
    text: str
    """Masked."""
    theme_id: int | None = None
    theme_name: str | None = None
    parent_name: str | None = None
    proposed_theme_id: int | None = None
    proposed_name: str | None = None
    runner_up_id: int | None = None
    runner_up_name: str | None = None
    confidence: float = 0.0
    reasons: tuple[Mapping[str, Any], ...] = ()
    """``word`` and ``weight``, strongest first."""
    decided_by: str | None = None
    decided_at: datetime | None = None


def themes_of_call(session: Session, call_id: int) -> list[ThemeSummary]:
    """The standing themes of a call, the most voices first, each with its subthemes."""
    themes = themes_of(session, call_id)
    run = last_run(session, call_id)
    changes = {each.theme_id: each.change for each in run_themes(session, run.id)} if run else {}
    sizes = Sizes.read(session, call_id)
    children: dict[int, list[ThemeSummary]] = defaultdict(list)
    tops: list[ThemeSummary] = []
    standing = [theme for theme in themes.values() if theme.state is ThemeState.OPEN]
    for theme in sorted(standing, key=lambda each: each.parent_id is None):
        below = tuple(_by_voices(children[theme.id]))
        summary = _summary(theme, changes.get(theme.id), sizes, below)
        (tops if theme.parent_id is None else children[theme.parent_id]).append(summary)
    return _by_voices(tops)


def proposals_of(session: Session, submission_id: int) -> list[StatementPlace]:
    """Every statement of a submission with its place; a statement not placed yet has none."""
    statements = statements_of(session, submission_id)
    assignments = assignments_of(session, [each.id for each in statements])
    themes = _named(session, assignments.values())
    return [_place(each, assignments.get(each.id), themes) for each in statements]


def _summary(
    theme: Theme, change: str | None, sizes: Sizes, children: tuple[ThemeSummary, ...]
) -> ThemeSummary:
    return ThemeSummary(
        id=theme.id,
        parent_id=theme.parent_id,
        name=theme.name,
        label=theme.label,
        keywords=tuple(theme.keywords),
        counts=sizes.totals.get(theme.id, NONE),
        by_government=sizes.by_government.get(theme.id, {}),
        change=change,
        checked_at=theme.checked_at,
        checked_by=theme.checked_by,
        answer_states=theme.answer_states,
        quote_ids=tuple(theme.quote_ids),
        version=theme.version,
        pinned_by=theme.pinned_by,
        children=children,
    )


def _by_voices(summaries: list[ThemeSummary]) -> list[ThemeSummary]:
    return sorted(
        summaries, key=lambda each: (-each.counts.voices, -each.counts.submissions, each.id)
    )


def _named(session: Session, assignments: Collection[Assignment]) -> dict[int | None, Theme]:
    """The themes that these assignments name, and their parents."""
    ids = {
        theme_id
        for each in assignments
        for theme_id in (each.theme_id, each.proposed_theme_id, each.runner_up_id)
    }
    parent = aliased(Theme)
    query = (
        select(Theme, parent)
        .outerjoin(parent, parent.id == Theme.parent_id)
        .where(Theme.id.in_([each for each in ids if each is not None]))
    )
    found: dict[int | None, Theme] = {}
    for own, above in session.execute(query):
        found[own.id] = own
        if above is not None:
            found[above.id] = above
    return found


def _place(
    statement: Statement, assignment: Assignment | None, themes: Mapping[int | None, Theme]
) -> StatementPlace:
    if assignment is None:
        return StatementPlace(statement.id, statement.position, statement.text)
    theme = themes.get(assignment.theme_id)
    return StatementPlace(
        statement_id=statement.id,
        position=statement.position,
        text=statement.text,
        theme_id=assignment.theme_id,
        theme_name=theme.name if theme else None,
        parent_name=_name(themes, theme.parent_id) if theme else None,
        proposed_theme_id=assignment.proposed_theme_id,
        proposed_name=_name(themes, assignment.proposed_theme_id),
        runner_up_id=assignment.runner_up_id,
        runner_up_name=_name(themes, assignment.runner_up_id),
        confidence=assignment.confidence,
        reasons=tuple(assignment.reasons),
        decided_by=assignment.decided_by,
        decided_at=assignment.decided_at,
    )


def _name(themes: Mapping[int | None, Theme], theme_id: int | None) -> str | None:
    theme = themes.get(theme_id)
    return theme.name if theme else None
