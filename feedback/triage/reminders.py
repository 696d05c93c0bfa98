"""What is due: soon, overdue, or urgent and unread; counted per person and section.

A case stands here once, under the gravest of its reasons. One that was answered, put aside or
replied to waits for nobody and is not counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Section, Staff
from feedback.calendar import add_working_days, today_jst
from feedback.intake import receipts
from feedback.intake.models import Submission
from feedback.screening.models import Screening
from feedback.triage import deadlines
from feedback.triage.deadlines import DueLabel, due_label
from feedback.triage.models import Case, CaseStatus

OPEN = (CaseStatus.NEW, CaseStatus.READING, CaseStatus.THEMED)
LISTED = 20


class Reason(StrEnum):
    """Why a case is called out."""

    URGENT = "urgent"
    OVERDUE = "overdue"
    SOON = "soon"

    @property
    def label(self) -> str:
        """The reason in Japanese."""
        return REASON_LABELS[self]


REASON_LABELS = {
    Reason.URGENT: "緊急の確認遅れ",
    Reason.OVERDUE: "期限超過",
    Reason.SOON: f"期限まで{deadlines.SOON_DAYS}開庁日以内",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases are called out for each reason."""

    urgent: int = 0
    overdue: int = 0
    soon: int = 0

    @property
    def total(self) -> int:
        """All of them; a case is counted once."""
        return self.urgent + self.overdue + self.soon

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.urgent + other.urgent, self.overdue + other.overdue, self.soon + other.soon
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """With whom cases lie: a section, a person, both or neither."""

    government: str
    section_id: int | None
    section: str | None
    staff_id: int | None
    staff: str | None


@dataclass(frozen=True, slots=True)
class DueCase:
    """One case that is called out."""

    submission_id: int
    receipt: str
    reason: Reason
    due: DueLabel | None
    section: str | None
    assignee: str | None
    received_at: datetime


def counts_by_holder(
    session: Session, governments: Collection[str], now: datetime
) -> dict[Holder, Counts]:
    """The called-out cases in these governments' charge, by section and person."""
    reason = _reason(session, governments, now)
    columns = (
        Case.government_slug,
        Section.id.label("section_id"),
        Section.name.label("section"),
        Staff.id.label("staff_id"),
        Staff.name.label("staff"),
        reason.label("reason"),
    )
    each = _called_out(select(*columns), reason, governments).subquery()
    query = select(*each.c, func.count()).group_by(*each.c)
    found: dict[Holder, Counts] = {}
    for *holder, why, number in session.execute(query):
        key = Holder(*holder)
        found[key] = found.get(key, Counts()) + Counts(**{why: number})
    return found


def due_cases(
    session: Session,
    governments: Collection[str],
    now: datetime,
    *,
    staff_id: int,
    section_ids: Collection[int],
) -> Sequence[DueCase]:
    """What is called out with a person, or with nobody yet; gravest first.

    With nobody: in one of the person's sections, or in none at all.
    """
    reason = _reason(session, governments, now)
    is_near = or_(Case.section_id.is_(None), Case.section_id.in_(section_ids))
    unassigned = and_(Case.assignee_id.is_(None), is_near)
    query = (
        _called_out(
            select(
                Case.submission_id,
                Submission.receipt_number,
                reason,
                Case.due_on,
                Section.name,
                Staff.name,
                Submission.received_at,
            ),
            reason,
            governments,
        )
        .where(or_(Case.assignee_id == staff_id, unassigned))
        .order_by(
            case((reason == Reason.URGENT.value, 0), else_=1), Case.due_on, Case.submission_id
        )
        .limit(LISTED)
    )
    today = today_jst(now)
    return [_due_case(row, today) for row in session.execute(query)]


def _reason(
    session: Session, governments: Collection[str], now: datetime
) -> ColumnElement[str | None]:
    """The gravest reason to call a case out; NULL for none."""
    today = today_jst(now)
    rules = deadlines.rules(session)
    waits_too_long = or_(
        *(
            and_(
                Case.government_slug == slug,
                Case.opened_at < now - timedelta(hours=rules[slug].urgent_hours),
            )
            for slug in sorted(set(governments) & set(rules))
        )
    )
    urgent = and_(Case.status == CaseStatus.NEW, Screening.is_urgent, waits_too_long)
    soon = Case.due_on <= add_working_days(today, deadlines.SOON_DAYS)
    return case(
        (urgent, Reason.URGENT.value),
        (Case.due_on < today, Reason.OVERDUE.value),
        (soon, Reason.SOON.value),
        else_=None,
    )


def _called_out(
    query: Select[*tuple[Any, ...]],
    reason: ColumnElement[str | None],
    governments: Collection[str],
) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Case)
        .join(Submission, Submission.id == Case.submission_id)
        .join(Screening, Screening.submission_id == Case.submission_id)
        .outerjoin(Section, Section.id == Case.section_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .where(
            Case.government_slug.in_(governments),
            Case.status.in_(OPEN),
            Case.replied_at.is_(None),
            ~Screening.is_set_aside,
            or_(Case.due_on.is_not(None), Screening.is_urgent),
            reason.is_not(None),
        )
    )


def _due_case(row: Any, today: date) -> DueCase:
    at, number, reason, due_on, section, assignee, received_at = row
    return DueCase(
        submission_id=at,
        receipt=receipts.display(number),
        reason=Reason(reason),
        due=due_label(due_on, today) if due_on else None,
        section=section,
        assignee=assignee,
        received_at=received_at,
    )
