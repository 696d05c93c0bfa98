"""A running installation: the program of ``make run`` on a database of its own."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.calls import callfile
from feedback.calls.models import published_calls
from feedback.intake import service as intake
from feedback.intake.models import Channel, Kind
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
#: New runs and lessons wait some seconds for more to come; nothing more comes in a test.
NO_GATHERING = (
    "UPDATE jobs SET run_at = queued_at"
    " WHERE state = 'queued' AND run_at > queued_at AND attempts = 0 AND name LIKE 'theming.%'"
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where it is, and the database behind it."""

    url: str
    database: Database

    def wait_for_worker(self) -> None:
        """Wait until the worker process has nothing left to do; what only gathers need not wait."""
        deadline = time.monotonic() + JOBS_SECONDS
        while time.monotonic() < deadline:
            with self.database.transaction() as session:
                session.execute(sa.text(NO_GATHERING))
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
def a_site(
    database_url: str, data_dir: Path, more: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """A new installation on a migrated database: its call is open and its staff are known."""
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
    database.dispose()
    with served({**PRODUCTION, **(more or {})}, database_url, data_dir) as site:
        yield site


@contextmanager
def a_demo(database_url: str, data_dir: Path) -> Iterator[Site]:
    """What ``make run`` shows a newcomer, on a migrated database."""
    demo = {**PRODUCTION, "MEYASUBAKO_MODE": "demo", "SECRET_KEY": "", "CONTACT_KEY": ""}
    with served(demo, database_url, data_dir) as site:
        yield site


@contextmanager
def served(settings: Mapping[str, str], database_url: str, data_dir: Path) -> Iterator[Site]:
    """Server and worker on a free port; they must end without a complaint."""
    port = free_port()
    more = {
        **settings,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "TOKENIZER": "mecab",
    }
    database = Database(database_url)
    with running(more) as program:
        program.until("職員のページ")
        yield Site(f"http://127.0.0.1:{port}", database)
        assert program.interrupt() == 0, program.output
        assert "Traceback" not in program.output, program.output
    database.dispose()


def seed_opinions(site: Site, cues: str, count: int) -> None:
    """Take in the demo's Japanese opinions of Tokyo that speak of these things, and theme them."""
    wanted = re.compile(cues)
    with site.database.transaction() as session:
        call = published_calls(session)[0]
        rows = [row for row in _demo_rows() if wanted.search(row["body"])][:count]
        for row in rows:
            intake.submit(
                session,
                intake.Draft(
                    call_id=call.id,
                    government="tokyo",
                    initiative="tokyo-gyosei-dx",
                    kind=Kind(row["kind"]),
                    title=row["title"],
                    body=row["body"],
                    consents_to_publish=True,
                ),
                idempotency_key=row["key"],
                contact_key=PRODUCTION["CONTACT_KEY"],
                channel=Channel.PAPER,
            )
    site.wait_for_worker()


def _demo_rows() -> Iterator[dict[str, str]]:
    for path in sorted((ROOT / "feedback" / "demo" / "opinions").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row for row in csv.DictReader(file) if row["language"] == "ja")
