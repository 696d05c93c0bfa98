"""Due dates in working days（開庁日）: a government's own rule, and how a date reads today.

How soon a government answers is its own promise, so none is made until an administrator sets it.
The clock runs from the day of receipt in Japan, also after a hand-over: the citizen waits no less.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calendar import (
    add_working_days,
    today_jst,
    working_days_between,
)
from feedback.calls.models import Government, all_governments
from feedback.intake.models import Submission
from feedback.triage.errors import RuleRefused
from feedback.triage.models import DeadlineRule
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

#: A due date within this many working days is called out.
SOON_DAYS = 2
#: Offered beside the date: working days from today.
QUICK_DAYS = (3, 5, 10)
SUGGESTED_DUE_DAYS = 10
DEFAULT_URGENT_HOURS = 4
#: Nobody counts working days that far.
FAR_DAYS = 366
LONGEST_DUE_DAYS = 250
LONGEST_URGENT_HOURS = 72

RULE_CHANGED = audit.declare(
    "triage.deadline_rule_changed", "期限の決まりを変更した", "due_days", "urgent_hours"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A government's rule."""

    government: str
    due_days: int | None
    urgent_hours: int = DEFAULT_URGENT_HOURS


@dataclass(frozen=True, slots=True)
class FirstDeadline:
    """With whom a new case begins, and when it is due."""

    submission_id: int
    government: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class DueLabel:
    """How a due date reads today."""

    text: str
    is_overdue: bool
    is_soon: bool


def rules(session: Session) -> dict[str, Rule]:
    """The rule of every government, set or not, in the order of governments."""
    kept = {each.government_slug: each for each in session.scalars(select(DeadlineRule))}
    return {each.slug: _rule(each, kept.get(each.slug)) for each in all_governments(session)}


def set_rule(session: Session, rule: Rule, *, actor: Actor) -> bool:
    """Set a government's rule for cases to come; whether it was another before.

    Raises:
        RuleRefused: when a number is out of bounds.
    """
    actor.demand(Permission.MANAGE_STAFF, rule.government)
    _check(rule)
    if rules(session)[rule.government] == rule:
        return False
    session.merge(
        DeadlineRule(
            government_slug=rule.government,
            due_days=rule.due_days,
            urgent_hours=rule.urgent_hours,
        )
    )
    audit.record(
        session,
        RULE_CHANGED,
        actor=actor,
        subject=f"government:{rule.government}",
        government=rule.government,
        due_days=rule.due_days,
        urgent_hours=rule.urgent_hours,
    )
    return True


def first_deadlines(session: Session, submission_ids: Collection[int]) -> Sequence[FirstDeadline]:
    """Where and until when these submissions' cases begin."""
    by_government = rules(session) if submission_ids else {}
    query = select(Submission.id, Submission.government_slug, Submission.received_at)
    rows = session.execute(query.where(Submission.id.in_(submission_ids)).order_by(Submission.id))
    return [
        FirstDeadline(at, government, due_after(today_jst(received), by_government[government]))
        for at, government, received in rows
    ]


def due_after(received_on: date, rule: Rule) -> date | None:
    """The due date of what came on a day."""
    return None if rule.due_days is None else add_working_days(received_on, rule.due_days)


def due_label(due_on: date, today: date) -> DueLabel:
    """あと3開庁日, 今日まで, 2開庁日超過."""
    if abs((due_on - today).days) > FAR_DAYS:
        is_past = due_on < today
        return DueLabel("1年以上超過" if is_past else "1年以上先", is_past, is_soon=False)
    if due_on < today:
        late = working_days_between(due_on, today)
        text = f"{late}開庁日超過" if late else "期限超過"
        return DueLabel(text, is_overdue=True, is_soon=False)
    left = working_days_between(today, due_on)
    text = "今日まで" if due_on == today else f"あと{left}開庁日"
    return DueLabel(text, is_overdue=False, is_soon=left <= SOON_DAYS)


def _rule(government: Government, kept: DeadlineRule | None) -> Rule:
    if kept is None:
        return Rule(government.slug, None)
    return Rule(government.slug, kept.due_days, kept.urgent_hours)


def _check(rule: Rule) -> None:
    if rule.due_days is not None and not 1 <= rule.due_days <= LONGEST_DUE_DAYS:
        raise RuleRefused(f"対応期限は、1から{LONGEST_DUE_DAYS}までの開庁日数にしてください。")
    if not 1 <= rule.urgent_hours <= LONGEST_URGENT_HOURS:
        raise RuleRefused(f"緊急の知らせは、1から{LONGEST_URGENT_HOURS}までの時間にしてください。")
