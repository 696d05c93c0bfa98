"""The job that changes many cases: write them down, change them step by step, say how it went."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from analysis.tokens import tokenizer
from feedback.accounts import service as accounts
from feedback.accounts.models import Staff
from feedback.queue.service import JobContext, Registry
from feedback.triage import bulk, bulk_run, selection
from feedback.triage.bulk_models import Bulk, BulkState, last_gathered
from feedback.triage.filters import QueueFilter
from feedback.triage.forms import QueueForm
from feedback.triage.selection import Seen
from feedback.web.actor import Actor

#: Cases written down in one transaction.
GATHERED = 5_000


def register(registry: Registry) -> None:
    """Name the handler."""
    registry.register(bulk.JOB, change_many)


def change_many(job: JobContext) -> None:
    """Work a change of many cases off; what is done stays when the worker dies on the way."""
    bulk_id: int = job.payload["bulk_id"]
    _gather(job, bulk_id)
    more = True
    while more:
        with job.step() as session:
            more = bulk_run.advance(session, bulk_id, actor=_actor(session, bulk_id))
    with job.finishing() as session:
        bulk_run.finish(session, bulk_id, actor=_actor(session, bulk_id))


def _gather(job: JobContext, bulk_id: int) -> None:
    """Write down the cases of a view, in one reading, behind those that are written down."""
    with job.reading() as reading:
        asked = reading.get_one(Bulk, bulk_id)
        if asked.state is BulkState.GATHERING:
            query = selection.in_view(
                reading,
                Seen(_wanted(asked), asked.seen_at, _actor(reading, bulk_id)),
                tokenizer(job.tokenizer),
                with_copies=bool(asked.selection["with_copies"]),
            ).execution_options(yield_per=GATHERED)
            known = last_gathered(reading, bulk_id)
            with reading.execute(query) as cases:
                for part in cases.partitions():
                    fresh = [pair for pair in part if pair[0] > known]
                    with job.step() as session:
                        bulk_run.write_down(session, bulk_id, fresh)
    with job.step() as session:
        bulk_run.begin(session, bulk_id)


def _wanted(asked: Bulk) -> QueueFilter:
    return QueueForm(MultiDict(asked.view)).wanted()


def _actor(session: Session, bulk_id: int) -> Actor:
    """Who asked for it, with the permissions held by now: none for one who has left."""
    staff = session.get_one(Staff, session.get_one(Bulk, bulk_id).staff_id)
    return accounts.actor_of(session, staff) if staff.is_active else Actor(staff.id, staff.name, {})
