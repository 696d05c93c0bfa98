"""Who is speaking against who lives here（声の偏り）: by place, by age, and by both.

Voices are those of people who live in the region as far as is known: who says to work or study
there only is counted apart. Where a person lives is the municipality they named, else the
government they wrote to. Shares are compared among those who told; how many did not is shown.
Nothing here changes any other figure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import Session

from analysis.coverage import Group, Heard, Representation, representation
from feedback.calendar import jst_midnight
from feedback.calls.models import (
    Government,
    Municipality,
    People,
    all_governments,
    all_municipalities,
    populations,
    published_calls,
)
from feedback.intake.models import AgeBand, Relation, Submission
from feedback.reporting.scope import IS_OPINION, from_submissions
from feedback.screening.models import Statement, voice_key
from feedback.theming import overview
from feedback.theming.models import Assignment, Theme
from feedback.web.actor import REGION

#: Who answers is compared with those aged ten and over: hardly any younger child writes.
AGE_OF_BAND = {"10s": AgeBand.UNDER_20.value}
YOUNGEST = "under10"

#: The picture's scale goes from an eighth to eight times, each doubling the same width.
DOUBLINGS = 3
WIDEST = 10.0

HEARD_LABELS = {
    Heard.MORE: "人口に比べて多い",
    Heard.LESS: "人口に比べて少ない",
    Heard.ALIKE: "人口にほぼ見合う",
    Heard.UNKNOWN: "まだ判断できない",
}


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Which voices to compare."""

    call_id: int
    government: str | None = None
    """The prefecture whose people are compared; None for all four."""
    theme_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One group of people with its words."""

    label: str
    submissions: int
    found: Representation

    @property
    def heard(self) -> str:
        """How it was heard, in Japanese."""
        return HEARD_LABELS[self.found.heard]

    @property
    def ratio(self) -> str:
        """0.62倍."""
        return f"{self.found.ratio:.2f}倍"

    @property
    def interval(self) -> str:
        """0.46〜0.79倍; above ten times nobody needs to know how much."""
        high = f"{self.found.high:.2f}" if self.found.high < WIDEST else "10以上"
        return f"{self.found.low:.2f}〜{high}倍"

    @property
    def span(self) -> tuple[float, float, float]:
        """Where low end, ratio and high end stand on a scale from 0 to 100 with 1 in its middle."""
        return _place(self.found.low), _place(self.found.ratio), _place(self.found.high)

    @property
    def is_less(self) -> bool:
        """Whether it was heard less than its size."""
        return self.found.heard is Heard.LESS

    @property
    def is_more(self) -> bool:
        """Whether it was heard more than its size."""
        return self.found.heard is Heard.MORE


@dataclass(frozen=True, slots=True)
class Table:
    """Groups that together are the whole, and the voices that told to which they belong."""

    lines: tuple[Line, ...]
    voices: int
    untold: int
    """Voices that did not tell."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who is speaking against who lives here."""

    as_of: date | None
    """The day of the population count."""
    submissions: int
    voices: int
    elsewhere: int
    """Voices of people who work or study there, or neither: not compared."""
    places: Table
    ages: Table
    ages_by_place: tuple[tuple[str, Table], ...]
    municipalities: Table

    @property
    def less(self) -> tuple[Line, ...]:
        """The groups that were heard less than their size, the largest first."""
        lines = [
            line for table in (self.ages, self.municipalities) for line in table.lines
            if line.is_less
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda line: -line.found.people))


@dataclass(frozen=True, slots=True)
class _Count:
    submissions: int = 0
    voices: int = 0


def coverage(session: Session, wanted: CoverageFilter) -> Coverage:
    """Compare the voices of a call with the population."""
    people = [each for each in populations(session) if wanted.government in (None, each.government)]
    reader = _Reader(session, wanted)
    totals = reader.total()
    governments = {each.slug: each.name for each in all_governments(session) if each.code}
    if wanted.government:
        governments = {wanted.government: governments[wanted.government]}
    towns = {each.code: each for each in all_municipalities(session)}
    by_age = {code: AgeBand(_age(code)).label for code in _bands(people)}
    adults = [each for each in people if each.age_band != YOUNGEST]
    cross = reader.by(reader.place, Submission.age_band)
    return Coverage(
        as_of=people[0].as_of if people else None,
        submissions=totals.submissions,
        voices=totals.voices,
        elsewhere=reader.elsewhere(),
        places=_table(
            governments, _sum(people, lambda each: each.government), reader.by(reader.place)
        ),
        ages=_table(
            by_age,
            _sum(adults, lambda each: each.age_band),
            _by_band(reader.by(Submission.age_band)),
        ),
        ages_by_place=tuple(
            (name, _ages_in(slug, by_age, adults, cross)) for slug, name in governments.items()
        ),
        municipalities=_table(
            {
                code: _town(town, governments, wanted)
                for code, town in towns.items()
                if town.government_slug in governments
            },
            _sum(people, lambda each: each.municipality),
            reader.by(Submission.municipality_code),
        ),
    )


