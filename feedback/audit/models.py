"""Audit entries and their queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list; an empty text filters nothing."""

    governments: frozenset[str]
    """Entries of other governments stay hidden; those of none are everybody's."""
    event: str = ""
    subject: str = ""
    actor_name: str = ""


def entries_page(
    session: Session, wanted: EntryFilter, *, offset: int, limit: int
) -> tuple[Sequence[AuditEntry], int]:
    """Entries of one page, newest first, and how many there are in all."""
    is_visible = AuditEntry.government.is_(None) | AuditEntry.government.in_(wanted.governments)
    query = select(AuditEntry).where(is_visible)
    if wanted.event:
        query = query.where(AuditEntry.event == wanted.event)
    if wanted.subject:
        query = query.where(AuditEntry.subject == wanted.subject)
    if wanted.actor_name:
        query = query.where(AuditEntry.actor_name.icontains(wanted.actor_name, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(AuditEntry.id.desc()).offset(offset).limit(limit))
    return rows.all(), total
