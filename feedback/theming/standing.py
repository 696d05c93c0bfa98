"""How a call stands before a run: where every statement is, and which themes staff keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming.heirs import Before
from feedback.theming.models import (
    Assignment,
    Run,
    RunAssignment,
    Theme,
    ThemeState,
    aparts_of,
    run_themes,
    standing,
    themes_of,
)

#: A statement, where it stands now, who decided so, and where the last run saw it.
Stood = tuple[int, int | None, str | None, int | None]


def read(session: Session, call_id: int, run: Run | None) -> Before:
    """As the last run placed each statement, then as it was moved since.

    Where a statement still stands at what the last run found, that counts under its own name even
    if staff merged it into another: so the next run finds it again, and it stays merged.
    """
    themes = themes_of(session, call_id)
    parents = _parents(session, themes, run)
    tops: dict[int, int] = {}
    subthemes: dict[int, int] = {}
    stood: dict[int, int] = {}
    decided: dict[int, int | None] = {}
    for statement, now, by, found in _places(session, call_id, run):
        is_moved = found is None or now != standing(themes, found).id
        theme = now if is_moved else found
        if by is not None:
            decided[statement] = now
        if theme is None or now is None:
            continue
        stood[statement] = now
        above = parents.get(theme)
        tops[statement] = above or theme
        if above is not None:
            subthemes[statement] = theme
    return Before(
        tops=tops,
        subthemes=subthemes,
        decided=decided,
        stood=stood,
        parents={each.id: each.parent_id for each in _open(themes)},
        kept=kept_themes(session, themes),
        whole=frozenset(each.id for each in _open(themes) if each.whole_by),
        gathered=_gathered(themes),
        merged={each.id: standing(themes, each.id).id for each in themes.values()},
    )


def kept_themes(session: Session, themes: Mapping[int, Theme]) -> frozenset[int]:
    """The standing themes that staff touched: no run ends them or merges them away."""
    decided = select(Assignment.theme_id).where(
        Assignment.theme_id.in_(list(themes)), Assignment.decided_by.is_not(None)
    )
    found = {theme_id for theme_id in session.scalars(decided.distinct()) if theme_id is not None}
    for call_id in {theme.call_id for theme in themes.values()}:
        found |= {
            id_ for each in aparts_of(session, call_id) for id_ in (each.one_id, each.other_id)
        }
    return frozenset(theme.id for theme in _open(themes) if theme.id in found or _is_touched(theme))


def is_placed_by_staff(theme: Theme, themes: Mapping[int, Theme]) -> bool:
    """Whether no run may set another theme above it: staff did, or fixed it, or it has its own."""
    has_children = any(each.parent_id == theme.id for each in _open(themes))
    return theme.parent_by is not None or theme.pinned_by is not None or has_children


def _is_touched(theme: Theme) -> bool:
    by_name = (theme.staff_label, theme.pinned_by, theme.parent_by, theme.whole_by, theme.made_by)
    return any(by_name) or theme.checked_at is not None or bool(theme.answer_states)


def _gathered(themes: Mapping[int, Theme]) -> frozenset[int]:
    fixed = {each.id for each in _open(themes) if each.pinned_by}
    merged = {
        standing(dict(themes), each.id).id for each in themes.values() if each.merged_by is not None
    }
    return frozenset(fixed | merged)


def _open(themes: Mapping[int, Theme]) -> Iterator[Theme]:
    return (theme for theme in themes.values() if theme.state is ThemeState.OPEN)


def _parents(
    session: Session, themes: Mapping[int, Theme], run: Run | None
) -> dict[int, int | None]:
    """At which level the last run saw each theme; where it did not, at which it stands."""
    parents: dict[int, int | None] = {each.id: each.parent_id for each in themes.values()}
    if run is not None:
        parents |= {each.theme_id: each.parent_id for each in run_themes(session, run.id)}
    return parents


def _places(session: Session, call_id: int, run: Run | None) -> Iterator[Stood]:
    seen = and_(
        RunAssignment.statement_id == Assignment.statement_id,
        RunAssignment.run_id == (run.id if run else -1),
    )
    query = (
        select(
            Assignment.statement_id,
            Assignment.theme_id,
            Assignment.decided_by,
            RunAssignment.theme_id,
        )
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .outerjoin(RunAssignment, seen)
        .where(Submission.call_id == call_id)
        .order_by(Assignment.statement_id)
    )
    yield from session.execute(query)