class _Reader:
    """Counts of one filter's voices, by any columns."""

    def __init__(self, session: Session, wanted: CoverageFilter) -> None:
        self.session = session
        self.wanted = wanted
        self.place = func.coalesce(Municipality.government_slug, Submission.government_slug)

    def total(self) -> _Count:
        """Everybody who is compared."""
        return next(iter(self._counted(self._lives_here).values()), _Count())

    def elsewhere(self) -> int:
        """Voices of people who do not live here."""
        found = self._counted(~self._lives_here)
        return next(iter(found.values()), _Count()).voices

    def by(self, *columns: Any) -> dict[Any, _Count]:
        """Counts by these columns; the key of a single column is its value."""
        return self._counted(self._lives_here, *columns)

    @property
    def _lives_here(self) -> ColumnElement[bool]:
        return or_(Submission.relation.is_(None), Submission.relation == Relation.LIVE)

    def _counted(self, condition: ColumnElement[bool], *columns: Any) -> dict[Any, _Count]:
        query = (
            from_submissions(
                *columns, func.count(distinct(Submission.id)), func.count(distinct(voice_key()))
            )
            .outerjoin(Municipality, Municipality.code == Submission.municipality_code)
            .where(condition, IS_OPINION, *self._conditions())
        )
        rows = self.session.execute(query.group_by(*columns) if columns else query)
        return {
            row[0] if len(columns) == 1 else tuple(row[:-2]): _Count(row[-2], row[-1])
            for row in rows
        }

    def _conditions(self) -> list[ColumnElement[bool]]:
        wanted = self.wanted
        found = [Submission.call_id == wanted.call_id]
        if wanted.government:
            found.append(self.place == wanted.government)
        if wanted.since:
            found.append(Submission.received_at >= jst_midnight(wanted.since))
        if wanted.until:
            found.append(Submission.received_at < jst_midnight(wanted.until + timedelta(days=1)))
        if wanted.theme_id is not None:
            found.append(Submission.id.in_(_speaking_of(wanted.theme_id)))
        return found


def _speaking_of(theme_id: int) -> Any:
    return (
        select(Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(Theme, and_(Theme.id == Assignment.theme_id))
        .where(or_(Theme.id == theme_id, Theme.parent_id == theme_id))
    )


def _table(
    labels: Mapping[str, str], people: Mapping[str, int], counts: Mapping[Any, _Count]
) -> Table:
    groups = [Group(key, people.get(key, 0), counts.get(key, _Count()).voices) for key in labels]
    lines = tuple(
        Line(labels[found.key], counts.get(found.key, _Count()).submissions, found)
        for found in representation(groups)
    )
    untold = sum(count.voices for key, count in counts.items() if key in (None, REGION))
    return Table(lines, sum(group.voices for group in groups), untold)


def _ages_in(
    place: str,
    labels: Mapping[str, str],
    people: Sequence[People],
    cross: Mapping[tuple[str, AgeBand | None], _Count],
) -> Table:
    here = _sum([each for each in people if each.government == place], lambda each: each.age_band)
    counts = {age: count for (where, age), count in cross.items() if where == place}
    return _table(labels, here, _by_band(counts))


def _by_band(counts: Mapping[Any, _Count]) -> dict[Any, _Count]:
    """Counts by the population's bands instead of the form's answers."""
    band_of = {age: band for band, age in AGE_OF_BAND.items()}
    return {
        band_of.get(age.value, age.value) if age else None: count for age, count in counts.items()
    }


def _bands(people: Iterable[People]) -> list[str]:
    order = [YOUNGEST, "10s", *(each.value for each in AgeBand)]
    return sorted({each.age_band for each in people} - {YOUNGEST}, key=order.index)


def _age(band: str) -> str:
    return AGE_OF_BAND.get(band, band)


def _sum(people: Iterable[People], key: Callable[[People], str]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for each in people:
        sums[key(each)] += each.people
    return dict(sums)


def _town(town: Municipality, governments: Mapping[str, str], wanted: CoverageFilter) -> str:
    return town.name if wanted.government else f"{governments[town.government_slug]}　{town.name}"


def _place(ratio: float) -> float:
    doublings = math.log2(ratio) if 0 < ratio < math.inf else math.copysign(DOUBLINGS, ratio - 1)
    return 50 + 50 * max(-1.0, min(1.0, doublings / DOUBLINGS))


def prefectures(session: Session) -> list[Government]:
    """The governments that are places: without the region."""
    return [each for each in all_governments(session) if each.code]


def call_choices(session: Session) -> list[tuple[str, str]]:
    """Slug and title of every call."""
    titles = overview.titles_of(session)
    return [(call.slug, titles[call.id]) for call in published_calls(session)]
