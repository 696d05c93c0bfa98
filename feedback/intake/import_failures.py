"""Rows that were not taken in: what is wrong with each, given back as a file to put right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import import_runs, imports
from feedback.intake.import_columns import EXPLAINING, ORIGIN, offered, origin
from feedback.intake.import_models import (
    FailedRow,
    Import,
    count_failed_rows,
    delete_failed_rows,
    failed_rows,
)
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission
from feedback.web.spreadsheets import csv_bytes

LISTED = 20

DOWNLOADED = audit.declare(
    "intake.failed_rows_downloaded", "取り込めなかった行をダウンロードした", "rows", "file"
)
DELETED = audit.declare("intake.failed_rows_deleted", "取り込めなかった行を削除した", "rows")


class FileKind(StrEnum):
    """As what the rows are given back."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def mime_type(self) -> str:
        """As browsers call it."""
        return _MIME_TYPES[self]


_MIME_TYPES = {
    FileKind.CSV: "text/csv",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Failures:
    """The rows of an import that were not taken in and are still kept."""

    kept: int
    may_read: bool
    """Whether the reader may see them: who handed them in, or who may read unmasked words."""
    first: tuple[FailedRow, ...]


def may_read(import_: Import, actor: Actor) -> bool:
    """Whether the actor may see citizens' words in the file: they are not masked."""
    may_unmask = actor.may(Permission.UNMASK_WORDS, import_.government_slug)
    return import_.staff_id == actor.id or may_unmask


def failures_of(session: Session, import_: Import, *, actor: Actor) -> Failures:
    """What was wrong with the first rows, and how many there are."""
    is_reader = may_read(import_, actor)
    kept = count_failed_rows(session, import_.id) if import_.failed else 0
    first = failed_rows(session, import_.id, limit=LISTED) if kept and is_reader else []
    return Failures(kept, is_reader, tuple(first))


def download(session: Session, import_id: int, kind: FileKind, *, actor: Actor) -> bytes:
    """Every row that was wrong as it stood, with what is wrong; leaves an audit entry.

    Raises:
        NotFound: when nothing is kept, or not for this reader.
    """
    import_, rows = _kept(session, import_id, actor)
    import_runs.record(session, DOWNLOADED, import_, actor, rows=len(rows), file=kind.value)
    return _file(import_, rows, kind)


def forget(session: Session, import_id: int, *, actor: Actor) -> int:
    """Delete the rows that were wrong; how many there were. Leaves an audit entry.

    Raises:
        NotFound: when nothing is kept, or not for this reader.
    """
    import_, rows = _kept(session, import_id, actor)
    delete_failed_rows(session, import_id)
    import_runs.record(session, DELETED, import_, actor, rows=len(rows))
    return len(rows)


def _kept(session: Session, import_id: int, actor: Actor) -> tuple[Import, list[FailedRow]]:
    import_ = imports.find(session, import_id, actor=actor)
    rows = failed_rows(session, import_id) if may_read(import_, actor) else []
    if not rows:
        raise NotFound(f"failed rows of import {import_id}")
    return import_, rows


def _file(import_: Import, rows: Sequence[FailedRow], kind: FileKind) -> bytes:
    """The original columns behind those that explain; what earlier ones explained goes."""
    kept = [import_.headers.index(each) for each in offered(import_.headers)]
    headers = [ORIGIN, *EXPLAINING, *(import_.headers[place] for place in kept)]
    width, beyond = len(import_.headers), max(len(row.cells) for row in rows)
    places = [*kept, *range(width, beyond)]
    table = [
        [origin(import_.id, row.row), *_explained(row.problems), *_cells(row, places)]
        for row in rows
    ]
    return csv_bytes(headers, table) if kind is FileKind.CSV else _workbook(headers, table)


def _explained(problems: Iterable[dict[str, Any]]) -> list[str]:
    """Several things wrong with a row are one cell each, a line for each."""
    told = list(problems)
    return ["\n".join(each[key] for each in told) for key in ("column", "wrong", "advice")]


def _cells(row: FailedRow, places: Sequence[int]) -> list[str]:
    return [row.cells[place] if place < len(row.cells) else "" for place in places]


def _workbook(headers: Sequence[str], table: Sequence[Sequence[str]]) -> bytes:
    """Every cell a text, so that nothing runs, no zero is lost and no day is turned round."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("取り込めなかった行")
    sheet.freeze_panes = "A2"
    for line in (headers, *table):
        cells = []
        for text in line:
            cell = WriteOnlyCell(sheet, value=None)
            cell.value, cell.data_type, cell.number_format = text, "s", "@"
            cells.append(cell)
        sheet.append(cells)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
