"""Monthly reports（月次報告）and their queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from feedback.storage import Base, Identifier, choice


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return {ReportState.DRAFT: "作成中", ReportState.APPROVED: "承認済み"}[self]


class Report(Base):
    """A month × government (or the region) of one call; frozen when approved."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("call_id", "government_slug", "month", "edition"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    month: Mapped[date] = mapped_column(Date, index=True)
    """The month's first day."""
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[ReportState] = mapped_column(choice(ReportState))
    content: Mapped[dict[str, Any]]
    """The whole report as data; every form is made from it alone."""
    content_hash: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    software_version: Mapped[str] = mapped_column(String(32))
    drafted_by: Mapped[str] = mapped_column(String(100))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(100))
    approved_at: Mapped[datetime | None]
    remasked_at: Mapped[datetime | None]
    """When personal data that had been missed was last masked in it, frozen or not."""


def editions_of(
    session: Session, call_id: int, government_slug: str, month: date
) -> Sequence[Report]:
    """Every edition of one month's report, the newest first; without their content."""
    query = (
        select(Report)
        .where(
            Report.call_id == call_id,
            Report.government_slug == government_slug,
            Report.month == month,
        )
        .options(defer(Report.content, raiseload=True))
        .order_by(Report.edition.desc())
    )
    return session.scalars(query).all()


def newest_edition(
    session: Session, call_id: int, government_slug: str, month: date
) -> Report | None:
    """The last edition of one month's report."""
    query = select(Report).where(
        Report.call_id == call_id,
        Report.government_slug == government_slug,
        Report.month == month,
    )
    return session.scalars(query.order_by(Report.edition.desc()).limit(1)).first()


def reports_between(
    session: Session, call_id: int, governments: frozenset[str], first: date, last: date
) -> Sequence[Report]:
    """The reports of these months, oldest edition first; without their content."""
    query = (
        select(Report)
        .where(
            Report.call_id == call_id,
            Report.government_slug.in_(governments),
            Report.month >= first,
            Report.month <= last,
        )
        .options(defer(Report.content, raiseload=True))
        .order_by(Report.month, Report.edition)
    )
    return session.scalars(query).all()


def reported(session: Session, month: date) -> set[tuple[int, str]]:
    """The calls and governments that have any report of this month."""
    query = select(Report.call_id, Report.government_slug).where(Report.month == month)
    return {(row[0], row[1]) for row in session.execute(query)}
