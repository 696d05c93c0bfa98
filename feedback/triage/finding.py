"""Find the cases of a view: which page, which neighbours, how many under each tab.

Two ways, chosen by how much the most selective condition leaves over:

- *gathered*, up to ``MOST`` cases: all are read, folded and counted to the last one;
- *listed*, beyond: the front of the view is read from the list indexes, and what is counted is a
  lower bound as soon as it would take reading everything. A campaign is then there when the copy
  that stands for it fulfils the conditions; gathered, when any copy does.

Either way the work does not grow with the number of submissions. ``docs/triage.md`` has figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from feedback.triage import counting, lists
from feedback.triage.conditions import Condition
from feedback.triage.counting import COUNTED, MOST, Count, Counts
from feedback.triage.lists import Front, Mark, View
from feedback.triage.models import CASES, CaseStatus
from feedback.triage.orders import lanes_of, number_of_lane, whole

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a view."""

    ids: tuple[int, ...]
    page: int
    total: Count
    counts: Counts
    """Rows under each tab; None is すべて."""
    is_listed: bool
    """Whether the view was too large to be read as a whole."""
    is_cut: bool = False
    """Whether there may be rows that were not looked for."""


@dataclass(frozen=True, slots=True)
class _Row:
    submission_id: int
    status: str
    group: tuple[int, str] | int
    rank: tuple[bool, bool, int]
    """The least stands for its campaign."""


def find(session: Session, view: View, page: int) -> Found:
    """One page of a view; a number beyond the last page shows the last."""
    leader, size = _leader(session, view)
    if leader is not None and size <= MOST:
        return _gathered(view, _gather(session, view, leader), page)
    need = min(page * PAGE_SIZE, MOST) + 1
    arms = lists.arms_of(view)
    parts = [
        *lists.rows_of_all(view, arms, need),
        *counting.counting(view, leader),
    ]
    rows = _rows(session, parts)
    listed = [row for row in rows if row.lane != COUNTED]
    front = lists.merged(view, listed, len(arms), need)
    if not front.is_proven and leader is not None:
        return _gathered(view, _gather(session, view, leader), page)
    return _listed(view, front, counting.read(view, rows), page)


def neighbours(session: Session, view: View, submission_id: int) -> tuple[int | None, int | None]:
    """What comes before and after a case, also when it is not in the view itself."""
    leader, size = _leader(session, view)
    if leader is not None and size <= MOST:
        return _around(session, view, leader, submission_id)
    here = _mark_of(session, view, submission_id)
    fronts = [_next(session, view, here, backwards=each) for each in (True, False)]
    if leader is not None and not all(each.is_proven for each in fronts):
        return _around(session, view, leader, submission_id)
    before, after = (each.marks[0].submission_id if each.marks else None for each in fronts)
    return before, after


def _leader(session: Session, view: View) -> tuple[Condition | None, int]:
    """The condition that leaves the fewest, and how many (one more than ``MOST`` for any more)."""
    leading = [each for each in view.conditions if each.can_lead]
    if not leading:
        return None, 0
    sizes = (select(literal(at), counting.size_of(each)) for at, each in enumerate(leading))
    at, size = min(session.execute(union_all(*sizes)), key=lambda row: (row[1], row[0]))
    return leading[at], size


def _gather(session: Session, view: View, leader: Condition, also: int | None = None) -> list[_Row]:
    """All cases of the view in every tab, in its order; ``also`` one that need not be in it."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    leads = leader.check(CASES) if leader.ids is None else CASES.submission_id.in_(leader.ids)
    scope = view.scope
    others = [
        CASES.government_slug.in_(scope.governments),
        CASES.is_set_aside.in_(scope.set_aside),
        CASES.status.in_(scope.statuses),
        *(each.check(CASES) for each in view.conditions if each is not leader),
        *([leader.check(CASES)] if leader.narrows_only else []),
    ]
    wanted = and_(leads, *(_shielded(each) if is_sqlite else each for each in others))
    if also is not None:
        wanted = or_(CASES.submission_id == also, wanted)
    query = select(
        CASES.submission_id,
        type_coerce(CASES.status, String).label("status"),
        CASES.campaign_id,
        CASES.government_slug,
        CASES.leads,
        CASES.leads_in_status,
    )
    rows = session.execute(query.where(wanted).order_by(*whole(view.sort)).limit(MOST + 1))
    return [
        _Row(
            at,
            status,
            (campaign, government) if campaign is not None and scope.folds_copies else at,
            (not leads, not leads_in_status, at),
        )
        for at, status, campaign, government, leads, leads_in_status in rows
    ]


def _shielded(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Keep SQLite from choosing another index than the leader's: it cannot know what is rare."""
    plus: custom_op[bool] = custom_op("+", is_comparison=True)
    return UnaryExpression(condition.self_group(), operator=plus, type_=condition.type)


