"""What staff are shown of a file that waits: its sheets, its first rows, its columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from feedback.intake import import_columns, import_files, import_sources, imports
from feedback.intake.import_columns import Columns
from feedback.intake.import_headers import Layout, Lines
from feedback.intake.import_models import Import, ImportFormat
from feedback.intake.import_rules import FileRefused, Row
from feedback.web.actor import Actor
from feedback.web.errors import NotFound

SHOWN_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class WaitingColumns:
    """A file's columns, with what stands first in each, and what was guessed or chosen."""

    import_: Import
    headers: tuple[str, ...]
    first: Row | None

    @property
    def columns(self) -> Columns:
        """Which column holds what, as it stands."""
        return Columns.from_stored(self.import_.mapping)

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Each column and its first cell."""
        cells = self.first.cells if self.first else ()
        places = [self.import_.headers.index(each) for each in self.headers]
        return [
            (header, cells[place] if place < len(cells) else "")
            for header, place in zip(self.headers, places, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class WaitingTable:
    """A table as it stands, before it is said where its headers are."""

    import_: Import
    sheets: tuple[str, ...]
    sheet: str
    layout: Layout
    lines: Lines
    problem: str
    """Why this sheet cannot be taken; empty when it can."""

    @property
    def width(self) -> int:
        """How many of the columns are shown."""
        return min(SHOWN_COLUMNS, max((len(line) for line in self.lines), default=0))


def columns(session: Session, import_id: int, *, actor: Actor) -> WaitingColumns:
    """The columns of a waiting file.

    Raises:
        NotFound: when there is none of the actor's.
    """
    import_ = imports.waiting(session, import_id, actor=actor)
    rows = import_sources.rows_of(import_files.opened(session, import_id), import_)
    first = next(islice(rows, 1), None)
    return WaitingColumns(import_, import_columns.offered(import_.headers), first)


def table(session: Session, import_id: int, sheet: str | None, *, actor: Actor) -> WaitingTable:
    """The first rows of a waiting table: of the wanted sheet, else of the one it has.

    Raises:
        NotFound: when there is none of the actor's, or it is no table.
    """
    import_ = imports.waiting(session, import_id, actor=actor)
    if not import_.format.is_table:
        raise NotFound(f"table of import {import_id}")
    file = import_files.opened(session, import_id)
    is_book = import_.format is ImportFormat.WORKBOOK
    sheets = import_sources.sheets_of(file) if is_book else ("",)
    wanted = sheet if sheet in sheets else import_.sheet
    chosen = Layout(import_.header_top, import_.header_bottom)
    lines: Lines = ()
    problem = ""
    try:
        lines = import_sources.first_lines(file, import_, wanted)
        if wanted != import_.sheet:
            shape = import_sources.shape_of(file, import_.format, sheet=wanted)
            chosen = shape.layout
    except FileRefused as error:
        problem = str(error)
    return WaitingTable(import_, sheets, wanted, chosen, lines, problem)


def has_several_sheets(session: Session, import_id: int, *, actor: Actor) -> bool:
    """Whether staff must say which sheet holds the opinions.

    Raises:
        NotFound: when there is none of the actor's.
    """
    import_ = imports.waiting(session, import_id, actor=actor)
    if import_.format is not ImportFormat.WORKBOOK:
        return False
    return len(import_sources.sheets_of(import_files.opened(session, import_id))) > 1
