"""The citizen's form: nothing typed is lost, and every answer is a page that helps."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from flask import Flask

from feedback.intake.models import Submission, SubmissionWords
from feedback.storage import Database
from tests.builders import CALL_SLUG, a_call
from tests.strict_client import StrictClient, parse, text_of

FORM = f"/calls/{CALL_SLUG}/opinion"
OPINION = "申請の途中で保存できるようにしてください。\n子どもが泣くと最初からになります。"
GOOD = {
    "government": "tokyo",
    "initiative": "tokyo-gyosei-dx",
    "kind": "request",
    "body": OPINION,
    "municipality": "131041",
    "age_band": "30s",
    "relation": "live",
    "consents_to_publish": "y",
}


@pytest.fixture(autouse=True)
def call(database: Database) -> None:
    with database.transaction() as session:
        a_call(session)


def hidden(tree: Element) -> dict[str, Any]:
    """What the page would send along by itself."""
    return {
        field.get("name"): field.get("value", "")
        for field in tree.iter("input")
        if field.get("type") == "hidden"
    }


def check_page(client: StrictClient, **changes: Any) -> Element:
    """Fill the form in and go on to the page that shows it again."""
    first = hidden(client.page(FORM))
    answer = client.post(FORM, data={**first, **GOOD, **changes, "step": "check"})
    return parse(answer.text)


def stored(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(SubmissionWords.body)))


def test_an_opinion_is_written_checked_sent_and_receipted(
    client: StrictClient, database: Database
) -> None:
    tree = check_page(client)
    assert "内容の確認" in text_of(tree.find(".//h1"))
    assert "新宿区" in text_of(tree)
    assert stored(database) == []
    answer = client.post(FORM, data={**hidden(tree), "step": "send"})
    assert answer.status_code == 303
    receipt = client.page(answer.headers["Location"])
    with database.reading() as session:
        submission = session.scalars(sa.select(Submission)).one()
    assert stored(database) == [OPINION]
    shown = text_of(receipt).replace("-", "")
    assert submission.receipt_number in shown
    assert submission.municipality_code == "131041"
    assert submission.consents_to_publish


def test_a_double_click_gives_one_receipt(client: StrictClient, database: Database) -> None:
    data = {**hidden(check_page(client)), "step": "send"}
    first, second = client.post(FORM, data=data), client.post(FORM, data=data)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(stored(database)) == 1


def test_going_back_keeps_every_answer(client: StrictClient) -> None:
    tree = check_page(client, title="途中保存")
    answer = client.post(FORM, data={**hidden(tree), "step": "edit"})
    page = parse(answer.text)
    assert text_of(page.find(".//textarea")) == OPINION
    assert page.find(".//input[@name='title']").get("value") == "途中保存"
    chosen = [option.get("value") for option in page.iter("option") if "selected" in option.attrib]
    assert chosen == ["tokyo-gyosei-dx", "131041", "30s"]


def test_what_is_missing_is_listed_on_top_and_linked(client: StrictClient) -> None:
    first = hidden(client.page(FORM))
    answer = client.post(FORM, data={**first, "body": "短い", "step": "check"})
    page = parse(answer.text)
    summary = next(each for each in page.iter("div") if each.get("role") == "alert")
    links = [link.get("href") for link in summary.iter("a")]
    ids = {element.get("id") for element in page.iter()}
    assert len(links) == 4
    assert {link[1:] for link in links} <= ids
    assert "ご意見は10文字以上で入力してください。" in text_of(summary)
    assert text_of(page.find(".//textarea")) == "短い"
    assert page.find(".//title").text.startswith("エラー")


def test_an_initiative_of_another_prefecture_is_explained(client: StrictClient) -> None:
    page = check_page(client, initiative="chiba-ict")
    assert "届け先の都県の取組ではありません" in text_of(page)
    assert text_of(page.find(".//textarea")) == OPINION


def test_an_expired_page_gives_the_words_back(
    app: Flask, client: StrictClient, database: Database
) -> None:
    data = {**hidden(check_page(client)), "step": "send"}
    another = app.test_client()
    assert isinstance(another, StrictClient)
    page = parse(another.post(FORM, data=data).text)
    assert "時間がたちました" in text_of(page)
    assert text_of(page.find(".//textarea")) == OPINION
    assert stored(database) == []
    again = another.post(FORM, data={**hidden(page), **GOOD, "step": "check"})
    sent = another.post(FORM, data={**hidden(parse(again.text)), "step": "send"})
    assert sent.status_code == 303
    assert len(stored(database)) == 1


def test_a_closed_call_says_so_and_keeps_the_words_readable(
    client: StrictClient, database: Database
) -> None:
    tree = check_page(client)
    with database.transaction() as session:
        session.execute(sa.text("UPDATE calls SET closes_at = opens_at"))
    answer = client.post(FORM, data={**hidden(tree), "step": "send"})
    page = parse(answer.text)
    assert "受付期間外です" in text_of(page.find(".//h1"))
    assert OPINION.split("\n", maxsplit=1)[0] in text_of(page)
    assert stored(database) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("government", "osaka"),
        ("initiative", "../../etc"),
        ("kind", "bribe"),
        ("municipality", "999999"),
        ("age_band", "900s"),
        ("relation", "enemy"),
    ],
)
def test_a_forged_choice_is_an_error_beside_its_field(
    client: StrictClient, database: Database, field: str, value: str
) -> None:
    page = check_page(client, **{field: value})
    assert next(each for each in page.iter("div") if each.get("role") == "alert") is not None
    assert stored(database) == []


@pytest.mark.parametrize(
    "body",
    [
        "ナル文字\x00が入った文章でも受け付けます。",
        "絵文字👨‍👩‍👧‍👦と𠮷野家、مرحبا بالعالم の右書き。",
        "ゼロ幅\u200b\u200d文字と結合文字が\u3099入った文章。",
        "=cmd|' /C calc'!A0 で始まる文章です。",
        "<script>alert(1)</script>という文章です。",
        "あ" * 4000,
    ],
)
def test_odd_characters_are_taken_in(client: StrictClient, database: Database, body: str) -> None:
    tree = check_page(client, body=body)
    answer = client.post(FORM, data={**hidden(tree), "step": "send"})
    assert answer.status_code == 303
    assert stored(database) == [body.replace("\x00", "")]


def test_a_body_of_megabytes_is_refused_with_a_page(client: StrictClient) -> None:
    first = hidden(client.page(FORM))
    answer = client.post(FORM, data={**first, "body": "あ" * 1_500_000, "step": "check"})
    assert answer.status_code == 413
    assert "大きすぎます" in answer.text


def test_all_municipalities_are_offered_by_prefecture(client: StrictClient) -> None:
    tree = client.page(FORM)
    select = tree.find(".//select[@name='municipality']")
    sizes = [len(group.findall("option")) for group in select.findall("optgroup")]
    assert [size for size in sizes if size > 1] == [62, 63, 54, 33]


def test_the_form_speaks_the_readers_language(client: StrictClient) -> None:
    tree = client.page(f"{FORM}?lang=en")
    assert tree.get("lang") == "en"
    assert "Yokohama City" in text_of(tree)


def test_a_call_or_receipt_that_is_not_there_is_a_404(client: StrictClient) -> None:
    assert client.get("/calls/none/opinion").status_code == 404
    assert client.get("/receipts/2222-2222-2222").status_code == 404
    assert client.get("/receipts/あ").status_code == 404


def test_receipts_are_kept_out_of_caches_and_indexes(client: StrictClient) -> None:
    sent = client.post(FORM, data={**hidden(check_page(client)), "step": "send"})
    receipt = client.get(sent.headers["Location"])
    assert receipt.headers["Cache-Control"] == "no-store"
    assert receipt.headers["X-Robots-Tag"] == "noindex"