def _folded(rows: Sequence[_Row], kept: int | None = None) -> list[_Row]:
    """One row of each group: the copy that stands for it; ``kept`` stays whatever it is."""
    stands: dict[object, _Row] = {}
    for row in rows:
        known = stands.get(row.group)
        if known is None or row.rank < known.rank:
            stands[row.group] = row
    return [row for row in rows if stands[row.group] is row or row.submission_id == kept]


def _in_tab(view: View, rows: Sequence[_Row]) -> Sequence[_Row]:
    return rows if view.status is None else [row for row in rows if row.status == view.status]


def _gathered(view: View, rows: Sequence[_Row], page: int) -> Found:
    shown = _folded(_in_tab(view, rows))
    is_exact = len(rows) <= MOST
    by_status = Counter(
        status for status, _ in {(row.status, row.group) for row in rows}
    )  # fmt: skip
    counts: dict[CaseStatus | None, Count] = {
        status: Count(by_status[status.value], is_exact) for status in view.scope.statuses
    }
    counts[None] = Count(len({row.group for row in rows}), is_exact)
    number = min(page, _pages(len(shown)))
    first = (number - 1) * PAGE_SIZE
    ids = tuple(row.submission_id for row in shown[first : first + PAGE_SIZE])
    return Found(ids, number, Count(len(shown), is_exact), counts, is_listed=False)


def _around(
    session: Session, view: View, leader: Condition, submission_id: int
) -> tuple[int | None, int | None]:
    ids = [row.submission_id for row in _folded(_in_tab(view, _gather(session, view, leader)))]
    if submission_id not in ids:
        # A change has taken it out of the view: its place is between what has stayed.
        rows = _gather(session, view, leader, also=submission_id)
        kept = [
            row
            for row in rows
            if view.status in (None, row.status) or row.submission_id == submission_id
        ]
        ids = [row.submission_id for row in _folded(kept, submission_id)]
    at = ids.index(submission_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)


def _pages(rows: int) -> int:
    return max(1, -(-min(rows, MOST) // PAGE_SIZE))


def _listed(view: View, front: Front, counts: Counts, page: int) -> Found:
    seen = len(front.marks)
    number = min(page, _pages(seen))
    first = (number - 1) * PAGE_SIZE
    ids = tuple(mark.submission_id for mark in front.marks[first : first + PAGE_SIZE])
    total = counts.get(view.status, Count(0)).at_least(seen)
    counts = {**counts, view.status: total}
    return Found(ids, number, total, counts, is_listed=True, is_cut=not front.is_proven)


def _mark_of(session: Session, view: View, submission_id: int) -> Mark:
    lanes = lanes_of(view.sort)
    query = select(number_of_lane(view.sort), *(key for lane in lanes for key in lane.keys))
    lane, *keys = session.execute(query.where(CASES.submission_id == submission_id)).one()
    start = sum(len(each.keys) for each in lanes[:lane])
    return Mark(lane, tuple(keys[start : start + len(lanes[lane].keys)]), submission_id)


def _next(session: Session, view: View, here: Mark, *, backwards: bool) -> Front:
    arms = lists.arms_of(view)
    rows = _rows(session, lists.rows_of_all(view, arms, 1, here, backwards=backwards))
    return lists.merged(view, rows, len(arms), 1, backwards=backwards)


def _rows(session: Session, parts: Sequence[Select[Any]]) -> Sequence[Any]:
    """What all parts give, in one statement."""
    if not parts:
        return ()
    # Each as a table of its own: SQLite takes no LIMIT inside a UNION.
    return session.execute(union_all(*(select(part.subquery()) for part in parts))).all()
