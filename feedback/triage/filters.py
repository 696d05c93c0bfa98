"""What a reader of the queue asks to see, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from feedback.intake.models import Channel, Kind
from feedback.triage.models import CaseStatus

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
    UNSURE = "unsure"
    COPIES = "copies"

    @property
    def label(self) -> str:
        """The order in Japanese."""
        return _SORT_LABELS[self]


_SORT_LABELS = {
    Sort.URGENT: "緊急優先・新しい順",
    Sort.NEWEST: "新しい順",
    Sort.OLDEST: "古い順",
    Sort.DUE: "期限が近い順",
    Sort.UNSURE: "テーマの確からしさが低い順",
    Sort.COPIES: "同文が多い順",
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
