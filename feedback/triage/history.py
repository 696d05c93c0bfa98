"""What happened to a case, as staff read it: the audit log in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from feedback.audit import labels
from feedback.audit import service as audit
from feedback.audit.labels import value_label
from feedback.audit.models import AuditEntry
from feedback.theming import decisions
from feedback.theming import service as theming
from feedback.triage import handovers, tags
from feedback.triage import service as triage
from feedback.triage.models import CaseStatus

UNTHEMED = "未分類"
NOBODY = "担当なし"
NO_SECTION = "課なし"
NO_DUE_DATE = "期限なし"
#: Entries whose details say all there is to say.
TOLD_BY_THE_AUDIT = ("screening.", "intake.")


@dataclass(frozen=True, slots=True)
class Names:
    """How to call the staff and themes that entries name by id."""

    staff: Mapping[int, str]
    themes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry in words."""

    at: datetime
    actor: str
    name: str
    label: str
    detail: str
    version: int | None
    """The version of the case that the change made; None when it left the case's state alone."""


def entries_of(
    session: Session, submission_id: int, theme_ids: Sequence[int]
) -> Sequence[AuditEntry]:
    """The entries about a submission, and about answers to its themes, newest first."""
    answered = and_(
        AuditEntry.event == triage.ANSWERED.name,
        AuditEntry.subject.in_([f"theme:{each}" for each in theme_ids]),
    )
    query = (
        select(AuditEntry)
        .where(or_(AuditEntry.subject == f"submission:{submission_id}", answered))
        .order_by(AuditEntry.id.desc())
    )
    return session.scalars(query).all()


def in_words(entries: Sequence[AuditEntry], names: Names) -> tuple[Event, ...]:
    """Entries as staff read them."""
    return tuple(
        Event(
            at=entry.at,
            actor=entry.actor_name,
            name=entry.event,
            label=audit.label_of(entry.event),
            detail=_detail(entry.event, entry.details, names),
            version=entry.details.get("version"),
        )
        for entry in entries
    )


def _detail(event: str, details: Mapping[str, Any], names: Names) -> str:
    both: tuple[Any, Any] = (details.get("before"), details.get("after"))
    words = ""
    match event:
        case triage.STATUS_CHANGED.name:
            words = _arrow(*(CaseStatus(each).label for each in both))
        case triage.ASSIGNED.name:
            words = _arrow(*(_person(each, names) for each in both))
        case triage.DUE_CHANGED.name:
            words = _arrow(*(_day(each) for each in both))
        case triage.SECTIONED.name:
            words = _arrow(*(str(each or NO_SECTION) for each in both))
        case handovers.HANDED_OVER.name:
            words = _arrow(*(value_label(each) for each in both))
        case tags.TAGGED.name | tags.UNTAGGED.name:
            words = str(details["tag"])
        case theming.DECIDED.name | decisions.TAKEN_BACK.name:
            places = _arrow(*(_theme(each, names) for each in both))
            words = f"意見文{details['statement'] + 1}：{places}"
        case theming.ACCEPTED.name:
            words = f"意見文{details['statement'] + 1}：{_theme(details['theme'], names)}"
        case _ if event.startswith(TOLD_BY_THE_AUDIT):
            words = labels.details_label(details)
    return words


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _person(staff_id: int | None, names: Names) -> str:
    return NOBODY if staff_id is None else names.staff.get(staff_id, f"職員 {staff_id}")


def _theme(theme_id: int | None, names: Names) -> str:
    return UNTHEMED if theme_id is None else names.themes.get(theme_id, f"テーマ {theme_id}")


def _day(value: str | None) -> str:
    return date.fromisoformat(value).strftime("%Y/%m/%d") if value else NO_DUE_DATE
