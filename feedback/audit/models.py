"""Audit entries and their queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier


class AuditEntry(Base):
    """One link of the chain（監査記録）: who did what to what, when."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap: a missing number is a deleted entry."""
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    """None when a citizen or the system acted. No foreign key: entries outlive accounts."""
    actor_name: Mapped[str] = mapped_column(String(200))
    event: Mapped[str] = mapped_column(String(64), index=True)
    government: Mapped[str | None] = mapped_column(String(16), index=True)
    subject: Mapped[str] = mapped_column(String(128), index=True)
    """What it was done to: ``submission:12``, ``theme:3`` …"""
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


def last_entry(session: Session) -> AuditEntry | None:
    """The newest link."""
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).first()


def all_entries(session: Session) -> Iterator[AuditEntry]:
    """Every link, oldest first, streamed."""
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    return iter(session.scalars(query))


def entries_page(
    session: Session, *, subject: str | None, event: str | None, offset: int, limit: int
) -> tuple[list[AuditEntry], int]:
    """Entries of one page, newest first, and how many there are in all."""
    query = select(AuditEntry)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if event:
        query = query.where(AuditEntry.event == event)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(AuditEntry.id.desc()).offset(offset).limit(limit))
    return list(rows), total
