"""The front of a view in its order, read from the list indexes.

Every index begins with a few columns of which each value is one *arm*: a stretch of cases that
stand in the lane's order already. A page is the first rows of all arms, merged. Where more is
asked than the index knows, an arm is read only so far: its horizon. What lies before every
horizon is proven to be the front of the view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    cast,
    literal,
    null,
    select,
    true,
    tuple_,
)

from feedback.triage.conditions import Check, Condition, Scope
from feedback.triage.filters import WAITING, Sort
from feedback.triage.models import CASES, CaseStatus
from feedback.triage.orders import Lane, lanes_of

#: How many cases of an arm are looked at, when asking one needs its own row only, or other tables.
EXAMINED, EXAMINED_DEARLY = 16_000, 6_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A case's place in an order."""

    lane: int
    keys: tuple[Any, ...]
    submission_id: int


@dataclass(frozen=True, slots=True)
class Arm:
    """One stretch of an index."""

    lane: int
    prefix: tuple[ColumnElement[bool], ...]
    checks: tuple[Check, ...]
    """What the index does not know."""


@dataclass(frozen=True, slots=True)
class View:
    """One view of the queue, ready to be read."""

    scope: Scope
    status: CaseStatus | None
    """The tab."""
    conditions: tuple[Condition, ...]
    sort: Sort

    @property
    def statuses(self) -> tuple[CaseStatus, ...]:
        """The statuses that the tab shows."""
        if self.status is None:
            return self.scope.statuses
        return tuple(each for each in self.scope.statuses if each is self.status)

    @property
    def is_of_all_statuses(self) -> bool:
        """Whether the tab is すべて, with nothing left out."""
        return len(self.statuses) == len(CaseStatus)

    @property
    def standing(self) -> str:
        """The column that says which copy stands for its campaign here."""
        return "leads" if self.is_of_all_statuses else "leads_in_status"

    @property
    def examined(self) -> int:
        """How far an arm is read at most."""
        # What is quick to ask comes first: of what it leaves over, the rest is asked.
        is_dear = bool(self.conditions) and all(each.is_dear for each in self.conditions)
        return EXAMINED_DEARLY if is_dear else EXAMINED


def arms_of(view: View) -> list[Arm]:
    """Every arm of every lane."""
    return [
        arm
        for number, lane in enumerate(lanes_of(view.sort))
        for arm in _arms_of_lane(view, number, lane)
    ]


def _arms_of_lane(view: View, number: int, lane: Lane) -> Iterator[Arm]:
    asked = [each for each in view.conditions if not (each.is_of_receipt and not lane.special)]
    within = [each for each in view.conditions if each not in asked]
    range_ = tuple(each.check(CASES) for each in within)
    checks = tuple(each.check for each in asked)
    if view.sort is Sort.URGENT and number == 0:
        for government, status in product(view.scope.governments, view.statuses):
            if status in WAITING:
                prefix = (CASES.is_urgent == true(), *_equal(government, status=status))
                yield Arm(number, (*prefix, *range_), (*_scope_checks(view), *checks))
    elif lane.special in ("copies", "due_on"):
        has_value = CASES[lane.special].is_not(None)
        for government in view.scope.governments:
            prefix = (*_equal(government), has_value)
            yield Arm(number, prefix, (*_scope_checks(view), *checks))
    elif lane.special is not None:
        has_value = CASES[lane.special].is_not(None)
        stands = [_stands] if view.scope.folds_copies and view.is_of_all_statuses else []
        for equal in _tabs(view):
            yield Arm(number, (*equal, has_value), (*stands, *checks))
    else:
        only = [lane.only] if lane.only else []
        for equal in _all(view) if view.is_of_all_statuses else _tabs(view):
            yield Arm(number, (*equal, *range_), (*only, *checks))


def _all(view: View) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """The arms of the index over all statuses."""
    scope = view.scope
    for government, aside, leads in product(scope.governments, scope.set_aside, _leading(scope)):
        yield _equal(government, is_set_aside=aside, leads=leads)


def _tabs(view: View) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """The arms of the index that knows the status."""
    scope = view.scope
    for government, aside, status, leads in product(
        scope.governments, scope.set_aside, view.statuses, _leading(scope)
    ):
        yield _equal(government, is_set_aside=aside, status=status, leads_in_status=leads)


def _leading(scope: Scope) -> tuple[bool, ...]:
    return (True,) if scope.folds_copies else (True, False)


def _equal(government: str, **values: Any) -> tuple[ColumnElement[bool], ...]:
    pairs = {"government_slug": government, **values}
    return tuple(CASES[name] == value for name, value in pairs.items())


def _stands(case: Any) -> ColumnElement[bool]:
    stands: ColumnElement[bool] = case.leads == true()
    return stands


def _scope_checks(view: View) -> list[Check]:
    """What an index that knows the government only has to be asked."""
    found: list[Check] = [
        lambda case: case.is_set_aside.in_(view.scope.set_aside),
        lambda case: case.status.in_(view.statuses),
    ]
    if view.scope.folds_copies:
        found.append(lambda case: getattr(case, view.standing) == true())
    return found


