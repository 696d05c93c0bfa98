"""Files as Excel and people write them: read, or refused with what to do."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.intake import import_rules, import_sources
from feedback.intake.import_headers import Layout, find, headers_of, letter_of
from feedback.intake.import_models import Import, ImportFormat
from feedback.intake.import_rules import FileRefused, Row
from feedback.intake.import_sources import Shape
from tests.intake.importing import a_workbook

TEXT = "意見,件名\r\n窓口の待ち時間を短くしてほしい。,髙島﨑①\r\n"


def shape_of(content: bytes, name: str = "a.csv") -> Shape:
    file = io.BytesIO(content)
    return import_sources.shape_of(file, import_sources.format_of(file, name))


def rows_of(content: bytes, name: str = "a.csv", shape: Shape | None = None) -> list[Row]:
    shape = shape or shape_of(content, name)
    import_ = Import(
        format=shape.format,
        encoding=shape.encoding,
        sheet=shape.sheet,
        header_bottom=shape.layout.bottom,
        headers=list(shape.headers),
    )
    return list(import_sources.rows_of(io.BytesIO(content), import_))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_that_excel_writes(encoding: str) -> None:
    content = TEXT.encode(encoding)
    assert shape_of(content).headers == ("意見", "件名")
    assert rows_of(content)[0].cells == ("窓口の待ち時間を短くしてほしい。", "髙島﨑①")


def test_unicode_text_of_excel_has_tabs() -> None:
    content = TEXT.replace(",", "\t").encode("utf-16")
    assert shape_of(content, "a.txt").headers == ("意見", "件名")


def test_commas_line_breaks_and_quotes_inside_a_cell() -> None:
    rows = rows_of('意見,件名\n"一行目,\n二行目の""引用""",a\n三,b\n'.encode())
    assert rows[0].cells == ('一行目,\n二行目の"引用"', "a")
    assert [row.number for row in rows] == [2, 3]


def test_blank_rows_are_nobodys_opinion_but_keep_their_number() -> None:
    content = "意見,件名\n一,a\n\n,,\n二,b\n\n\n".encode()
    assert [(row.number, row.cells[0]) for row in rows_of(content)] == [(2, "一"), (5, "二")]
    assert shape_of(content).rows == 2


def test_short_rows_are_filled_and_empty_last_columns_dropped() -> None:
    content = "意見,件名,,\n一\n".encode()
    assert shape_of(content).headers == ("意見", "件名")
    assert rows_of(content)[0].cells == ("一", "")


