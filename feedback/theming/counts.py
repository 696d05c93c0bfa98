"""Sizes of themes now, always both ways: submissions（意見）and voices（声の数）."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, distinct, func, select
from sqlalchemy.orm import Session

from feedback.calendar import Month
from feedback.intake.models import AgeBand, Submission
from feedback.screening.models import CampaignMember, Screening, Statement, voice_key
from feedback.theming.models import Assignment, Theme


@dataclass(frozen=True, slots=True)
class Counts:
    """How many submissions（意見）, and how many voices（声の数）."""

    submissions: int = 0
    voices: int = 0


NONE = Counts()

Shape = TypeVarTuple("Shape")

#: Numbers under which a submission's and a voice's count stand in a row.
SUBMISSIONS = func.count(distinct(Submission.id)).label("submissions")


def voices() -> ColumnElement[int]:
    """The count of distinct voices."""
    return func.count(distinct(voice_key())).label("voices")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of every theme of a call; a top theme's holds its subthemes'."""

    totals: Mapping[int, Counts]
    by_government: Mapping[int, Mapping[str, Counts]]

    @classmethod
    def read(cls, session: Session, call_id: int) -> Sizes:
        """Count at both levels; a campaign across governments is one voice in the total."""
        totals: dict[int, Counts] = {}
        by_government: dict[int, dict[str, Counts]] = defaultdict(dict)
        # The finest level first: for a top theme the second turn replaces its own few
        # statements by all that lie below it.
        for level in _levels():
            query = _of_call(call_id).add_columns(level.label("theme"))
            for row in session.execute(query.group_by(level)):
                totals[row.theme] = Counts(row.submissions, row.voices)
            government = Submission.government_slug
            for row in session.execute(query.add_columns(government).group_by(level, government)):
                counts = Counts(row.submissions, row.voices)
                by_government[row.theme][row.government_slug] = counts
        return cls(totals, by_government)


def by_age(session: Session, call_id: int) -> dict[int, dict[AgeBand | None, Counts]]:
    """Theme → the size by age band, None for those who did not say; a top one's with its own."""
    found: dict[int, dict[AgeBand | None, Counts]] = defaultdict(dict)
    age = Submission.age_band
    for level in _levels():
        query = _of_call(call_id).add_columns(level.label("theme"), age).group_by(level, age)
        for row in session.execute(query):
            found[row.theme][row.age_band] = Counts(row.submissions, row.voices)
    return found


def _levels() -> tuple[ColumnElement[int], ColumnElement[int]]:
    return Theme.id.expression, func.coalesce(Theme.parent_id, Theme.id)


def _of_call(call_id: int) -> Select[int, int]:
    return (
        select(SUBMISSIONS, voices())
        .select_from(Assignment)
        .join(Theme, Theme.id == Assignment.theme_id)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(Submission.call_id == call_id, ~Screening.is_set_aside)
    )


def of_family(session: Session, theme_ids: Sequence[int]) -> Counts:
    """The size of a theme with its subthemes."""
    row = session.execute(_in_themes(select(SUBMISSIONS, voices()), theme_ids)).one()
    return Counts(row.submissions, row.voices)


def of_each(session: Session, theme_ids: Sequence[int]) -> dict[int, Counts]:
    """The size of each of these themes alone."""
    query = _in_themes(select(Assignment.theme_id, SUBMISSIONS, voices()), theme_ids)
    rows = session.execute(query.group_by(Assignment.theme_id))
    return {row.theme_id: Counts(row.submissions, row.voices) for row in rows}


def by_month(
    session: Session, theme_ids: Sequence[int], months: Sequence[Month]
) -> dict[str, list[Counts]]:
    """Government → the size in each month, then in all time."""
    columns: list[ColumnElement[Any]] = [Submission.government_slug.expression]
    for month in months:
        inside = (Submission.received_at >= month.start) & (Submission.received_at < month.end)
        columns.append(func.count(distinct(case((inside, Submission.id)))))
        columns.append(func.count(distinct(case((inside, voice_key())))))
    columns += [SUBMISSIONS, voices()]
    query = _in_themes(select(*columns), theme_ids).group_by(Submission.government_slug)
    return {
        row[0]: [Counts(row[at], row[at + 1]) for at in range(1, len(row), 2)]
        for row in session.execute(query)
    }


def by(session: Session, theme_ids: Sequence[int], column: Any) -> dict[Any, Counts]:
    """The size by the values of a column of submissions."""
    query = _in_themes(select(column, SUBMISSIONS, voices()), theme_ids).group_by(column)
    return {row[0]: Counts(row.submissions, row.voices) for row in session.execute(query)}


def in_months(session: Session, theme_ids: Sequence[int], months: Sequence[Month]) -> list[Counts]:
    """The size in each month over all governments: a campaign across them is one voice."""
    columns: list[ColumnElement[Any]] = []
    for month in months:
        inside = (Submission.received_at >= month.start) & (Submission.received_at < month.end)
        columns.append(func.count(distinct(case((inside, Submission.id)))))
        columns.append(func.count(distinct(case((inside, voice_key())))))
    row = session.execute(_in_themes(select(*columns), theme_ids)).one()
    return [Counts(row[at], row[at + 1]) for at in range(0, len(row), 2)]


def _in_themes(query: Select[*Shape], theme_ids: Sequence[int]) -> Select[*Shape]:
    return (
        query.select_from(Assignment)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(Assignment.theme_id.in_(theme_ids), ~Screening.is_set_aside)
    )


def unplaced(session: Session, call_id: int) -> Counts:
    """The size of 未分類: opinions with a statement that stands in no theme."""
    query = (
        select(SUBMISSIONS, voices())
        .select_from(Assignment)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(
            Submission.call_id == call_id,
            Assignment.theme_id.is_(None),
            ~Screening.is_set_aside,
        )
    )
    row = session.execute(query).one()
    return Counts(row.submissions, row.voices)


def opinions(session: Session, call_id: int) -> Counts:
    """The size of the whole call without what is set aside."""
    query = (
        select(SUBMISSIONS, voices())
        .select_from(Submission)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(Submission.call_id == call_id, ~Screening.is_set_aside)
    )
    row = session.execute(query).one()
    return Counts(row.submissions, row.voices)
