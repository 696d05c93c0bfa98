"""The list of reports: months down, governments across, where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.calendar import Month
from feedback.calls.models import (
    SOURCE_LANGUAGE,
    Call,
    CallText,
    governments_of,
    published_calls,
)
from feedback.reporting import service
from feedback.reporting.models import Report, reports_between
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

MONTHS_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one government."""

    government_slug: str
    government_name: str
    report: Report | None
    """The newest edition that the reader may see."""
    may_draft: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One month."""

    month: Month
    is_running: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The list of one call's reports."""

    call: Call
    call_title: str
    calls: tuple[tuple[str, str], ...]
    """Slug and title of every call that can be chosen."""
    governments: tuple[str, ...]
    page: Page[Line]


def overview(
    session: Session, *, call_slug: str | None, page: int, actor: Actor, now: datetime
) -> Overview | None:
    """A call's reports, the newest month first; None while there is no call.

    Raises:
        NotFound: when the call named does not exist.
    """
    calls = published_calls(session)
    if not calls and call_slug is None:
        return None
    call = _chosen(calls, call_slug)
    readable = actor.governments(Permission.READ_REPORTS)
    governments = [each for each in governments_of(session, call.id) if each.slug in readable]
    months = _months(Month.of(call.opens_at), Month.of(now))
    shown = months[(page - 1) * MONTHS_A_PAGE : page * MONTHS_A_PAGE]
    found = _newest_visible(session, call, readable, shown, actor)
    drafting = actor.governments(Permission.DRAFT_REPORTS)
    lines = [
        Line(
            month,
            now < month.end,
            tuple(
                Cell(
                    each.slug,
                    each.name,
                    found.get((month.first_day, each.slug)),
                    each.slug in drafting,
                )
                for each in governments
            ),
        )
        for month in shown
    ]
    titles = _titles(session, calls)
    return Overview(
        call=call,
        call_title=titles[call.slug],
        calls=tuple(titles.items()),
        governments=tuple(each.name for each in governments),
        page=Page(lines, page, MONTHS_A_PAGE, len(months)),
    )


def _titles(session: Session, calls: Sequence[Call]) -> dict[str, str]:
    query = select(CallText.call_id, CallText.title).where(
        CallText.language == SOURCE_LANGUAGE, CallText.call_id.in_([each.id for each in calls])
    )
    titles = {row[0]: row[1] for row in session.execute(query)}
    return {each.slug: titles[each.id] for each in calls}


def _chosen(calls: Sequence[Call], slug: str | None) -> Call:
    for call in calls:
        if slug in (None, call.slug):
            return call
    raise NotFound(f"call {slug}")


def _months(first: Month, last: Month) -> list[Month]:
    months = [last]
    while months[-1] > first:
        months.append(months[-1].plus(-1))
    return months


def _newest_visible(
    session: Session,
    call: Call,
    governments: frozenset[str],
    months: Sequence[Month],
    actor: Actor,
) -> dict[tuple[date, str], Report]:
    if not months:
        return {}
    rows = reports_between(session, call.id, governments, months[-1].first_day, months[0].first_day)
    return {(row.month, row.government_slug): row for row in rows if service.is_visible(row, actor)}