def test_a_row_with_too_many_cells_is_told_and_kept_whole() -> None:
    first, second = rows_of("意見\nあ,い,,う\nえ\n".encode())
    assert first.fault is not None
    assert "見出し（1列）より多く" in first.fault.wrong
    assert first.cells == ("あ", "い", "う")
    assert second.fault is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "空です"),
        (b"\xef\xbb\xbf", "空です"),
        (b"\r\n \r\n", "空です"),
        ("意見,件名\n".encode(), "意見の行がありません"),
        ('意見\n正しい\n"閉じない\n'.encode(), "3行目から先を表として読めません"),
        ('意見\n"あ"い\n'.encode(), "2行目から先を表として読めません"),
        (("意見\n" + "あ" * 5_000_000).encode(), "2行目から先を表として読めません"),
        (b"\x81\xff\xfe\x00", "文字コードを判別できません"),
        ("意見\nあ\0い\n".encode(), "文字コードを判別できません"),
        (TEXT.encode("utf-16")[2:], "文字コードを判別できません"),
        (TEXT.encode("utf-16")[:-1], "文字コードを判別できません"),
        ("意見\n窓口の待ち時間を短く\n".encode() + b"\x81\xff\n", "3行目の文字コード"),
        (b"PK\x03\x04rest", "Excelブックとして読めません"),
        (b"\xd0\xcf\x11\xe0rest", "古い形式"),
        (",".join(f"c{n}" for n in range(300)).encode() + b"\n1\n", "列が300あります"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(content: bytes, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        shape_of(content)


def test_more_rows_than_a_million_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert import_rules.MAXIMUM_ROWS == 1_000_000
    monkeypatch.setattr("feedback.intake.import_tables.MAXIMUM_ROWS", 3)
    rows = [["意見"], *[[f"{number}番"] for number in range(4)]]
    for content, name in (
        (a_workbook(rows), "a.xlsx"),
        ("\n".join(row[0] for row in rows).encode(), "a.csv"),
    ):
        with pytest.raises(FileRefused, match="4行あります。1つのファイルは"):
            shape_of(content, name)


def test_a_workbook_is_read_as_a_person_sees_it() -> None:
    content = a_workbook([["番号", "意見"], ["00123", "窓口を増やしてほしい。"], [7, 3.0]])
    assert shape_of(content, "a.xlsx").sheet == "意見一覧"
    assert [row.cells for row in rows_of(content)] == [
        ("00123", "窓口を増やしてほしい。"),
        ("7", "3"),
    ]


def test_of_several_sheets_the_one_with_opinions_is_proposed() -> None:
    content = a_workbook([["表紙"], ["令和8年度"]], 集計=[["月", "件数"], ["4", "12"]],
                         個票=[["年代", "ご意見"], ["30代", "窓口を増やしてほしい。"]])  # fmt: skip
    shape = shape_of(content, "a.xlsx")
    assert (shape.sheet, shape.headers, shape.rows) == ("個票", ("年代", "ご意見"), 1)
    assert import_sources.sheets_of(io.BytesIO(content)) == ("意見一覧", "集計", "個票")


def test_a_title_above_and_merged_headers_of_two_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (
        ["令和8年度 ご意見一覧", "", "", ""],
        ["", "", "", "11月24日現在"],
        ["No.", "回答者", "", "ご意見"],
        ["", "年代", "住所地", ""],
        ["1", "30代", "新宿区", "窓口を増やしてほしい。"],
    ):
        sheet.append(line)
    for area in ("A1:D1", "A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(area)
    book.save(content := io.BytesIO())
    shape = shape_of(content.getvalue(), "a.xlsx")
    assert shape.layout == Layout(3, 4)
    assert shape.headers == ("No.", "年代", "住所地", "ご意見")
    assert shape.rows == 1
    (row,) = rows_of(content.getvalue(), shape=shape)
    assert (row.number, row.cells[3]) == (5, "窓口を増やしてほしい。")


@pytest.mark.parametrize(
    ("lines", "layout"),
    [
        ([["意見"], ["賛成です"]], Layout(1, 1)),
        ([["甲", "乙"], ["1", "2"]], Layout(1, 1)),
        ([["意見一覧"], [], ["件名", "意見"], ["題", "賛成"]], Layout(3, 3)),
        ([["調査結果"], ["甲", "乙"], ["1", "2"]], Layout(2, 2)),
        ([["意見", "年代"], ["内容", "備考"]], Layout(1, 1)),
    ],
)
def test_where_the_headers_are(lines: Sequence[Sequence[str]], layout: Layout) -> None:
    assert find(lines) == layout


def test_every_column_has_a_name_of_its_own() -> None:
    assert headers_of([["意見", "", "意見", " 件 名 ", ""]]) == (
        "意見（A列）", "（B列）", "意見（C列）", "件 名",
    )  # fmt: skip
    assert headers_of([["都内", "", "都外"], ["人数", "割合", "人数"]]) == (
        "都内 人数", "割合", "都外 人数",
    )  # fmt: skip
    assert [letter_of(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@given(st.lists(st.lists(st.text(max_size=5), max_size=6), min_size=1, max_size=3))
def test_no_two_columns_are_called_the_same(tiers: list[list[str]]) -> None:
    headers = headers_of(tiers)
    assert len(set(headers)) == len(headers)
    assert all(headers)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for name in ("a.csv", "a.mbox"):
        try:
            shape = shape_of(content, name)
        except FileRefused:
            continue
        for row in rows_of(content, shape=shape):
            assert row.fault or len(row.cells) == len(shape.headers)


@given(
    st.lists(
        st.text(
            alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["utf-8-sig", "utf-16", "cp932"]),
)
def test_cells_come_back_as_they_were_written(cells: list[str], encoding: str) -> None:
    lines = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    written = [cell for cell in cells if cell.strip()]
    try:
        content = "\n".join(["意見", *lines]).encode(encoding)
    except UnicodeEncodeError:
        return
    if written and content.decode(encoding).startswith("意見"):
        shape = Shape(ImportFormat.TEXT, encoding, "", Layout(1, 1), ("意見",), len(written))
        assert [row.cells[0] for row in rows_of(content, shape=shape)] == written


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1)))
def test_cells_of_a_workbook_come_back_as_they_were_written(cells: list[str]) -> None:
    written = [f"「{cell}」" for cell in cells]
    if written:
        content = a_workbook([["意見"], *[[cell] for cell in written]])
        assert [row.cells[0] for row in rows_of(content, "a.xlsx")] == written
