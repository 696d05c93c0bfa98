"""The citizen's form: nothing typed is lost, and every answer is a page that helps."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import segno
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.intake.models import Submission, SubmissionWords
from feedback.intake.rules import cleaned
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


def test_the_receipt_has_a_code_that_opens_the_status(client: StrictClient) -> None:
    tree = check_page(client)
    address = client.post(FORM, data={**hidden(tree), "step": "send"}).headers["Location"]
    receipt = client.page(address)
    (picture,) = (each for each in receipt.iter("div") if each.get("role") == "img")
    number = address.rsplit("/", 1)[1]
    expected = segno.make(f"http://localhost/status/{number}", error="m", micro=False)
    drawn = [path.get("d") for path in picture.iter() if path.get("stroke")]
    assert drawn
    assert drawn == re.findall(r'<path[^>]*stroke[^>]* d="([^"]+)"', expected.svg_inline(border=4))
    assert client.get(f"/status/{number}").status_code == 200


@pytest.mark.parametrize("step", ["edit", "check"])
def test_a_change_of_language_keeps_what_was_typed(client: StrictClient, step: str) -> None:
    """The form's own pages offer the languages as buttons of the form, without a script."""
    first = client.page(FORM) if step == "edit" else check_page(client)
    (button,) = (
        each for each in first.iter("button") if each.get("formaction", "").endswith("lang=en")
    )
    assert (button.get("form"), button.get("value")) == ("opinion", step)
    typed = {**hidden(first), **GOOD, "step": step}
    english = parse(client.post(f"{FORM}?lang=en", data=typed).text)
    assert english.find(".").get("lang") == "en"
    if step == "edit":
        assert text_of(english.find(".//textarea[@name='body']")).strip() == OPINION
        assert "is required" not in text_of(english)
    else:
        assert "Check" in text_of(english.find(".//h1"))
        assert hidden(english)["body"] == OPINION
    assert client.page(FORM).get("lang") == "en"


def test_enter_in_a_field_goes_on_and_changes_no_language(client: StrictClient) -> None:
    own = [
        button
        for button in client.page(FORM).iter("button")
        if button.get("form") == "opinion" or button.get("name") == "step"
    ]
    assert (own[0].get("value"), own[0].get("formaction")) == ("check", None)


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
    assert "は千葉県の取組です。届け先か取組のどちらかを選び直してください。" in text_of(page)
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


@pytest.mark.parametrize("sent", [{"json": [1]}, {"json": {"body": 5}}, {"data": b"\xff\xfe="}])
def test_what_no_form_sends_gets_the_form(client: StrictClient, sent: dict[str, Any]) -> None:
    assert client.post(FORM, **sent).status_code == 200


def test_a_file_in_place_of_the_words_is_no_opinion(
    client: StrictClient, database: Database
) -> None:
    first = hidden(client.page(FORM))
    file = (BytesIO(OPINION.encode()), "opinion.txt")
    answer = client.post(FORM, data={**first, **GOOD, "body": file, "step": "send"})
    assert "ご意見を入力してください。" in answer.text
    assert stored(database) == []


def test_two_people_without_a_form_id_do_not_share_a_receipt(
    client: StrictClient, database: Database
) -> None:
    data = {**hidden(check_page(client)), "form_id": "", "step": "send"}
    receipts = {client.post(FORM, data=data).headers["Location"] for _ in range(2)}
    assert len(receipts) == 2
    assert len(stored(database)) == 2


def test_a_text_changed_after_sending_is_a_second_opinion(
    client: StrictClient, database: Database
) -> None:
    data = {**hidden(check_page(client)), "step": "send"}
    client.post(FORM, data=data)
    client.post(FORM, data={**data, "body": f"{OPINION}\n追伸もあります。"})
    assert len(stored(database)) == 2


def test_every_answer_can_be_changed_from_the_check_page(client: StrictClient) -> None:
    tree = check_page(client)
    ids = {element.get("id") for element in client.page(FORM).iter()}
    changes = [button for button in tree.iter("button") if "#" in button.get("formaction", "")]
    places = [button.get("formaction", "").partition("#")[2] for button in changes]
    assert len(places) == 11
    assert set(places) <= ids
    assert {button.get("value") for button in changes} == {"edit"}


def test_without_a_script_the_answer_says_how_long_the_words_are(client: StrictClient) -> None:
    page = check_page(client, body="あ" * 4001)
    assert "現在4,001文字です。" in text_of(page)


def test_lines_are_counted_as_one_character_whatever_the_browser_sends(
    client: StrictClient, database: Database
) -> None:
    body = "\r\n".join(["あ" * 1999, "い" * 2000])
    answer = client.post(FORM, data={**hidden(check_page(client, body=body)), "step": "send"})
    assert answer.status_code == 303
    assert len(stored(database)[0]) == 4000


def test_what_a_person_wrote_stays_out_of_caches_and_loses_nothing_to_a_link(
    client: StrictClient,
) -> None:
    first = hidden(client.page(FORM))
    for answer in (client.get(FORM), client.post(FORM, data={**first, "step": "check"})):
        # Kept by the browser itself, so that its back button finds what was typed.
        assert answer.headers["Cache-Control"] == "private, no-cache"
    answer = client.post(FORM, data={**first, **GOOD, "step": "check"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "hreflang" not in answer.text
    assert "hreflang" not in client.get(FORM).text


def test_the_readings_of_municipalities_are_there_and_no_group_is_nameless(
    client: StrictClient,
) -> None:
    tree = client.page(FORM)
    options = {each.get("value"): each for each in tree.iter("option")}
    assert options["131130"].get("data-kana") == "しぶやく"
    assert all(group.get("label") for group in tree.iter("optgroup"))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(min_size=10, max_size=200))
def test_any_words_come_back_or_are_stored_as_they_were_typed(
    client: StrictClient, database: Database, body: str
) -> None:
    tree = check_page(client, body=body)
    expected = cleaned(body)
    if len(expected) < 10:
        shown = tree.find(".//textarea").text or ""
        assert shown.strip() == expected.strip()
        return
    answer = client.post(FORM, data={**hidden(tree), "step": "send"})
    assert answer.status_code == 303
    assert stored(database)[-1] == expected


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


def test_a_text_made_too_long_after_the_check_comes_back_with_its_reason(
    client: StrictClient, database: Database
) -> None:
    data = {**hidden(check_page(client)), "step": "send", "body": "あ" * 4001}
    page = parse(client.post(FORM, data=data).text)
    assert "4,000文字以内" in text_of(page)
    assert text_of(page.find(".//textarea")) == "あ" * 4001
    assert stored(database) == []
