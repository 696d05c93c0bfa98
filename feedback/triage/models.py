"""Cases（対応）, their notes and tags, and the search index."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.storage import Base, Identifier, choice


class CaseStatus(StrEnum):
    """How far a submission has come（対応状況）."""

    NEW = "new"
    READING = "reading"
    THEMED = "themed"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status in Japanese."""
        return STATUS_LABELS[self]


STATUS_LABELS = {
    CaseStatus.NEW: "未確認",
    CaseStatus.READING: "確認中",
    CaseStatus.THEMED: "整理済み",
    CaseStatus.ANSWERED: "回答済み",
    CaseStatus.CLOSED: "対応不要",
}


class Case(Base):
    """The triage state of a submission（対応）."""

    __tablename__ = "cases"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change, so that two people never overwrite each other silently."""
    opened_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """When a member of staff first moved it on; citizens see this as 確認済み."""
    updated_at: Mapped[datetime]


class CaseNote(Base):
    """A note between staff（メモ）; never shown to citizens."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class CaseTag(Base):
    """A tag（タグ）on a case."""

    __tablename__ = "case_tags"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)
