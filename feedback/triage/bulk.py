"""Change many cases at once: few in the request, many in a job with progress; one undo for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.intake import receipts
from feedback.queue import service as queue
from feedback.storage import utc_now
from feedback.triage import bulk_change, bulk_run, selection, service
from feedback.triage.bulk_change import BulkChange
from feedback.triage.bulk_models import (
    Bulk,
    BulkItem,
    BulkState,
    Outcome,
    left_alone,
    recent_bulks,
)
from feedback.triage.errors import BulkRefused
from feedback.triage.filters import QueueFilter
from feedback.triage.selection import Seen
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.errors import NotFound

JOB = "triage.bulk"
#: So many cases at most are changed while the reader waits.
AT_ONCE = 50
LISTED = 50
RECENT = 20
#: A change that has not moved for so long has lost its worker, or failed for good.
STUCK_AFTER = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the reader selected in the queue."""

    ticked: tuple[tuple[int, int], ...] = ()
    """Submissions with the versions that were shown."""
    everything: bool = False
    """The whole view, whatever is ticked."""
    with_copies: bool = False
    """A row of a folded view stands for all copies of its text."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A change of many as its page shows it."""

    bulk: Bulk
    percent: int
    changed: int
    same: int
    stale: int
    refused: int
    left: Sequence[tuple[int, str, str | None]]
    """Submission, receipt number and reason of cases that were left alone."""
    is_stuck: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.bulk.finished_at is not None


def register_undo(undoers: undo.Undoers) -> None:
    """Name the function that takes a change of many back."""
    undoers.register(bulk_run.KIND, take_back)


def words(session: Session, change: BulkChange) -> str:
    """The change in words; none for a change of nothing."""
    return bulk_change.words(session, change)


def size(session: Session, chosen: Selection, seen: Seen, tokenizer: Tokenizer) -> int:
    """How many cases a selection of a whole view means."""
    query = selection.in_view(session, seen, tokenizer, with_copies=chosen.with_copies)
    return selection.count(session, query)


def start(
    session: Session,
    chosen: Selection,
    change: BulkChange,
    seen: Seen,
    tokenizer: Tokenizer,
    *,
    view: Mapping[str, Any],
) -> Bulk:
    """Change the selected cases as they were seen, at once when they are few.

    ``view`` is the address of the queue from which they were selected.

    Raises:
        BulkRefused: when nothing is selected, or nothing is to be changed.
    """
    if change == BulkChange():
        raise BulkRefused("変更する内容を選んでください。")
    pairs = _given(session, chosen, seen, tokenizer)
    if pairs is not None and not pairs:
        raise BulkRefused("変更する意見を選んでください。")
    bulk = _new(session, bulk_change.words(session, change), seen, view)
    bulk.change = change.payload()
    if pairs is None:
        bulk.state = BulkState.GATHERING
        bulk.selection = {"with_copies": chosen.with_copies}
    else:
        bulk_run.write_down(session, bulk.id, sorted(pairs.items()))
    return _run_or_enqueue(session, bulk, len(pairs) if pairs else None, seen.actor)


def start_copies(
    session: Session,
    submission_id: int,
    change: BulkChange,
    seen: Seen,
    tokenizer: Tokenizer,
    *,
    view: Mapping[str, Any],
) -> Bulk:
    """Change a case as it stands, and every copy of its text that the view folds into it.

    Raises:
        NotFound: when the actor may not see the submission.
    """
    case = service.locked(session, submission_id, actor=seen.actor)
    chosen = Selection(((submission_id, case.version),), with_copies=True)
    return start(session, chosen, change, seen, tokenizer, view=view)


