"""Asking for a call to be analysed again, and the audit entries of runs."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calls.models import Call
from feedback.queue import service as queue
from feedback.theming import guards
from feedback.theming.models import Run
from feedback.web.actor import Actor

#: Lets an import's chunks arrive before the call is analysed for the first time.
GATHERING = timedelta(seconds=10)

RUN_REQUESTED = audit.declare("theming.run_requested", "分析のやり直しを依頼した", "call")
RUN_STORED = audit.declare(
    "theming.run_stored", "分析を終えた", "call", "statements", "themes", "result_hash"
)


def request_run(session: Session, call: Call, *, actor: Actor) -> None:
    """Ask for the call to be analysed again.

    Raises:
        NotPermitted: when the actor edits themes for no government of the call.
    """
    guards.demand_editing(session, call.id, actor)
    enqueue_run(session, call.id, actor.name)
    audit.record(session, RUN_REQUESTED, actor=actor, subject=f"call:{call.id}", call=call.slug)


def enqueue_run(
    session: Session,
    call_id: int,
    requested_by: str | None,
    *,
    delay: timedelta = timedelta(0),
) -> None:
    """Put an analysis of the call into the outbox, once while it waits."""
    queue.enqueue(
        session,
        "theming.run",
        {"call_id": call_id, "requested_by": requested_by},
        key=f"run:{call_id}",
        delay=delay,
    )


def record_run(session: Session, run: Run, requested_by: str | None) -> None:
    """Write the audit entry of a stored run."""
    call = session.get_one(Call, run.call_id)
    audit.record(
        session,
        RUN_STORED,
        actor=None,
        actor_name=requested_by or audit.SYSTEM,
        subject=f"run:{run.id}",
        call=call.slug,
        statements=run.statements,
        themes=run.choice["number"],
        result_hash=run.result_hash,
    )
