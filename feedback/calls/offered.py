"""A call as it is offered: its period in days, its state, its initiatives by government."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.calendar import jst_midnight, to_jst
from feedback.calls.models import Initiative
from feedback.calls.service import CallPage


@dataclass(frozen=True, slots=True)
class Period:
    """When a call takes opinions, in days as people name them."""

    first: datetime
    last: datetime | None
    """A moment of the last day; None when the call has no end."""
    is_open: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class OfferedCall:
    """A call with its period."""

    page: CallPage
    period: Period


@dataclass(frozen=True, slots=True)
class InitiativeGroup:
    """The initiatives of one government; of all of them when it is None."""

    government_slug: str | None
    initiatives: Sequence[Initiative]


def offered(page: CallPage, now: datetime) -> OfferedCall:
    """A call with its period as it stands at a moment."""
    # A call closes at the first moment of the day after its last.
    last = page.closes_at - timedelta(microseconds=1) if page.closes_at else None
    is_over = page.closes_at is not None and page.closes_at <= now
    return OfferedCall(page, Period(page.opens_at, last, page.is_open(now), is_over))


def initiative_groups(call: CallPage) -> list[InitiativeGroup]:
    """The initiatives of a call by government, those of every government last."""
    slugs: list[str | None] = [each.slug for each in call.governments]
    groups = [
        InitiativeGroup(slug, [each for each in call.initiatives if each.government_slug == slug])
        for slug in [*slugs, None]
    ]
    return [each for each in groups if each.initiatives]


def first_day(opens_at: datetime) -> date:
    """The day in Japan on which a call opens."""
    return to_jst(opens_at).date()


def last_day(closes_at: datetime | None) -> date | None:
    """The last day in Japan on which a call is open."""
    return None if closes_at is None else to_jst(closes_at - timedelta(microseconds=1)).date()


def end_of(day: date | None) -> datetime | None:
    """The moment at which a call closes that is open through a day in Japan."""
    return None if day is None else jst_midnight(day + timedelta(days=1))
