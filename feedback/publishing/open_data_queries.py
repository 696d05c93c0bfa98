"""The opinions that open data may hold: those that may be quoted, from public themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session

from feedback.calendar import Month
from feedback.calls.models import Municipality
from feedback.intake.models import Kind, Submission
from feedback.publishing.anonymity import Facts
from feedback.reporting.quotes import MAY_BE_QUOTED
from feedback.screening.models import Screening, Statement
from feedback.theming.models import Assignment

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion as it may be shown, with what is known of its writer."""

    facts: Facts
    initiative: str
    kind: Kind
    language: str
    body: str
    """Masked."""
    theme_ids: tuple[int, ...]
    """Where its statements stand; each once."""


def facts_of(session: Session, call_id: int, theme_ids: Collection[int]) -> Counter[Facts]:
    """How many opinions bear each combination of facts."""
    query = _opinions(call_id, theme_ids, *_FACTS, Submission.id).distinct()
    rows = session.execute(query.execution_options(yield_per=BATCH))
    return Counter(_facts(row) for row in rows)


def opinions(session: Session, call_id: int, theme_ids: Collection[int]) -> Iterator[Opinion]:
    """The opinions in the order of their words, which tells nothing of when they came."""
    query = _opinions(
        call_id,
        theme_ids,
        Submission.id,
        *_FACTS,
        Submission.initiative_slug,
        Submission.kind,
        Screening.language,
        Screening.body,
        Assignment.theme_id,
    ).order_by(Screening.body, Submission.id, Assignment.theme_id)
    rows = session.execute(query.execution_options(yield_per=BATCH))
    for _id, group in groupby(rows, key=lambda row: row.id):
        places = list(group)
        row = places[0]
        ids = tuple(dict.fromkeys(place.theme_id for place in places))
        yield Opinion(_facts(row), row.initiative_slug, row.kind, row.language, row.body, ids)


_FACTS: tuple[ColumnElement[Any], ...] = (
    Submission.received_at.expression,
    Submission.government_slug.expression,
    Submission.age_band.expression,
    Municipality.government_slug.label("prefecture"),
    Municipality.name.label("municipality"),
)


def _opinions(call_id: int, theme_ids: Collection[int], *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Submission)
        .join(Screening, Screening.submission_id == Submission.id)
        .join(Statement, Statement.submission_id == Submission.id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .outerjoin(Municipality, Municipality.code == Submission.municipality_code)
        .where(
            Submission.call_id == call_id,
            MAY_BE_QUOTED,
            Assignment.theme_id.in_(sorted(theme_ids)) if theme_ids else false(),
        )
    )


def _facts(row: Any) -> Facts:
    return Facts(
        month=str(Month.of(row.received_at)),
        government=row.government_slug,
        age_band=row.age_band,
        prefecture=row.prefecture,
        municipality=row.municipality,
    )
