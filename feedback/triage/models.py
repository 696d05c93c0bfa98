"""Cases（対応）, their notes and tags, and the search index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.intake.models import Submission
from feedback.screening.models import Screening
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


@dataclass(frozen=True, slots=True)
class ScreenedText:
    """One submission's screened words, for the search index."""

    submission_id: int
    title: str
    body: str


def opened_ids(session: Session, submission_ids: Collection[int]) -> set[int]:
    """Those of the submissions that have a case already."""
    query = select(Case.submission_id).where(Case.submission_id.in_(submission_ids))
    return set(session.scalars(query))


def screened_texts(session: Session, submission_ids: Collection[int]) -> list[ScreenedText]:
    """The screened words of these submissions."""
    query = select(Screening.submission_id, Screening.title, Screening.body)
    rows = session.execute(query.where(Screening.submission_id.in_(submission_ids)))
    return [ScreenedText(*row) for row in rows]


def screened_texts_of_call(session: Session, call_id: int) -> list[ScreenedText]:
    """The screened words of every submission to a call."""
    query = (
        select(Screening.submission_id, Screening.title, Screening.body)
        .join(Submission, Submission.id == Screening.submission_id)
        .where(Submission.call_id == call_id)
    )
    return [ScreenedText(*row) for row in session.execute(query)]
