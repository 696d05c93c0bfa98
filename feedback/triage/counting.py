"""How many rows stand under each tab of a large view: counted up to ``MOST``, never further.

Without conditions an index knows; with conditions a sample is counted, the first cases that the
most selective condition finds, and what comes out is a lower bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)

from feedback.triage.conditions import Check, Condition
from feedback.triage.lists import View, used_by
from feedback.triage.models import CASES, CaseStatus

#: Rows are counted and paged up to here; beyond, narrowing down is quicker than leafing through.
MOST = 10_000
#: How many cases are looked at to count when that takes other tables.
SAMPLED = 4_000
#: In place of a lane's number, on rows that are counts.
COUNTED = -1
_ORDER = tuple(CaseStatus)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows, or what they come to at least."""

    number: int
    is_exact: bool = True

    def at_least(self, seen: int) -> Count:
        """The same, when so many rows have been seen."""
        return self if self.is_exact or self.number >= seen else Count(seen, is_exact=False)


Counts = Mapping[CaseStatus | None, Count]


def few(condition: Condition) -> Select[Any]:
    """The first submissions that (may) fulfil a condition, one more than ``MOST`` at most."""
    if condition.ids is not None:
        return condition.ids.limit(MOST + 1)
    return select(CASES.submission_id).where(condition.check(CASES)).limit(MOST + 1)


def size_of(condition: Condition) -> ColumnElement[int]:
    """How many submissions (may) fulfil a condition, one more than ``MOST`` for any more."""
    first = few(condition) if condition.sizing is None else condition.sizing.limit(MOST + 1)
    return select(func.count()).select_from(first.subquery()).scalar_subquery()


def counting(view: View, leader: Condition | None) -> Iterator[Select[Any]]:
    """Selects that count, shaped as the rows of ``lists``."""
    if view.conditions:
        yield from _sampled(view, leader)
        return
    scope = view.scope
    for government, aside in product(scope.governments, scope.set_aside):
        here = (CASES.government_slug == government, CASES.is_set_aside == aside)
        if scope.folds_copies:
            yield _row(_number(*here, CASES.leads == true()), len(_ORDER))
        for status in scope.statuses:
            stands = (CASES.leads_in_status == true(),) if scope.folds_copies else ()
            yield _row(_number(*here, CASES.status == status, *stands), _ORDER.index(status))


def read(view: View, rows: Sequence[Any]) -> Counts:
    """What the counts under each tab come to."""
    parts: Counter[int] = Counter()
    is_cut: set[int] = set()
    standing = 0
    for row in rows:
        if row.lane == COUNTED and row.number:
            parts[row.submission_id] += int(row.number)
            standing += row.mark
            if row.number > MOST:
                is_cut.add(row.submission_id)
    is_sample = bool(view.conditions)
    of_statuses = {_ORDER.index(status): status for status in view.scope.statuses}
    found: dict[CaseStatus | None, Count] = {
        status: _count(parts[at], is_exact=not (is_sample or at in is_cut))
        for at, status in of_statuses.items()
    }
    everywhere = sum(parts[at] for at in of_statuses)
    if view.scope.folds_copies and len(of_statuses) == len(_ORDER):
        everywhere = standing if is_sample else parts[len(_ORDER)]
    found[None] = _count(everywhere, is_exact=not (is_sample or is_cut))
    return found


def _count(number: int, *, is_exact: bool) -> Count:
    return Count(min(number, MOST), is_exact and number <= MOST)


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    first = select(CASES.submission_id).where(*conditions).limit(MOST + 1)
    return select(func.count()).select_from(first.subquery()).scalar_subquery()


def _row(number: ColumnElement[int], place: Any, mark: Any = 0) -> Select[Any]:
    return select(
        literal(COUNTED).label("lane"),
        cast(number, Float).label("number"),
        cast(null(), Date).label("day"),
        cast(null(), CASES.received_at.type).label("received_at"),
        cast(place, CASES.submission_id.type).label("submission_id"),
        cast(mark, Integer).label("mark"),
    )


def _sampled(view: View, leader: Condition | None) -> Iterator[Select[Any]]:
    checks: list[Check] = [each.check for each in view.conditions]
    if leader is None:
        for government, aside in product(view.scope.governments, view.scope.set_aside):
            here = (CASES.government_slug == government, CASES.is_set_aside == aside)
            newest = (CASES.received_at.desc(), CASES.submission_id.desc())
            stands = (CASES.leads == true(),) if view.scope.folds_copies else ()
            first = (
                select(CASES.submission_id).where(*here, *stands).order_by(*newest).limit(SAMPLED)
            )
            yield _by_status(view, first, checks)
        return
    if not leader.narrows_only:
        checks.remove(leader.check)
    checks += [
        lambda case: case.government_slug.in_(view.scope.governments),
        lambda case: case.is_set_aside.in_(view.scope.set_aside),
    ]
    first = select(CASES.submission_id).where(leader.check(CASES)).limit(MOST + 1)
    if leader.ids is not None:
        ids = leader.ids.limit(SAMPLED).subquery()
        first = select(CASES.submission_id).join(ids, ids.c[0] == CASES.submission_id)
    yield _by_status(view, first, checks)


def _by_status(view: View, sample: Select[Any], checks: Sequence[Check]) -> Select[Any]:
    used = used_by(checks)
    names = dict.fromkeys(("status", "leads", "leads_in_status", *used))
    listed = sample.with_only_columns(*(CASES[name] for name in names)).subquery()
    folds = view.scope.folds_copies
    in_tab = func.sum(case((listed.c.leads_in_status == true(), 1), else_=0))
    number = in_tab if folds else func.count()
    place = case(
        {status.value: at for at, status in enumerate(_ORDER)}, value=listed.c.status, else_=-1
    )
    standing = func.sum(case((listed.c.leads == true(), 1), else_=0))
    query = _row(number, place, standing).select_from(listed)
    return query.where(*(check(listed.c) for check in checks)).group_by(listed.c.status)
