"""The worker's side of an import: begin, advance step by step, end; and clear away what is old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import import_storing
from feedback.intake.import_models import (
    ENDED,
    Import,
    ImportState,
    delete_failed_rows,
    delete_file,
    imports_untouched_since,
)
from feedback.intake.import_storing import KeyedRow
from feedback.queue import service as queue
from feedback.storage import utc_now
from feedback.web.actor import Actor

JOB = "intake.take_in_import"
#: Files and failed rows hold citizens' words for no reason but this work; they go after this long.
KEPT = timedelta(days=7)
#: A worker that lives gives a sign at least so often.
STALLED = timedelta(minutes=2)

IMPORTED = audit.declare(
    "intake.imported", "意見を取り込んだ", "rows", "known", "failed", "channel", "content_hash"
)
CLEARED = audit.declare(
    "intake.import_cleared", "保存の期限が過ぎたため、取込のファイルと失敗した行を削除した"
)


@dataclass(frozen=True, slots=True)
class Begun:
    """An import as a worker finds it."""

    import_: Import
    run: int
    done: int


def set_going(session: Session, import_: Import) -> None:
    """Queue the job that takes in the rows from where the import stands."""
    import_.state, import_.message = ImportState.RUNNING, ""
    import_.run += 1
    import_.begun_at, import_.changed_at = None, utc_now()
    queue.enqueue(session, JOB, {"import_id": import_.id, "run": import_.run})


def is_stalled(import_: Import) -> bool:
    """Whether no worker has given a sign of life for long."""
    has_begun = import_.state is ImportState.RUNNING and import_.begun_at is not None
    return has_begun and utc_now() - import_.changed_at > STALLED


def begin(session: Session, import_id: int, run: int) -> Begun | None:
    """For the worker: note that it begins; None when there is nothing for it to do."""
    import_ = _of_run(session, import_id, run)
    if import_ is None:
        return None
    import_.begun_at = import_.changed_at = utc_now()
    import_.begun_done = import_.done
    return Begun(import_, run, import_.done)


def advance(session: Session, begun: Begun, rows: Sequence[KeyedRow], cipher: Fernet) -> bool:
    """For the worker: store the next rows; False when somebody stopped the import meanwhile."""
    import_ = _of_run(session, begun.import_.id, begun.run)
    if import_ is None:
        return False
    import_storing.store(session, import_, rows, cipher)
    return True


def show_life(session: Session, begun: Begun) -> None:
    """For the worker: it is at work, though nothing is to be seen yet."""
    import_ = _of_run(session, begun.import_.id, begun.run)
    if import_ is not None:
        import_.changed_at = utc_now()


def halt(session: Session, import_id: int, run: int, message: str) -> None:
    """For the worker: the file breaks off; say why."""
    import_ = _of_run(session, import_id, run)
    if import_ is not None:
        import_.state, import_.message = ImportState.STOPPED, message
        import_.changed_at = utc_now()


def finish(session: Session, import_id: int, run: int) -> None:
    """For the worker: all rows are through; the file is deleted."""
    import_ = _of_run(session, import_id, run)
    if import_ is None:
        return
    import_.rows = import_.done
    end(session, import_, ImportState.DONE)
    channel, content_hash = import_.channel.value, import_.content_hash
    record(
        session,
        IMPORTED,
        import_,
        Actor(import_.staff_id, import_.staff_name, {}),
        rows=import_.stored,
        known=import_.known,
        failed=import_.failed,
        channel=channel,
        content_hash=content_hash,
    )


def clear_old(session: Session) -> None:
    """Delete files and failed rows that were kept as long as we say."""
    for import_ in imports_untouched_since(session, utc_now() - KEPT):
        record(session, CLEARED, import_, None)
        delete_failed_rows(session, import_.id)
        if import_.state is ImportState.UPLOADED:
            delete_file(session, import_.id)
            session.delete(import_)
        else:
            has_ended = import_.state in ENDED
            end(session, import_, import_.state if has_ended else ImportState.CUT_SHORT)


def end(session: Session, import_: Import, state: ImportState) -> None:
    """Nothing more will come of the import: its file goes."""
    import_.state, import_.changed_at = state, utc_now()
    delete_file(session, import_.id)


def record(
    session: Session, event: audit.Event, import_: Import, actor: Actor | None, **details: Any
) -> None:
    """Leave an audit entry about an import."""
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"import:{import_.id}",
        government=import_.government_slug,
        **details,
    )


def _of_run(session: Session, import_id: int, run: int) -> Import | None:
    """A running import, for the worker of its latest run only."""
    import_ = session.get(Import, import_id, with_for_update=True)
    is_wanted = import_ is not None and import_.state is ImportState.RUNNING and import_.run == run
    return import_ if is_wanted else None
