"""A file becomes submissions: received, mapped, examined, stored; all rows or none."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake import imports
from feedback.intake.models import (
    AgeBand,
    Channel,
    Import,
    Kind,
    Relation,
    Submission,
    SubmissionWords,
)
from feedback.queue.models import Job
from feedback.storage import Database, utc_now
from feedback.web.actor import Actor
from feedback.web.permissions import Permission
from tests.builders import a_call
from tests.strict_client import StrictClient, parse, text_of

SignIn = Callable[..., StrictClient]
HEADER = "意見,件名,取組,種類,市区町村,年代,在住・在勤・在学,掲載可否,受付日"
GOOD = (
    "窓口の待ち時間を短くしてほしいです。,待ち時間,街のDX,要望,新宿区,30代,在住,可,令和8年11月3日"
)
BARE = "手続をすべてスマートフォンで終えたいです。,,,,,,,,"


@pytest.fixture
def call_id(database: Database) -> int:
    with database.transaction() as session:
        return a_call(session).id


def a_file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def upload(
    client: StrictClient,
    call_id: int,
    content: bytes,
    *,
    government: str = "tokyo",
    name: str = "はがき.csv",
) -> TestResponse:
    data = {
        "file": (io.BytesIO(content), name),
        "call": str(call_id),
        "government": government,
        "channel": "paper",
    }
    return client.post_form("/staff/imports/new", data, content_type="multipart/form-data")


def received(client: StrictClient, call_id: int, content: bytes) -> str:
    answer = upload(client, call_id, content)
    assert answer.status_code == 302, text_of(parse(answer.text))
    return answer.headers["Location"].removesuffix("/columns")


def columns_as_shown(client: StrictClient, url: str) -> dict[str, str]:
    """What a person sends who changes nothing on the page of columns."""
    form = client.page(f"{url}/columns")
    data = {}
    for select in form.iter("select"):
        chosen = [each for each in select.iter("option") if each.get("selected") is not None]
        data[select.get("name") or ""] = chosen[0].get("value") or "" if chosen else ""
    day = form.find(".//input[@name='default_received_at']")
    assert day is not None
    data["default_received_at"] = day.get("value") or ""
    return data


def choose(client: StrictClient, url: str, **changes: str) -> TestResponse:
    data = {**columns_as_shown(client, url), **changes}
    return client.post_form(f"{url}/columns", data)


def confirm(client: StrictClient, url: str) -> TestResponse:
    return client.post_form(f"{url}/confirm", {}, page_url=f"{url}/preview")


def imported(client: StrictClient, call_id: int, content: bytes) -> str:
    url = received(client, call_id, content)
    assert choose(client, url).status_code == 302
    assert confirm(client, url).status_code == 302
    return url


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_file_becomes_submissions_with_everything_it_says(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    url = imported(client, call_id, a_file(GOOD, BARE))
    assert "2件の意見を取り込みました。" in text_of(client.page(url))
    with database.reading() as session:
        first, second = session.scalars(sa.select(Submission).order_by(Submission.id)).all()
        words = session.get_one(SubmissionWords, first.id)
    assert words.body == "窓口の待ち時間を短くしてほしいです。"
    assert words.title == "待ち時間"
    assert first.initiative_slug == "tokyo-machi-dx"
    assert first.kind is Kind.REQUEST
    assert first.municipality_code == "131041"
    assert first.age_band is AgeBand.THIRTIES
    assert first.relation is Relation.LIVE
    assert first.consents_to_publish
    assert first.channel is Channel.PAPER
    assert first.government_slug == "tokyo"
    assert first.received_at == datetime(2026, 11, 3, 3, tzinfo=UTC)
    assert len(first.receipt_number) == 12
    assert second.kind is Kind.REQUEST
    assert second.municipality_code is None
    assert not second.consents_to_publish
    assert utc_now() - second.received_at < timedelta(days=2)


def test_rows_without_answers_take_what_was_chosen_for_them(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    url = received(client, call_id, a_file("手続をすべて電子化してほしいです。", header="意見"))
    choose(
        client,
        url,
        default_initiative="tokyo-gyosei-dx",
        default_kind="proposal",
        default_received_at="2026-05-01",
    )
    confirm(client, url)
    with database.reading() as session:
        stored = session.scalars(sa.select(Submission)).one()
    assert stored.initiative_slug == "tokyo-gyosei-dx"
    assert stored.kind is Kind.PROPOSAL
    assert stored.received_at == datetime(2026, 5, 1, 3, tzinfo=UTC)


def test_the_preview_shows_the_first_ten_rows_as_they_will_be_stored(
    sign_in: SignIn, call_id: int
) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(*[GOOD] * 12))
    choose(client, url)
    page = client.page(f"{url}/preview")
    rows = page.findall(".//table[@id='rows']/tbody/tr")
    assert len(rows) == 10
    for words in ("街のDX", "要望", "新宿区", "30代", "在住", "可", "2026/11/03"):
        assert words in text_of(rows[0])
    assert "12件の意見を取り込めます" in text_of(page)


def test_one_wrong_row_keeps_all_rows_out(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    wrong = "短い,,知らない取組,不明な種類,大阪市,若い,両方,たぶん,きのう"
    url = received(client, call_id, a_file(GOOD, wrong))
    choose(client, url)
    page = client.page(f"{url}/preview")
    problems = [text_of(row) for row in page.findall(".//table[@id='problems']/tbody/tr")]
    assert len(problems) == 8
    assert all(problem.startswith("3") for problem in problems), "the row as Excel numbers it"
    assert "意見が10文字未満です。" in " ".join(problems)
    assert "知らない取組" in " ".join(problems)
    assert "どの行も取り込みません" in text_of(page)
    client.post_form(f"{url}/confirm", {}, page_url=f"{url}/preview")
    assert "1件も取り込んでいません" in text_of(client.page(f"{url}/preview"))
    assert count(database, Submission) == 0
    assert count(database, Job) == 0


def test_problems_are_a_file_to_work_through(sign_in: SignIn, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file("=HYPERLINK(1),,,,,,,たぶん,"))
    choose(client, url)
    answer = client.get(f"{url}/errors.csv")
    assert answer.mimetype == "text/csv"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "行,列,書かれている内容,誤り,直し方"
    assert lines[1].startswith("2,掲載可否,たぶん,")


@pytest.mark.parametrize(
    ("length", "is_taken"), [(9, False), (10, True), (4000, True), (4001, False)]
)
def test_the_length_of_an_opinion(
    sign_in: SignIn, database: Database, call_id: int, length: int, is_taken: bool
) -> None:
    client = sign_in()
    url = received(client, call_id, a_file("あ" * length, header="意見"))
    choose(client, url)
    assert ("取り込めます" in text_of(client.page(f"{url}/preview"))) is is_taken


def test_words_are_stored_as_they_were_written(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    body = "=cmd|' /C calc'!A0\n<b>𠮷野家</b>👨‍👩‍👧‍👦 שלום"
    content = f'意見\n"{body}"\n'.encode()
    imported(sign_in(), call_id, content)
    with database.reading() as session:
        assert session.scalars(sa.select(SubmissionWords.body)).one() == body


def test_the_same_file_is_refused_with_a_link_to_the_earlier_import(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    url = imported(client, call_id, a_file(GOOD))
    again = upload(client, call_id, a_file(GOOD), name="別名.csv")
    assert "すでに取り込まれています" in again.text
    assert f'href="{url}"' in again.text
    assert count(database, Submission) == 1


def test_the_same_file_waiting_twice_is_stored_once(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    first, second = sign_in(), sign_in()
    urls = [received(client, call_id, a_file(GOOD)) for client in (first, second)]
    for client, url in zip((first, second), urls, strict=True):
        choose(client, url)
    confirm(first, urls[0])
    confirm(second, urls[1])
    assert "すでに取り込まれています" in text_of(second.page("/staff/imports"))
    assert count(database, Submission) == 1


def test_a_double_click_imports_once(sign_in: SignIn, database: Database, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(GOOD))
    choose(client, url)
    with database.reading() as session:
        staff_id = session.scalars(sa.select(Import)).one().staff_id
    actor = Actor(staff_id, "職員", {Permission.IMPORT_OPINIONS: frozenset({"tokyo"})})
    start = threading.Barrier(2)

    def click() -> None:
        start.wait()
        try:
            with database.transaction() as session:
                imports.confirm(session, int(url.rsplit("/", 1)[1]), actor=actor)
        except imports.AlreadyImported:
            pass

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database, Submission) == 1
    assert confirm_again(client, url).headers["Location"].endswith(url)


def confirm_again(client: StrictClient, url: str) -> TestResponse:
    return client.post_form(f"{url}/confirm", {}, page_url="/staff/imports/new")


def test_an_import_leaves_one_entry_and_jobs_of_two_hundred(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    rows = [f"{number}番目の意見です。窓口を増やしてください。" for number in range(450)]
    imported(sign_in(), call_id, a_file(*rows, header="意見"))
    with database.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.name == "screening.screen")).all()
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "intake.imported")
        ).all()
        import_ = session.scalars(sa.select(Import)).one()
        bodies = session.scalars(
            sa.select(SubmissionWords.body).order_by(SubmissionWords.submission_id)
        ).all()
    assert sorted(len(job.payload["submission_ids"]) for job in jobs) == [50, 200, 200]
    assert len(entries) == 1
    assert entries[0].details["rows"] == 450
    assert import_.content is None, "the file is kept no longer than needed"
    assert list(bodies) == rows


def test_columns_are_remembered_for_files_with_the_same_headers(
    sign_in: SignIn, call_id: int
) -> None:
    client = sign_in()
    header = "甲,乙"
    url = received(client, call_id, a_file("窓口を増やしてほしいと思います。,x", header=header))
    assert columns_as_shown(client, url)["column_body"] == ""
    choose(client, url, column_body="甲", column_title="乙", default_kind="praise")
    confirm(client, url)
    next_url = received(
        client, call_id, a_file("別の意見をここに書いておきます。,y", header=header)
    )
    shown = columns_as_shown(client, next_url)
    assert (shown["column_body"], shown["column_title"]) == ("甲", "乙")
    assert shown["default_kind"] == "praise"


def test_columns_that_cannot_be_are_refused(sign_in: SignIn, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(GOOD))
    assert "意見が書かれている列を選んでください。" in choose(client, url, column_body="").text
    assert "にも選ばれています" in choose(client, url, column_title="意見").text
    assert "ファイルにある列から" in choose(client, url, column_title="ない列").text
    assert "今日までの日付" in choose(client, url, default_received_at="2999-01-01").text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "空です"),
        (b"\x81\xff\xfe\x00", "文字コードを判別できません"),
        ("意見,意見\nあ,い\n".encode(), "2つ以上あります"),
        (b"PK\x03\x04", "Excelブックのまま"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    sign_in: SignIn, database: Database, call_id: int, content: bytes, message: str
) -> None:
    answer = upload(sign_in(), call_id, content)
    assert answer.status_code == 200
    assert message in answer.text
    assert count(database, Import) == 0


def test_a_file_of_more_than_twenty_megabytes_gets_a_page(sign_in: SignIn, call_id: int) -> None:
    body = io.BytesIO(b"--x\r\n" + b"a" * (21 * 1024 * 1024))
    answer = sign_in().post(
        "/staff/imports/new", input_stream=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "ファイルを分けて" in answer.text


def test_no_file_or_no_channel_is_said(sign_in: SignIn, call_id: int) -> None:
    answer = sign_in().post_form(
        "/staff/imports/new", {"call": str(call_id), "government": "tokyo"}
    )
    assert "ファイルを選んでください。" in answer.text
    assert "受付経路を選んでください。" in answer.text


def test_only_ones_own_governments_are_offered_and_taken(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in(Role.STAFF, "chiba")
    page = client.get("/staff/imports/new").text
    assert 'value="chiba"' in page
    assert 'value="region"' in page
    assert 'value="tokyo"' not in page
    assert upload(client, call_id, a_file(GOOD), government="tokyo").status_code == 200
    assert count(database, Import) == 0


def test_an_initiative_of_another_prefecture_is_wrong(sign_in: SignIn, call_id: int) -> None:
    client = sign_in(Role.STAFF, "chiba")
    answer = upload(client, call_id, a_file(GOOD), government="chiba")
    url = answer.headers["Location"].removesuffix("/columns")
    choose(client, url)
    assert "選んだ自治体の取組ではありません。" in client.get(f"{url}/preview").text


def test_imports_of_others_cannot_be_opened(sign_in: SignIn, call_id: int) -> None:
    url = received(sign_in(Role.STAFF, "tokyo"), call_id, a_file(GOOD))
    stranger = sign_in(Role.STAFF, "chiba")
    for page in ("", "/columns", "/preview", "/errors.csv"):
        assert stranger.get(f"{url}{page}").status_code == 404, page
    for action in ("confirm", "discard"):
        answer = stranger.post_form(f"{url}/{action}", {}, page_url="/staff/imports/new")
        assert answer.status_code == 404, action
    colleague = sign_in(Role.STAFF, "tokyo")
    assert "確認待ちのファイルです" in colleague.get(url).text
    for page in ("/columns", "/preview", "/errors.csv"):
        assert colleague.get(f"{url}{page}").status_code == 404, "citizens' unmasked words"


def test_a_file_given_up_is_deleted(sign_in: SignIn, database: Database, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(GOOD))
    client.post_form(f"{url}/discard", {}, page_url=f"{url}/columns")
    assert count(database, Import) == 0
    assert client.get(f"{url}/columns").status_code == 404
    done = imported(client, call_id, a_file(GOOD))
    answer = client.post_form(f"{done}/discard", {}, page_url="/staff/imports/new")
    assert answer.status_code == 404, "what was imported stays"


def test_files_left_waiting_are_deleted_after_a_week(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    received(client, call_id, a_file(GOOD))
    with database.transaction() as session:
        session.execute(sa.update(Import).values(created_at=utc_now() - timedelta(days=8)))
    received(client, call_id, a_file(BARE))
    assert count(database, Import) == 1


def test_the_list_takes_few_queries_and_no_files(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    for number in range(5):
        received(client, call_id, a_file(f"{number}つ目の意見をここに書きます。", header="意見"))
    selects: list[str] = []
    sa.event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_rest: selects.append(statement),
    )
    assert "全5件中" in client.get("/staff/imports").text
    selects = [each for each in selects if each.startswith("SELECT")]
    # Guard: person, roles. Page: count, rows. Names of governments.
    assert len(selects) <= 5
    assert not any(
        "SELECT imports.id, imports.call_id" in each and "imports.content," in each
        for each in selects
    )


def test_only_those_who_work_on_opinions_import(sign_in: SignIn, client: StrictClient) -> None:
    for role in (Role.CIO, Role.ADMINISTRATOR):
        assert sign_in(role).get("/staff/imports").status_code == 403
    assert "/staff/sign-in" in client.get("/staff/imports").headers["Location"]
