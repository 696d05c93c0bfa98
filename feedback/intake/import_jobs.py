"""Jobs of imports: take in a file's rows step by step, and clear away what was kept too long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from cryptography.fernet import Fernet
from sqlalchemy.exc import IntegrityError

from feedback.intake import import_files, import_runs, import_sources
from feedback.intake.import_keys import Keys, count_stored
from feedback.intake.import_rows import RowReader
from feedback.intake.import_rules import STORED_TOGETHER, FileRefused
from feedback.intake.import_storing import KeyedRow
from feedback.queue.service import JobContext, Registry
from feedback.storage import is_unique_violation

#: While rows of earlier steps are only counted, a sign of life after so many.
COUNTED_TOGETHER = 20_000
#: How often a step is done again when another import stored one of its rows at the same moment.
TRIES = 5


def register(registry: Registry, contact_key: Callable[[], str]) -> None:
    """Register this room's jobs; the key is asked for when a contact may have to be kept."""
    registry.register(import_runs.JOB, partial(take_in, contact_key=contact_key))
    registry.register("intake.clear_imports", clear)


def take_in(job: JobContext, *, contact_key: Callable[[], str]) -> None:
    """Take in the rows of one import from where it stands."""
    import_id, run = int(job.payload["import_id"]), int(job.payload["run"])
    with job.step() as session:
        begun = import_runs.begin(session, import_id, run)
    if begun is None:
        with job.finishing():
            return
    try:
        is_through = _all_steps(job, begun, Fernet(contact_key()))
    except FileRefused as error:
        with job.finishing() as session:
            import_runs.halt(session, import_id, run, str(error))
        return
    with job.finishing() as session:
        if is_through:
            import_runs.finish(session, import_id, run)


def clear(job: JobContext) -> None:
    """Delete files and failed rows that were kept as long as we say."""
    with job.finishing() as session:
        import_runs.clear_old(session)


def _all_steps(job: JobContext, begun: import_runs.Begun, cipher: Fernet) -> bool:
    """Store every row that is not yet; False when somebody stopped the import."""
    with job.reading() as session:
        reader = RowReader.of(session, begun.import_)
    keyed = _keyed(job, begun, reader)
    _count(job, begun, keyed)
    while rows := list(islice(keyed, STORED_TOGETHER)):
        if not _step(job, begun, rows, cipher):
            return False
    return True


def _keyed(job: JobContext, begun: import_runs.Begun, reader: RowReader) -> Iterator[KeyedRow]:
    """Every row of the file with its key, read and understood outside of any transaction."""
    keys = Keys(partial(_count_stored, job))
    file = import_files.opened_for_long(job.database, begun.import_.id)
    for row in import_sources.rows_of(file, begun.import_):
        read = reader.read(row)
        yield KeyedRow(read, keys.key(read.identity) if read.is_right else "")


def _count_stored(job: JobContext, base: str, import_id: int) -> int:
    with job.reading() as session:
        return count_stored(session, base, import_id)


def _count(job: JobContext, begun: import_runs.Begun, keyed: Iterator[KeyedRow]) -> None:
    """Go through the rows of earlier steps again, for their places among their likes."""
    for counted, _row in enumerate(islice(keyed, begun.done), start=1):
        if counted % COUNTED_TOGETHER == 0:
            with job.step() as session:
                import_runs.show_life(session, begun)


def _step(job: JobContext, begun: import_runs.Begun, rows: list[KeyedRow], cipher: Fernet) -> bool:
    for left in reversed(range(TRIES)):
        try:
            with job.step() as session:
                return import_runs.advance(session, begun, rows, cipher)
        except IntegrityError as error:
            # Another import stored one of these rows meanwhile; now it is there to be seen.
            if not left or not is_unique_violation(error, "idempotency_key"):
                raise
    return False
