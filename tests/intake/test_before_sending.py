"""Before sending: what is personal in the text, and where help is, said quietly."""

from __future__ import annotations

import pytest

from feedback.storage import Database
from tests.builders import a_call
from tests.intake.test_write_opinion import FORM, check_page, hidden, stored
from tests.strict_client import StrictClient, parse, text_of

PERSONAL = "窓口の予約について、090-1234-5678か taro@example.jp に返事をください。"
ASK = "この部分を伏せ字に置き換える"


@pytest.fixture(autouse=True)
def call(database: Database) -> None:
    with database.transaction() as session:
        a_call(session)


def test_personal_parts_are_shown_and_may_be_sent_as_they_are(
    client: StrictClient, database: Database
) -> None:
    tree = check_page(client, body=PERSONAL)
    page = text_of(tree)
    assert "個人が分かることが書かれているようです" in page
    assert "電話番号：090-1234-5678" in page
    assert "メールアドレス：taro@example.jp" in page
    assert client.post(FORM, data={**hidden(tree), "step": "send"}).status_code == 303
    assert stored(database) == [PERSONAL]


def test_personal_parts_are_replaced_on_request(client: StrictClient, database: Database) -> None:
    tree = check_page(client, body=PERSONAL, title="担当は090-1234-5678")
    again = parse(client.post(FORM, data={**hidden(tree), "step": "hide"}).text)
    assert "内容の確認" in text_of(again.find(".//h1"))
    assert ASK not in text_of(again)
    assert hidden(again)["title"] == "担当は［電話番号］"
    client.post(FORM, data={**hidden(again), "step": "send"})
    assert stored(database) == [
        "窓口の予約について、［電話番号］か ［メールアドレス］ に返事をください。"
    ]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("仕事が見つからず、もう消えてしまいたいと毎晩思います。", "0120-061-338"),
        ("夫に毎日殴られています。役所に相談しても動いてもらえません。", "#8008"),
        ("今、橋の手すりが外れて川へ落ちかけています。子どもが通ります。", "119番"),
    ],
)
def test_who_may_be_in_danger_is_told_whom_to_call_and_can_send(
    client: StrictClient, database: Database, body: str, number: str
) -> None:
    tree = check_page(client, body=body)
    assert "ひとりで抱えず電話してください" in text_of(tree)
    assert number in text_of(tree)
    client.post(FORM, data={**hidden(tree), "step": "send"})
    assert stored(database) == [body]


@pytest.mark.parametrize(
    "body",
    [
        "申請の途中で保存できるようにしてください。",
        "条例第1234号の令和8年4月1日の改正について、窓口で説明してください。",
        "死ぬほど便利です。いつも助かっています。",
        "小さな事務所には印刷代がこたえます。電子データで送らせてください。",
    ],
)
def test_an_ordinary_opinion_is_not_commented_on(client: StrictClient, body: str) -> None:
    page = text_of(check_page(client, body=body))
    assert "個人が分かることが" not in page
    assert "ひとりで抱えず" not in page


def test_a_threat_is_not_answered_with_numbers_to_call(client: StrictClient) -> None:
    page = text_of(check_page(client, body="次は刃物を持って行って職員を刺してやる。"))
    assert "ひとりで抱えず" not in page


def test_the_check_page_says_it_in_the_readers_language(client: StrictClient) -> None:
    client.get(f"{FORM}?lang=en")
    page = text_of(check_page(client, body="Please call me at 090-1234-5678 about the library."))
    assert "phone number" in page.lower()
    assert "090-1234-5678" in page
