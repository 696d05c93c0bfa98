"""Two people on one case: what the second wanted, what the first has made of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from feedback.audit.service import Event as AuditEvent
from feedback.triage import service as triage
from feedback.triage.history import NO_DUE_DATE, NO_SECTION, NOBODY, UNTHEMED, Event
from feedback.triage.page import CasePage
from feedback.triage.service import CaseState

UNTOUCHED = "（変更していません）"
EXCERPT = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that both may have changed."""

    label: str
    mine: str
    now: str
    who: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the second of two people is shown; nothing of theirs is stored yet."""

    rows: tuple[Row, ...]
    overwrites: CaseState | None = None
    """What saving once more would make of the case; None when nothing would be overwritten."""
    choices: tuple[str, ...] = ()
    """Themes to decide once more: ``statement:theme:mark``."""
    hint: str = ""


#: Field of a case's state → how the page calls it, and which entry of the log changes it.
_FIELDS: Mapping[str, tuple[str, AuditEvent]] = {
    "status": ("対応状況", triage.STATUS_CHANGED),
    "section_id": ("担当課", triage.SECTIONED),
    "assignee_id": ("担当", triage.ASSIGNED),
    "due_on": ("期限", triage.DUE_CHANGED),
}


def of_state(page: CasePage, wanted: CaseState, seen: CaseState | None) -> Conflict:
    """Field by field; what the second left alone as it was seen stays as the first set it."""
    now = page.case.state
    base = seen or now
    mine = {each: getattr(wanted, each) for each in _names() if _differ(wanted, base, each)}
    theirs = [each for each in _names() if _differ(now, base, each)]
    kept = {each: value for each, value in mine.items() if value != getattr(now, each)}
    merged = replace(now, **kept)
    may_follow = merged.status is now.status or merged.status in page.case.next_statuses
    hint = f"「{now.status.label}」から「{merged.status.label}」には変更できません。"
    return Conflict(
        tuple(_row(page, each, mine, now) for each in _names() if each in mine or each in theirs),
        merged if kept and may_follow else None,
        hint="" if may_follow else hint,
    )


def of_themes(page: CasePage, wanted: Mapping[int, int | None]) -> Conflict:
    """Statement by statement: the theme that was chosen, and where it stands now."""
    names = {int(each.value): each.label.strip() for each in page.themes}
    rows, choices = [], []
    for number, each in enumerate(page.statements, start=1):
        place = each.place
        if place.statement_id not in wanted:
            continue
        theme_id = wanted[place.statement_id]
        mine = UNTHEMED if theme_id is None else names.get(theme_id, "今はないテーマ")
        if place.decided_by and place.theme_id == theme_id:
            continue
        now = place.theme_name or UNTHEMED
        label = f"意見文{number}「{place.text[:EXCERPT]}…」"
        rows.append(
            Row(
                label,
                mine,
                now if place.decided_by else f"{now}（提案）",
                place.decided_by,
                place.decided_at,
            )
        )
        if theme_id is None or theme_id in names:
            choices.append(f"{place.statement_id}:{theme_id or ''}:{each.mark}")
    return Conflict(tuple(rows), choices=tuple(choices))


def _names() -> list[str]:
    return list(_FIELDS)


def _differ(one: CaseState, other: CaseState, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _row(page: CasePage, name: str, mine: Mapping[str, Any], now: CaseState) -> Row:
    label, event = _FIELDS[name]
    words = _words(page, name)
    last = _last(page, event)
    return Row(
        label,
        words(mine[name]) if name in mine else UNTOUCHED,
        words(getattr(now, name)),
        last.actor if last else None,
        last.at if last else None,
    )


def _last(page: CasePage, event: AuditEvent) -> Event | None:
    """Who changed it last; an answer to a theme changes the status too."""
    names = {event.name}
    if event is triage.STATUS_CHANGED:
        names.add(triage.ANSWERED.name)
    return next((each for each in page.events if each.name in names), None)


def _words(page: CasePage, name: str) -> Callable[[Any], str]:
    people = {int(each.value): each.label for each in page.workers}
    if page.case.assignee_id and page.case.assignee:
        people.setdefault(page.case.assignee_id, page.case.assignee)
    match name:
        case "status":
            return lambda status: str(status.label)
        case "assignee_id":
            return lambda person: people.get(person, "選べない職員") if person else NOBODY
        case "section_id":
            sections = {int(each.value): each.label for each in page.sections}
            if page.case.section_id and page.case.section:
                sections.setdefault(page.case.section_id, page.case.section)
            return lambda each: sections.get(each, "選べない課") if each else NO_SECTION
        case _:
            return lambda day: day.strftime("%Y/%m/%d") if day else NO_DUE_DATE
