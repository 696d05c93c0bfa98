"""Which cases a reader of the queue means: the ticked rows, with their copies, or a whole view.

A selection names the cases as they were when the reader saw them. What came later is not among
them, and what somebody else changed later is, under a version that fits no longer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from analysis.tokens import Tokenizer
from feedback.intake.models import Submission
from feedback.screening.models import Campaign, CampaignMember, Screening, voice_key
from feedback.triage import filters, search
from feedback.triage.filters import QueueFilter
from feedback.triage.models import Case
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
    conditions = _conditions(session, seen, tokenizer)
    if with_copies or not seen.wanted.folds_copies:
        return _columns(seen.at).where(*conditions).order_by(Submission.id)
    is_first = case((Campaign.representative_id == Submission.id, 0), else_=1)
    place = func.row_number().over(partition_by=voice_key(), order_by=[is_first, Submission.id])
    picked = _joined(select(Submission.id, place.label("place"))).where(*conditions).subquery()
    return (
        _columns(seen.at)
        .join(picked, picked.c.id == Submission.id)
        .where(picked.c.place == 1)
        .order_by(Submission.id)
    )


def copies_of(
    session: Session, seen: Seen, tokenizer: Tokenizer, submission_ids: Collection[int]
) -> Sequence[tuple[int, int]]:
    """The copies that rows of a folded view stand for, without those rows, with their versions."""
    other = aliased(CampaignMember)
    own = select(other.campaign_id).where(other.submission_id.in_(submission_ids))
    query = _columns(seen.at).where(
        *_conditions(session, seen, tokenizer),
        CampaignMember.campaign_id.in_(own),
        Submission.id.not_in(submission_ids),
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Submission.id))]


def count(session: Session, query: Select[int, int]) -> int:
    """How many cases a selection holds."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _conditions(session: Session, seen: Seen, tokenizer: Tokenizer) -> list[ColumnElement[bool]]:
    dialect = session.get_bind().dialect.name
    terms = search.parse(seen.wanted.query, tokenizer)
    found = filters.conditions(seen.wanted, terms, seen.actor, dialect)
    found.append(Case.opened_at <= seen.at)
    if seen.wanted.status is not None:
        found.append(Case.status == seen.wanted.status)
    return found


def _columns(seen_at: datetime) -> Select[int, int]:
    version = case((Case.updated_at <= seen_at, Case.version), else_=CHANGED_SINCE)
    found: Select[int, int] = _joined(select(Submission.id, version.label("version")))
    return found


def _joined(query: Select[*tuple[Any, ...]]) -> Any:
    return (
        query.select_from(Submission)
        .join(Screening, Screening.submission_id == Submission.id)
        .join(Case, Case.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .outerjoin(Campaign, Campaign.id == CampaignMember.campaign_id)
    )
