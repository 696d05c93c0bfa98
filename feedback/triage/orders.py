"""The orders of the queue, each as lanes that follow one another.

A lane is a part of the cases and the key by which it is sorted: first the urgent ones that wait,
newest first; then all others, newest first. An index gives each lane in its order, so that a page
reads little more than the rows it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, not_, true

from feedback.triage.conditions import Check
from feedback.triage.filters import WAITING, Sort
from feedback.triage.models import CASES


@dataclass(frozen=True, slots=True)
class Lane:
    """One stretch of an order."""

    only: Check | None
    """Which cases belong to it; None when it takes all."""
    special: str | None
    """The column that sorts before the date of receipt, empty on those that do not belong to it."""
    is_descending: bool

    @property
    def keys(self) -> tuple[Any, ...]:
        """What it is sorted by; the last makes the order total."""
        date_and_id = (CASES.received_at, CASES.submission_id)
        return (CASES[self.special], *date_and_id) if self.special else date_and_id

    def sorted(self, *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """Its order, or the way back."""
        down = self.is_descending is not backwards
        return [key.desc() if down else key.asc() for key in self.keys]


def _with(column: str, *, is_descending: bool) -> tuple[Lane, Lane]:
    """Those that have a value, by it; then the others, newest first."""
    return (
        Lane(lambda case: getattr(case, column).is_not(None), column, is_descending),
        Lane(lambda case: getattr(case, column).is_(None), None, is_descending=True),
    )


def is_urgent_waiting(case: Any) -> ColumnElement[bool]:
    """Whether a case is urgent and nobody has dealt with it yet."""
    return and_(case.is_urgent == true(), case.status.in_(WAITING))


_LANES: dict[Sort, tuple[Lane, ...]] = {
    Sort.NEWEST: (Lane(None, None, is_descending=True),),
    Sort.OLDEST: (Lane(None, None, is_descending=False),),
    Sort.URGENT: (
        Lane(is_urgent_waiting, None, is_descending=True),
        Lane(lambda case: not_(is_urgent_waiting(case)), None, is_descending=True),
    ),
    Sort.DUE: _with("due_on", is_descending=False),
    Sort.UNSURE: _with("lowest_confidence", is_descending=False),
    Sort.COPIES: _with("copies", is_descending=True),
}


def lanes_of(sort: Sort) -> tuple[Lane, ...]:
    """The lanes of an order, first to last."""
    return _LANES[sort]


def whole(sort: Sort) -> list[ColumnElement[Any]]:
    """The whole order as one ORDER BY, for few rows that no index has in their order."""
    lanes = lanes_of(sort)
    if len(lanes) == 1:
        return lanes[0].sorted()
    found: list[ColumnElement[Any]] = [number_of_lane(sort)]
    for lane in lanes:
        for key in lane.keys:
            inside = case((_belongs(lane), key))
            found.append(inside.desc() if lane.is_descending else inside.asc())
    return found


def number_of_lane(sort: Sort) -> ColumnElement[int]:
    """In which lane of an order a case is, counted from 0."""
    lanes = lanes_of(sort)
    if len(lanes) == 1:
        return literal(0)
    return case(*((_belongs(lane), at) for at, lane in enumerate(lanes[:-1])), else_=len(lanes) - 1)


def _belongs(lane: Lane) -> ColumnElement[bool]:
    return lane.only(CASES) if lane.only else true()
