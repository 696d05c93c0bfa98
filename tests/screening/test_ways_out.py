"""Whichever way out one takes, no personal data comes along: pages, files, tables, logs.

Known data is planted through the citizen's form and through an import, everything is run, and
everything that comes out is searched, every table but the one of the words themselves included.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from analysis import themefile
from feedback.accounts.models import Role
from feedback.audit import service as audit
from feedback.calendar import Month
from feedback.calls.models import Call
from feedback.intake.models import SubmissionWords
from feedback.queue import service as queue
from feedback.queue.service import Registry
from feedback.queue.worker import Worker
from feedback.reporting.models import Report
from feedback.schema import METADATA
from feedback.screening import marks
from feedback.screening.marks import Typed
from feedback.screening.models import Screening, Statement
from feedback.storage import Database, utc_now
from feedback.theming import service as theming
from feedback.theming.models import Theme, ThemeState
from tests.builders import a_call
from tests.intake.importing import HEADER, a_file, begun
from tests.intake.test_write_opinion import FORM, GOOD, hidden
from tests.strict_client import StrictClient, parse
from tests.theming.builders import bodies
from tests.triage.builders import an_actor

SignIn = Callable[..., StrictClient]

#: What the machine finds by itself.
PLANTED = (
    "090-1234-5678",
    "taro.yamada@example.jp",
    "山田太郎",
    "4539578763621486",
    "品川300あ12-34",
    "@yamada_taro_99",
)
#: What it misses, and staff find when it has been quoted and reported already.
MISSED = "甲野乙彦"
SIGNATURE = (
    "山田太郎と申します。電話090-1234-5678、メールtaro.yamada@example.jp、カード4539578763621486、"
    "車は品川300あ12-34、SNSは@yamada_taro_99です。"
)
WORDS_TABLE = SubmissionWords.__tablename__


def send(client: StrictClient, body: str, title: str = "") -> None:
    first = hidden(client.page(FORM))
    data = {**first, **GOOD, "title": title, "body": body, "step": "check"}
    checked = parse(client.post(FORM, data=data).text)
    assert client.post(FORM, data={**hidden(checked), "step": "send"}).status_code == 303


def in_tables(database: Database) -> Iterator[tuple[str, str]]:
    """Everything that lies in the database, table by table, but the citizens' own words."""
    with database.reading() as session:
        for table in METADATA.sorted_tables:
            if table.name == WORDS_TABLE:
                continue
            for row in session.execute(sa.select(table)):
                yield table.name, "\n".join(_told(value) for value in row)
        for (words,) in session.execute(
            sa.text("SELECT CAST(words AS text) FROM submission_search")
        ):
            yield "submission_search", str(words)


def _told(value: object) -> str:
    if isinstance(value, bytes):
        if value[:2] == b"PK":
            return json.dumps(themefile.unpack(value)[1], ensure_ascii=False, default=str)
        return value.decode("utf-8", "replace")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def pages_of(
    client: StrictClient, starts: list[str], limit: int = 120
) -> Iterator[tuple[str, str]]:
    """These pages and what they lead to on the same site, as text."""
    waiting, seen = list(starts), set(starts)
    while waiting and limit:
        url = waiting.pop(0)
        answer = client.get(url)
        limit -= 1
        yield url, _text_of(answer.data, answer.mimetype)
        if answer.mimetype != "text/html":
            continue
        for link in parse(answer.text).iter("a"):
            target = (link.get("href") or "").split("#")[0]
            if target.startswith("/") and target not in seen and "sign-out" not in target:
                seen.add(target)
                waiting.append(target)


def _text_of(data: bytes, mimetype: str) -> str:
    if mimetype == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if data[:2] == b"PK":
        with ZipFile(io.BytesIO(data)) as archive:
            return "".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    return data.decode("utf-8", "replace")


