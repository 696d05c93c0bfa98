"""The status of one opinion: its steps, its themes, and who may ask how often."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from feedback.calls.models import Call
from feedback.intake import receipts
from feedback.screening.kinds import Decision
from feedback.screening.models import Screening
from feedback.storage import Database
from feedback.triage.models import CaseStatus
from feedback.web.look_ups import LOOK_UPS
from tests.builders import a_call, a_submission
from tests.publishing.builders import a_theme, an_opinion, days_after, publish_answer
from tests.strict_client import StrictClient, parse, text_of


@pytest.fixture
def call(database: Database) -> Call:
    """An open call."""
    with database.transaction() as session:
        return a_call(session)


def steps(tree: Element) -> list[tuple[str, str]]:
    """Each step's text, and whether it is done, current or upcoming."""
    found = []
    for item in tree.iter("li"):
        css = item.get("class") or ""
        if "timeline__item" in css:
            label = text_of(item.findall("p")[0])
            found.append((label, css.rpartition("--")[2]))
    return found


def test_a_fresh_opinion_is_received_and_waits_to_be_read(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        number = a_submission(session, received_at=days_after(0)).receipt_number
    tree = client.page(f"/status/{receipts.display(number)}")
    assert steps(tree) == [
        ("受け付けました", "done"),
        ("職員が読みます", "current"),
        ("テーマに整理します", "upcoming"),
        ("回答を公表します", "upcoming"),
    ]
    assert "2026/09/04" in text_of(tree)


def test_an_opinion_that_was_read(client: StrictClient, database: Database, call: Call) -> None:
    with database.transaction() as session:
        number = an_opinion(
            session, status=CaseStatus.READING, read_at=days_after(3)
        ).receipt_number
    tree = client.page(f"/status/{number}")
    assert [state for _, state in steps(tree)] == ["done", "done", "current", "upcoming"]
    assert "2026/09/07" in text_of(tree)


def test_an_opinion_whose_statements_are_all_decided(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call, "支払い方法")
        number = an_opinion(
            session,
            theme,
            status=CaseStatus.READING,
            read_at=days_after(3),
            decided_at=days_after(5),
        ).receipt_number
    tree = client.page(f"/status/{number}")
    assert [state for _, state in steps(tree)] == ["done", "done", "done", "current"]
    assert "2026/09/09" in text_of(tree)
    assert "支払い方法" in text_of(tree)
    assert "まだ公表していません" in text_of(tree)


def test_an_answer_completes_the_way(client: StrictClient, database: Database, call: Call) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call, "支払い")
        sub = a_theme(session, call, "駐車場の支払い", parent=theme)
        number = an_opinion(session, sub).receipt_number
        publish_answer(session, theme, "tokyo", says="都の駐車場で使えます。")
        publish_answer(session, theme, "chiba", says="県の駐車場で使えます。")
        publish_answer(session, sub, "region", says="四都県で相談しています。")
    tree = client.page(f"/status/{number}")
    assert [state for _, state in steps(tree)] == ["done"] * 4
    text = text_of(tree)
    assert "都の駐車場で使えます。" in text
    assert "四都県で相談しています。" in text
    assert "県の駐車場で使えます。" not in text.replace("都の駐車場で使えます。", "")


def test_an_unchecked_theme_stays_out_of_the_status(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call, "機械の仮の名前", is_checked=False)
        number = an_opinion(session, theme).receipt_number
    assert "機械の仮の名前" not in client.get(f"/status/{number}").text


def test_an_opinion_that_was_put_aside(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        number = an_opinion(
            session, is_non_opinion=True, status=CaseStatus.CLOSED, read_at=days_after(1)
        ).receipt_number
    tree = client.page(f"/status/{number}")
    assert steps(tree)[-1] == ("対応を終えました", "done")


def test_an_opinion_that_staff_set_aside_has_a_neutral_end(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        opinion = an_opinion(session, is_non_opinion=True)
        number = opinion.receipt_number
    assert steps(client.page(f"/status/{number}"))[-1] != ("対応を終えました", "done")
    with database.transaction() as session:
        found = session.get_one(Screening, opinion.id)
        found.set_aside_state, found.set_aside_at = Decision.CONFIRMED, days_after(2)
    tree = client.page(f"/status/{number}")
    assert ("職員が読みました", "done") in steps(tree)
    assert steps(tree)[-1] == ("対応を終えました", "done")
    assert "誹謗" not in text_of(tree)
    assert "意見の記載なし" not in text_of(tree)


def test_the_words_are_never_shown(client: StrictClient, database: Database, call: Call) -> None:
    with database.transaction() as session:
        number = an_opinion(session).receipt_number
    text = client.get(f"/status/{number}").text
    assert "山田花子" not in text
    assert "カードを使えません" not in text


def test_the_form_leads_to_the_page_however_the_number_is_typed(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        number = a_submission(session).receipt_number
    typed = " ".join(number.lower())
    response = client.get("/status", query_string={"number": typed})
    assert response.status_code == 302
    assert response.location == f"/status/{receipts.display(number)}"


@pytest.mark.parametrize("typed", ["2345-6789-CFGH", "<b>?", "", "２３４５"])
def test_a_mistyped_number_is_told_and_kept(client: StrictClient, typed: str) -> None:
    response = client.get("/status", query_string={"number": typed})
    assert response.status_code == 400
    field = client_field(response.text)
    assert (field.get("value") or "") == typed
    assert field.get("aria-invalid") == "true"
    expected = "受付番号に誤りがあります" if typed else "受付番号を入力してください"
    assert expected in response.text


def client_field(text: str) -> Element:
    """The field for the number."""
    field = parse(text).find(".//input[@name='number']")
    assert field is not None
    return field


def test_an_unknown_number_is_not_found(client: StrictClient) -> None:
    number = receipts.display(receipts.new())
    response = client.get(f"/status/{number}")
    assert response.status_code == 404
    assert "見つかりませんでした" in response.text
    assert client_field(response.text).get("value") == number
    assert client.get("/status/nonsense").status_code == 404


def test_no_cache_and_no_search_engine_keeps_a_status(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        number = receipts.display(a_submission(session).receipt_number)
    unknown = receipts.display(receipts.new())
    pages = (
        f"/status/{number}",
        f"/status/{unknown}",
        "/status?number=x",
        f"/status?number={number}",
    )
    for address in pages:
        headers = client.get(address).headers
        assert headers["Cache-Control"] == "no-store", address
        assert headers["X-Robots-Tag"] == "noindex", address


def test_guessing_is_slowed_down(client: StrictClient) -> None:
    for _ in range(LOOK_UPS):
        assert client.get(f"/status/{receipts.new()}").status_code == 404
    response = client.get(f"/status/{receipts.new()}")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "少し時間をおいて" in response.text
    assert client.get(f"/receipts/{receipts.new()}").status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    other = client.get(f"/status/{receipts.new()}", environ_base=elsewhere)
    assert other.status_code == 404
