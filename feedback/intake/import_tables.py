"""A file of opinions as staff have it: bytes in, a table of texts out.

Excel alone writes Japanese CSV in four ways (CP932, UTF-8 with BOM, UTF-16 with tabs as "Unicode
text", and UTF-8); all are read without asking.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

MAXIMUM_ROWS = 50_000
MAXIMUM_COLUMNS = 200
MAXIMUM_CELL = 100_000
_ZIP_START = b"PK\x03\x04"
_OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"


class ImportRefused(Exception):
    """Base of why an import does not go on; the message is for the reader."""


class FileRefused(ImportRefused):
    """The file cannot be read as a table; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row and its number as Excel shows it (the headers are row 1)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows; every row has as many cells as there are headers."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: bytes) -> Table:
    """The table in a file.

    Raises:
        FileRefused: saying why and what to do.
    """
    text = decode(content)
    lines = _lines(text, _delimiter(text))
    while lines and not any(cell.strip() for cell in lines[-1].cells):
        lines.pop()
    if not lines:
        raise FileRefused(
            "ファイルが空です。見出しの行と意見の行を入れて、もう一度選んでください。"
        )
    headers = _headers(lines[0])
    rows = tuple(
        _fitted(row, len(headers)) for row in lines[1:] if any(cell.strip() for cell in row.cells)
    )
    if not rows:
        raise FileRefused(
            "意見の行がありません。1行目は見出し、2行目からが意見になるようにしてください。"
        )
    if len(rows) > MAXIMUM_ROWS:
        raise FileRefused(
            f"{len(rows):,}行あります。1つのファイルは{MAXIMUM_ROWS:,}行までに分けてください。"
        )
    return Table(headers, rows)


def decode(content: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else CP932.

    Raises:
        FileRefused: when it is a workbook, or in none of these.
    """
    if content.startswith((_ZIP_START, _OLD_EXCEL_START)):
        raise FileRefused(
            "Excelブックのままでは取り込めません。"
            "Excelで「CSV UTF-8（コンマ区切り）」として保存し、そのファイルを選んでください。"
        )
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefused(
        "文字コードを判別できません。ファイルが壊れているか、文字ではないデータを含んでいます。"
        "Excelで「CSV UTF-8（コンマ区切り）」として保存し直してください。"
    )


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "cp932")


def _delimiter(text: str) -> str:
    """A tab or a comma: whichever the first line has more of."""
    first = text.split("\n", 1)[0]
    return "\t" if first.count("\t") > first.count(",") else ","


def _lines(text: str, delimiter: str) -> list[Row]:
    """Every row, blank ones included."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if any(len(cell) > MAXIMUM_CELL for cell in cells):
                raise FileRefused(_unreadable(number))
            rows.append(Row(number, tuple(cells)))
    except csv.Error as error:
        raise FileRefused(_unreadable(len(rows) + 1)) from error
    return rows


def _unreadable(number: int) -> str:
    return (
        f'{number:,}行目から先を表として読めません。セルが長すぎるか、引用符（"）が'
        "閉じられていません。その行を確認してください。"
    )


def _headers(row: Row) -> tuple[str, ...]:
    headers = [" ".join(cell.split()) for cell in row.cells]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAXIMUM_COLUMNS:
        raise FileRefused(f"列が{len(headers)}あります。{MAXIMUM_COLUMNS}列までにしてください。")
    if "" in headers:
        raise FileRefused(
            f"{headers.index('') + 1}列目の見出しが空です。"
            "1行目のすべての列に見出しを付けてください。"
        )
    twice = sorted({each for each in headers if headers.count(each) > 1})
    if twice:
        raise FileRefused(
            f"見出し「{'」「'.join(twice)}」が2つ以上あります。列ごとに違う見出しにしてください。"
        )
    return tuple(headers)


def _fitted(row: Row, width: int) -> Row:
    """As many cells as headers; text beyond the last header has no place to go."""
    if any(cell.strip() for cell in row.cells[width:]):
        raise FileRefused(
            f"{row.number:,}行目の列が見出し（{width}列）より多くなっています。"
            '意見の中のコンマが、引用符（"）で囲まれているか確認してください。'
        )
    return Row(row.number, (*row.cells[:width], *[""] * (width - len(row.cells))))