def rows_of_all(
    view: View,
    arms: Sequence[Arm],
    need: int,
    beyond: Mark | None = None,
    *,
    backwards: bool = False,
) -> list[Select[Any]]:
    """The first rows of each arm (beyond a place), and the arms' horizons."""
    return [
        row
        for number, arm in enumerate(arms)
        for row in _rows_of(view, arm, number, need, beyond, backwards=backwards)
    ]


def _rows_of(
    view: View,
    arm: Arm,
    number: int,
    need: int,
    beyond: Mark | None,
    *,
    backwards: bool,
) -> list[Select[Any]]:
    lane = lanes_of(view.sort)[arm.lane]
    inside = _beyond(lane, arm.lane, beyond, backwards=backwards)
    if inside is None:
        return []
    ordered = lane.sorted(backwards=backwards)
    if not arm.checks:
        first = (
            select(CASES.submission_id).where(*arm.prefix, *inside).order_by(*ordered).limit(need)
        )
        return [_as_row(lane, arm.lane, first, number, ())]
    first = (
        select(CASES.submission_id)
        .where(*arm.prefix, *inside)
        .order_by(*ordered)
        .limit(view.examined)
    )
    horizon = first.limit(1).offset(view.examined)
    return [
        _as_row(lane, arm.lane, first, number, arm.checks).limit(need),
        _as_row(lane, arm.lane, horizon, -number - 1, ()),
    ]


def _beyond(
    lane: Lane, number: int, mark: Mark | None, *, backwards: bool
) -> tuple[ColumnElement[bool], ...] | None:
    """The part of a lane after a place (before it, when read backwards); None when none is."""
    if mark is None:
        return ()
    if number == mark.lane:
        held = zip(lane.keys, mark.keys, strict=True)
        keys, place = tuple_(*lane.keys), tuple_(*(literal(at, key.type) for key, at in held))
        is_down = lane.is_descending is not backwards
        return (keys < place if is_down else keys > place,)
    is_after = number > mark.lane
    return () if is_after is not backwards else None


class _Noted:
    """Notes which columns checks ask for."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:
        self.names[name] = None
        return CASES[name]


def used_by(checks: Sequence[Check]) -> Sequence[str]:
    """The columns that checks ask for, so that a query carries no others along."""
    noted = _Noted()
    for check in checks:
        check(noted)
    return tuple(noted.names)


def _as_row(
    lane: Lane, number: int, cases: Select[Any], mark: int, checks: Sequence[Check]
) -> Select[Any]:
    """A row for the merge: lane, special key as number or day, date, id, and which arm it is of."""
    own = ("submission_id", "received_at", *([lane.special] if lane.special else []))
    names = dict.fromkeys((*own, *used_by(checks)))
    listed = cases.with_only_columns(*(CASES[name] for name in names)).subquery()
    special = listed.c[lane.special] if lane.special else None
    is_day = lane.special == "due_on"
    return select(
        literal(number).label("lane"),
        (cast(null(), Float) if special is None or is_day else cast(special, Float)).label(
            "number"
        ),
        (special if special is not None and is_day else cast(null(), Date)).label("day"),
        listed.c.received_at,
        listed.c.submission_id,
        cast(literal(mark), Integer).label("mark"),
    ).where(*(check(listed.c) for check in checks))


@dataclass(frozen=True, slots=True)
class Front:
    """The first cases of a view, and whether there may be others before or among them."""

    marks: tuple[Mark, ...]
    is_proven: bool


def merged(
    view: View, rows: Sequence[Any], arms: int, need: int, *, backwards: bool = False
) -> Front:
    """Merge the arms' rows; stop at the nearest horizon of an arm that gave too few."""
    lanes = lanes_of(view.sort)
    given = [0] * arms
    found: list[tuple[Any, ...]] = []
    horizons: list[tuple[Any, int]] = []
    for row in rows:
        lane = lanes[row.lane]
        special = row.day.toordinal() if row.day is not None else row.number
        values: tuple[Any, ...] = (row.received_at.timestamp(), row.submission_id)
        values = values if special is None else (special, *values)
        down = lane.is_descending is not backwards
        place = (
            -row.lane if backwards else row.lane,
            *((-value if down else value) for value in values),
        )
        if row.mark < 0:
            horizons.append((place, -row.mark - 1))
        else:
            given[row.mark] += 1
            found.append((place, row))
    found.sort(key=lambda each: each[0])
    ends = [place for place, arm in horizons if given[arm] < need]
    end = min(ends) if ends else None
    proven = [row for place, row in found if end is None or place <= end][:need]
    return Front(tuple(_mark(row) for row in proven), is_proven=end is None or len(proven) == need)


def _mark(row: Any) -> Mark:
    special = row.day if row.day is not None else row.number
    if special is not None and float(special).is_integer() if row.day is None else False:
        special = int(special)
    keys = (row.received_at, row.submission_id)
    return Mark(row.lane, keys if special is None else (special, *keys), row.submission_id)
