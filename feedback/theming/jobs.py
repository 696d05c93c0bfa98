"""Jobs of theming: analyse a call, place what came since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.tokens import tokenizer
from feedback.calls.models import Call, published_calls
from feedback.intake.models import Submission
from feedback.queue import service as queue
from feedback.queue.service import JobContext, Registry
from feedback.screening.hidden import hidden_in
from feedback.theming import (
    filing,
    forgetting,
    guards,
    learning,
    learning_jobs,
    material,
    placing,
    run_requests,
    runs,
    stances,
)
from feedback.theming.filing import Filer
from feedback.theming.learnt import learnt_of
from feedback.theming.material import Piece
from feedback.theming.models import last_run
from feedback.theming.placing import Place, Placer

#: Below this, themes would be made of single voices.
FEWEST_STATEMENTS = 30
CHUNK = 200
STANCES_AT_ONCE = 5_000


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("theming.assign", assign)
    registry.register("theming.run", run)
    registry.register("theming.run_all", run_all)
    registry.register("theming.forget", forget)
    registry.register("theming.tell_stances", tell_stances)
    learning_jobs.register(registry)


def run(job: JobContext) -> None:
    """Analyse one call; nothing is stored unless the whole run is."""
    call_id = int(job.payload["call_id"])
    with job.reading() as session:
        plan = runs.read(session, call_id)
    result = runs.compute(plan) if plan.material.documents else None
    with job.finishing() as session:
        if result is None:
            return
        guards.lock_call(session, call_id)
        if runs.is_stale(session, plan):
            run_requests.enqueue_run(session, call_id, job.payload.get("requested_by"))
            return
        stored = runs.store(session, plan, result)
        run_requests.record_run(session, stored, job.payload.get("requested_by"))
        _enqueue_assign(session, runs.overtaken(session, stored))
        _enqueue_stances(session, call_id)
        queue.enqueue(session, "triage.refresh_call", {"call_id": call_id})
        if learnt_of(session, call_id) is not None:
            learning.enqueue(session, call_id, anew=True)


def assign(job: JobContext) -> None:
    """Place the statements of new submissions with the last run's model."""
    submission_ids = [int(each) for each in job.payload["submission_ids"]]
    with job.reading() as session:
        pieces = material.pieces_of(session, submission_ids)
        by_call: dict[int, list[Piece]] = defaultdict(list)
        for piece in pieces:
            by_call[piece.call_id].append(piece)
        placers = {call_id: placing.placer_of(session, call_id) for call_id in by_call}
        filers = {call_id: filing.filer_of(session, call_id) for call_id in by_call}
    placed = {
        call_id: _placed(placers[call_id], filers[call_id], pieces_of_call)
        for call_id, pieces_of_call in by_call.items()
    }
    with job.finishing() as session:
        for call_id, places in placed.items():
            _enqueue_stances(session, call_id)
            guards.lock_call(session, call_id)
            placer = placers[call_id]
            run_now = last_run(session, call_id)
            if (run_now.id if run_now else None) != (placer.run_id if placer else None):
                _enqueue_assign(session, submission_ids)
                continue
            placing.store(session, placer.run_id if placer else None, places)
            placed_ids = sorted({each.submission_id for each in by_call[call_id]})
            queue.enqueue(session, "triage.refresh", {"submission_ids": placed_ids})
            if placer is None and material.count(session, call_id) >= FEWEST_STATEMENTS:
                run_requests.enqueue_run(session, call_id, None, delay=run_requests.GATHERING)


def forget(job: JobContext) -> None:
    """Take words that are masked now out of keywords and labels."""
    engine = tokenizer(job.tokenizer)
    with job.finishing() as session:
        for submission_id in job.payload["submission_ids"]:
            words = hidden_in(session, int(submission_id), engine).words
            if words and forgetting.forget(session, int(submission_id), words):
                call_id = session.get_one(Submission, int(submission_id)).call_id
                run_requests.enqueue_run(session, call_id, None)


def _placed(placer: Placer | None, filer: Filer | None, pieces: Sequence[Piece]) -> list[Place]:
    """By the run's model, then by what was learnt from staff since."""
    places = placing.place_all(placer, pieces)
    return filer.file(pieces, places) if filer else places


def tell_stances(job: JobContext) -> None:
    """Say what the statements of a call want of which nobody has said so yet."""
    call_id = int(job.payload["call_id"])
    with job.reading() as session:
        untold = stances.untold(session, call_id, limit=STANCES_AT_ONCE)
    told = stances.tell(untold)
    with job.finishing() as session:
        stances.store(session, told)
        if len(untold) == STANCES_AT_ONCE:
            _enqueue_stances(session, call_id)


def run_all(job: JobContext) -> None:
    """Once a day: analyse every call that has something new."""
    with job.finishing() as session:
        for call in published_calls(session):
            if _has_something_new(session, call):
                run_requests.enqueue_run(session, call.id, None)


def _has_something_new(session: Session, call: Call) -> bool:
    statements = material.count(session, call.id)
    before = last_run(session, call.id)
    if before is None:
        return statements >= FEWEST_STATEMENTS
    return statements != before.statements


def _enqueue_stances(session: Session, call_id: int) -> None:
    payload = {"call_id": call_id}
    queue.enqueue(session, "theming.tell_stances", payload, key=f"stances:{call_id}")


def _enqueue_assign(session: Session, submission_ids: list[int]) -> None:
    for start in range(0, len(submission_ids), CHUNK):
        chunk = submission_ids[start : start + CHUNK]
        queue.enqueue(session, "theming.assign", {"submission_ids": chunk})
