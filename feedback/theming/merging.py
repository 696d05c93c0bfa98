"""What a merge would move, shown before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.calls.models import all_governments
from feedback.theming import counts, service
from feedback.theming.counts import Counts
from feedback.theming.errors import UnknownTheme
from feedback.theming.models import Assignment, Theme, ThemeState


@dataclass(frozen=True, slots=True)
class MergePreview:
    """A merge before it is done: both themes and what would move."""

    theme: Theme
    target: Theme
    theme_counts: Counts
    target_counts: Counts
    statements: int
    """Those of its subthemes included."""
    decided: int
    """Of them, how many staff had put there."""
    subthemes: tuple[str, ...]
    answers: Mapping[str, str]
    """Government's name → state, of the answers that go along."""


def preview(session: Session, theme: Theme, target_id: int) -> MergePreview:
    """Look at a merge without doing it.

    Raises:
        UnknownTheme: when the target does not stand in the same call.
        MergeRefused: when these two cannot become one.
    """
    target = session.get(Theme, target_id)
    if target is None or target.call_id != theme.call_id or target.state is not ThemeState.OPEN:
        raise UnknownTheme
    children = service.children_of(session, theme)
    service.check_merge(theme, target, children)
    family = service.family_of(session, theme.id)
    own = select(func.count(), func.count(Assignment.decided_by)).where(
        Assignment.theme_id.in_(family)
    )
    statements, decided = session.execute(own).one()
    names = {each.slug: each.name for each in all_governments(session)}
    return MergePreview(
        theme=theme,
        target=target,
        theme_counts=counts.of_family(session, family),
        target_counts=counts.of_family(session, service.family_of(session, target.id)),
        statements=statements,
        decided=decided,
        subthemes=tuple(child.name for child in children),
        answers={names[slug]: state for slug, state in theme.answer_states.items()},
    )
