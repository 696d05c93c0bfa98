"""Cells as people write them, and what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.calls.models import all_governments, all_initiatives, all_municipalities
from feedback.intake import import_values as values
from feedback.intake.import_columns import Columns, Field, guess
from feedback.intake.models import AgeBand, Kind, Relation
from feedback.storage import Database

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("提案", Kind.PROPOSAL),
        (" 要望 ", Kind.REQUEST),
        ("課題の指摘", Kind.PROBLEM),
        ("課題", Kind.PROBLEM),
        ("question", Kind.QUESTION),
        ("ＰＲＡＩＳＥ", Kind.PRAISE),
    ],
)
def test_kinds(text: str, meaning: Kind) -> None:
    assert values.kind(text) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("30代", AgeBand.THIRTIES),
        ("３０歳代", AgeBand.THIRTIES),
        ("30s", AgeBand.THIRTIES),
        ("34", AgeBand.THIRTIES),
        ("34歳", AgeBand.THIRTIES),
        ("19", AgeBand.UNDER_20),
        ("10代", AgeBand.UNDER_20),
        ("20歳未満", AgeBand.UNDER_20),
        ("7", AgeBand.UNDER_20),
        ("80代", AgeBand.EIGHTY_AND_OVER),
        ("90代以上", AgeBand.EIGHTY_AND_OVER),
        ("80歳以上", AgeBand.EIGHTY_AND_OVER),
        ("104", AgeBand.EIGHTY_AND_OVER),
        ("", None),
        ("無回答", None),
    ],
)
def test_ages(text: str, meaning: AgeBand | None) -> None:
    assert values.age_band(text) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("在住", Relation.LIVE), ("通勤", Relation.WORK), ("study", Relation.STUDY), ("不明", None)],
)
def test_ties_to_the_place(text: str, meaning: Relation | None) -> None:
    assert values.relation(text) is meaning


@pytest.mark.parametrize("text", ["可", "○", "〇", "はい", "1", "Yes", "TRUE", "同意する"])
def test_a_yes_to_publication(text: str) -> None:
    assert values.consent(text) is True


@pytest.mark.parametrize("text", ["不可", "×", "いいえ", "0", "no", "", "未回答", "非公開"])
def test_anything_less_than_a_yes_is_a_no(text: str) -> None:
    assert values.consent(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026/11/3",
        "2026年11月3日",
        "2026.11.03",
        "20261103",
        "令和8年11月3日",
        "R8.11.3",
        "Ｒ８／１１／３",
        "2026/11/03 9:05",
        "2026-11-03T09:05:00+09:00",
        "令和8年11月3日（火）",
        "令和 8年 11月 3日",
    ],
)
def test_days_become_noon_in_japan(text: str) -> None:
    assert values.received_at(text, today=TODAY) == datetime(2026, 11, 3, 3, tzinfo=UTC)


def test_the_first_year_of_an_era() -> None:
    assert values.received_at("令和元年5月1日", today=TODAY).year == 2019
    assert values.received_at("平成31年4月30日", today=TODAY).year == 2019


@pytest.mark.parametrize(
    "text", ["", "11/3", "2026/2/30", "2026-13-01", "きのう", "2026/11/25", "1999/12/31", "45964"]
)
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(values.NotUnderstood):
        values.received_at(text, today=TODAY)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.kind, ""),
        (values.kind, "その他"),
        (values.age_band, "若い"),
        (values.age_band, "999"),
        (values.relation, "在住・在勤"),
        (values.consent, "たぶん"),
    ],
)
def test_what_is_not_understood_says_what_may_stand_there(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(values.NotUnderstood, match="書いてください"):
        read(text)


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (values.kind, values.age_band, values.relation, values.consent):
        try:
            read(text)
        except values.NotUnderstood:
            continue


@given(st.text(alphabet="0123456789０１元年月日令和RH/.-: ", max_size=20))
def test_no_text_breaks_the_reader_of_days(text: str) -> None:
    try:
        read = values.received_at(text, today=TODAY)
    except values.NotUnderstood:
        return
    assert read.tzinfo is UTC


def vocabulary(database: Database) -> values.Vocabulary:
    with database.reading() as session:
        return values.vocabulary(
            all_governments(session), all_initiatives(session), all_municipalities(session)
        )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("新宿区", "131041"),
        ("東京都新宿区", "131041"),
        ("131041", "131041"),
        ("13104", "131041"),
        ("１３１０４", "131041"),
        ("鎌ケ谷市", "122246"),
        ("鎌ヶ谷市", "122246"),
        ("横浜市中区", "141003"),
        ("神奈川県横浜市中区", "141003"),
        ("東京都西多摩郡瑞穂町", "133035"),
        ("西多摩郡瑞穂町", "133035"),
        ("", None),
        ("不明", None),
    ],
)
def test_municipalities(database: Database, text: str, code: str | None) -> None:
    assert vocabulary(database).municipality(text) == code


def test_every_municipality_is_found_by_its_name_and_code(database: Database) -> None:
    words = vocabulary(database)
    with database.reading() as session:
        for place in all_municipalities(session):
            assert words.municipality(place.code) == place.code
            assert words.municipality(place.name) == place.code


def test_places_outside_are_not_understood(database: Database) -> None:
    for text in ("大阪市", "27100", "新宿"):
        with pytest.raises(values.NotUnderstood):
            vocabulary(database).municipality(text)


def test_initiatives_in_any_language(database: Database) -> None:
    words = vocabulary(database)
    assert words.initiative("街のDX") == "tokyo-machi-dx"
    assert words.initiative("街のＤＸ ") == "tokyo-machi-dx"
    assert words.initiative("城市数字化") == "tokyo-machi-dx"
    assert words.initiative("tokyo-machi-dx") == "tokyo-machi-dx"
    with pytest.raises(values.NotUnderstood):
        words.initiative("知らない取組")


def test_columns_are_guessed_from_their_headers() -> None:
    headers = [
        "No.",
        "受付年月日",
        "ご意見の内容（必須）",
        "件名",
        "対象の取組",
        "種別",
        "お住まい",
        "年齢層",
        "在住・在勤・在学",
        "公開可否",
    ]
    found = guess(headers).headers
    assert found == {
        Field.RECEIVED: "受付年月日",
        Field.BODY: "ご意見の内容（必須）",
        Field.TITLE: "件名",
        Field.INITIATIVE: "対象の取組",
        Field.KIND: "種別",
        Field.MUNICIPALITY: "お住まい",
        Field.AGE_BAND: "年齢層",
        Field.RELATION: "在住・在勤・在学",
        Field.CONSENT: "公開可否",
    }


def test_english_headers_are_guessed_and_unknown_ones_left_alone() -> None:
    assert guess(["Text", "Title", "x"]).headers == {Field.BODY: "Text", Field.TITLE: "Title"}
    assert guess(["a", "b"]).headers == {}


def test_columns_are_kept_as_they_were() -> None:
    columns = Columns({Field.BODY: "default:x"}, {Field.KIND: "request", Field.RECEIVED: "2026"})
    assert Columns.from_stored(columns.stored()) == columns
    assert columns.for_another_file().defaults == {Field.KIND: "request"}
