"""A file becomes submissions: received, mapped, previewed, taken in by the worker."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake import import_files
from feedback.intake.import_models import FailedRow, Import, ImportPart
from feedback.intake.models import (
    AgeBand,
    Channel,
    Contact,
    Kind,
    Relation,
    Submission,
    SubmissionWords,
)
from feedback.queue.models import Job
from feedback.storage import Database, utc_now
from tests.builders import a_call
from tests.intake.importing import (
    BARE,
    GOOD,
    PLAIN,
    WRONG,
    SignIn,
    TakeIn,
    a_file,
    act,
    begun,
    choose,
    columns_as_shown,
    count,
    figures,
    received,
    start,
    upload,
)
from tests.strict_client import StrictClient, text_of


@pytest.fixture
def call_id(database: Database) -> int:
    with database.transaction() as session:
        return a_call(session).id


def test_a_file_becomes_submissions_with_everything_it_says(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_file(GOOD, BARE))
    assert "取り込んでいます" in text_of(client.page(url))
    take_in()
    assert "2件の意見を登録しました。" in text_of(client.page(url))
    assert figures(client, url) == (2, 0, 0)
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


def test_the_channel_is_kept_and_shown(
    sign_in: SignIn, database: Database, call_id: int, work: Callable[[], int]
) -> None:
    client = sign_in()
    channels = [each for each in Channel if each not in {Channel.FORM, Channel.API}]
    for channel in channels:
        url = begun(client, call_id, a_file(f"{channel}の意見,", header=PLAIN), channel=channel)
        assert channel.label in text_of(client.page(url))
    work()
    with database.reading() as session:
        assert list(session.scalars(sa.select(Submission.channel))) == channels
    queue = text_of(client.page("/staff/cases"))
    listed = text_of(client.page("/staff/imports"))
    for channel in channels:
        assert channel.label in queue
        assert channel.label in listed


def test_rows_without_answers_take_what_was_chosen_for_them(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
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
    start(client, url)
    take_in()
    with database.reading() as session:
        stored = session.scalars(sa.select(Submission)).one()
    assert stored.initiative_slug == "tokyo-gyosei-dx"
    assert stored.kind is Kind.PROPOSAL
    assert stored.received_at == datetime(2026, 5, 1, 3, tzinfo=UTC)


def test_the_preview_shows_what_will_happen_to_every_row(sign_in: SignIn, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(*[GOOD] * 12, WRONG))
    choose(client, url)
    page = client.page(f"{url}/preview")
    rows = page.findall(".//table[@id='rows']/tbody/tr")
    assert len(rows) == 10
    for words in ("街のDX", "要望", "新宿区", "30代", "在住", "可", "2026/11/03"):
        assert words in text_of(rows[0])
    assert "全13行を確かめました" in text_of(page)
    assert figures(client, f"{url}/preview") == (12, 0, 1)
    problems = [text_of(row) for row in page.findall(".//table[@id='problems']/tbody/tr")]
    assert len(problems) == 8
    assert all(problem.startswith("14") for problem in problems), "the row as Excel numbers it"
    told = " ".join(problems)
    assert "意見が空です。" in told
    assert "「知らない取組」を取組として読み取れません。" in told


def test_of_a_long_file_the_preview_examines_the_beginning(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    rows = [f"{number}番目の意見です。" for number in range(1_200)]
    url = received(client, call_id, a_file(*rows, header="意見"))
    choose(client, url)
    shown = text_of(client.page(f"{url}/preview"))
    assert "全部で1,200行のうち、最初の1,000行を確かめました" in shown
    assert count(database, Submission) == 0


@pytest.mark.parametrize(
    ("length", "is_taken"), [(0, False), (1, True), (4000, True), (4001, False)]
)
def test_what_was_written_on_paper_is_taken_in_however_short_it_is(
    sign_in: SignIn, call_id: int, length: int, is_taken: bool
) -> None:
    client = sign_in()
    rows = a_file("あ" * length + ",題", header="意見,件名")
    url = received(client, call_id, rows)
    choose(client, url)
    assert figures(client, f"{url}/preview") == (int(is_taken), 0, int(not is_taken))


def test_words_are_stored_as_they_were_written(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    body = "=cmd|' /C calc'!A0\n<b>𠮷野家</b>👨‍👩‍👧‍👦 שלום"
    begun(sign_in(), call_id, f'意見\n"{body}"\n'.encode())
    take_in()
    with database.reading() as session:
        assert session.scalars(sa.select(SubmissionWords.body)).one() == body


def test_contacts_are_kept_encrypted_and_only_where_staff_say_so(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    header = "意見,氏名,メールアドレス"
    one = a_file("返事をください。,山田 花子,hanako@example.jp", header=header)
    two = a_file("返事はいりません。,山田 花子,hanako@example.jp", header=header)
    shown = columns_as_shown(client, received(client, call_id, one))
    assert (shown["column_contact_name"], shown["column_contact_email"]) == ("", "")
    begun(client, call_id, two)
    url = received(client, call_id, one)
    choose(client, url, column_contact_name="氏名", column_contact_email="メールアドレス")
    assert "保存する" in text_of(client.page(f"{url}/preview"))
    start(client, url)
    take_in()
    with database.reading() as session:
        contact = session.scalars(sa.select(Contact)).one()
        body = session.get_one(SubmissionWords, contact.submission_id).body
    assert body == "返事をください。"
    assert b"hanako" not in contact.email_encrypted
    assert "山田".encode() not in contact.name_encrypted


def test_an_address_that_is_none_is_told_by_its_row(sign_in: SignIn, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file("意見です。,なし", header="意見,連絡"))
    choose(client, url, column_contact_email="連絡")
    assert "メールアドレスの形になっていません。" in text_of(client.page(f"{url}/preview"))


def test_a_double_click_starts_one_import(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_file(GOOD))
    assert act(client, url, "start").headers["Location"].endswith(url)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Job.name.like("intake.%"))) == 1
    take_in()
    assert act(client, url, "start").headers["Location"].endswith(url)
    assert count(database, Submission) == 1


def test_an_import_leaves_entries_and_screening_and_not_the_file(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    rows = [f"{number}番目の意見です。窓口を増やしてください。" for number in range(450)]
    begun(sign_in(), call_id, a_file(*rows, header="意見"))
    assert count(database, ImportPart) == 1
    take_in()
    with database.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.name == "screening.screen")).all()
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event.like("intake.import%"))
        ).all()
        bodies = session.scalars(
            sa.select(SubmissionWords.body).order_by(SubmissionWords.submission_id)
        ).all()
    assert sorted(len(job.payload["submission_ids"]) for job in jobs) == [50, 200, 200]
    told = [(each.event, each.actor_name) for each in entries]
    assert told == [
        ("intake.import_received", "職員 tokyo"),
        ("intake.import_started", "職員 tokyo"),
        ("intake.imported", "職員 tokyo"),
    ]
    assert entries[-1].details["rows"] == 450
    assert count(database, ImportPart) == 0, "the file is kept no longer than needed"
    assert list(bodies) == rows


def test_columns_are_remembered_for_the_same_headers_in_any_order(
    sign_in: SignIn, call_id: int
) -> None:
    client = sign_in()
    url = received(client, call_id, a_file("窓口を増やしてほしい。,x", header="甲,乙"))
    assert columns_as_shown(client, url)["column_body"] == ""
    choose(client, url, column_body="甲", column_title="乙", default_kind="praise")
    start(client, url)
    colleague = sign_in()
    next_url = received(colleague, call_id, a_file("y,別の意見です。", header="乙,甲"))
    shown = columns_as_shown(colleague, next_url)
    assert (shown["column_body"], shown["column_title"]) == ("甲", "乙")
    assert shown["default_kind"] == "praise"
    stranger = sign_in(Role.STAFF, "chiba")
    other = received(
        stranger, call_id, a_file("y,別の意見です。", header="乙,甲"), government="chiba"
    )
    assert columns_as_shown(stranger, other)["column_body"] == "", "another government's habits"


def test_columns_that_cannot_be_are_refused(sign_in: SignIn, call_id: int) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(GOOD))
    assert "意見が書かれている列を選んでください。" in choose(client, url, column_body="").text
    assert "にも選ばれています" in choose(client, url, column_title="意見").text
    assert "ファイルにある列から" in choose(client, url, column_title="ない列").text
    assert "今日までの日付" in choose(client, url, default_received_at="2999-01-01").text


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.csv", "空です"),
        (b"\x81\xff\xfe\x00", "a.csv", "文字コードを判別できません"),
        ("意見\n".encode(), "a.csv", "意見の行がありません"),
        (b"PK\x03\x04", "a.xlsx", "Excelブックとして読めません"),
        (b"\xd0\xcf\x11\xe0", "a.xls", "古い形式（.xls）か、パスワード"),
        (b"\xd0\xcf\x11\xe0", "a.msg", ".eml形式で保存"),
        (b"\n\n", "a.mbox", "メールが入っていません"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    sign_in: SignIn, database: Database, call_id: int, content: bytes, name: str, message: str
) -> None:
    answer = upload(sign_in(), call_id, content, name=name)
    assert answer.status_code == 200
    assert message in answer.text
    assert count(database, Import) == 0


def test_a_file_beyond_all_measure_gets_a_page(sign_in: SignIn, call_id: int) -> None:
    answer = sign_in().post(
        "/staff/imports/new",
        input_stream=io.BytesIO(b"--x\r\n"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(400 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "ファイルを分けて" in answer.text


def test_a_file_of_more_than_twenty_megabytes_is_taken_and_comes_back_whole(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    content = a_file(*["あ" * 1_000] * 8_000, header="意見")
    assert len(content) > 20 * 1024 * 1024
    received(sign_in(), call_id, content)
    with database.reading() as session:
        (import_,) = session.scalars(sa.select(Import))
        assert import_.rows == 8_000
        assert import_files.opened(session, import_.id).read() == content


def test_only_mails_come_several_at_once(sign_in: SignIn, call_id: int) -> None:
    answer = upload(sign_in(), call_id, [(a_file(GOOD), "a.csv"), (a_file(BARE), "b.csv")])
    assert "一度に選べるファイルは1つです。" in answer.text


def test_no_file_or_no_channel_is_said(sign_in: SignIn, call_id: int) -> None:
    answer = sign_in().post_form(
        "/staff/imports/new", {"call": str(call_id), "government": "tokyo"}
    )
    assert "ファイルを選んでください。" in answer.text
    assert "受付経路を選んでください。" in answer.text


def test_a_file_without_the_pages_token_is_not_taken(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    data = {
        "file": (io.BytesIO(a_file(GOOD)), "a.csv"),
        "call": str(call_id),
        "government": "tokyo",
        "channel": "paper",
    }
    client = sign_in()
    answer = client.post("/staff/imports/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert count(database, Import) == 0


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
    url = received(client, call_id, a_file(GOOD), government="chiba")
    choose(client, url)
    assert "選んだ自治体の取組ではありません。" in client.get(f"{url}/preview").text


def test_imports_of_others_cannot_be_opened(sign_in: SignIn, call_id: int) -> None:
    url = received(sign_in(Role.STAFF, "tokyo"), call_id, a_file(GOOD))
    stranger = sign_in(Role.STAFF, "chiba")
    for page in ("", "/columns", "/preview", "/layout"):
        assert stranger.get(f"{url}{page}").status_code == 404, page
    for action in ("start", "stop", "continue", "discard", "failed-rows/delete"):
        assert act(stranger, url, action).status_code == 404, action
    assert act(stranger, url, "failed-rows", kind="csv").status_code == 404
    colleague = sign_in(Role.STAFF, "tokyo")
    assert "確認待ちのファイルです" in colleague.get(url).text
    for page in ("/columns", "/preview", "/layout"):
        assert colleague.get(f"{url}{page}").status_code == 404, "citizens' unmasked words"
    assert act(colleague, url, "start").status_code == 404


def test_a_file_given_up_is_deleted(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    url = received(client, call_id, a_file(GOOD))
    act(client, url, "discard")
    assert (count(database, Import), count(database, ImportPart)) == (0, 0)
    assert client.get(f"{url}/columns").status_code == 404
    done = begun(client, call_id, a_file(GOOD))
    take_in()
    act(client, done, "discard")
    assert "いまはやめられません" in text_of(client.page(done)), "what was imported stays"


def test_the_same_file_handed_in_again_takes_the_place_of_the_waiting_one(
    sign_in: SignIn, database: Database, call_id: int
) -> None:
    client = sign_in()
    first = received(client, call_id, a_file(GOOD))
    second = received(client, call_id, a_file(GOOD))
    assert first != second
    assert (count(database, Import), count(database, ImportPart)) == (1, 1)
    received(sign_in(), call_id, a_file(GOOD))
    assert count(database, Import) == 2, "a colleague's is the colleague's"


def test_what_was_kept_for_a_week_is_deleted_by_itself(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    received(client, call_id, a_file(BARE))
    begun(client, call_id, a_file(GOOD, WRONG))
    take_in()
    for days, left in ((6, (2, 1, 1)), (8, (1, 0, 0))):
        with database.transaction() as session:
            session.execute(sa.update(Import).values(changed_at=utc_now() - timedelta(days=days)))
            session.add(a_clearing())
        take_in()
        found = tuple(count(database, table) for table in (Import, ImportPart, FailedRow))
        assert found == left, days
    assert count(database, Submission) == 1


def a_clearing() -> Job:
    now = utc_now()
    name = "intake.clear_imports"
    return Job(name=name, payload={}, state="queued", queued_at=now, run_at=now)


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
    # Guard: person, roles. Header: urgent ones. Page: count, rows. Names of governments.
    assert len(selects) <= 6
    assert not any("import_parts" in each for each in selects)


def test_only_those_who_work_on_opinions_import(sign_in: SignIn, client: StrictClient) -> None:
    for role in (Role.CIO, Role.ADMINISTRATOR):
        assert sign_in(role).get("/staff/imports").status_code == 403
    assert "/staff/sign-in" in client.get("/staff/imports").headers["Location"]
