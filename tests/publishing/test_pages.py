"""The front page, a call's page, and the pages about the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedback.storage import Database, utc_now
from tests.builders import a_call
from tests.publishing.builders import a_campaign, a_theme, an_opinion, publish_answer
from tests.strict_client import StrictClient, text_of

STANDING_PAGES = ("/about", "/privacy", "/accessibility", "/status")


def hrefs(client: StrictClient, address: str) -> list[str]:
    """Where a page's links lead."""
    return [link.get("href") or "" for link in client.page(address).iter("a")]


def test_home_without_anything(client: StrictClient) -> None:
    text = client.get("/").text
    assert "いま受け付けている意見募集はありません" in text
    assert "公表した回答はまだありません" in text


def test_home_leads_to_the_form_and_the_status(client: StrictClient, database: Database) -> None:
    with database.transaction() as session:
        a_call(session)
    assert "/calls/shin-tosei/opinion" in hrefs(client, "/")
    form = client.page("/").find(".//form")
    assert form is not None
    assert (form.get("action"), form.get("method")) == ("/status", "get")


def test_home_counts_submissions_and_voices(client: StrictClient, database: Database) -> None:
    now = utc_now()
    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "支払い方法")
        a_theme(session, call, "回答のないテーマ")
        hidden = a_theme(session, call, "確認を取り消すテーマ")
        recent = [an_opinion(session, theme, received_at=now) for _ in range(4)]
        a_campaign(session, recent[:3])
        an_opinion(session, theme, received_at=now - timedelta(days=40))
        an_opinion(session, received_at=now, is_non_opinion=True)
        publish_answer(session, theme, says="カードの端末を置きました。")
        publish_answer(session, hidden, says="まだ見せない回答。")
        hidden.checked_at = None
    tree = client.page("/")
    numbers = [
        "".join(text_of(each).split())
        for each in tree.iter("div")
        if each.get("class") == "big-number"
    ]
    assert numbers == [
        "直近30日の意見4件声の数2人",
        "これまでの意見5件声の数3人",
        "回答したテーマ1件公表中2件のうち",
    ]
    assert "カードの端末を置きました。" in text_of(tree)
    assert "まだ見せない回答" not in text_of(tree)


def test_a_closed_call_is_listed_apart_and_takes_nothing(
    client: StrictClient, database: Database
) -> None:
    with database.transaction() as session:
        a_call(session, closes_at=datetime(2026, 6, 30, 15, tzinfo=UTC))
    assert "受付期間外の意見募集" in client.get("/").text
    text = client.get("/calls/shin-tosei").text
    assert "受付は終わりました" in text
    assert "2026/06/30" in text
    assert "/calls/shin-tosei/opinion" not in text


def test_a_call_shows_its_question_period_and_initiatives(
    client: StrictClient, database: Database
) -> None:
    with database.transaction() as session:
        a_call(session)
    tree = client.page("/calls/shin-tosei")
    text = text_of(tree)
    assert "一都三県のデジタルの取組について、ご意見をお聞かせください。" in text
    assert "2026/04/01" in text
    assert [text_of(each) for each in tree.iter("h3")] == [
        "東京都",
        "埼玉県",
        "千葉県",
        "神奈川県",
        "一都三県",
        "そのほかの取組・ご意見",
    ]
    assert "TOKYO Data Highway" in text
    assert "/calls/shin-tosei/opinion" in hrefs(client, "/calls/shin-tosei")
    assert "/calls/shin-tosei/themes" in hrefs(client, "/calls/shin-tosei")


def test_an_unknown_call_is_not_found(client: StrictClient) -> None:
    assert client.get("/calls/none").status_code == 404
    assert client.get("/calls/none/themes").status_code == 404


@pytest.mark.parametrize("address", STANDING_PAGES)
def test_every_page_leads_to_the_pages_about_the_service(
    client: StrictClient, address: str
) -> None:
    assert set(STANDING_PAGES) <= set(hrefs(client, address))


@pytest.mark.parametrize(
    ("code", "tag"),
    [("ja", "ja"), ("ja-easy", "ja"), ("en", "en"), ("zh", "zh-Hans"), ("ko", "ko")],
)
def test_the_language_follows_the_choice(
    client: StrictClient, database: Database, code: str, tag: str
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        theme_id = a_theme(session, call).id
    addresses = (
        "/",
        "/calls/shin-tosei",
        "/calls/shin-tosei/themes",
        f"/calls/shin-tosei/themes/{theme_id}",
        *STANDING_PAGES,
    )
    for address in addresses:
        assert client.page(f"{address}?lang={code}").get("lang") == tag


def test_names_of_themes_stay_marked_as_japanese(client: StrictClient, database: Database) -> None:
    with database.transaction() as session:
        a_theme(session, a_call(session), "支払い方法")
    tree = client.page("/calls/shin-tosei/themes?lang=en")
    assert "支払い方法" in {text_of(each) for each in tree.iter() if each.get("lang") == "ja"}


def test_the_language_menu_offers_the_five(client: StrictClient) -> None:
    menu = client.page("/about?lang=en").find(".//nav[@class='language-menu']")
    assert menu is not None
    assert [text_of(each) for each in menu.iter("li")] == [
        "日本語",
        "やさしい日本語",
        "English",
        "中文",
        "한국어",
    ]
