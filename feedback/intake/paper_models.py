"""Bundles of paper（紙の束）and their sheets while they are typed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.intake.models import Channel, Kind
from feedback.storage import Base, Identifier, choice


class PaperBundle(Base):
    """Sheets that came in together, and what holds for all of them（紙の束）."""

    __tablename__ = "paper_bundles"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    label: Mapped[str] = mapped_column(String(60))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"), index=True)
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    initiative_slug: Mapped[str] = mapped_column(ForeignKey("initiatives.slug"))
    """What the form starts with."""
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    received_on: Mapped[date] = mapped_column(Date)
    is_typed_twice: Mapped[bool]
    """Whether each sheet is typed a second time and compared."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]


class PaperSheet(Base):
    """One sheet: typed once and waiting for the second time, or stored as a submission."""

    __tablename__ = "paper_sheets"
    __table_args__ = (UniqueConstraint("bundle_id", "number"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("paper_bundles.id"))
    number: Mapped[int]
    """From 1; people write it on the sheet."""
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the filled page, so that sending it twice makes one sheet."""
    typed: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was typed first; emptied once the sheet is a submission."""
    typed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    typed_at: Mapped[datetime]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))


def bundles_of(session: Session, governments: frozenset[str]) -> list[tuple[PaperBundle, int, int]]:
    """The bundles of these governments, newest first, with how many sheets wait and are stored."""
    sheets = (
        select(
            PaperSheet.bundle_id,
            func.count(PaperSheet.id).label("all"),
            func.count(PaperSheet.submission_id).label("stored"),
        )
        .group_by(PaperSheet.bundle_id)
        .subquery()
    )
    query = (
        select(PaperBundle, sheets.c.all, sheets.c.stored)
        .outerjoin(sheets, sheets.c.bundle_id == PaperBundle.id)
        .where(PaperBundle.government_slug.in_(governments))
        .order_by(PaperBundle.id.desc())
    )
    return [
        (bundle, (number or 0) - (stored or 0), stored or 0)
        for bundle, number, stored in session.execute(query)
    ]


def sheet_of(session: Session, bundle_id: int, number: int) -> PaperSheet | None:
    """One sheet of a bundle, locked."""
    query = select(PaperSheet).where(PaperSheet.bundle_id == bundle_id, PaperSheet.number == number)
    return session.scalars(query.with_for_update()).first()


def sheet_by_form(session: Session, form_key: str) -> PaperSheet | None:
    """The sheet that this page was already stored as."""
    return session.scalars(select(PaperSheet).where(PaperSheet.form_key == form_key)).first()


def waiting_sheets(session: Session, bundle_id: int) -> list[PaperSheet]:
    """The sheets of a bundle that wait for the second time, in their order."""
    query = (
        select(PaperSheet)
        .where(PaperSheet.bundle_id == bundle_id, PaperSheet.submission_id.is_(None))
        .order_by(PaperSheet.number)
    )
    return list(session.scalars(query))


def last_number(session: Session, bundle_id: int) -> int:
    """The highest number in a bundle; 0 in an empty one."""
    query = select(func.max(PaperSheet.number)).where(PaperSheet.bundle_id == bundle_id)
    return session.scalar(query) or 0