def leaks(found: Iterator[tuple[str, str]], secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    # White space and line ends of a PDF are not the reader's.
    return [
        (where, secret)
        for where, text in found
        for secret in secrets
        if secret in text or secret in re.sub(r"\s", "", text)
    ]


def themed_and_reported(database: Database, work: Callable[[], int], call_id: int) -> list[int]:
    """Run the analysis, check every theme, report the month and approve it; the reports' ids."""
    from feedback.reporting import service as reporting

    with database.transaction() as session:
        theming.enqueue_run(session, call_id, None)
    work()
    actor = an_actor(database, "承認 花子", Role.APPROVER)
    with database.transaction() as session:
        open_themes = sa.select(Theme).where(Theme.state == ThemeState.OPEN)
        for theme in session.scalars(open_themes).all():
            theming.mark_checked(
                session, theme.id, checked=True, version=theme.version, actor=actor
            )
        report = reporting.draft(session, call_id, Month.of(utc_now()), "tokyo", actor=actor)
        reporting.approve(session, report.id, content_hash=report.content_hash, actor=actor)
        return [report.id]


@pytest.fixture
def call(database: Database) -> Call:
    with database.transaction() as session:
        return a_call(session)


def test_no_way_out_shows_what_is_masked(
    database: Database,
    client: StrictClient,
    sign_in: SignIn,
    work: Callable[[], int],
    call: Call,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    for number, body in enumerate(bodies(3)):
        send(client, f"{body}{SIGNATURE}" if number % 2 else body, title="山田太郎と申します")
    send(client, f"{bodies(1)[0]}担当の{MISSED}に伝えてください。")
    staff = sign_in(Role.STAFF)
    rows = [f'"{body}{SIGNATURE}",山田太郎です,,,,,,可,' for body in bodies(6, start=3)]
    begun(staff, call.id, a_file(*rows, header=HEADER))
    work()
    (report_id,) = themed_and_reported(database, work, call.id)
    files = [f"/staff/reports/{report_id}{ending}" for ending in ("", ".pdf", ".xlsx", ".csv")]
    public = ["/", f"/calls/{call.slug}/themes"]
    inside = ["/staff/cases", "/staff/themes", "/staff/screening", "/staff/imports", "/staff/undo"]
    search = [f"/staff/cases?q={secret}&copies=each" for secret in PLANTED]

    everything = PLANTED
    assert leaks(pages_of(client, public), everything) == []
    # What staff search for is shown in the box; nothing else of it may be.
    assert leaks(pages_of(staff, [*inside, *files]), everything) == []
    for url in search:
        assert "条件に合う意見はありません" in staff.get(url).text
    assert leaks(in_tables(database), everything) == []
    administrator = sign_in(Role.ADMINISTRATOR)
    assert leaks(pages_of(administrator, ["/staff/audit"], limit=5), everything) == []
    assert leaks(iter([("log", caplog.text)]), everything) == []

    # The machine missed one, and it is out. Staff mask it: it is gone from everywhere.
    with database.reading() as session:
        at = session.scalars(
            sa.select(Screening.submission_id).where(Screening.body.contains(MISSED))
        ).one()
        assert any(MISSED in text for text in session.scalars(sa.select(Statement.text)))
    _quote_it(database, report_id, at)
    assert leaks(pages_of(staff, files), (MISSED,)) != []
    actor = an_actor(database)
    with database.transaction() as session:
        marks.add(session, at, Typed(MISSED, everywhere=True), "name", version=1, actor=actor)
    with database.reading() as session:
        assert not any(MISSED in text for text in session.scalars(sa.select(Statement.text)))
    work()
    everything = (*PLANTED, MISSED)
    assert leaks(pages_of(client, public), everything) == []
    assert leaks(pages_of(staff, [*inside, *files, f"/staff/cases/{at}"]), everything) == []
    assert leaks(in_tables(database), everything) == []
    assert leaks(iter([("log", caplog.text)]), everything) == []
    with database.reading() as session:
        report = session.get_one(Report, report_id)
        assert report.remasked_at is not None
        assert audit.verify(session).problems == ()
    shown = staff.get(f"/staff/reports/{report_id}").text
    assert "見落としていた個人情報を伏せました" in shown
    assert "保存したときのものと一致しません" not in shown
    table = list(csv.reader(io.StringIO(staff.get(files[-1]).data.decode("utf-8-sig"))))
    assert any("［氏名］" in cell for row in table for cell in row)


def _quote_it(database: Database, report_id: int, submission_id: int) -> None:
    """Let the approved report quote what was missed, as it might have by itself."""
    from feedback.reporting import content

    with database.transaction() as session:
        report = session.get_one(Report, report_id)
        text = session.scalars(
            sa.select(Statement.text).where(
                Statement.submission_id == submission_id, Statement.text.contains(MISSED)
            )
        ).first()
        theme = {**report.content["themes"][0]}
        theme["quotes"] = [{"text": " ".join((text or "").split()), "source": "30代"}]
        report.content = {**report.content, "themes": [theme, *report.content["themes"][1:]]}
        report.content_hash = content.hash_of(report.content)


def test_an_error_of_the_database_tells_nothing_of_the_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def stumbles(job: queue.JobContext) -> None:
        with job.finishing() as session:
            row = {"submission_id": None, "title": PLANTED[0], "body": SIGNATURE}
            session.execute(sa.insert(SubmissionWords), row)

    registry = Registry()
    registry.register("stumbles", stumbles)
    with database.transaction() as session:
        queue.enqueue(session, "stumbles")
    Worker(database, registry, tokenizer="mecab", poll_seconds=1).run_all_due()
    with database.reading() as session:
        error = session.scalar(sa.text("SELECT error FROM jobs"))
    assert error is not None
    assert "submission_words" in error
    assert leaks(iter([("job", error), ("log", caplog.text)]), PLANTED) == []
