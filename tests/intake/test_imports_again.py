"""The same row again makes no second submission; and no voice is lost for looking like another."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake.import_models import FailedRow
from feedback.intake.models import Submission, SubmissionWords
from feedback.storage import Database
from tests.builders import a_call
from tests.intake.importing import (
    BARE,
    GOOD,
    PLAIN,
    WRONG,
    SignIn,
    TakeIn,
    a_file,
    a_workbook,
    act,
    begun,
    choose,
    count,
    failed_rows,
    figures,
    received,
    start,
)
from tests.strict_client import StrictClient, text_of

NUMBERED = "受付番号,意見,年代"


@pytest.fixture
def call_id(database: Database) -> int:
    with database.transaction() as session:
        return a_call(session).id


def bodies(database: Database) -> list[str]:
    with database.reading() as session:
        query = sa.select(SubmissionWords.body).order_by(SubmissionWords.submission_id)
        return list(session.scalars(query))


def done(
    client: StrictClient, call_id: int, take_in: TakeIn, content: bytes, **more: str
) -> tuple[int, int, int]:
    """Import a file to its end: stored, known, failed."""
    url = begun(client, call_id, content, **more)
    take_in()
    return figures(client, url)


def test_the_same_file_again_stores_nothing_whoever_brings_it(
    sign_in: SignIn, call_id: int, take_in: TakeIn
) -> None:
    content = a_file(GOOD, BARE, BARE)
    assert done(sign_in(), call_id, take_in, content) == (3, 0, 0)
    client = sign_in()
    url = received(client, call_id, content, name="別名.csv")
    choose(client, url)
    page = text_of(client.page(f"{url}/preview"))
    assert "同じファイルを、前に取り込んでいます" in page
    assert figures(client, f"{url}/preview") == (0, 3, 0)
    start(client, url)
    take_in()
    assert figures(client, url) == (0, 3, 0)


def test_a_longer_file_adds_what_is_new(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    monday = a_file("賛成です,30代", "賛成です,30代", "反対です,", header=PLAIN)
    tuesday = a_file(
        "反対です,",
        "賛成です,30代",
        "賛成です,30代",
        "賛成です,30代",
        "賛成です,40代",
        header=PLAIN,
    )
    assert done(client, call_id, take_in, monday) == (3, 0, 0)
    assert done(client, call_id, take_in, tuesday) == (2, 3, 0)
    assert sorted(bodies(database)) == ["反対です", *["賛成です"] * 4]


def test_the_same_rows_in_another_kind_of_file_are_known(
    sign_in: SignIn, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    text = a_file("窓口を増やしてほしい。,34歳,2026/11/3", header="意見,年代,受付日")
    rows = [["ご意見", "年齢", "受付日"], ["窓口を増やしてほしい。", 34, "令和8年11月3日"]]
    assert done(client, call_id, take_in, text) == (1, 0, 0)
    assert done(client, call_id, take_in, a_workbook(rows), name="a.xlsx") == (0, 1, 0)


def test_another_day_for_rows_without_one_makes_no_second_opinion(
    sign_in: SignIn, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    for day, expected in (("2026-05-01", (1, 0, 0)), ("2026-06-01", (0, 1, 0))):
        url = received(client, call_id, a_file("賛成です", header="意見"))
        choose(client, url, default_received_at=day)
        start(client, url)
        take_in()
        assert figures(client, url) == expected


def test_a_row_with_a_number_is_known_by_it_whatever_else_is_put_right(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    assert done(client, call_id, take_in, a_file("A-1,賛成です,30代", header=NUMBERED)) == (1, 0, 0)
    again = a_file("A-1,賛成です,40代", "A-2,賛成です,30代", header=NUMBERED)
    assert done(client, call_id, take_in, again) == (1, 1, 0)
    assert bodies(database) == ["賛成です"] * 2


def test_a_number_of_another_opinion_is_told_and_no_voice_is_dropped(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    twice = a_file("1,賛成です,", "1,反対です,", header=NUMBERED)
    url = begun(client, call_id, twice)
    take_in()
    assert figures(client, url) == (1, 0, 1)
    assert "同じ番号で内容の違う意見" in text_of(client.page(url))
    assert done(client, call_id, take_in, a_file("1,別の月の意見,", header=NUMBERED)) == (0, 0, 1)
    phone = a_file("1,電話の台帳の一番,", header=NUMBERED)
    assert done(client, call_id, take_in, phone, channel="phone") == (1, 0, 0)
    assert bodies(database) == ["賛成です", "電話の台帳の一番"]


def test_other_people_who_say_the_same_can_be_taken_in_and_only_once(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    november = a_file(*["同じ文面のはがき"] * 3, header="意見")
    december = a_file(*["同じ文面のはがき"] * 2, "ほかの意見", header="意見")
    assert done(client, call_id, take_in, november) == (3, 0, 0)
    for expected in ((3, 0, 0), (0, 3, 0)):
        url = received(client, call_id, december)
        choose(client, url)
        assert "別の人の意見として、取り込む" in text_of(client.page(f"{url}/preview"))
        start(client, url, repeats="take")
        take_in()
        assert figures(client, url) == expected
    both = a_file(*["同じ文面のはがき"] * 5, "ほかの意見", header="意見")
    assert done(client, call_id, take_in, both) == (0, 6, 0)
    assert count(database, Submission) == 6


def test_numbers_leave_no_choice_about_rows_that_say_the_same(
    sign_in: SignIn, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    content = a_file("1,賛成です,", header=NUMBERED)
    done(client, call_id, take_in, content)
    url = received(client, call_id, content)
    choose(client, url)
    assert "別の人の意見として" not in text_of(client.page(f"{url}/preview"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_that_were_wrong_are_put_right_and_imported_alone(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn, kind: str
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_file(GOOD, WRONG, "=1+1は計算,,,,大阪市,,,,"))
    take_in()
    assert figures(client, url) == (1, 0, 2)
    table = read(failed_rows(client, url, kind), kind)
    number = url.rsplit("/", 1)[1]
    assert table[0][:5] == ["取込番号と行", "誤りのある列", "誤り", "直し方", "意見"]
    assert [row[0] for row in table[1:]] == [f"{number}-3", f"{number}-4"]
    assert table[2][1] == "市区町村"
    assert "「大阪市」を市区町村として読み取れません。" in table[2][2]
    assert "川崎市" in table[2][3]
    assert table[1][1].split("\n") == [
        "取組", "種類", "掲載可否", "市区町村", "年代", "在住・在勤・在学", "受付日", "意見",
    ]  # fmt: skip
    table[1][4:] = ["直した意見です。", "", "", "", "", "", "", "", ""]
    table[2][8] = "川崎市"
    fixed = written(table, kind)
    for expected in ((2, 0, 0), (0, 2, 0)):
        assert done(client, call_id, take_in, fixed, name=f"a.{kind}") == expected
    assert sorted(bodies(database)) == sorted(
        ["窓口の待ち時間を短くしてほしいです。", "直した意見です。", "=1+1は計算"]
    )


def read(content: bytes, kind: str) -> list[list[str]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in sheet for cell in row if cell.value} <= {"s", "inlineStr"}
    return [["" if cell is None else cell for cell in row] for row in sheet.values]


def written(table: list[list[str]], kind: str) -> bytes:
    if kind == "xlsx":
        return a_workbook(table)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(table)
    return stream.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("order", ["alone first", "whole first"])
def test_a_postcard_of_many_equal_ones_is_neither_lost_nor_doubled_by_its_correction(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn, order: str
) -> None:
    client = sign_in()
    first = a_file(*["はがきの文面,30代"] * 3, "はがきの文面,若い", header=PLAIN)
    url = begun(client, call_id, first)
    take_in()
    assert figures(client, url) == (3, 0, 1)
    table = read(failed_rows(client, url, "csv"), "csv")
    table[1][-1] = "30代"
    alone = written(table, "csv")
    whole = a_file(*["はがきの文面,30代"] * 4, header=PLAIN)
    files = [alone, whole] if order == "alone first" else [whole, alone]
    results = [done(client, call_id, take_in, each) for each in files]
    assert [stored for stored, _known, _failed in results] == [1, 0]
    assert count(database, Submission) == 4


def test_what_is_still_wrong_comes_back_without_its_old_explanations(
    sign_in: SignIn, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_file("意見です,若い", header=PLAIN))
    take_in()
    again = begun(client, call_id, failed_rows(client, url, "csv"))
    take_in()
    table = read(failed_rows(client, again, "csv"), "csv")
    assert table[0] == ["取込番号と行", "誤りのある列", "誤り", "直し方", "意見", "年代"]
    assert table[1][4:] == ["意見です", "若い"]


def test_rows_that_were_wrong_are_shown_to_few_and_each_look_leaves_an_entry(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    url = begun(client, call_id, a_file(WRONG))
    take_in()
    colleague = sign_in()
    assert "知らない取組" not in colleague.get(url).text
    assert act(colleague, url, "failed-rows", kind="csv").status_code == 404
    assert act(client, url, "failed-rows", kind="exe").status_code == 400
    approver = sign_in(Role.APPROVER)
    assert "知らない取組" in approver.get(url).text
    failed_rows(approver, url, "csv")
    failed_rows(client, url, "xlsx")
    assert act(client, url, "failed-rows/delete").status_code == 302
    assert count(database, FailedRow) == 0
    assert "すでに削除しました" in text_of(client.page(url))
    assert act(client, url, "failed-rows", kind="csv").status_code == 404
    with database.reading() as session:
        events = session.execute(
            sa.select(AuditEntry.event, AuditEntry.details).where(
                AuditEntry.event.like("intake.failed_rows%")
            )
        ).all()
    assert [(event, details.get("file")) for event, details in events] == [
        ("intake.failed_rows_downloaded", "csv"),
        ("intake.failed_rows_downloaded", "xlsx"),
        ("intake.failed_rows_deleted", None),
    ]
