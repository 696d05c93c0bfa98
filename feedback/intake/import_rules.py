"""What an import takes at most, what a row of a file is, and why one is refused.

::

    ImportRefused            what was wanted is not done; the message is for the reader
    ├── FileRefused          the file cannot be read: why, and what to do
    └── NotNow               the import is not in a state for this
"""

from __future__ import annotations

from dataclasses import dataclass

#: Also what Excel can hold.
MAXIMUM_ROWS = 1_000_000
MAXIMUM_COLUMNS = 200
#: Of the uploaded file, of a workbook unpacked, and of those of its parts that no stream can read.
FILE_BYTES = 300 * 1024 * 1024
SHEET_BYTES = 2 * 1024**3
SHEET_MEMORY_BYTES = 256 * 1024 * 1024
#: So many rows are one transaction; less is lost when a worker dies, more is held in memory.
STORED_TOGETHER = 1_000
EXAMINED_ROWS = 1_000


class ImportRefused(Exception):
    """Base of why an import does not go on; the message is for the reader."""


class FileRefused(ImportRefused):
    """The file cannot be read; the message says what to do."""


class NotNow(ImportRefused):
    """The import is not in a state for this; somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a row that shows before its cells are understood."""

    column: str
    wrong: str
    advice: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row and its number as staff see it: Excel's row, the how-manieth mail."""

    number: int
    cells: tuple[str, ...]
    fault: Fault | None = None


def too_many_rows(found: int) -> FileRefused:
    """The refusal of a file with more rows than are taken at once."""
    return FileRefused(
        f"{found:,}行あります。1つのファイルは{MAXIMUM_ROWS:,}行までです。"
        "いくつかのファイルに分けて取り込んでください。"
    )
