"""Jobs and their queries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Job(Base):
    """One named piece of work for the worker（ジョブ）."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(choice(JobState))
    key: Mapped[str | None] = mapped_column(String(128), unique=True)
    """While a job with this key waits, the same job is not queued again."""
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


def next_due(session: Session, now: datetime) -> Job | None:
    """The job to take now: due and queued, or running under a lease that has run out."""
    is_queued = (Job.state == JobState.QUEUED) & (Job.run_at <= now)
    is_abandoned = (Job.state == JobState.RUNNING) & (Job.leased_until < now)
    query = (
        select(Job)
        .where(is_queued | is_abandoned)
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).first()


def waiting_with_key(session: Session, key: str) -> Job | None:
    """The queued job that holds this key."""
    return session.scalars(select(Job).where(Job.key == key)).first()
