"""How far staff have come with the themes of a call: statements decided, themes done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming.models import Assignment, Theme, ThemeState


@dataclass(frozen=True, slots=True)
class Decided:
    """How many statements stand in a theme, and how many of them nobody has decided about."""

    statements: int = 0
    undecided: int = 0


NONE = Decided()


@dataclass(frozen=True, slots=True)
class Step:
    """A top theme on the way through the review, its subthemes counted in."""

    theme_id: int
    name: str
    decided: Decided
    is_checked: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing of it waits for this reader."""
        return self.is_checked or self.decided.undecided == 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The way through a call's themes in the order in which they are reviewed."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many themes are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def undecided(self) -> int:
        """How many statements wait in all."""
        return sum(step.decided.undecided for step in self.steps)

    def next_after(self, theme_id: int) -> Step | None:
        """The next theme with something to decide, beginning anew at the end."""
        at = next((i for i, step in enumerate(self.steps) if step.theme_id == theme_id), -1)
        round_trip = [*self.steps[at + 1 :], *self.steps[: max(at, 0)]]
        return next((step for step in round_trip if not step.is_done), None)


def decided_of(
    session: Session, call_id: int, governments: Collection[str]
) -> Mapping[int, Decided]:
    """Theme → what of these governments' statements stands in it, subthemes by themselves."""
    query = (
        select(
            Assignment.theme_id,
            func.count(),
            func.count(Assignment.decided_by),
        )
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(
            Submission.call_id == call_id,
            charge.in_charge_of(governments),
            Assignment.theme_id.is_not(None),
        )
        .group_by(Assignment.theme_id)
    )
    return {
        theme_id: Decided(count, count - decided)
        for theme_id, count, decided in session.execute(query)
        if theme_id is not None
    }


def together(decided: Mapping[int, Decided], theme_ids: Collection[int]) -> Decided:
    """What stands in several themes at once."""
    found = [decided.get(each, NONE) for each in theme_ids]
    return Decided(sum(each.statements for each in found), sum(each.undecided for each in found))


def read(session: Session, call_id: int, governments: Collection[str]) -> Progress:
    """The way through the call's themes: fixed ones first, then the largest."""
    query = select(Theme).where(Theme.call_id == call_id, Theme.state == ThemeState.OPEN)
    themes = session.scalars(query).all()
    own = decided_of(session, call_id, governments)
    decided = {
        top.id: together(own, [top.id, *(each.id for each in themes if each.parent_id == top.id)])
        for top in themes
        if top.parent_id is None
    }
    return Progress(
        tuple(
            Step(theme.id, theme.name, decided[theme.id], theme.checked_at is not None)
            for theme in _in_order(themes, decided)
        )
    )


def _in_order(themes: Sequence[Theme], decided: Mapping[int, Decided]) -> list[Theme]:
    tops = [theme for theme in themes if theme.parent_id is None]
    return sorted(
        tops,
        key=lambda theme: (theme.pinned_by is None, -decided[theme.id].statements, theme.id),
    )
