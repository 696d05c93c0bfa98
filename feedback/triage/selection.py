"""Which cases a reader of the queue means: the ticked rows, with their copies, or a whole view.

A selection names the cases as they were when the reader saw them. What came later is not among
them, and what somebody else changed later is, under a version that fits no longer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.triage import listing
from feedback.triage.filters import QueueFilter
from feedback.triage.models import CASES
from feedback.web.actor import Actor

#: The version of a case that was changed after the reader had seen it; it fits none.
CHANGED_SINCE = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A view of the queue as somebody saw it at a moment."""

    wanted: QueueFilter
    at: datetime
    actor: Actor


def in_view(
    session: Session, seen: Seen, tokenizer: Tokenizer, *, with_copies: bool
) -> Select[int, int]:
    """Every case of a view with its version, by submission."""
    found = _columns(seen.at).where(*_conditions(session, seen, tokenizer))
    if with_copies or not seen.wanted.folds_copies:
        return found.order_by(CASES.submission_id)
    group = case((CASES.campaign_id.is_(None), -CASES.submission_id), else_=CASES.campaign_id)
    place = func.row_number().over(
        partition_by=(group, CASES.government_slug),
        order_by=[CASES.leads.desc(), CASES.leads_in_status.desc(), CASES.submission_id],
    )
    placed = found.add_columns(place.label("place")).subquery()
    return (
        select(placed.c.submission_id, placed.c.version)
        .where(placed.c.place == 1)
        .order_by(placed.c.submission_id)
    )


def copies_of(
    session: Session, seen: Seen, tokenizer: Tokenizer, submission_ids: Collection[int]
) -> Sequence[tuple[int, int]]:
    """The copies that rows of a folded view stand for, without those rows, with their versions."""
    other = CASES.submission_id.table.alias()
    own = select(other.c.campaign_id).where(other.c.submission_id.in_(submission_ids))
    query = _columns(seen.at).where(
        *_conditions(session, seen, tokenizer),
        CASES.campaign_id.in_(own),
        CASES.submission_id.not_in(submission_ids),
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(CASES.submission_id))]


def count(session: Session, query: Select[int, int]) -> int:
    """How many cases a selection holds."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _conditions(session: Session, seen: Seen, tokenizer: Tokenizer) -> list[ColumnElement[bool]]:
    opened = listing.open_view(session, seen.wanted, tokenizer, seen.actor)
    if opened.problems:
        # What could not be read as a view shows nothing, and must not mean everything.
        return [false()]
    view = opened.view
    return [
        CASES.government_slug.in_(view.scope.governments),
        CASES.is_set_aside.in_(view.scope.set_aside),
        CASES.status.in_(view.statuses),
        CASES.opened_at <= seen.at,
        *(each.check(CASES) for each in view.conditions),
    ]


def _columns(seen_at: datetime) -> Select[int, int]:
    version = case((CASES.updated_at <= seen_at, CASES.version), else_=CHANGED_SINCE)
    return select(CASES.submission_id, version.label("version"))
