"""Opened in a spreadsheet, a report never executes what a citizen typed."""

from __future__ import annotations

import csv
import time
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from feedback.reporting import tables, workbook
from feedback.reporting.content import Row
from feedback.web.spreadsheets import cleaned, csv_bytes, neutralised
from tests.reporting.documents import a_content, a_document, a_theme_entry, an_empty_content

NASTY = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "　＝HYPERLINK(1)",
    "＋81",
)


@pytest.mark.parametrize("text", NASTY)
def test_a_formula_is_neutralised(text: str) -> None:
    assert neutralised(text).startswith("'")
    assert neutralised(text)[1:] == cleaned(text)


@pytest.mark.parametrize(
    "text", ["", "窓口", "1-2丁目", "a@b.example", "3+4", "「=」の記号", "'引用'"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text


def test_control_characters_and_surrogates_are_dropped() -> None:
    assert neutralised("あ\x00い\x1b\x7fう\ud800え\ufffe") == "あいうえ"
    assert neutralised("一\r\n二\r三") == "一\n二\n三"


@given(st.text())
def test_no_text_begins_as_a_formula(text: str) -> None:
    safe = neutralised(text)
    assert not safe.lstrip(" \t\r\n　").startswith(tuple("=+-@＝＋－＠"))
    assert safe[:1] not in {"\t", "\r", "\n"}
    safe.encode()


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_a_csv_gives_back_every_field(texts: list[str]) -> None:
    data = csv_bytes(["a"] * len(texts), [texts]).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(data, newline="")))
    assert rows[1] == [neutralised(text) for text in texts]


def nasty_document() -> workbook.Document:
    themes = tuple(
        a_theme_entry(text, id=number, quotes=(text,)) for number, text in enumerate(NASTY)
    )
    rows = tuple(Row("x", text, a_theme_entry().figures) for text in NASTY)
    return a_document(a_content(themes=themes, initiatives=rows))


def test_the_csv_opens_in_excel_and_never_executes() -> None:
    data = tables.themes_csv(nasty_document())
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == tables.THEME_COLUMNS
    assert len(rows) == 1 + len(NASTY) + 1
    for row in rows:
        for cell in row:
            is_number = cell.lstrip("-").isdigit()
            assert is_number or not cell.startswith(tuple("=+-@\t\r＝＋－＠")), cell


def test_the_workbook_holds_text_as_text() -> None:
    book = load_workbook(BytesIO(workbook.written(nasty_document())))
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    names = [row[4] for row in book["テーマ"].iter_rows(min_row=2)]
    assert names[0].value == "=1+1"
    assert names[0].data_type == "s"
    assert names[0].quotePrefix


def test_the_workbook_has_its_sheets_headers_formats_and_dates() -> None:
    book = load_workbook(BytesIO(workbook.written(a_document())))
    assert book.sheetnames == [
        "概要",
        "テーマ",
        "取組別",
        "市区町村別",
        "年代別",
        "種類・経路別",
        "同文投稿",
        "回答",
        "集計の方法",
    ]
    for page in book:
        assert page.freeze_panes == "A2"
        assert page["A1"].font.bold
        assert page.column_dimensions["A"].width > 6
    summary = {row[0].value: row[1] for row in book["概要"].iter_rows(min_row=2)}
    assert summary["意見"].value == 1264
    assert summary["意見"].number_format == "#,##0"
    assert summary["集計の初日"].value == datetime(2026, 10, 1)  # noqa: DTZ001
    assert summary["集計の初日"].is_date
    change = book["取組別"]["F2"]
    assert change.value == 364
    assert change.number_format.startswith('"+"')
    assert book["回答"]["D2"].value == "12か所で使えます。"
    assert book["同文投稿"]["F2"].is_date


def test_the_regions_workbook_adds_its_governments() -> None:
    rows = (Row("tokyo", "東京都", a_theme_entry().figures),)
    written = workbook.written(a_document(a_content(governments=rows)))
    assert "自治体別" in load_workbook(BytesIO(written)).sheetnames


def test_an_empty_month_has_a_workbook() -> None:
    book = load_workbook(BytesIO(workbook.written(a_document(an_empty_content()))))
    assert isinstance(book, Workbook)
    assert book["同文投稿"].max_row == 1


def test_the_same_document_gives_the_same_bytes() -> None:
    first = workbook.written(a_document())
    time.sleep(2.1)
    assert workbook.written(a_document()) == first
