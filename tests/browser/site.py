"""A running installation: the program of ``make run`` on a database of its own."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.calls import callfile
from feedback.storage import Database, utc_now
from tests.processes import PRODUCTION, ROOT, free_port, running

PASSWORD = "correct horse battery"
STAFF = (
    ("tanto", "担当 花子", Role.STAFF),
    ("kacho", "課長 一郎", Role.APPROVER),
    ("cio", "統括 節子", Role.CIO),
    ("kanri", "管理 太郎", Role.ADMINISTRATOR),
)
JOBS_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Site:
    """Where it is, and the database behind it."""

    url: str
    database: Database

    def wait_for_worker(self) -> None:
        """Wait until the worker process has nothing left to do."""
        deadline = time.monotonic() + JOBS_SECONDS
        while time.monotonic() < deadline:
            with self.database.reading() as session:
                open_jobs = session.scalar(
                    sa.text("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')")
                )
                failed = session.execute(
                    sa.text("SELECT name, error FROM jobs WHERE error IS NOT NULL")
                ).all()
            assert not failed, failed
            if open_jobs == 0:
                return
            time.sleep(0.2)
        raise AssertionError(f"the worker still has {open_jobs} jobs")


@contextmanager
def a_site(database_url: str, data_dir: Path) -> Iterator[Site]:
    """Start it on a migrated database, with its call open and its staff known."""
    database = Database(database_url)
    with database.transaction() as session:
        callfile.open_call(session, callfile.STANDING_CALL, opens_at=utc_now())
        for login, name, role in STAFF:
            staff = accounts.add_staff(
                session,
                login=login,
                name=name,
                password=PASSWORD,
                actor=None,
                must_change_password=False,
            )
            accounts.give_role(session, staff, role, "tokyo", actor=None)
    port = free_port()
    settings = {
        **PRODUCTION,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "TOKENIZER": "mecab",
    }
    with running(settings) as program:
        program.until("職員のページ")
        yield Site(f"http://127.0.0.1:{port}", database)
        assert program.interrupt() == 0, program.output
        assert "Traceback" not in program.output, program.output
    database.dispose()


def demo_opinions(government: str, count: int) -> list[dict[str, str]]:
    """Some of the opinions that the demo holds, in Japanese and long enough to be themed."""
    path = ROOT / "feedback" / "demo" / "opinions" / f"{government}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == "ja"]
    return [row for row in rows if len(row["body"]) >= 30][:count]
