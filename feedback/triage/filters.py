"""What a reader of the queue asks to see, as values and as SQL conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import aliased

from feedback.accounts.models import SectionMember
from feedback.calendar import jst_midnight
from feedback.intake.models import Channel, Kind, Submission
from feedback.screening.models import CampaignMember, Screening, Statement
from feedback.theming.models import Assignment, Theme
from feedback.triage import search
from feedback.triage.models import Case, CaseStatus, CaseTag
from feedback.triage.search import Term
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

#: Statuses in which nobody has dealt with a case yet: only there urgency sorts to the top.
WAITING = (CaseStatus.NEW, CaseStatus.READING)


class Flag(StrEnum):
    """A mark by which to narrow the queue."""

    URGENT = "urgent"
    MINE = "mine"
    OUR_SECTION = "section"
    UNTHEMED = "unthemed"
    CAMPAIGN = "campaign"
    PERSONAL_DATA = "personal"
    SET_ASIDE = "nothing"

    @property
    def label(self) -> str:
        """The mark in Japanese."""
        return _FLAG_LABELS[self]


_FLAG_LABELS = {
    Flag.URGENT: "緊急",
    Flag.MINE: "自分の担当",
    Flag.OUR_SECTION: "わたしの課",
    Flag.UNTHEMED: "未分類を含む",
    Flag.CAMPAIGN: "同文あり",
    Flag.PERSONAL_DATA: "個人情報あり",
    Flag.SET_ASIDE: "意見として扱わないもの",
}


class Sort(StrEnum):
    """The order of the queue."""

    URGENT = "urgent"
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"

    @property
    def label(self) -> str:
        """The order in Japanese."""
        return _SORT_LABELS[self]


_SORT_LABELS = {
    Sort.URGENT: "緊急優先・新しい順",
    Sort.NEWEST: "新しい順",
    Sort.OLDEST: "古い順",
    Sort.DUE: "期限が近い順",
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """One view of the queue; everything that its address holds but the page number."""

    status: CaseStatus | None = None
    query: str = ""
    government: str | None = None
    initiative: str | None = None
    theme_id: int | None = None
    kind: Kind | None = None
    channel: Channel | None = None
    tag: str | None = None
    flags: frozenset[Flag] = frozenset()
    since: date | None = None
    until: date | None = None
    """The last day that is shown, in Japan."""
    sort: Sort = Sort.URGENT
    folds_copies: bool = True


def conditions(
    wanted: QueueFilter, terms: Sequence[Term], actor: Actor, dialect: str
) -> list[ColumnElement[bool]]:
    """What a submission must fulfil, but for the status, which the tabs choose.

    The query must join ``Submission``, ``Screening``, ``Case`` and outer-join ``CampaignMember``.
    """
    visible = actor.governments(Permission.READ_CASES)
    found: list[ColumnElement[bool]] = [Case.government_slug.in_(visible)]
    equalities: list[tuple[Any, object]] = [
        (Case.government_slug, wanted.government),
        (Submission.initiative_slug, wanted.initiative),
        (Submission.kind, wanted.kind),
        (Submission.channel, wanted.channel),
    ]
    found += [column == value for column, value in equalities if value is not None]
    if wanted.since is not None:
        found.append(Submission.received_at >= jst_midnight(wanted.since))
    if wanted.until is not None:
        found.append(Submission.received_at < jst_midnight(wanted.until + timedelta(days=1)))
    if wanted.theme_id is not None:
        found.append(_stands_in(wanted.theme_id))
    if wanted.tag is not None:
        tagged = select(CaseTag.submission_id).where(CaseTag.tag == wanted.tag)
        found.append(Submission.id.in_(tagged))
    found += [_flagged(flag, actor) for flag in wanted.flags]
    if Flag.SET_ASIDE not in wanted.flags:
        found.append(~Screening.is_set_aside)
    if terms:
        found.append(search.condition(terms, dialect))
    return found


def order(sort: Sort) -> list[ColumnElement[Any]]:
    """The columns to order by; the last makes the order total."""
    newest: list[ColumnElement[Any]] = [Submission.received_at.desc(), Submission.id.desc()]
    match sort:
        case Sort.NEWEST:
            return newest
        case Sort.OLDEST:
            return [Submission.received_at.asc(), Submission.id.asc()]
        case Sort.DUE:
            return [case((Case.due_on.is_(None), 1), else_=0), Case.due_on.asc(), *newest]
        case Sort.URGENT:
            waits = Screening.is_urgent & Case.status.in_(WAITING)
            return [case((waits, 0), else_=1), *newest]


def _flagged(flag: Flag, actor: Actor) -> ColumnElement[bool]:
    match flag:
        case Flag.URGENT:
            return Screening.is_urgent.is_(True)
        case Flag.MINE | Flag.OUR_SECTION:
            return _held(flag, actor)
        case Flag.UNTHEMED:
            return _has_unthemed()
        case Flag.CAMPAIGN:
            return CampaignMember.campaign_id.is_not(None)
        case Flag.PERSONAL_DATA:
            return Screening.has_personal_data.is_(True)
        case Flag.SET_ASIDE:
            return Screening.is_set_aside.is_(True)


def _held(flag: Flag, actor: Actor) -> ColumnElement[bool]:
    if flag is Flag.MINE:
        return Case.assignee_id == actor.id
    own = select(SectionMember.section_id).where(SectionMember.staff_id == actor.id)
    return Case.section_id.in_(own)


def _has_unthemed() -> ColumnElement[bool]:
    without = (
        select(Statement.submission_id)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .where(Assignment.theme_id.is_(None))
    )
    return Submission.id.in_(without)


def _stands_in(theme_id: int) -> ColumnElement[bool]:
    placed = aliased(Theme)
    inside = (
        select(Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(placed, placed.id == Assignment.theme_id)
        .where(or_(placed.id == theme_id, placed.parent_id == theme_id))
    )
    return Submission.id.in_(inside)
