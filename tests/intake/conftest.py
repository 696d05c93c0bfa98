"""Fixtures of the intake room's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback.app import create_registry
from feedback.queue.models import Job, JobState
from feedback.queue.worker import Worker
from feedback.settings import Settings
from feedback.storage import Database, utc_now


@pytest.fixture
def take_in(database: Database, settings: Settings) -> Callable[[], None]:
    """Run the jobs of imports as the worker would, and nothing of what follows from them."""
    worker = Worker(database, create_registry(settings), tokenizer="mecab", poll_seconds=1)

    def run() -> None:
        while True:
            with database.transaction() as session:
                others = sa.update(Job).where(Job.state == JobState.QUEUED)
                later = utc_now() + timedelta(days=1)
                session.execute(others.where(Job.name.not_like("intake.%")).values(run_at=later))
            if not worker.run_one():
                break
        with database.reading() as session:
            failed = session.execute(sa.select(Job.name, Job.error).where(Job.error.is_not(None)))
            assert not failed.all()

    return run
