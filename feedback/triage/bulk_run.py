"""Work a change of many cases off, step by step, and say how it went.

What stands on the items is the progress: a worker that takes the job up after another died goes on
with the next case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake.models import Submission
from feedback.storage import utc_now
from feedback.theming.errors import StaleStatement, ThemeError
from feedback.theming.guards import lock_call
from feedback.triage import bulk_change, traces
from feedback.triage.bulk_change import BulkChange
from feedback.triage.bulk_models import (
    Bulk,
    BulkItem,
    BulkState,
    Outcome,
    count_items,
    waiting_items,
)
from feedback.triage.errors import CaseChanged, TriageError
from feedback.triage.models import Case
from feedback.triage.traces import Trace
from feedback.undo import service as undo
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound

KIND = "triage.bulk"
#: Cases in one transaction: on SQLite a citizen's receipt waits for it to end.
CHUNK = 200

CHANGED = audit.declare("triage.bulk_changed", "意見をまとめて変更した", "cases", "left")
UNDONE = audit.declare("triage.bulk_undone", "まとめた変更を取り消した", "cases", "left")

STALE = "選んだ後に、ほかの職員が変更しました。"
GONE = "この意見を変更する権限がありません。"


def write_down(session: Session, bulk_id: int, pairs: Sequence[tuple[int, int]]) -> None:
    """Keep cases with the versions that were selected."""
    rows = [{"bulk_id": bulk_id, "submission_id": at, "version": seen} for at, seen in pairs]
    if rows:
        session.execute(insert(BulkItem), rows)
    _locked(session, bulk_id).moved_at = utc_now()


def begin(session: Session, bulk_id: int) -> None:
    """All cases are written down: from here on they are changed."""
    bulk = _locked(session, bulk_id)
    bulk.total = count_items(session, bulk_id)
    if bulk.state is BulkState.GATHERING:
        bulk.state = BulkState.RUNNING


def run(session: Session, bulk_id: int, *, actor: Actor) -> Bulk:
    """Everything in one transaction, for a few cases."""
    begin(session, bulk_id)
    while advance(session, bulk_id, actor=actor):
        pass
    return finish(session, bulk_id, actor=actor)


def advance(session: Session, bulk_id: int, *, actor: Actor, limit: int = CHUNK) -> bool:
    """Change the next cases; whether there were any.

    Everything is locked in one order before the first case is changed, so that two such changes,
    or one and a person on a case's page, wait for each other and never for ever.
    """
    bulk = _locked(session, bulk_id)
    items = waiting_items(session, bulk_id, limit) if bulk.state is BulkState.RUNNING else ()
    _lock(session, bulk, [each.submission_id for each in items])
    counts: Counter[str] = Counter(bulk.counts)
    for item in items:
        item.outcome = _handled(session, bulk, item, actor)
        counts[item.outcome.value] += 1
    bulk.counts = dict(counts)
    bulk.moved_at = utc_now()
    session.flush()
    return bool(items)


def finish(session: Session, bulk_id: int, *, actor: Actor) -> Bulk:
    """Say how it went, and keep the act when anything was changed."""
    bulk = _locked(session, bulk_id)
    if bulk.finished_at is not None:
        return bulk
    if bulk.state is not BulkState.STOPPED:
        bulk.state = BulkState.DONE
    bulk.finished_at = bulk.moved_at = utc_now()
    changed = bulk.count(Outcome.CHANGED)
    event = UNDONE if bulk.undoes_id else CHANGED
    audit.record(
        session, event, actor=actor, subject=f"bulk:{bulk.id}", cases=changed, left=bulk.left
    )
    if changed and not bulk.undoes_id:
        summary = f"{changed:,}件の意見：{bulk.summary}"
        bulk.act_id = undo.remember(session, KIND, summary, {"bulk": bulk.id}, actor=actor)
    session.flush()
    return bulk


def _locked(session: Session, bulk_id: int) -> Bulk:
    return session.get_one(Bulk, bulk_id, with_for_update=True, populate_existing=True)


def _lock(session: Session, bulk: Bulk, submission_ids: Sequence[int]) -> None:
    """First the cases, then the calls whose themes are decided, each in their order."""
    query = select(Case).where(Case.submission_id.in_(submission_ids))
    session.scalars(query.order_by(Case.submission_id).with_for_update()).all()
    if bulk.undoes_id is not None or BulkChange.of(bulk.change).decides_themes:
        calls = select(Submission.call_id).where(Submission.id.in_(submission_ids)).distinct()
        for call_id in sorted(session.scalars(calls)):
            lock_call(session, call_id)


def _handled(session: Session, bulk: Bulk, item: BulkItem, actor: Actor) -> Outcome:
    """Change one case, or take its change back; what cannot be done is left with the reason."""
    try:
        with session.begin_nested():
            is_changed = _change(session, bulk, item, actor)
    except (CaseChanged, StaleStatement):
        item.reason = STALE
        return Outcome.STALE
    except undo.CannotUndo as error:
        item.reason = str(error)
        return Outcome.STALE
    except (TriageError, ThemeError) as error:
        item.reason = str(error)
        return Outcome.REFUSED
    except (NotFound, NotPermitted):
        item.reason = GONE
        return Outcome.REFUSED
    return Outcome.CHANGED if is_changed else Outcome.SAME


def _change(session: Session, bulk: Bulk, item: BulkItem, actor: Actor) -> bool:
    if bulk.undoes_id is not None:
        trace = Trace.kept(item.trace or {})
        traces.take_back(session, item.submission_id, trace, actor=actor)
        return True
    trace = bulk_change.apply(
        session,
        item.submission_id,
        BulkChange.of(bulk.change),
        version=item.version,
        actor=actor,
    )
    item.trace = trace.payload() if trace else None
    return bool(trace)
