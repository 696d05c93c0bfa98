"""Template filters: moments on Japan's clock, numbers, receipt numbers."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from feedback.calendar import japanese_date, to_jst


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(jst_time, "jst_time")
    app.add_template_filter(jst_date, "jst_date")
    app.add_template_filter(wareki, "wareki")
    app.add_template_filter(number, "number")
    app.add_template_filter(percent, "percent")
    app.add_template_filter(iso, "iso")


def jst_time(moment: datetime | None) -> str:
    """2026/11/24 09:05 in Japan; a dash for none."""
    return to_jst(moment).strftime("%Y/%m/%d %H:%M") if moment else "—"


def jst_date(moment: datetime | date | None) -> str:
    """2026/11/24 in Japan; a dash for none."""
    if moment is None:
        return "—"
    day = to_jst(moment).date() if isinstance(moment, datetime) else moment
    return day.strftime("%Y/%m/%d")


def wareki(moment: datetime | date) -> str:
    """令和8年11月24日 in Japan."""
    day = to_jst(moment).date() if isinstance(moment, datetime) else moment
    return japanese_date(day)


def number(value: float) -> str:
    """1,234."""
    return f"{value:,}"


def percent(share: float) -> str:
    """0.123 → 12%."""
    return f"{share:.0%}"


def iso(moment: datetime) -> str:
    """For the ``datetime`` attribute of <time>."""
    return moment.isoformat(timespec="seconds")
