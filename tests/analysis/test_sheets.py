"""Workbooks as texts, however they were made; bombs are refused before they are unpacked."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import encodings, sheets


def a_book(*sheets_of_rows, hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets_of_rows):
        sheet = book.create_sheet(f"シート{number}")
        for row in rows:
            sheet.append(row)
        if number in hidden:
            sheet.sheet_state = "hidden"
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file


def rows_of(file, name="シート0"):
    with sheets.opened(file) as book:
        return list(book.rows(name))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("0312345678", "0312345678"),
        ("①髙﨑 𠮷野家👍", "①髙﨑 𠮷野家👍"),
        ("一行目\n二行目", "一行目\n二行目"),
        ("一行目_x000D_\n二行目", "一行目\n二行目"),
        (date(2026, 11, 3), "2026-11-03"),
        (datetime.fromisoformat("2026-11-03 09:05"), "2026-11-03 09:05:00"),
        (time(9, 5), "09:05:00"),
        (30, "30"),
        (30.0, "30"),
        (0.5, "0.5"),
        (True, "TRUE"),
        ("#N/A", "#N/A"),
        (None, ""),
    ],
)
def test_a_cell_is_the_text_a_person_sees(cell, text):
    assert rows_of(a_book([["見出し", "x"], [cell, "x"]]))[1][0] == text


def test_a_date_in_the_japanese_calendar_is_a_date():
    book = openpyxl.Workbook()
    book.active.title = "シート0"
    book.active.append([datetime.fromisoformat("2026-11-03")])
    book.active["A1"].number_format = '[$-411]ggge"年"m"月"d"日"'
    assert rows_of(saved(book)) == [["2026-11-03"]]


READING = '<rPh sb="0" eb="2"><t>カンジ</t></rPh><phoneticPr fontId="1"/>'
SHARED = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    f"<si><t>漢字</t>{READING}</si><si><r><t>太</t></r><r><t>字</t></r></si></sst>"
)


def as_excel_saves_texts(file, strings):
    """Put texts into a table of their own, as Excel does; openpyxl writes them into the cells."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace('t="n"', 't="s"')
    parts["xl/sharedStrings.xml"] = strings
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace("</Types>", override)
    with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made


def test_the_readings_of_kanji_are_not_part_of_a_text_and_bold_letters_are():
    file = as_excel_saves_texts(a_book([[0, 1]]), SHARED)
    assert rows_of(file) == [["漢字", "太字"]]


def test_hidden_sheets_are_not_offered_unless_there_is_no_other():
    with sheets.opened(a_book([["a"]], [["b"]], hidden=[0])) as book:
        assert book.names == ("シート1",)
    # Excel itself always leaves one; other programs may not.
    with sheets.opened(a_book([["a"]])) as book:
        assert book.names == ("シート0",)


def test_rows_that_hold_something_are_counted_without_reading_them():
    file = a_book([["見出し"], *[[f"{n}"] for n in range(2_500)], [], [None], ["末尾"]])
    with sheets.opened(file) as book:
        assert book.survey("シート0").rows == 2_502


def test_merged_cells_of_the_first_rows_are_found():
    book = openpyxl.Workbook()
    book.active.title = "シート0"
    for row in (["題"], ["番号", "回答者", ""], ["", "年代", "住所"], ["1", "30代", "新宿区"]):
        book.active.append(row)
    for area in ("A1:C1", "B2:C2", "A2:A3", "A50:C50"):
        book.active.merge_cells(area)
    with sheets.opened(saved(book)) as opened:
        found = opened.survey("シート0", first_rows=30).merged
    assert {(each.top, each.left, each.bottom, each.right) for each in found} == {
        (0, 0, 0, 2),
        (1, 1, 1, 2),
        (1, 0, 2, 0),
    }


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * 50_000_000)
    assert bomb.getbuffer().nbytes < 100_000
    with (
        pytest.raises(sheets.TooLargeError),
        sheets.opened(bomb, largest_in_memory=10_000_000),
    ):
        pass
    with pytest.raises(sheets.TooLargeError), sheets.opened(bomb, largest=10_000_000):
        pass


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_workbook_is_one_error(content):
    with pytest.raises(sheets.SheetError), sheets.opened(io.BytesIO(content)):
        pass


@given(st.text(max_size=40), st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]))
def test_a_text_is_read_as_it_was_written(text, encoding):
    try:
        data = ("番号は一から順に並んでいます。" + text).encode(encoding)
    except UnicodeEncodeError:
        return
    found = encodings.encoding_of(io.BytesIO(data))
    # Not always the text: CP932 has one place for ¢ and ￠.
    assert data.decode(found) == data.decode(encoding)
