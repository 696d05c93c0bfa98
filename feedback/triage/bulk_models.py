"""Changes of many cases at once（一括変更）: what was selected, and how far each one is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.intake.models import Submission
from feedback.storage import Base, Identifier, choice


class BulkState(StrEnum):
    """How far a change of many cases is."""

    GATHERING = "gathering"
    """The cases of a whole view are being written down."""
    RUNNING = "running"
    STOPPED = "stopped"
    """Asked to stop; what was done before stays."""
    DONE = "done"


class Outcome(StrEnum):
    """What became of one case."""

    CHANGED = "changed"
    SAME = "same"
    """There was nothing to change."""
    STALE = "stale"
    """Somebody else changed it after it was selected; left as it is."""
    REFUSED = "refused"


class Bulk(Base):
    """One change of many cases, or the taking back of one."""

    __tablename__ = "bulks"
    __table_args__ = (Index("ix_bulks_staff", "staff_id", "id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(String(200))
    """What is done to each case, in words for the reader; never a citizen's words."""
    change: Mapped[dict[str, Any]]
    view: Mapped[dict[str, Any]]
    """The address of the queue from which it was asked: name → values."""
    selection: Mapped[dict[str, Any]]
    """How the cases are gathered; empty when they were all given."""
    seen_at: Mapped[datetime]
    """When the reader was shown what was selected: later changes of others are not overwritten."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulks.id"))
    state: Mapped[BulkState] = mapped_column(choice(BulkState))
    total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Outcome → cases so far."""
    act_id: Mapped[int | None]
    started_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    """When the last step was made."""
    finished_at: Mapped[datetime | None]

    def count(self, outcome: Outcome) -> int:
        """How many cases came out so."""
        return int(self.counts.get(outcome.value, 0))

    @property
    def left(self) -> int:
        """How many cases were left alone: changed by others, or refused."""
        return self.count(Outcome.STALE) + self.count(Outcome.REFUSED)

    @property
    def is_plain(self) -> bool:
        """Whether it is through and nothing more is to be said."""
        return self.finished_at is not None and not self.left

    @property
    def handled(self) -> int:
        """How many cases are through."""
        return sum(int(each) for each in self.counts.values())


class BulkItem(Base):
    """One case in a change of many."""

    __tablename__ = "bulk_items"
    __table_args__ = (Index("ix_bulk_items_outcome", "bulk_id", "outcome", "submission_id"),)

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulks.id"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    version: Mapped[int]
    """The case's version that was selected; 0 for one that had changed by then."""
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    reason: Mapped[str | None] = mapped_column(String(200))
    trace: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What was changed, for taking it back."""


def waiting_items(session: Session, bulk_id: int, limit: int) -> Sequence[BulkItem]:
    """The next cases to work on."""
    query = (
        select(BulkItem)
        .where(BulkItem.bulk_id == bulk_id, BulkItem.outcome.is_(None))
        .order_by(BulkItem.submission_id)
        .limit(limit)
    )
    return session.scalars(query).all()


def last_gathered(session: Session, bulk_id: int) -> int:
    """The highest submission that was written down; 0 before the first."""
    query = select(func.max(BulkItem.submission_id)).where(BulkItem.bulk_id == bulk_id)
    return session.scalar(query) or 0


def count_items(session: Session, bulk_id: int) -> int:
    """How many cases were written down."""
    query = select(func.count()).select_from(BulkItem).where(BulkItem.bulk_id == bulk_id)
    return session.scalar(query) or 0


def left_alone(session: Session, bulk_id: int, limit: int) -> Sequence[tuple[int, str, str | None]]:
    """Cases that were not changed: submission, receipt number and why."""
    query = (
        select(BulkItem.submission_id, Submission.receipt_number, BulkItem.reason)
        .join(Submission, Submission.id == BulkItem.submission_id)
        .where(
            BulkItem.bulk_id == bulk_id,
            BulkItem.outcome.in_((Outcome.STALE, Outcome.REFUSED)),
        )
        .order_by(BulkItem.submission_id)
        .limit(limit)
    )
    return session.execute(query).all()


def recent_bulks(session: Session, staff_id: int, limit: int) -> Sequence[Bulk]:
    """What this person changed in bulk, the newest first."""
    query = select(Bulk).where(Bulk.staff_id == staff_id).order_by(Bulk.id.desc()).limit(limit)
    return session.scalars(query).all()
