"""The worker: takes one job after another until it is told to stop."""

from __future__ import annotations

import logging
import re
import signal
import threading
import traceback
from types import FrameType

from feedback.queue.models import Job
from feedback.queue.service import (
    JobContext,
    LeaseLost,
    Registry,
    claim,
    enqueue_daily,
    put_back,
)
from feedback.storage import Database, utc_now

log = logging.getLogger(__name__)

ERROR_CHARACTERS = 4000
#: From the word to the empty line or the statement that follows.
DETAIL = re.compile(r"DETAIL: .*?(?=\n\[SQL|\n\n|\Z)", re.DOTALL)


class Worker:
    """Runs the jobs of one database; several may run side by side."""

    def __init__(
        self, database: Database, registry: Registry, *, tokenizer: str, poll_seconds: float
    ) -> None:
        self.database = database
        self.registry = registry
        self.tokenizer = tokenizer
        self.poll_seconds = poll_seconds
        self._stop = threading.Event()

    def run_forever(self) -> None:
        """Work until SIGTERM or SIGINT; a job under way is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        while not self._stop.is_set():
            self._enqueue_scheduled()
            if not self.run_one():
                self._stop.wait(self.poll_seconds)

    def run_all_due(self) -> int:
        """Run due jobs until none is left; how many were run. For commands and tests."""
        count = 0
        while self.run_one():
            count += 1
        return count

    def run_one(self) -> bool:
        """Run the next due job; False when nothing was due."""
        with self.database.transaction() as session:
            job = claim(session, utc_now())
        if job is None:
            return False
        self._run(job)
        return True

    def _run(self, job: Job) -> None:
        context = JobContext(job.id, job.payload, self.database, self.tokenizer, job.attempts)
        try:
            handler = self.registry.handlers.get(job.name)
            if handler is None:
                raise UnknownJob(f"no room has registered the job {job.name}")
            handler(context)
            if not context.is_finished:
                raise UnfinishedJob(f"{job.name} returned without finishing")
        except LeaseLost:
            log.warning("job %s %s: lease lost, its effect is the other worker's", job.id, job.name)
        except Exception:  # noqa: BLE001 - a poisoned job must not stop the others
            self._failed(job)

    def _failed(self, job: Job) -> None:
        error = told(traceback.format_exc())[-ERROR_CHARACTERS:]
        with self.database.transaction() as session:
            state = put_back(session, job.id, error, utc_now())
        log.error("job %s %s failed (attempt %s): %s", job.id, job.name, job.attempts, state)

    def _enqueue_scheduled(self) -> None:
        if self.registry.daily:
            with self.database.transaction() as session:
                enqueue_daily(session, self.registry, utc_now())

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def told(error: str) -> str:
    """A traceback without PostgreSQL's DETAIL, which quotes rows: no error tells of words."""
    return DETAIL.sub("DETAIL:  …", error)


class UnknownJob(Exception):
    """A job in the outbox has no handler in this version of the software."""


class UnfinishedJob(Exception):
    """A handler returned without storing its result."""
