"""A file of any kind as headers and rows: what it is, what shape it has, one row after another."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from analysis.sheets import Book
from feedback.intake import import_headers, import_tables, mails, pasted
from feedback.intake.import_columns import Field, guess
from feedback.intake.import_headers import Layout, Lines
from feedback.intake.import_models import Import, ImportFormat
from feedback.intake.import_rules import MAXIMUM_COLUMNS, FileRefused, Row

_PROBED_BYTES = 64 * 1024
NO_HEADERS = Layout(0, 0)
TRIED_SHEETS = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """What must be known of a file to read its rows."""

    format: ImportFormat
    encoding: str
    sheet: str
    layout: Layout
    headers: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What staff chose on their computer."""

    name: str
    file: BinaryIO


def as_one(files: Sequence[HandedIn]) -> tuple[HandedIn, ImportFormat | None]:
    """Several e-mails as one box; any other file as it is, of a kind still to be found out."""
    if not all(each.name.lower().endswith(".eml") for each in files):
        return files[0], None
    box = b"".join(mails.boxed(each.file.read()) for each in files)
    name = files[0].name if len(files) == 1 else f"メール{len(files)}通（{files[0].name} ほか）"
    return HandedIn(name, io.BytesIO(box)), ImportFormat.MAIL


def format_of(file: BinaryIO, name: str) -> ImportFormat:
    """What kind of file it is, by its first bytes, else by its name.

    Raises:
        FileRefused: when it is of a kind that is not read.
    """
    file.seek(0)
    start = file.read(_PROBED_BYTES)
    suffix = PurePath(name.lower()).suffix
    if start.startswith(import_tables.OLD_EXCEL_START):
        raise FileRefused(_OLD_FORMATS.get(suffix, _OLD_FORMATS[".xls"]))
    if start.startswith(import_tables.ZIP_START):
        return ImportFormat.WORKBOOK
    if suffix in {".eml", ".mbox"} or (not suffix and mails.looks_like_mail(start)):
        return ImportFormat.MAIL
    if suffix in {".xlsx", ".xlsm"}:
        raise FileRefused("Excelブックとして読めません。Excelで開いて保存し直してください。")
    return ImportFormat.TEXT


_OLD_FORMATS = {
    ".xls": "古い形式（.xls）か、パスワードの付いたExcelブックです。Excelで開き、パスワードなしの"
    "「Excelブック（.xlsx）」か「CSV UTF-8（コンマ区切り）」として保存してください。",
    ".msg": "Outlookの独自形式（.msg）は読めません。メールを.eml形式で保存してください。",
}


def shape_of(
    file: BinaryIO, kind: ImportFormat, *, sheet: str = "", layout: Layout | None = None
) -> Shape:
    """The shape of a file; what is not said is found out.

    Raises:
        FileRefused: when its rows cannot be read.
    """
    match kind:
        case ImportFormat.MAIL:
            found = mails.count(file)
            if not found:
                raise FileRefused("メールが入っていません。.emlか.mboxのファイルを選んでください。")
            import_tables.demand_rows(found)
            return Shape(kind, "", "", NO_HEADERS, mails.HEADERS, found)
        case ImportFormat.PASTED:
            rows = import_tables.count(import_tables.text_lines(file, "utf-8"), 0)
            return Shape(kind, "utf-8", "", NO_HEADERS, (pasted.HEADER,), rows)
        case ImportFormat.WORKBOOK:
            return _shape_of_workbook(file, sheet, layout)
        case _:
            return _shape_of_text(file, layout)


def sheets_of(file: BinaryIO) -> tuple[str, ...]:
    """The sheets of a workbook that are not hidden."""
    with import_tables.workbook(file) as book:
        return book.names


def first_lines(file: BinaryIO, import_: Import, sheet: str) -> Lines:
    """The first rows of a table as they stand, to find the headers in."""
    return import_tables.first_lines(_lines(file, import_.format, import_.encoding, sheet))


def rows_of(file: BinaryIO, import_: Import) -> Iterator[Row]:
    """Every row of an import's file.

    Raises:
        FileRefused: when the file breaks off.
    """
    if import_.format is ImportFormat.MAIL:
        return mails.rows(file)
    lines = _lines(file, import_.format, import_.encoding, import_.sheet)
    return import_tables.body(lines, import_.header_bottom, len(import_.headers))


def _lines(
    file: BinaryIO, kind: ImportFormat, encoding: str, sheet: str
) -> Iterator[Sequence[str]]:
    if kind is not ImportFormat.WORKBOOK:
        yield from import_tables.text_lines(file, encoding)
        return
    with import_tables.workbook(file) as book:
        yield from import_tables.sheet_lines(book, sheet)


def _shape_of_text(file: BinaryIO, layout: Layout | None) -> Shape:
    encoding = import_tables.encoding_of(file)
    first = import_tables.first_lines(import_tables.text_lines(file, encoding))
    layout = layout or import_headers.find(first)
    headers = _headers(first, layout)
    rows = import_tables.count(import_tables.text_lines(file, encoding), layout.bottom)
    return Shape(ImportFormat.TEXT, encoding, "", layout, headers, rows)


def _shape_of_workbook(file: BinaryIO, sheet: str, layout: Layout | None) -> Shape:
    with import_tables.workbook(file) as book:
        return _likeliest(book) if not sheet else _shape_of_sheet(book, sheet, layout)


def _likeliest(book: Book) -> Shape:
    """Of several sheets the first with a column of opinions; else the first with any rows."""
    found: list[Shape] = []
    refusals: list[FileRefused] = []
    for sheet in book.names[:TRIED_SHEETS]:
        try:
            shape = _shape_of_sheet(book, sheet, None)
        except FileRefused as error:
            refusals.append(error)
            continue
        if Field.BODY in guess(shape.headers).headers:
            return shape
        found.append(shape)
    if not found:
        raise refusals[0]
    return found[0]


def _shape_of_sheet(book: Book, sheet: str, layout: Layout | None) -> Shape:
    first = import_tables.first_lines(import_tables.sheet_lines(book, sheet))
    survey = import_tables.surveyed(book, sheet)
    layout = layout or import_headers.find(first, survey.merged)
    headers = _headers(first, layout)
    above = sum(any(cell.strip() for cell in line) for line in first[: layout.bottom])
    import_tables.demand_rows(survey.rows - above)
    return Shape(ImportFormat.WORKBOOK, "", sheet, layout, headers, survey.rows - above)


def _headers(first: Lines, layout: Layout) -> tuple[str, ...]:
    headers = import_headers.headers_of(first[layout.top - 1 : layout.bottom])
    if not headers:
        raise FileRefused(f"{layout.top}行目に見出しがありません。見出しのある行を選んでください。")
    if len(headers) > MAXIMUM_COLUMNS:
        raise FileRefused(f"列が{len(headers)}あります。{MAXIMUM_COLUMNS}列までにしてください。")
    return headers
