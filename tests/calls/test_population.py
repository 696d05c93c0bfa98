"""The population: the shipped count, and newer ones from the ministry's workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from feedback.calls import population
from feedback.calls.models import (
    POPULATION_BANDS,
    all_municipalities,
    population_as_of,
    populations,
)
from feedback.storage import Database

TITLE = "令和7年1月1日住民基本台帳年齢階級別人口（市区町村別）（総計）"


def a_workbook(path: Path, codes: list[str], *, title: str = TITLE) -> Path:
    """A workbook of the ministry's layout in which each town has ten people of every five years."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([title])
    sheet.append([None, None, None, None, "総数", "0歳～4歳"])
    sheet.append(["団体コード", "都道府県名", "市区町村名", "性別"])
    sheet.append(["-", "合計", "-", "計", 210 * len(codes), *[10 * len(codes)] * 21])
    for code in codes:
        sheet.append([code, "県", "市", "計", 210, "X", *[10] * 20])
        sheet.append([code, "県", "市", "男", 105, *[5] * 21])
    book.save(path)
    return path


def codes_in(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.code for each in all_municipalities(session)]


def test_the_shipped_count_covers_every_town_and_age(database: Database) -> None:
    with database.reading() as session:
        rows = populations(session)
        assert len(rows) == 212 * len(POPULATION_BANDS)
        assert {each.as_of for each in rows} == {date(2022, 1, 1)}
    tokyo = sum(each.people for each in rows if each.government == "tokyo")
    # 総務省 令和4年1月1日: 13,794,933, less what the ministry hides in its smallest towns.
    assert 13_794_933 - 200 < tokyo <= 13_794_933


def test_a_newer_workbook_takes_its_place_and_stays(database: Database, tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "r7.xlsx", codes_in(database))
    with database.transaction() as session:
        assert population.load_workbook_file(session, path) == date(2025, 1, 1)
    with database.transaction() as session:
        population.load_shipped(session)
    with database.reading() as session:
        assert population_as_of(session) == date(2025, 1, 1)
        here = {each.age_band: each.people for each in populations(session)[:9]}
    assert here == {**dict.fromkeys(POPULATION_BANDS, 20), "80plus": 50, "under10": 10}


def test_a_workbook_without_a_town_is_refused_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = a_workbook(tmp_path / "some.xlsx", codes_in(database)[1:])
    with (
        pytest.raises(population.PopulationFileError, match=r"1件がありません（111007）"),
        database.transaction() as session,
    ):
        population.load_workbook_file(session, path)
    with database.reading() as session:
        assert population_as_of(session) == date(2022, 1, 1)


def test_another_file_is_refused_with_what_to_give_instead(tmp_path: Path) -> None:
    other = a_workbook(tmp_path / "other.xlsx", ["131016"], title="世帯数")
    with pytest.raises(population.PopulationFileError, match="年齢階級別人口"):
        population.read_workbook(other)
    text = tmp_path / "text.xlsx"
    text.write_text("これはExcelではありません", encoding="utf-8")
    with pytest.raises(population.PopulationFileError, match="読めません"):
        population.read_workbook(text)
