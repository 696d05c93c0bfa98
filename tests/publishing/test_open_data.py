"""Open data: what may be shown and nothing else, coarse enough, safe to open, described."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.calls.models import Call
from feedback.intake.models import AgeBand, Submission
from feedback.publishing.open_data_fields import FIELDS, PLACEHOLDERS
from feedback.storage import Database
from feedback.theming.models import Theme
from tests.builders import a_call
from tests.publishing.builders import a_campaign, a_theme, an_opinion, merged, publish_answer
from tests.strict_client import StrictClient, text_of

PAGE = "/calls/shin-tosei/open-data"
FILES = ("themes.csv", "themes.json", "opinions.csv", "opinions.json")


@pytest.fixture
def call(database: Database) -> Call:
    """An open call."""
    with database.transaction() as session:
        return a_call(session)


def some_opinions(session: Session, theme: Theme, count: int, **more: Any) -> list[Submission]:
    """Opinions that may be shown, each in its own words; ``age`` and ``place`` are their writers'.

    The builder's writers are in their thirties and live in 131130.
    """
    age, place = more.pop("age", AgeBand.THIRTIES), more.pop("place", "131130")
    words = more.pop("masked", "カードで払えると助かります。")
    found = [an_opinion(session, theme, masked=f"{words}{n}", **more) for n in range(count)]
    for each in found:
        each.age_band, each.municipality_code = age, place
    session.flush()
    return found


def table(client: StrictClient, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file, as a spreadsheet reads them."""
    answer = client.get(f"{PAGE}/{name}.csv")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.data.count(b"\r\n") >= 1
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def document(client: StrictClient, name: str) -> dict[str, Any]:
    """A JSON file."""
    answer = client.get(f"{PAGE}/{name}.json")
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_themes_come_with_counts_and_answers(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        top = a_theme(session, call, "支払い")
        sub = a_theme(session, call, "駐車場", parent=top)
        a_campaign(session, some_opinions(session, sub, 6))
        some_opinions(session, top, 7, government="chiba", age=None)
        some_opinions(session, top, 8, government="chiba", age=AgeBand.SIXTIES)
        publish_answer(session, sub, "tokyo", says="=SUM(A1) 都税の窓口で使えます。")
        ids = (top.id, sub.id)
    first, second = table(client, "themes")
    assert (first["theme_id"], first["parent_id"]) == (str(ids[0]), "")
    assert (second["theme_id"], second["parent_id"]) == (str(ids[1]), str(ids[0]))
    assert (first["opinions"], first["voices"], first["suppressed"]) == ("21", "16", "")
    assert (first["tokyo_opinions"], first["tokyo_voices"]) == ("6", "1")
    assert (first["chiba_opinions"], first["saitama_opinions"]) == ("15", "0")
    ages = [first[f"age_{each}_opinions"] for each in ("30s", "60s", "unknown", "20s")]
    assert ages == ["6", "8", "7", "0"]
    assert second["tokyo_answer_state"] == "published"
    assert second["tokyo_current_action"] == "'=SUM(A1) 都税の窓口で使えます。"
    assert second["tokyo_future_policy"] == "すべての窓口に広げます。"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", second["tokyo_published_on"])
    assert first["tokyo_answer_state"] == "preparing"
    row = document(client, "themes")["rows"][1]
    assert (row["opinions"], row["voices"], row["parent_id"]) == (6, 1, ids[0])
    assert row["tokyo_current_action"] == "=SUM(A1) 都税の窓口で使えます。"


def test_only_public_themes_are_given(client: StrictClient, database: Database, call: Call) -> None:
    with database.transaction() as session:
        hidden = a_theme(session, call, "機械の仮の名前", is_checked=False)
        below = a_theme(session, call, "駐車場", parent=hidden)
        merged(session, a_theme(session, call, "なくなった名前"), below)
        some_opinions(session, hidden, 6, masked="まだ読まれていない声。")
        some_opinions(session, below, 6)
        below_id = below.id
    (only,) = table(client, "themes")
    assert (only["theme_id"], only["parent_id"], only["name"]) == (str(below_id), "", "駐車場")
    rows = document(client, "opinions")["rows"]
    assert {tuple(row["theme_ids"]) for row in rows} == {(below_id,)}
    assert not any("まだ読まれていない" in row["body"] for row in rows)


def test_a_draft_of_an_answer_stays_inside(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        theme.answer_states = {"tokyo": "draft"}
    (only,) = table(client, "themes")
    assert (only["tokyo_answer_state"], only["tokyo_current_action"]) == ("preparing", "")


def test_small_cells_are_suppressed_with_a_larger_one(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        some_opinions(session, theme, 2, government="saitama", age=AgeBand.TWENTIES)
        some_opinions(session, theme, 6, government="chiba", age=AgeBand.TWENTIES)
        some_opinions(session, theme, 9, government="tokyo", age=AgeBand.FORTIES)
    (only,) = table(client, "themes")
    assert (only["opinions"], only["suppressed"]) == ("17", "saitama;chiba")
    shown = [only[f"{each}_opinions"] for each in ("tokyo", "saitama", "chiba", "kanagawa")]
    assert shown == ["9", "", "", "0"]
    assert only["saitama_voices"] == ""
    assert (only["age_20s_opinions"], only["age_40s_opinions"]) == ("8", "9")
    row = document(client, "themes")["rows"][0]
    assert (row["saitama_opinions"], row["suppressed"]) == (None, ["saitama", "chiba"])


def test_of_a_small_theme_no_figure_is_told(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        some_opinions(session, a_theme(session, call), 3)
    (only,) = table(client, "themes")
    figures = [only[name] for name in only if name.endswith(("opinions", "voices"))]
    assert set(figures) == {""}
    assert only["suppressed"].startswith("opinions;voices;tokyo;")


def test_only_what_may_be_quoted_is_given_and_masked(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        some_opinions(session, theme, 6)
        an_opinion(session, theme, masked="窓口で［氏名］が待たされました。")
        an_opinion(session, theme, masked="同意のない声。", consents=False)
        an_opinion(session, theme, masked="意見でない声。", is_non_opinion=True)
        an_opinion(session, theme, masked="緊急の声。", is_urgent=True)
        an_opinion(session, masked="テーマのない声。")
        numbers = [each.receipt_number for each in session.query(Submission)]
    for name in ("opinions.csv", "opinions.json"):
        text = client.get(f"{PAGE}/{name}").text
        assert text.count("カードで払えると") == 6
        for hidden in (
            "山田花子",
            "［氏名］",
            "同意のない",
            "意見でない",
            "緊急の声",
            "テーマのない",
        ):
            assert hidden not in text
        assert not any(number in text for number in numbers)


def test_an_opinion_tells_its_month_and_place(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        some_opinions(session, theme, 5)
        theme_id = theme.id
    first = table(client, "opinions")[0]
    assert first == {
        "month": "2026-09",
        "government": "tokyo",
        "initiative": "other",
        "kind": "request",
        "language": "ja",
        "age_band": "30s",
        "prefecture": "tokyo",
        "municipality": "渋谷区",
        "theme_ids": str(theme_id),
        "body": "カードで払えると助かります。0",
    }


def test_rare_writers_are_made_coarser_until_five_are_alike(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        some_opinions(session, theme, 3, masked="渋谷")
        some_opinions(session, theme, 2, masked="八王子", place="132012")
        some_opinions(session, theme, 5, masked="高齢", age=AgeBand.EIGHTY_AND_OVER)
        alone = some_opinions(session, theme, 1, masked="千葉", government="chiba")[0]
        alone.initiative_slug = "chiba-ict"
    rows = document(client, "opinions")["rows"]
    facts = ("month", "government", "age_band", "prefecture", "municipality")
    found = {row["body"].rstrip("0123456789"): [row[each] for each in facts] for row in rows}
    assert found["渋谷"] == found["八王子"]
    combinations = [tuple(row[each] for each in facts) for row in rows]
    assert min(combinations.count(each) for each in combinations) >= 5
    assert found["千葉"] == [None] * 5
    assert [row["initiative"] for row in rows if row["body"].startswith("千葉")] == [None]


def test_no_text_runs_in_a_spreadsheet(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call, "=cmd|' /C calc'!A0")
        some_opinions(session, theme, 5, masked='=HYPERLINK("http://evil.example")\n"次"\r\n,')
    assert table(client, "themes")[0]["name"].startswith("'=cmd")
    assert all(row["body"].startswith("'=HYPERLINK") for row in table(client, "opinions"))
    assert document(client, "opinions")["rows"][0]["body"].startswith("=HYPERLINK")


@pytest.mark.parametrize("name", ["themes", "opinions"])
def test_every_column_is_in_the_dictionary(
    client: StrictClient, database: Database, call: Call, name: str
) -> None:
    with database.transaction() as session:
        some_opinions(session, a_theme(session, call), 5)
    told = document(client, name)
    names = set()
    for field in told["fields"]:
        assert field["type"]
        assert field["meaning"]
        parts = re.findall(r"\{(\w+)\}", field["name"])
        values = PLACEHOLDERS[parts[0]] if parts else [""]
        names |= {re.sub(r"\{\w+\}", value, field["name"]) for value in values}
    assert names == set(table(client, name)[0]) == set(told["rows"][0])
    assert told["licence"] == "CC BY 4.0"
    assert told["address"].endswith(f"{PAGE}/{name}.json")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", told["generated_at"])


def test_the_files_are_the_same_in_every_language(client: StrictClient, call: Call) -> None:
    told = [
        client.get(f"{PAGE}/themes.json?lang={language}").json["fields"]  # type: ignore[index]
        for language in ("ja", "en")
    ]
    assert told[0] == told[1]


def test_without_opinions_the_files_are_empty_and_whole(client: StrictClient, call: Call) -> None:
    for name in ("themes", "opinions"):
        assert table(client, name) == []
        assert document(client, name)["rows"] == []


def test_the_page_tells_what_there_is(client: StrictClient, call: Call) -> None:
    tree = client.page(PAGE)
    links = {each.get("href") for each in tree.iter("a")}
    assert {f"{PAGE}/{name}" for name in FILES} | {"/calls/shin-tosei/feed.atom"} <= links
    assert "https://creativecommons.org/licenses/by/4.0/deed.ja" in links
    columns = [text_of(each) for each in tree.iter("code")]
    assert columns == [field.name for fields in FIELDS.values() for field in fields]
    assert PAGE in {each.get("href") for each in client.page("/calls/shin-tosei/themes").iter("a")}


def test_a_file_may_be_read_from_other_sites(client: StrictClient, call: Call) -> None:
    for name in FILES:
        answer = client.get(f"{PAGE}/{name}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert f"shin-tosei-{name}" in answer.headers["Content-Disposition"]
        assert "Set-Cookie" not in answer.headers


def test_of_a_call_that_is_not_public_there_is_nothing(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        a_call(session, slug="hidden").is_published = False
    for slug in ("none", "hidden"):
        for end in ("open-data", "feed.atom", *(f"open-data/{name}" for name in FILES)):
            assert client.get(f"/calls/{slug}/{end}").status_code == 404
