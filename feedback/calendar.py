"""UTC inside; Japan's time, fiscal years, 和暦 and working days at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

JST = ZoneInfo("Asia/Tokyo")
FISCAL_YEAR_FIRST_MONTH = 4

#: First day and name of each era that a living document can bear（元号）.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)


def to_jst(moment: datetime) -> datetime:
    """An aware moment on Japan's clock."""
    return moment.astimezone(JST)


def today_jst(now: datetime) -> date:
    """The date in Japan at a moment."""
    return to_jst(now).date()


def jst_midnight(day: date) -> datetime:
    """The first moment of a day in Japan, in UTC."""
    return datetime.combine(day, time.min, tzinfo=JST).astimezone(UTC)


def japanese_year(day: date) -> str:
    """The year with its era: 令和8年; the first year of an era is 元年."""
    for first_day, era in ERAS:
        if day >= first_day:
            year = day.year - first_day.year + 1
            return f"{era}{'元' if year == 1 else year}年"
    raise ValueError(f"{day} lies before the eras this calendar knows")


def japanese_date(day: date) -> str:
    """A date as offices write it: 令和8年11月24日."""
    return f"{japanese_year(day)}{day.month}月{day.day}日"


def fiscal_year(day: date) -> int:
    """The fiscal year（年度）, named by the year in which its April lies."""
    return day.year if day.month >= FISCAL_YEAR_FIRST_MONTH else day.year - 1


def fiscal_year_label(day: date) -> str:
    """The fiscal year with its era: 令和8年度."""
    april = date(fiscal_year(day), FISCAL_YEAR_FIRST_MONTH, 1)
    # The era's name at the end of April decides nothing: offices use the era on 1 April,
    # except that 2019年度 is written 令和元年度.
    reference = date(2019, 5, 1) if april.year == 2019 else april
    return f"{japanese_year(reference)}度"


@cache
def _holidays(year: int) -> frozenset[date]:
    """The national holidays（国民の祝日に関する法律第2条・第3条）of a year, 1949 to 2099.

    振替休日, 国民の休日 and the moves for the Games of 2020 and 2021 are among them. The equinoxes
    of years to come are computed, as the law names no day: the almanac of the February before
    each year（暦要項）has the last word. From 2100 on none are known yet.
    """
    return frozenset(holidays.country_holidays("JP", years=year))


def is_working_day(day: date) -> bool:
    """Whether offices are open: no weekend, no national holiday, not 29 December to 3 January.

    The year-end closing is 地方自治法第4条の2 and each government's ordinance on it.
    """
    is_year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not is_year_end and day not in _holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that lies ``count`` working days after ``day``."""
    current = day
    for _ in range(count):
        current += timedelta(days=1)
        while not is_working_day(current):
            current += timedelta(days=1)
    return current


def working_days_between(start: date, end: date) -> int:
    """The working days after ``start`` up to and with ``end``; 0 when ``end`` is not later."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Japan."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> Month:
        """The month in which a moment lies on Japan's clock."""
        day = today_jst(moment)
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-11``.

        Raises:
            ValueError: when the text is anything else.
        """
        parsed = datetime.strptime(text, "%Y-%m").replace(tzinfo=JST)
        return cls(parsed.year, parsed.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def start(self) -> datetime:
        """The first moment of the month, in UTC."""
        return jst_midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The first moment after the month, in UTC."""
        return self.plus(1).start

    @property
    def label(self) -> str:
        """As reports write it: 令和8年11月."""
        return f"{japanese_year(self.first_day)}{self.number}月"

    def plus(self, months: int) -> Month:
        """The month that many months later (or earlier)."""
        index = self.year * 12 + (self.number - 1) + months
        return Month(index // 12, index % 12 + 1)
