"""Monthly reports（月次報告）and their queries."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
