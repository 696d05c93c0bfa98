"""Acts of staff that can be taken back, and their queries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier


class Act(Base):
    """One thing that a member of staff did and may take back（操作）."""

    __tablename__ = "acts"
    __table_args__ = (Index("ix_acts_staff_done", "staff_id", "id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    kind: Mapped[str] = mapped_column(String(48))
    """Names the room's function that takes it back."""
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(String(200))
    """What was done, in words for the reader; never a citizen's words."""
    payload: Mapped[dict[str, Any]]
    """What the room needs to restore the state before."""
    done_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


def latest_act(session: Session, staff_id: int) -> Act | None:
    """The last thing this person did that still stands."""
    query = select(Act).where(Act.staff_id == staff_id, Act.undone_at.is_(None))
    return session.scalars(query.order_by(Act.id.desc()).limit(1)).first()


def acts_page(session: Session, staff_id: int, *, offset: int, limit: int) -> tuple[list[Act], int]:
    """What this person did, newest first, and how much in all."""
    query = select(Act).where(Act.staff_id == staff_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Act.id.desc()).offset(offset).limit(limit))
    return list(rows), total