def stop(session: Session, bulk_id: int, *, actor: Actor) -> None:
    """Leave the cases that are still to come as they are."""
    bulk = _own(session, bulk_id, actor, locks=True)
    if bulk.finished_at is None:
        bulk.state = BulkState.STOPPED


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> undo.Outcome:
    """Set back every case that nobody has changed since, at once when they are few."""
    done = _own(session, payload["bulk"], actor)
    seen = Seen(QueueFilter(), utc_now(), actor)
    bulk = _new(session, f"取り消し：{done.summary}", seen, done.view)
    bulk.undoes_id = done.id
    session.flush()
    changed = select(
        literal(bulk.id), BulkItem.submission_id, BulkItem.version, BulkItem.trace
    ).where(BulkItem.bulk_id == done.id, BulkItem.outcome == Outcome.CHANGED)
    names = ["bulk_id", "submission_id", "version", "trace"]
    session.execute(insert(BulkItem).from_select(names, changed))
    _run_or_enqueue(session, bulk, done.count(Outcome.CHANGED), actor)
    return _outcome(bulk)


def progress(session: Session, bulk_id: int, *, actor: Actor) -> Progress:
    """How far a change of one's own is.

    Raises:
        NotFound: when there is no such change of this person's.
    """
    bulk = _own(session, bulk_id, actor)
    return Progress(
        bulk=bulk,
        percent=100 if bulk.finished_at else 100 * bulk.handled // max(1, bulk.total),
        changed=bulk.count(Outcome.CHANGED),
        same=bulk.count(Outcome.SAME),
        stale=bulk.count(Outcome.STALE),
        refused=bulk.count(Outcome.REFUSED),
        left=[
            (at, receipts.display(number), reason)
            for at, number, reason in left_alone(session, bulk_id, LISTED)
        ],
        is_stuck=bulk.finished_at is None and utc_now() - bulk.moved_at > STUCK_AFTER,
    )


def list_recent(session: Session, *, actor: Actor) -> Sequence[Bulk]:
    """One's own last changes of many cases."""
    return recent_bulks(session, actor.id, RECENT)


def _given(
    session: Session, chosen: Selection, seen: Seen, tokenizer: Tokenizer
) -> dict[int, int] | None:
    """The cases that are selected, with their versions; None for more than can wait."""
    if chosen.everything:
        query = selection.in_view(session, seen, tokenizer, with_copies=chosen.with_copies)
        first = session.execute(query.limit(AT_ONCE + 1)).all()
        return dict(first) if len(first) <= AT_ONCE else None
    ticked = dict(chosen.ticked)
    if chosen.with_copies and ticked:
        ticked.update(selection.copies_of(session, seen, tokenizer, list(ticked)))
    return ticked


def _new(session: Session, summary: str, seen: Seen, view: Mapping[str, Any]) -> Bulk:
    now = utc_now()
    bulk = Bulk(
        staff_id=seen.actor.id,
        staff_name=seen.actor.name,
        summary=summary[:200],
        change={},
        view=dict(view),
        selection={},
        counts={},
        seen_at=min(seen.at, now),
        state=BulkState.RUNNING,
        started_at=now,
        moved_at=now,
    )
    session.add(bulk)
    session.flush()
    return bulk


def _run_or_enqueue(session: Session, bulk: Bulk, cases: int | None, actor: Actor) -> Bulk:
    if cases is not None and cases <= AT_ONCE:
        return bulk_run.run(session, bulk.id, actor=actor)
    bulk.total = cases or 0
    queue.enqueue(session, JOB, {"bulk_id": bulk.id})
    return bulk


def _outcome(bulk: Bulk) -> undo.Outcome:
    """What the reader is told of a taking back: how it went, or where to see how it goes."""
    if bulk.finished_at is None:
        return undo.Outcome("取り消しを始めました。", "triage.show_bulk", {"bulk_id": bulk.id})
    if not bulk.left:
        return undo.Outcome()
    return undo.Outcome(
        f"{bulk.count(Outcome.CHANGED):,}件を取り消しました。"
        f"{bulk.left:,}件は、その後に変更されているため、そのままにしました。",
        "triage.show_bulk",
        {"bulk_id": bulk.id},
    )


def _own(session: Session, bulk_id: int, actor: Actor, *, locks: bool = False) -> Bulk:
    bulk = session.get(Bulk, bulk_id, with_for_update=locks or None)
    if bulk is None or bulk.staff_id != actor.id:
        raise NotFound(f"bulk {bulk_id}")
    return bulk
