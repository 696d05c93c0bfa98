"""Public themes: only what staff checked, only whom it may quote, counts that are right."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.calls.models import Call
from feedback.storage import Database
from feedback.theming.models import ThemeState
from tests.builders import a_call
from tests.publishing.builders import a_campaign, a_theme, an_opinion, merged, publish_answer
from tests.strict_client import StrictClient

THEMES = "/calls/shin-tosei/themes"


@pytest.fixture
def call(database: Database) -> Call:
    """An open call."""
    with database.transaction() as session:
        return a_call(session)


def test_without_themes_the_page_says_so(client: StrictClient, call: Call) -> None:
    assert "公表したテーマはまだありません" in client.get(THEMES).text


def test_only_checked_themes_are_public(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        checked = a_theme(session, call, "支払い方法")
        unchecked = a_theme(session, call, "機械の仮の名前", is_checked=False)
        gone = a_theme(session, call, "消えたテーマ")
        gone.state = ThemeState.GONE
        ids = {
            each: theme.id for each, theme in zip("cug", (checked, unchecked, gone), strict=True)
        }
    text = client.get(THEMES).text
    assert "支払い方法" in text
    assert "機械の仮の名前" not in text
    assert "消えたテーマ" not in text
    assert client.get(f"{THEMES}/{ids['c']}").status_code == 200
    assert client.get(f"{THEMES}/{ids['u']}").status_code == 404
    assert client.get(f"{THEMES}/{ids['g']}").status_code == 404
    assert client.get(f"{THEMES}/999").status_code == 404


def test_a_checked_subtheme_stands_alone_until_the_theme_above_is_checked(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        top = a_theme(session, call, "未確認の大テーマ", is_checked=False)
        sub = a_theme(session, call, "駐車場の支払い", parent=top)
        a_theme(session, call, "未確認の小テーマ", parent=top, is_checked=False)
        sub_id = sub.id
    text = client.get(THEMES).text
    assert "駐車場の支払い" in text
    assert "未確認の" not in text
    assert "未確認の" not in client.get(f"{THEMES}/{sub_id}").text


def test_a_theme_of_another_call_is_not_found(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme_id = a_theme(session, call).id
        a_call(session, slug="other")
    assert client.get(f"/calls/other/themes/{theme_id}").status_code == 404
    assert client.get(f"/calls/none/themes/{theme_id}").status_code == 404


def test_an_unpublished_call_is_not_found(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme_id = a_theme(session, call).id
        session.get_one(Call, call.id).is_published = False
    for address in ("/calls/shin-tosei", THEMES, f"{THEMES}/{theme_id}"):
        assert client.get(address).status_code == 404


def test_only_consenting_opinions_without_personal_data_are_quoted(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        an_opinion(session, theme, masked="窓口でカードが使えず困りました。")
        an_opinion(session, theme, masked="窓口で［氏名］が待たされました。")
        an_opinion(session, theme, masked="同意のない声。", consents=False)
        an_opinion(session, theme, masked="意見でない声。", is_non_opinion=True)
        an_opinion(session, theme, masked="緊急の声。", is_urgent=True)
        theme_id = theme.id
    text = client.get(f"{THEMES}/{theme_id}").text
    assert "窓口でカードが使えず困りました。" in text
    for hidden in ("山田花子", "待たされました", "同意のない声", "意見でない声", "緊急の声"):
        assert hidden not in text


def test_a_campaign_is_quoted_once(client: StrictClient, database: Database, call: Call) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        copies = [an_opinion(session, theme, masked=f"写しの声{each}。") for each in range(60)]
        a_campaign(session, copies)
        an_opinion(session, theme, masked="ひとりの声。")
        theme_id = theme.id
    text = client.get(f"{THEMES}/{theme_id}").text
    assert text.count("写しの声") == 1
    assert "ひとりの声。" in text


def test_the_counts_are_those_of_plain_sql(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        top = a_theme(session, call, "支払い")
        sub = a_theme(session, call, "駐車場", parent=top)
        a_campaign(session, [an_opinion(session, sub) for _ in range(4)])
        an_opinion(session, top, government="saitama")
        an_opinion(session, sub, government="saitama")
        an_opinion(session)
        top_id = top.id
    sql = sa.text(
        "SELECT count(DISTINCT u.id), count(DISTINCT coalesce(-m.campaign_id, u.id)) "
        "FROM submissions u JOIN statements t ON t.submission_id = u.id "
        "JOIN assignments a ON a.statement_id = t.id JOIN themes h ON h.id = a.theme_id "
        "LEFT JOIN campaign_members m ON m.submission_id = u.id "
        "WHERE h.id = :id OR h.parent_id = :id"
    )
    with database.reading() as session:
        submissions, voices = session.execute(sql, {"id": top_id}).one()
    assert (submissions, voices) == (6, 3)
    assert f"意見 {submissions}件・声の数 {voices}人" in client.get(THEMES).text
    tree = client.page(f"{THEMES}/{top_id}")
    numbers = ["".join(each.itertext()).split() for each in tree.iter("td")]
    assert numbers[:4] == [["4"], ["1"], ["2"], ["2"]]


def test_what_waits_is_said_in_a_number(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        hidden = a_theme(session, call, "未確認", is_checked=False)
        for place in (theme, hidden, None):
            an_opinion(session, place)
        an_opinion(session, is_non_opinion=True)
        theme_id = theme.id
    for address in (THEMES, f"{THEMES}/{theme_id}"):
        assert "2件のご意見を職員が整理しています" in client.get(address).text


def test_answers_are_shown_by_government(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        publish_answer(session, theme, "chiba", says="県税の窓口で使えます。")
        publish_answer(session, theme, "tokyo", says="都税の窓口で使えます。")
        theme_id = theme.id
    listed = client.get(THEMES).text
    assert listed.index("東京都 回答あり") < listed.index("千葉県 回答あり")
    text = client.get(f"{THEMES}/{theme_id}").text
    assert text.index("都税の窓口で使えます。") < text.index("県税の窓口で使えます。")
    assert "すべての窓口に広げます。" in text


def test_a_merged_theme_leads_to_where_it_went(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        target, old, hidden = (
            a_theme(session, call, name, is_checked=name != "隠れた先")
            for name in ("行き先", "元のテーマ", "隠れた先")
        )
        lost = a_theme(session, call, "失われた")
        merged(session, old, target)
        merged(session, lost, hidden)
        ids = old.id, target.id, lost.id
    response = client.get(f"{THEMES}/{ids[0]}")
    assert response.status_code == 301
    assert response.location == f"{THEMES}/{ids[1]}"
    assert client.get(f"{THEMES}/{ids[2]}").status_code == 404


def test_the_list_needs_few_queries(client: StrictClient, database: Database, call: Call) -> None:
    with database.transaction() as session:
        for number in range(12):
            theme = a_theme(session, call, f"テーマ{number}")
            an_opinion(session, theme)
            publish_answer(session, theme)
    queries: list[str] = []
    listener = lambda *arguments: queries.append(arguments[2])  # noqa: E731
    sa.event.listen(sa.Engine, "before_cursor_execute", listener)
    try:
        client.get(THEMES)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listener)
    selects = [each for each in queries if each.lstrip().startswith("SELECT")]
    assert len(selects) <= 18, selects
