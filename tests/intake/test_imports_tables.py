"""Files as Excel and people write them: read, or refused with what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.intake.import_tables import (
    MAXIMUM_ROWS,
    FileRefused,
    read_table,
)

TEXT = "意見,件名\r\n窓口の待ち時間を短くしてほしい。,髙島﨑①\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_that_excel_writes(encoding: str) -> None:
    table = read_table(TEXT.encode(encoding))
    assert table.headers == ("意見", "件名")
    assert table.rows[0].cells == ("窓口の待ち時間を短くしてほしい。", "髙島﨑①")


def test_unicode_text_of_excel_has_tabs() -> None:
    table = read_table(TEXT.replace(",", "\t").encode("utf-16"))
    assert table.headers == ("意見", "件名")


def test_commas_line_breaks_and_quotes_inside_a_cell() -> None:
    table = read_table('意見,件名\n"一行目,\n二行目の""引用""",a\n三,b\n'.encode())
    assert table.rows[0].cells == ('一行目,\n二行目の"引用"', "a")
    assert [row.number for row in table.rows] == [2, 3]


def test_blank_rows_are_nobodys_opinion_but_keep_their_number() -> None:
    table = read_table("意見,件名\n一,a\n\n,,\n二,b\n\n\n".encode())
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "一"), (5, "二")]


def test_short_rows_are_filled_and_empty_last_columns_dropped() -> None:
    table = read_table("意見,件名,,\n一\n".encode())
    assert table.headers == ("意見", "件名")
    assert table.rows[0].cells == ("一", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "空です"),
        (b"\xef\xbb\xbf", "空です"),
        (b"\r\n \r\n", "空です"),
        ("意見,件名\n".encode(), "意見の行がありません"),
        ("意見,意見\nあ,い\n".encode(), "「意見」が2つ以上"),
        ("意見,,件名\nあ,い,う\n".encode(), "2列目の見出しが空"),
        ("意見\nあ,い\n".encode(), "2行目の列が見出し（1列）より多く"),
        ('意見\n正しい\n"閉じない\n'.encode(), "3行目から先を表として読めません"),
        ('意見\n"あ"い\n'.encode(), "2行目から先を表として読めません"),
        (("意見\n" + "あ" * 200_000).encode(), "2行目から先を表として読めません"),
        (("意見\n" + "あ" * 110_000).encode(), "2行目から先を表として読めません"),
        (b"\x81\xff\xfe\x00", "文字コードを判別できません"),
        ("意見\nあ\0い\n".encode(), "文字コードを判別できません"),
        (TEXT.encode("utf-16")[2:], "文字コードを判別できません"),
        (TEXT.encode("utf-16")[:-1], "文字コードを判別できません"),
        (b"PK\x03\x04rest", "Excelブックのまま"),
        (b"\xd0\xcf\x11\xe0rest", "Excelブックのまま"),
        (",".join(f"c{n}" for n in range(300)).encode() + b"\n1\n", "列が300あります"),
        (b"a\n" + b"1\n" * (MAXIMUM_ROWS + 1), "50,001行あります"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_says_why(content: bytes, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        read_table(content)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        table = read_table(content)
    except FileRefused:
        return
    assert all(len(row.cells) == len(table.headers) for row in table.rows)


@given(
    st.lists(
        st.text(
            alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1
        ),
        min_size=1,
        max_size=5,
    )
)
def test_cells_come_back_as_they_were_written(cells: list[str]) -> None:
    lines = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    written = [cell for cell in cells if cell.strip()]
    content = "\n".join(["意見", *lines]).encode()
    if written:
        assert [row.cells[0] for row in read_table(content).rows] == written
