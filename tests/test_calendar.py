"""Japan's clock, years and working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.calendar import (
    Month,
    add_working_days,
    fiscal_year,
    fiscal_year_label,
    is_working_day,
    japanese_date,
    japanese_year,
    jst_midnight,
    today_jst,
)


def test_a_moment_late_in_utc_is_the_next_day_in_japan() -> None:
    assert today_jst(datetime(2026, 10, 31, 15, 0, tzinfo=UTC)) == date(2026, 11, 1)


def test_a_month_runs_from_midnight_to_midnight_in_japan() -> None:
    month = Month(2026, 11)
    assert month.start == datetime(2026, 10, 31, 15, 0, tzinfo=UTC)
    assert month.end == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), "令和8年11月24日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
    ],
)
def test_dates_are_written_with_their_era(day: date, expected: str) -> None:
    assert japanese_date(day) == expected


def test_a_year_before_the_known_eras_is_refused() -> None:
    with pytest.raises(ValueError, match="before the eras"):
        japanese_year(date(1900, 1, 1))


@pytest.mark.parametrize(
    ("day", "year", "label"),
    [
        (date(2026, 3, 31), 2025, "令和7年度"),
        (date(2026, 4, 1), 2026, "令和8年度"),
        (date(2019, 4, 10), 2019, "令和元年度"),
    ],
)
def test_the_fiscal_year_starts_in_april(day: date, year: int, label: str) -> None:
    assert fiscal_year(day) == year
    assert fiscal_year_label(day) == label


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 23), False),
        (date(2026, 11, 22), False),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_offices_close_on_weekends_holidays_and_over_new_year(day: date, is_open: bool) -> None:
    assert is_working_day(day) is is_open


def test_working_days_step_over_new_year() -> None:
    assert add_working_days(date(2026, 12, 28), 1) == date(2027, 1, 4)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-40, 40))
def test_months_can_be_added_and_taken_away(day: date, months: int) -> None:
    month = Month(day.year, day.month)
    assert month.plus(months).plus(-months) == month
    assert Month.parse(str(month)) == month
    assert Month.of(jst_midnight(day)) == month


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "令和8年"])
def test_anything_but_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Month.parse(text)
