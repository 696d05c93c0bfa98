"""Excel workbooks (.xlsx) as rows of texts, read in a stream and within bounds.

A cell is the text that a person would copy from it: a formula its value when it was saved, a date
its day, a number its digits, and a text its letters, with the zeros it begins with.
"""

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, BinaryIO

_LARGEST = 1 << 32
_LONGEST_NUMBER = 10**15
_BYTES_AT_ONCE = 1 << 20
_LONGEST_ROW = 1 << 26
_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, SyntaxError, LookupError, ValueError,
    TypeError, AttributeError, ArithmeticError, RuntimeError, NotImplementedError,
)  # fmt: skip
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|is)[ >]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# Read row by row, or not at all; everything else is in memory as a whole.
_STREAMED = ("xl/worksheets/", "xl/media/", "xl/drawings/", "xl/charts/", "xl/pivotCache/")


class SheetError(ValueError):
    """The file is no workbook that can be read."""


class TooLargeError(SheetError):
    """Unpacked, the workbook is larger than was allowed: a zip bomb, most often."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one on the screen; rows and columns count from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a quick pass over a sheet tells: how many rows hold something, and merged cells."""

    rows: int
    merged: tuple[Merged, ...]


class Book:
    """An open workbook."""

    def __init__(self, book: Any, archive: zipfile.ZipFile) -> None:
        self._sheets = {sheet.title: sheet for sheet in book.worksheets}
        self._archive = archive
        visible = [each.title for each in book.worksheets if each.sheet_state == "visible"]
        self.names: tuple[str, ...] = tuple(visible or self._sheets)

    def rows(self, name: str) -> Iterator[list[str]]:
        """Yield the rows of a sheet from its first, blank ones included."""
        sheet = self._sheets[name]
        sheet.reset_dimensions()
        with _faults_told():
            for row in sheet.iter_rows(values_only=True):
                yield [_text(cell) for cell in row]

    def survey(self, name: str, *, first_rows: int = 0) -> Survey:
        """Count a sheet's rows, and find the merged cells that begin in the first of them."""
        rows, merged, rest = 0, list[Merged](), b""
        with _faults_told(), self._archive.open(self._sheets[name]._worksheet_path) as file:
            while part := file.read(_BYTES_AT_ONCE):
                *pieces, rest = _ROW.split(rest + part)
                rows += sum(_CONTENT.search(piece) is not None for piece in pieces)
                if len(rest) > _LONGEST_ROW:
                    raise SheetError("a row without an end")
        rows += _CONTENT.search(rest) is not None
        for left, top, right, bottom in _MERGED.findall(rest):
            found = Merged(int(top) - 1, _column(left), int(bottom) - 1, _column(right))
            if found.top < first_rows:
                merged.append(found)
        return Survey(rows, tuple(merged))


@contextmanager
def opened(
    file: BinaryIO, *, largest: int = _LARGEST, largest_in_memory: int = _LARGEST
) -> Iterator[Book]:
    """Open a workbook; raises SheetError when it can't be, before anything large is unpacked.

    ``largest_in_memory`` bounds what can't be read in a stream: texts, styles, names.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with _faults_told():
        _demand_bounded(file, largest, largest_in_memory)
        file.seek(0)
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except InvalidFileException as error:
            raise SheetError(str(error)) from error
        if not book.worksheets:
            raise SheetError("no sheet")
    try:
        yield Book(book, zipfile.ZipFile(file))
    finally:
        book.close()


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn whatever a damaged file does to the reader into one error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SheetError:
        raise
    except _FAULTS as error:
        raise SheetError(f"{type(error).__name__}: {error}") from error


def _demand_bounded(file: BinaryIO, largest: int, largest_in_memory: int) -> None:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    kept = [each.file_size for each in entries if not each.filename.startswith(_STREAMED)]
    if sum(each.file_size for each in entries) > largest or sum(kept) > largest_in_memory:
        raise TooLargeError(f"{sum(each.file_size for each in entries):,} bytes unpacked")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    match cell:
        case str():
            # How Excel writes the carriage return of a line break that came from elsewhere.
            return cell.replace("_x000D_", "").replace("\0", "")
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < _LONGEST_NUMBER:
            return str(int(cell))
        case datetime():
            return str(cell.date() if cell.time() == time() else cell.replace(microsecond=0))
        case _:
            return str(cell)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
