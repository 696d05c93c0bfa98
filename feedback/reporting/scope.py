"""Which submissions a report counts, and how a query counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from feedback.calendar import Month
from feedback.intake.models import Submission
from feedback.reporting.content import Figures
from feedback.screening.models import CampaignMember, Screening, voice_key


@dataclass(frozen=True, slots=True)
class Scope:
    """A call, the governments whose submissions count, and the month."""

    call_id: int
    governments: tuple[str, ...]
    month: Month

    @property
    def previous(self) -> Month:
        """The month before."""
        return self.month.plus(-1)

    @property
    def belongs(self) -> ColumnElement[bool]:
        """A submission of this call and of these governments, whenever it came."""
        return and_(
            Submission.call_id == self.call_id,
            Submission.government_slug.in_(self.governments),
        )

    def received(self, first: Month, last: Month) -> ColumnElement[bool]:
        """A submission that belongs and came in these months, the last one included."""
        return and_(
            self.belongs,
            Submission.received_at >= first.start,
            Submission.received_at < last.end,
        )

    @property
    def compared(self) -> ColumnElement[bool]:
        """A submission that belongs and came in the month or in the one before."""
        return self.received(self.previous, self.month)

    @property
    def in_month(self) -> ColumnElement[bool]:
        """Whether a compared submission came in the month itself."""
        return Submission.received_at >= self.month.start

    @property
    def figures(self) -> tuple[ColumnElement[int], ...]:
        """Four columns for ``figures_of``; other months in the query do not disturb them."""
        is_now = self.received(self.month, self.month)
        is_before = self.received(self.previous, self.previous)
        return (
            _distinct(is_now, Submission.id),
            _distinct(is_now, voice_key()),
            _distinct(is_before, Submission.id),
            _distinct(is_before, voice_key()),
        )


#: Not screened yet counts as an opinion: nothing is left out before it has been looked at.
IS_OPINION: ColumnElement[bool] = or_(
    Screening.is_set_aside.is_(None), Screening.is_set_aside.is_(False)
)


def from_submissions(*columns: Any) -> Select[Any]:
    """Select from submissions beside what screening and campaign grouping know of them."""
    return (
        select(*columns)
        .select_from(Submission)
        .outerjoin(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
    )


def count_when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows fulfil the condition; rows must be one per submission."""
    return func.count(case((condition, Submission.id)))


def figures_of(row: Row[Any] | Sequence[Any]) -> Figures:
    """The last four columns of a row that asked for ``Scope.figures``."""
    return Figures(*row[-4:])


def _distinct(condition: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return func.count(case((condition, value)).distinct())
