"""How fast a file of opinions is taken in, and how much memory it takes.

A CSV (or a workbook) of distinct opinions is received as the web server does it, and then taken in
by the worker's own job in this process: read, checked, stored in steps of a thousand rows with
words and outbox jobs, each step committed (``synchronous=FULL`` on SQLite). Screening is not part
of it. Half-way the job is abandoned once, as a killed worker leaves it, and taken over again.

    python benchmarks/imports.py [--rows 200000] [--format csv|xlsx]
        [--database-url postgresql+psycopg://…]
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from alembic import command
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from feedback.calls import callfile  # noqa: E402
from feedback.calls import service as calls  # noqa: E402
from feedback.commands import alembic_config  # noqa: E402
from feedback.intake import import_jobs, import_preview, imports  # noqa: E402
from feedback.intake.import_columns import Columns, Field  # noqa: E402
from feedback.intake.import_models import Import  # noqa: E402
from feedback.intake.models import Channel, Submission  # noqa: E402
from feedback.queue import service as queue  # noqa: E402
from feedback.queue.models import Job, JobState  # noqa: E402
from feedback.queue.service import JobContext  # noqa: E402
from feedback.storage import Database, utc_now  # noqa: E402
from feedback.web.actor import Actor  # noqa: E402
from feedback.web.permissions import Permission  # noqa: E402

HEADER = ("意見", "件名", "年代", "市区町村", "受付日")
PLACES = ("新宿区", "八王子市", "川崎市", "千葉市", "さいたま市")
ACTOR = Actor(1, "計測", {Permission.IMPORT_OPINIONS: frozenset({"tokyo"})})
KEY = Fernet.generate_key().decode()
MEBIBYTE = 1024 * 1024


class Died(Exception):
    """The worker was killed here."""


def opinions(count: int) -> list[tuple[str, ...]]:
    """Rows of some 110 letters each, no two the same."""
    dice = random.Random(0)
    return [
        (
            f"{number}番目の意見です。窓口の待ち時間が長く、仕事を休まないと手続ができません。"
            f"オンラインで終えられるようにし、{dice.randrange(1, 60)}分以内に返事がほしいです。"
            "高齢の親の分も代わりに申請できると助かります。紙の様式も残してください。",
            f"手続{number % 97}",
            f"{dice.randrange(2, 8)}0代",
            dice.choice(PLACES),
            f"2026/{dice.randrange(4, 11)}/{dice.randrange(1, 28)}",
        )
        for number in range(count)
    ]


def a_file(count: int, kind: str) -> BinaryIO:
    """The file as Excel saves it."""
    if kind == "csv":
        lines = [HEADER, *opinions(count)]
        return io.BytesIO("\r\n".join(",".join(line) for line in lines).encode("utf-8-sig"))
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("意見")
    for line in (HEADER, *opinions(count)):
        sheet.append(line)
    book.save(content := io.BytesIO())
    return content


def prepared(url: str) -> tuple[Database, int]:
    """A database with the newest schema and one call."""
    command.upgrade(alembic_config(url), "head")
    database = Database(url)
    with database.transaction() as session:
        calls.load_reference_data(session)
        opens_at = datetime(2026, 4, 1, tzinfo=UTC)
        call = callfile.open_call(session, callfile.STANDING_CALL, opens_at=opens_at)
        session.flush()
        return database, call.id


def receive(database: Database, call_id: int, file: BinaryIO, kind: str) -> int:
    """Hand in the file and choose nothing."""
    with database.transaction() as session:
        upload = imports.Upload(call_id, "tokyo", Channel.PAPER, f"a.{kind}", file)
        import_ = imports.receive(session, upload, actor=ACTOR)
        columns = Columns.from_stored(import_.mapping)
        defaults = {
            Field.INITIATIVE: "tokyo-gyosei-dx",
            Field.KIND: "request",
            Field.RECEIVED: "2026-11-01",
        }
        import_.mapping = Columns(columns.headers, defaults).stored()
        return import_.id


def claimed(database: Database) -> JobContext:
    """Take the job as a worker does; a dead worker's lease has run out."""
    with database.transaction() as session:
        session.execute(
            sa.update(Job)
            .where(Job.state == JobState.RUNNING)
            .values(leased_until=utc_now() - timedelta(seconds=1))
        )
        job = queue.claim(session, utc_now())
        if job is None:
            raise SystemExit("no job")
        return JobContext(job.id, job.payload, database, "mecab", job.attempts)


def killed_after(context: JobContext, steps: int) -> JobContext:
    """A worker that is killed inside its step number ``steps``, before that is committed."""
    left = iter(range(steps))

    class Mortal(JobContext):
        __slots__ = ()

        def _held(self, session: object) -> Job:
            if next(left, None) is None:
                raise Died
            return super()._held(session)  # type: ignore[arg-type]

    return Mortal(context.job_id, context.payload, context.database, "mecab", context.attempt)


class Watch:
    """Notes the highest resident memory while it is open; its own process only."""

    def __init__(self) -> None:
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.05):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self.peak = max(self.peak, pages * resource.getpagesize())


def measure(database: Database, call_id: int, rows: int, kind: str) -> None:
    """Print each stage."""
    file = a_file(rows, kind)
    print(f"file                {file.seek(0, io.SEEK_END) / MEBIBYTE:10.1f} MiB, {rows:,} rows")
    before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    with Watch() as watch:
        started = time.monotonic()
        import_id = receive(database, call_id, file, kind)
        print(f"received and stored {time.monotonic() - started:10.1f} s")
        file.close()
        started = time.monotonic()
        with database.reading() as session:
            import_preview.preview(session, import_id, actor=ACTOR)
        print(f"preview             {time.monotonic() - started:10.1f} s, first 1,000 rows")
        with database.transaction() as session:
            imports.start(session, import_id, actor=ACTOR)
        take_in(database, import_id, rows)
    print(f"memory              {watch.peak / MEBIBYTE:10.0f} MiB at its peak")
    print(f"                    {(watch.peak - before) / MEBIBYTE:10.0f} MiB more than before")


def take_in(database: Database, import_id: int, rows: int) -> None:
    """The job, killed once half-way; counted at the end."""
    processor = time.process_time()
    started = time.monotonic()
    try:
        mortal = killed_after(claimed(database), rows // 2_000 + 1)
        import_jobs.take_in(mortal, contact_key=lambda: KEY)
    except Died:
        pass
    first = time.monotonic() - started
    with database.reading() as session:
        half = session.get_one(Import, import_id).done
    print(f"killed at           {half:10,} rows, {half / first:,.0f} rows/s until then")
    started = time.monotonic()
    import_jobs.take_in(claimed(database), contact_key=lambda: KEY)
    second = time.monotonic() - started
    with database.reading() as session:
        done = session.get_one(Import, import_id)
        stored = session.scalar(sa.select(sa.func.count()).select_from(Submission))
    print(f"resumed             {done.done - half:10,} rows in {second:.1f} s, recounting included")
    print(f"taken in            {rows / (first + second):10,.0f} rows/s over all")
    processor = time.process_time() - processor
    print(f"                    {rows / processor:10,.0f} rows per second of processor time")
    print(f"submissions         {stored:10,} of {rows:,}; failed {done.failed}, known {done.known}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--format", choices=["csv", "xlsx"], default="csv")
    parser.add_argument("--database-url", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database_url or f"sqlite:///{folder}/imports.sqlite3"
        database, call_id = prepared(url)
        print(f"database            {database.engine.dialect.name:>10}")
        measure(database, call_id, chosen.rows, chosen.format)
        database.dispose()


if __name__ == "__main__":
    main()
