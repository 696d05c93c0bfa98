"""Jobs of learning: learn from what staff decided, and have statements read for it."""

from __future__ import annotations

from feedback.queue import service as queue
from feedback.queue.service import JobContext, Registry
from feedback.theming import guards, learning, meaning
from feedback.theming.models import last_run

#: The second encoder takes tens of milliseconds a statement.
READ_AT_ONCE = 200


def register(registry: Registry) -> None:
    """Name the handlers."""
    registry.register("theming.learn", learn)
    registry.register(learning.READING_JOB, read_meanings)


def learn(job: JobContext) -> None:
    """Learn from the decisions about a call, if enough are new, and file anew what is undecided."""
    call_id = int(job.payload["call_id"])
    with job.reading() as session:
        is_due = bool(job.payload["anew"]) or learning.is_worth_it(session, call_id)
        lesson = learning.read(session, call_id) if is_due else None
    if lesson and (lesson.decisions < learning.FEWEST_DECISIONS or not lesson.themes):
        lesson = None
    outcome = learning.compute(lesson) if lesson else None
    with job.finishing() as session:
        if lesson is None or outcome is None:
            return
        guards.lock_call(session, call_id)
        run = last_run(session, call_id)
        if (run.id if run else None) != lesson.run_id:
            learning.enqueue(session, call_id, anew=True)
            return
        learning.store(session, lesson, outcome)
        queue.enqueue(session, "triage.refresh_call", {"call_id": call_id})
        if len(lesson.read) < len(lesson.material.statement_ids):
            learning.enqueue_reading(session, call_id)


def read_meanings(job: JobContext) -> None:
    """Have the encoders read some statements; after the last of them, learn anew."""
    call_id = int(job.payload["call_id"])
    with job.reading() as session:
        said = meaning.unread(session, call_id, limit=READ_AT_ONCE)
    asked = meaning.ask(said)
    with job.finishing() as session:
        meaning.store(session, asked)
        if len(said) == READ_AT_ONCE:
            learning.enqueue_reading(session, call_id)
        elif said:
            learning.enqueue(session, call_id, anew=True)
