"""National holidays, worked out a second time from the law and compared with what we use.

国民の祝日に関する法律（昭和23年法律第178号）第2条・第3条, with its amendments up to 2018 and the
special law for the Games; the equinoxes by the
usual formula of the National Astronomical Observatory's positions（valid to 2099）.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from feedback.calendar import is_working_day, working_days_between


def monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (nth - 1))


def equinox(year: int, base: float) -> int:
    return int(base + 0.242194 * (year - 1980) - (year - 1980) // 4)


def named_days(year: int) -> set[date]:
    """第2条, for the years from 2020."""
    days = {
        date(year, 1, 1),
        monday(year, 1, 2),
        date(year, 2, 11),
        date(year, 2, 23),
        date(year, 3, equinox(year, 20.8431)),
        date(year, 4, 29),
        date(year, 5, 3),
        date(year, 5, 4),
        date(year, 5, 5),
        monday(year, 7, 3),
        date(year, 8, 11),
        monday(year, 9, 3),
        date(year, 9, equinox(year, 23.2488)),
        monday(year, 10, 2),
        date(year, 11, 3),
        date(year, 11, 23),
    }
    moved = {
        2020: [(7, 23), (8, 10), (7, 24)],
        2021: [(7, 22), (8, 8), (7, 23)],
    }
    if year in moved:
        days -= {monday(year, 7, 3), date(year, 8, 11), monday(year, 10, 2)}
        days |= {date(year, *each) for each in moved[year]}
    return days


def holidays_of(year: int) -> set[date]:
    """With 振替休日（第3条第2項）and 国民の休日（第3条第3項）."""
    named = named_days(year)
    found = set(named)
    for day in sorted(named):
        if day.weekday() == 6:
            instead = day + timedelta(days=1)
            while instead in named:
                instead += timedelta(days=1)
            found.add(instead)
    between = {
        day + timedelta(days=1)
        for day in named
        if day + timedelta(days=2) in named and day + timedelta(days=1) not in named
    }
    return found | between


@pytest.mark.parametrize("year", range(2020, 2100))
def test_the_working_days_of_a_year_are_those_of_the_law(year: int) -> None:
    closed = holidays_of(year)
    day = date(year, 1, 1)
    while day.year == year:
        is_year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
        expected = day.weekday() < 5 and day not in closed and not is_year_end
        assert is_working_day(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2019, 4, 30), "国民の休日（即位の日の前日）"),
        (date(2019, 5, 1), "即位の日"),
        (date(2019, 5, 2), "国民の休日（即位の日の翌日）"),
        (date(2019, 5, 6), "こどもの日の振替休日"),
        (date(2019, 10, 22), "即位礼正殿の儀"),
        (date(2020, 5, 6), "憲法記念日の振替休日（水曜日）"),
        (date(2020, 7, 23), "海の日（移動）"),
        (date(2020, 7, 24), "スポーツの日（移動）"),
        (date(2020, 8, 10), "山の日（移動）"),
        (date(2021, 8, 9), "山の日の振替休日"),
        (date(2026, 9, 22), "国民の休日（敬老の日と秋分の日の間）"),
        (date(2032, 9, 21), "国民の休日"),
        (date(2026, 12, 29), "年末"),
        (date(2027, 1, 1), "元日"),
    ],
)
def test_offices_are_closed(day: date, why: str) -> None:
    assert day.weekday() < 5, why
    assert not is_working_day(day), why


@pytest.mark.parametrize(
    "day", [date(2020, 7, 20), date(2020, 10, 12), date(2021, 8, 11), date(2021, 10, 11)]
)
def test_a_holiday_that_was_moved_away_is_a_working_day(day: date) -> None:
    assert is_working_day(day)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 9, 18), date(2026, 9, 24), 1),
        (date(2026, 12, 28), date(2027, 1, 5), 2),
        (date(2026, 11, 27), date(2026, 11, 27), 0),
        (date(2026, 11, 30), date(2026, 11, 27), 0),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, end: date, count: int) -> None:
    assert working_days_between(start, end) == count
