"""Jobs: exactly once in effect, whatever dies; poison is set aside by name."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from feedback.queue import service as queue
from feedback.queue.models import Job, JobState
from feedback.queue.service import JobContext, LeaseLost, Registry
from feedback.queue.worker import Worker
from feedback.storage import Database, utc_now


def worker_of(database: Database, registry: Registry) -> Worker:
    return Worker(database, registry, tokenizer="janome", poll_seconds=0.01)


def states(database: Database) -> list[tuple[str, JobState, int]]:
    with database.reading() as session:
        jobs = session.scalars(sa.select(Job).order_by(Job.id))
        return [(job.name, job.state, job.attempts) for job in jobs]


def finish(job: JobContext) -> None:
    with job.finishing():
        pass


def test_a_job_is_kept_or_lost_with_the_change_that_asked_for_it(database: Database) -> None:
    def change_that_fails() -> None:
        with database.transaction() as session:
            queue.enqueue(session, "work")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_that_fails()
    assert states(database) == []


def test_a_job_waits_for_its_delay(database: Database) -> None:
    registry = Registry()
    registry.register("work", finish)
    with database.transaction() as session:
        queue.enqueue(session, "work", delay=timedelta(hours=1))
    assert worker_of(database, registry).run_all_due() == 0


def test_a_key_may_be_queued_again_once_its_job_has_begun(database: Database) -> None:
    with database.transaction() as session:
        queue.enqueue(session, "work", key="k")
        assert queue.claim(session, utc_now()) is not None
        queue.enqueue(session, "work", key="k")
        queue.enqueue(session, "work", key="k")
    assert [state for _name, state, _attempts in states(database)] == [
        JobState.RUNNING,
        JobState.QUEUED,
    ]


def test_a_job_whose_worker_died_is_taken_over_after_its_lease(database: Database) -> None:
    with database.transaction() as session:
        queue.enqueue(session, "work")
    now = utc_now()
    with database.transaction() as session:
        assert queue.claim(session, now) is not None
    with database.transaction() as session:
        assert queue.claim(session, now + timedelta(minutes=1)) is None
        again = queue.claim(session, now + queue.LEASE + timedelta(seconds=1))
        assert again is not None
        assert again.attempts == 2


def test_a_worker_that_lost_its_lease_stores_nothing(database: Database) -> None:
    with database.transaction() as session:
        queue.enqueue(session, "work")
    now = utc_now()
    with database.transaction() as session:
        first = queue.claim(session, now)
        assert first is not None
        slow = JobContext(first.id, {}, database, "janome", first.attempts)
    with database.transaction() as session:
        queue.claim(session, now + queue.LEASE + timedelta(seconds=1))
    with pytest.raises(LeaseLost), slow.finishing() as session:
        queue.enqueue(session, "effect")
    assert [name for name, _state, _attempts in states(database)] == ["work"]


def a_claimed_job(database: Database) -> JobContext:
    with database.transaction() as session:
        queue.enqueue(session, "work")
        job = queue.claim(session, utc_now())
        assert job is not None
    return JobContext(job.id, {}, database, "janome", job.attempts)


def lease_left(database: Database) -> timedelta:
    with database.reading() as session:
        running = sa.select(Job.leased_until).where(Job.state == JobState.RUNNING)
        until = session.scalars(running).one()
    assert until is not None
    return until - utc_now()


def test_each_step_is_kept_and_sets_how_long_a_dead_worker_is_waited_for(
    database: Database,
) -> None:
    job = a_claimed_job(database)
    assert lease_left(database) > queue.LEASE / 2
    with job.step() as session:
        queue.enqueue(session, "first")
    assert lease_left(database) <= queue.STEP_LEASE
    with job.step(timedelta(minutes=5)) as session:
        queue.enqueue(session, "second")
    assert lease_left(database) > queue.STEP_LEASE
    assert not job.is_finished
    finish(job)
    assert [name for name, _state, _attempts in states(database)] == ["work", "first", "second"]


def test_a_step_that_fails_leaves_the_steps_before_it(database: Database) -> None:
    job = a_claimed_job(database)
    with job.step() as session:
        queue.enqueue(session, "kept")
    with pytest.raises(RuntimeError), job.step() as session:
        queue.enqueue(session, "lost")
        raise RuntimeError
    assert [name for name, _state, _attempts in states(database)] == ["work", "kept"]


def test_after_a_death_the_next_worker_goes_on_and_the_old_one_may_not(
    database: Database,
) -> None:
    slow = a_claimed_job(database)
    with slow.step() as session:
        queue.enqueue(session, "kept")
    later = utc_now() + queue.STEP_LEASE + timedelta(seconds=1)
    with database.transaction() as session:
        session.execute(sa.delete(Job).where(Job.name == "kept"))
        again = queue.claim(session, later)
        assert again is not None
        assert again.attempts == 2
    with pytest.raises(LeaseLost), slow.step() as session:
        queue.enqueue(session, "twice")
    assert [name for name, _state, _attempts in states(database)] == ["work"]


@pytest.mark.parametrize("kind", ["unknown", "unfinished"])
def test_a_job_that_cannot_end_is_set_aside_and_the_others_go_on(
    database: Database, kind: str
) -> None:
    registry = Registry()
    registry.register("good", finish)
    if kind == "unfinished":
        registry.register(kind, lambda _job: None)
    with database.transaction() as session:
        queue.enqueue(session, kind)
        queue.enqueue(session, "good")
    worker = worker_of(database, registry)
    for _ in range(queue.MAXIMUM_ATTEMPTS):
        worker.run_all_due()
        with database.transaction() as session:
            session.execute(sa.text("UPDATE jobs SET run_at = queued_at"))
    assert states(database) == [
        (kind, JobState.SET_ASIDE, queue.MAXIMUM_ATTEMPTS),
        ("good", JobState.DONE, 1),
    ]


def test_a_handler_has_one_name(database: Database) -> None:
    registry = Registry()
    registry.register("work", finish)
    with pytest.raises(ValueError, match="has a handler already"):
        registry.register("work", finish)


def test_a_daily_job_is_queued_once_a_day_from_its_time_on(database: Database) -> None:
    registry = Registry()
    registry.every_day("night", time(2, 0))
    before = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    for moment in (
        before,
        before + timedelta(minutes=2),
        before + timedelta(hours=5),
        before + timedelta(days=1, minutes=2),
    ):
        with database.transaction() as session:
            queue.enqueue_daily(session, registry, moment)
    names = [name for name, _state, _attempts in states(database)]
    assert names.count("night") == 2
