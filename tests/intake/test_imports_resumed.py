"""An import is stopped, killed and resumed: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.intake import import_jobs
from feedback.intake.import_models import FailedRow, Import, ImportPart, ImportState
from feedback.intake.models import Submission, SubmissionWords
from feedback.queue import service as queue
from feedback.queue.models import Job, JobState
from feedback.queue.service import JobContext
from feedback.settings import Settings
from feedback.storage import Database, utc_now
from tests.builders import a_call
from tests.intake.importing import SignIn, TakeIn, a_file, act, begun, count, figures, received
from tests.processes import PRODUCTION, ROOT, environment
from tests.strict_client import text_of

ROWS = 20_000
EVERY_WRONG = 1_000
SECONDS = 600


@pytest.fixture
def call_id(database: Database) -> int:
    with database.transaction() as session:
        return a_call(session).id


def a_long_file(rows: int = ROWS) -> bytes:
    """Many equal ones among them, and one of a thousand that is wrong."""
    return a_file(
        *(
            f"{'同じ文面のはがき' if row % 3 == 0 else f'{row}番目の意見'},"
            f"{'若い' if row % EVERY_WRONG == 7 else '30代'}"
            for row in range(rows)
        ),
        header="意見,年代",
    )


def the_import(database: Database) -> Import:
    with database.reading() as session:
        return session.scalars(sa.select(Import)).one()


@contextmanager
def a_worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The worker that operators run, in a process of its own."""
    more = {
        **PRODUCTION,
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "TOKENIZER": "mecab",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback", "worker"], cwd=ROOT, env=environment(more)
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_done(database: Database, rows: int) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        import_ = the_import(database)
        if import_.done >= rows or import_.state is ImportState.DONE:
            return
        time.sleep(0.02)
    raise AssertionError(f"only {the_import(database).done} rows after {SECONDS} seconds")


def let_the_lease_run_out(database: Database) -> None:
    with database.transaction() as session:
        held = session.scalars(sa.select(Job).where(Job.state == JobState.RUNNING)).all()
        assert held, "the dead worker's job"
        for job in held:
            assert job.leased_until is not None
            assert job.leased_until - utc_now() <= queue.STEP_LEASE
            job.leased_until = utc_now() - timedelta(seconds=1)


def test_a_worker_killed_half_way_loses_nothing_and_doubles_nothing(
    sign_in: SignIn, database: Database, settings: Settings, call_id: int
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file())
    for at_least in (3_000, 9_000):
        with a_worker(settings) as worker:
            wait_until_done(database, at_least)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        stopped = the_import(database)
        assert at_least <= stopped.done < ROWS
        assert stopped.done == stopped.stored + stopped.failed
        assert count(database, Submission) == stopped.stored, "no step is there by half"
        let_the_lease_run_out(database)
    with a_worker(settings):
        wait_until_done(database, ROWS + 1)
    wrong = ROWS // EVERY_WRONG
    assert figures(client, url) == (ROWS - wrong, 0, wrong)
    assert (count(database, FailedRow), count(database, ImportPart)) == (wrong, 0)
    with database.reading() as session:
        bodies = list(session.scalars(sa.select(SubmissionWords.body)))
        screened = session.scalars(
            sa.select(Job.payload).where(Job.name == "screening.screen")
        ).all()
        ids = set(session.scalars(sa.select(Submission.id)))
    unlike = [each for each in bodies if each != "同じ文面のはがき"]
    assert len(unlike) == len(set(unlike))
    assert len(bodies) == ROWS - wrong
    asked = [each for payload in screened for each in payload["submission_ids"]]
    assert sorted(asked) == sorted(ids), "each is screened, once"


def test_stopped_and_continued_by_hand(
    sign_in: SignIn, database: Database, take_in: TakeIn, call_id: int
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file(6_000))
    job = claimed(database)
    rows = take_in_until(job, 2_000, lambda: act(client, url, "stop"))
    assert rows == 2_000
    page = text_of(client.page(url))
    assert "途中で止まっています" in page
    assert "職員 tokyoさんが停止しました。" in page
    assert "6,000行のうち2,000行まで" in page
    assert count(database, ImportPart) == 1
    colleague = sign_in()
    act(colleague, url, "continue")
    take_in()
    assert figures(client, url) == (5_994, 0, 6)
    assert count(database, Submission) == 5_994


def claimed(database: Database) -> JobContext:
    with database.transaction() as session:
        job = queue.claim(session, utc_now())
    assert job is not None
    return JobContext(job.id, job.payload, database, "mecab", job.attempts)


def take_in_until(job: JobContext, rows: int, then: object) -> int:
    """Do as the worker does, and something else when so many rows are in."""
    assert callable(then)
    real = job.step
    done = iter(range(rows // 1_000 + 1))

    def step(*args: object) -> object:
        if next(done, None) is None:
            then()
        return real(*args)  # type: ignore[arg-type]

    class Watched(JobContext):
        __slots__ = ()

    Watched.step = staticmethod(step)  # type: ignore[assignment,method-assign]
    watched = Watched(job.job_id, job.payload, job.database, job.tokenizer, job.attempt)
    key = PRODUCTION["CONTACT_KEY"]
    import_jobs.take_in(watched, contact_key=lambda: key)
    return the_import(job.database).done


def test_a_stopped_import_is_ended_without_its_rest(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file(4_000))
    take_in_until(claimed(database), 1_000, lambda: act(client, url, "stop"))
    act(client, url, "discard")
    page = text_of(client.page(url))
    assert "1,000行までで終えました。残りは取り込んでいません。" in page
    assert (count(database, ImportPart), count(database, Submission)) == (0, 999)
    act(client, url, "continue")
    assert "止まっていません" in text_of(client.page(url))


def test_the_job_of_an_earlier_run_stores_nothing_more(
    sign_in: SignIn, database: Database, take_in: TakeIn, call_id: int
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file(3_000))

    def stop_and_continue() -> None:
        act(client, url, "stop")
        act(client, url, "continue")

    old = claimed(database)
    assert take_in_until(old, 1_000, stop_and_continue) == 1_000
    take_in()
    assert figures(client, url) == (2_997, 0, 3)
    assert count(database, Submission) == 2_997


def test_an_import_without_a_sign_of_life_can_be_set_going_again(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file(3_000))
    assert "ほかの処理が終わるのを待っています" in text_of(client.page(url))
    act(client, url, "continue")
    assert "止まっていません" in text_of(client.page(url))
    with database.transaction() as session:
        long_ago = utc_now() - timedelta(minutes=3)
        session.execute(sa.update(Import).values(changed_at=long_ago, begun_at=long_ago, done=500))
    page = client.page(url)
    assert "2分以上、進んでいません" in text_of(page)
    assert "16%" in text_of(page)
    act(client, url, "continue")
    assert the_import(database).run == 2


def test_two_files_with_the_same_rows_at_the_same_time(
    sign_in: SignIn, database: Database, settings: Settings, call_id: int
) -> None:
    first, second = sign_in(), sign_in()
    urls = [
        begun(client, call_id, content)
        for client, content in (
            (first, a_long_file(3_000)),
            (second, a_long_file(3_000) + "\r\n末尾の意見,".encode()),
        )
    ]
    jobs = [claimed(database), claimed(database)]
    failures: list[BaseException] = []

    def work(job: JobContext) -> None:
        try:
            import_jobs.take_in(job, contact_key=lambda: settings.contact_key)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    results = [figures(first, url) for url in urls]
    assert sum(stored for stored, _known, _failed in results) == 2_998
    assert count(database, Submission) == 2_998


def test_a_file_that_breaks_off_stops_with_its_reason_and_keeps_what_is_in(
    sign_in: SignIn, database: Database, take_in: TakeIn, call_id: int
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file(2_500))
    with database.transaction() as session:
        part = session.scalars(sa.select(ImportPart)).one()
        part.content = part.content[:-40] + b'\r\n"never closed'
    take_in()
    page = text_of(client.page(url))
    assert "行目から先を表として読めません" in page
    assert count(database, Submission) == 1_998
    assert the_import(database).state is ImportState.STOPPED


def test_who_may_stop_and_continue(sign_in: SignIn, database: Database, call_id: int) -> None:
    client = sign_in()
    url = begun(client, call_id, a_long_file(1_500))
    stranger = sign_in(Role.STAFF, "chiba")
    for action in ("stop", "continue", "discard"):
        assert act(stranger, url, action).status_code == 404
    act(client, url, "discard")
    assert "いまはやめられません" in text_of(client.page(url))
    with database.transaction() as session:
        session.execute(sa.delete(Job))
    waiting = received(client, call_id, a_file("ほかの意見", header="意見"))
    act(client, waiting, "stop")
    assert "いま動いていません" in client.get("/staff/imports").text
