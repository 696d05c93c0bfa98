"""Tables as staff have them: text with commas or tabs, or a workbook; bytes in, rows out.

Excel alone writes Japanese text in four ways (CP932, UTF-8 with and without a mark, UTF-16 with
tabs as "Unicode text"); all are read without asking.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from analysis import delimited, encodings, sheets
from feedback.intake.import_headers import SEARCHED_ROWS, Lines
from feedback.intake.import_rules import (
    MAXIMUM_ROWS,
    SHEET_BYTES,
    SHEET_MEMORY_BYTES,
    Fault,
    FileRefused,
    Row,
    too_many_rows,
)

ZIP_START = b"PK\x03\x04"
OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
_PROBED_BYTES = 64 * 1024
_SAVE_AGAIN = "Excelで「CSV UTF-8（コンマ区切り）」として保存し直してください。"


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a text.

    Raises:
        FileRefused: when it makes sense in none that Excel writes.
    """
    file.seek(0)
    start = file.read(_PROBED_BYTES)
    is_marked = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in start and not is_marked:
        raise FileRefused(
            "文字コードを判別できません。ファイルが壊れているか、文字ではないデータを含んでいます。"
            f"{_SAVE_AGAIN}"
        )
    try:
        return encodings.encoding_of(file)
    except encodings.UnknownEncodingError as error:
        raise FileRefused(
            f"{error.line:,}行目の文字コードを判別できません。{_SAVE_AGAIN}"
        ) from error


def text_lines(file: BinaryIO, encoding: str) -> Iterator[list[str]]:
    """Every row of a text, blank ones included.

    Raises:
        FileRefused: when it stops being a table, saying where.
    """
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        delimiter = _delimiter(text)
        yield from _numbered(delimited.rows(text, delimiter))
    finally:
        # The wrapper would close the file, which is not ours.
        if not text.closed:
            text.detach()


def _numbered(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    try:
        for row in rows:
            number += 1
            yield row
    except (delimited.DelimitedError, UnicodeDecodeError) as error:
        raise FileRefused(
            f"{number + 1:,}行目から先を表として読めません。セルが長すぎるか、"
            '引用符（"）が閉じられていません。その行を確認してください。'
        ) from error


def _delimiter(text: io.TextIOWrapper) -> str:
    """A tab or a comma: whichever the first lines have more of."""
    start = "".join(islice(iter(lambda: text.readline(_PROBED_BYTES), ""), SEARCHED_ROWS))
    text.seek(0)
    return "\t" if start.count("\t") > start.count(",") else ","


@contextmanager
def workbook(file: BinaryIO) -> Iterator[sheets.Book]:
    """An open workbook.

    Raises:
        FileRefused: when it is none, or unpacks to more than fits.
    """
    try:
        with sheets.opened(file, largest=SHEET_BYTES, largest_in_memory=SHEET_MEMORY_BYTES) as book:
            yield book
    except sheets.TooLargeError as error:
        raise FileRefused(
            "Excelブックの中身が大きすぎるため、開けません。不要なシートや画像を除くか、"
            "CSVとして保存し、いくつかのファイルに分けてください。"
        ) from error
    except sheets.SheetError as error:
        raise FileRefused(
            "Excelブックとして読めません。ファイルが壊れているおそれがあります。"
            "Excelで開いて保存し直すか、CSVとして保存してください。"
        ) from error


def sheet_lines(book: sheets.Book, sheet: str) -> Iterator[list[str]]:
    """Every row of a sheet, blank ones included.

    Raises:
        FileRefused: when the file breaks off, saying where.
    """
    if sheet not in book.names:
        raise FileRefused(f"シート「{sheet}」がありません。シートを選び直してください。")
    number = 0
    try:
        for row in book.rows(sheet):
            number += 1
            yield row
    except sheets.SheetError as error:
        raise FileRefused(
            f"シートの{number + 1:,}行目から先を読めません。ファイルが壊れているおそれがあります。"
            "Excelで開いて保存し直してください。"
        ) from error


def surveyed(book: sheets.Book, sheet: str) -> sheets.Survey:
    """What a quick pass over a sheet tells.

    Raises:
        FileRefused: when the file is damaged.
    """
    try:
        return book.survey(sheet, first_rows=SEARCHED_ROWS)
    except sheets.SheetError as error:
        raise FileRefused(
            "Excelブックが壊れているおそれがあります。Excelで開いて保存し直してください。"
        ) from error


def body(lines: Iterator[Sequence[str]], bottom: int, width: int) -> Iterator[Row]:
    """The rows below the headers that hold something, as wide as the headers."""
    for number, line in enumerate(lines, start=1):
        if number > bottom and any(cell.strip() for cell in line):
            yield _fitted(number, line, width)


def count(lines: Iterator[Sequence[str]], bottom: int) -> int:
    """How many rows there are below the headers.

    Raises:
        FileRefused: when there are none, or too many.
    """
    found = sum(
        number > bottom and any(cell.strip() for cell in line)
        for number, line in enumerate(lines, start=1)
    )
    demand_rows(found)
    return found


def demand_rows(found: int) -> None:
    """Refuse a table without rows, and one with too many.

    Raises:
        FileRefused: saying what to do.
    """
    if not found:
        raise FileRefused(
            "意見の行がありません。見出しの下の行から意見を書いて、もう一度選んでください。"
        )
    if found > MAXIMUM_ROWS:
        raise too_many_rows(found)


def first_lines(lines: Iterator[Sequence[str]]) -> Lines:
    """The rows among which the headers are.

    Raises:
        FileRefused: when the file is empty.
    """
    found = [list(line) for line in islice(lines, SEARCHED_ROWS + 1)]
    if not any(cell.strip() for line in found for cell in line):
        raise FileRefused(
            "ファイルが空です。見出しの行と意見の行を入れて、もう一度選んでください。"
        )
    return found


def _fitted(number: int, line: Sequence[str], width: int) -> Row:
    """As many cells as headers; text beyond the last header has no place to go."""
    cells = (*line[:width], *[""] * (width - len(line)))
    beyond = [cell for cell in line[width:] if cell.strip()]
    if not beyond:
        return Row(number, cells)
    fault = Fault(
        "（見出しの外）",
        f"セルの数が見出し（{width}列）より多くなっています。",
        "意見の中のコンマや改行のために、セルがずれていないか確認してください。"
        'コンマを含むセルは、引用符（"）で囲みます。',
    )
    return Row(number, (*cells, *beyond), fault)
