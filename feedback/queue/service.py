"""Put jobs into the outbox and take them out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from feedback.calendar import JST
from feedback.queue.models import Job, JobState, next_due, waiting_with_key
from feedback.storage import Database, utc_now

LEASE = timedelta(minutes=30)
#: A job that works in steps shows with each that its worker lives; a dead one is noticed so soon.
STEP_LEASE = timedelta(seconds=30)
MAXIMUM_ATTEMPTS = 4
FIRST_RETRY = timedelta(seconds=10)


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    delay: timedelta = timedelta(0),
) -> None:
    """Store a job in the caller's transaction, so that both are kept or neither.

    A ``key`` folds repeats: while a job with it is still waiting, no second one is stored.
    """
    if key is not None and waiting_with_key(session, key) is not None:
        return
    now = utc_now()
    session.add(
        Job(
            name=name,
            payload=payload or {},
            key=key,
            state=JobState.QUEUED,
            queued_at=now,
            run_at=now + delay,
        )
    )
    session.flush()


@dataclass(slots=True)
class JobContext:
    """What a handler gets: its payload, the database, and the way to finish.

    A handler reads and computes outside of any transaction, then stores everything inside
    ``with job.finishing() as session:``. The job is marked done in that same transaction, so its
    effect happens exactly once even when the worker dies at any point.

    A long job commits in steps, ``with job.step() as session:``, and stores in each step, with its
    effect, where it stands. Whoever takes the job over after a death goes on from there.
    """

    job_id: int
    payload: dict[str, Any]
    database: Database
    tokenizer: str
    attempt: int
    is_finished: bool = field(default=False, init=False)

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """The one write transaction of the job.

        Raises:
            LeaseLost: when another worker has taken the job over meanwhile.
        """
        with self.database.transaction() as session:
            job = self._held(session)
            yield session
            job.state = JobState.DONE
            job.finished_at = utc_now()
            job.leased_until = None
        self.is_finished = True

    @contextmanager
    def step(self, lease: timedelta = STEP_LEASE) -> Iterator[Session]:
        """One write transaction before the last; with it the lease runs ``lease`` from its end.

        Raises:
            LeaseLost: when another worker has taken the job over meanwhile.
        """
        with self.database.transaction() as session:
            job = self._held(session)
            yield session
            job.leased_until = utc_now() + lease

    def _held(self, session: Session) -> Job:
        job = session.get(Job, self.job_id, with_for_update=True)
        if job is None or job.state is not JobState.RUNNING or job.attempts != self.attempt:
            raise LeaseLost(f"job {self.job_id} was taken over by another worker")
        return job

    def reading(self) -> AbstractContextManager[Session]:
        """A session for reading."""
        return self.database.reading()


class LeaseLost(Exception):
    """The job took longer than its lease and belongs to another worker now."""


Handler = Callable[[JobContext], None]


@dataclass(frozen=True, slots=True)
class Daily:
    """A job to enqueue once a day at a time in Japan."""

    name: str
    at: time


@dataclass(slots=True)
class Registry:
    """Handlers and schedules by job name; each room registers its own in ``create_app``."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    daily: list[Daily] = field(default_factory=list)

    def register(self, name: str, handler: Handler) -> None:
        """Name the handler of a job.

        Raises:
            ValueError: when the name is taken.
        """
        if name in self.handlers:
            raise ValueError(f"job {name} has a handler already")
        self.handlers[name] = handler

    def every_day(self, name: str, at: time) -> None:
        """Enqueue a job once a day at ``at`` (JST)."""
        self.daily.append(Daily(name, at))


def claim(session: Session, now: datetime) -> Job | None:
    """Take the next due job under a lease; None when nothing is due."""
    job = next_due(session, now)
    if job is None:
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.leased_until = now + LEASE
    # From here on a new job with the same key may be queued: this one has seen its input.
    job.key = None
    return job


def put_back(session: Session, job_id: int, error: str, now: datetime) -> JobState:
    """After a failure: try again later, or set the job aside by name after the last attempt."""
    job = session.get_one(Job, job_id)
    job.error = error
    job.leased_until = None
    if job.attempts >= MAXIMUM_ATTEMPTS:
        job.state = JobState.SET_ASIDE
        job.finished_at = now
    else:
        job.state = JobState.QUEUED
        job.run_at = now + FIRST_RETRY * 4 ** (job.attempts - 1)
    return job.state


def enqueue_daily(session: Session, registry: Registry, now: datetime) -> None:
    """Store today's scheduled jobs that are due and not stored yet."""
    clock = now.astimezone(JST)
    for schedule in registry.daily:
        if clock.time() >= schedule.at:
            _enqueue_once(session, schedule.name, clock.date().isoformat())


def _enqueue_once(session: Session, name: str, day: str) -> None:
    mark = f"daily:{name}:{day}"
    if waiting_with_key(session, mark) is not None:
        return
    now = utc_now()
    # The mark stays behind as a done job that keeps its key: one a day, restarts included.
    session.add(
        Job(
            name="queue.daily",
            payload={"name": name},
            key=mark,
            state=JobState.DONE,
            queued_at=now,
            run_at=now,
            finished_at=now,
        )
    )
    enqueue(session, name, {"scheduled_for": day})
