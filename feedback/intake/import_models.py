"""Imports（取込）, their files while needed, the rows that were wrong, and their queries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.intake.models import Channel
from feedback.storage import Base, Identifier, choice


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    CUT_SHORT = "cut_short"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return _STATES[self]


_STATES = {
    ImportState.UPLOADED: "確認待ち",
    ImportState.RUNNING: "取込中",
    ImportState.STOPPED: "停止中",
    ImportState.DONE: "取込済み",
    ImportState.CUT_SHORT: "途中で終了",
}
#: The file is gone: nothing more can come of it.
ENDED = (ImportState.DONE, ImportState.CUT_SHORT)


class ImportFormat(StrEnum):
    """What kind of file it is."""

    TEXT = "csv"
    WORKBOOK = "xlsx"
    MAIL = "mail"
    PASTED = "pasted"

    @property
    def unit(self) -> str:
        """What its rows are called before their number: 行 12, 通 3."""
        return {ImportFormat.MAIL: "通", ImportFormat.PASTED: "件"}.get(self, "行")

    @property
    def noun(self) -> str:
        """What one of its rows is called."""
        return {ImportFormat.MAIL: "メール", ImportFormat.PASTED: "意見"}.get(self, "行")

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps from the file to the submissions, for the reader."""
        first = "文章" if self is ImportFormat.PASTED else "ファイル"
        return (first, "列の対応" if self.is_table else "取組と種類", "確認", "取込")

    @property
    def is_table(self) -> bool:
        """Whether it has headers of its own."""
        return self in {ImportFormat.TEXT, ImportFormat.WORKBOOK}


class Import(Base):
    """A file of opinions taken in by staff（取込）."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    file_name: Mapped[str] = mapped_column(String(200))
    format: Mapped[ImportFormat] = mapped_column(choice(ImportFormat))
    encoding: Mapped[str] = mapped_column(String(16))
    """Of a text; empty for other files."""
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    sheet: Mapped[str] = mapped_column(String(100))
    """Of a workbook; empty for other files."""
    header_top: Mapped[int]
    """The first row of the headers as Excel numbers it; 0 where there are none."""
    header_bottom: Mapped[int]
    headers: Mapped[list[str]]
    mapping: Mapped[dict[str, str]]
    """Field → column header, and ``default:field`` → what empty cells mean."""
    takes_repeats: Mapped[bool]
    """Whether rows that say what earlier files said are voices of other people."""
    state: Mapped[ImportState] = mapped_column(choice(ImportState))
    run: Mapped[int]
    """Counts how often it was set going; the job of an earlier run stores nothing."""
    rows: Mapped[int]
    """How many there are to go through; of a large workbook an estimate until the end."""
    done: Mapped[int]
    """How many were gone through: where the next worker goes on."""
    stored: Mapped[int]
    known: Mapped[int]
    failed: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    """Why it stopped, for the reader; empty otherwise."""
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    """When a worker last began, and how many rows were done then: gives the speed."""
    begun_done: Mapped[int]
    changed_at: Mapped[datetime]
    """The last sign of life."""


class ImportPart(Base):
    """A piece of the file, kept only until its rows are submissions."""

    __tablename__ = "import_parts"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class FailedRow(Base):
    """A row that was not taken in, as it stood, until staff have put it right."""

    __tablename__ = "import_failed_rows"
    __table_args__ = (Index("ix_import_failed_rows_import_row", "import_id", "row"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    row: Mapped[int]
    cells: Mapped[list[str]]
    problems: Mapped[list[dict[str, Any]]]
    """``column``, ``wrong`` and ``advice`` of each."""


class ColumnMemory(Base):
    """Which column held what, the last time a government had a file with these headers."""

    __tablename__ = "import_column_memories"

    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"), primary_key=True)
    headers_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, str]]
    changed_at: Mapped[datetime]


def headers_hash(headers: Collection[str]) -> str:
    """One value for a set of headers, in whatever order they stand."""
    content = json.dumps(sorted(set(headers)), ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()


def earlier_with_content(session: Session, import_: Import) -> Import | None:
    """The first import of this very file into this call for this government before it."""
    query = select(Import).where(
        Import.content_hash == import_.content_hash,
        Import.call_id == import_.call_id,
        Import.government_slug == import_.government_slug,
        Import.state != ImportState.UPLOADED,
        Import.id < import_.id,
    )
    return session.scalars(query.order_by(Import.id).limit(1)).first()


def waiting_with_content(session: Session, import_: Import) -> Sequence[Import]:
    """The same person's waiting imports of this very file; the new one takes their place."""
    query = select(Import).where(
        Import.content_hash == import_.content_hash,
        Import.call_id == import_.call_id,
        Import.staff_id == import_.staff_id,
        Import.state == ImportState.UPLOADED,
        Import.id < import_.id,
    )
    return session.scalars(query).all()


def imports_page(
    session: Session, governments: frozenset[str], *, offset: int, limit: int
) -> tuple[Sequence[Import], int]:
    """Imports of these governments, newest first, and how many in all."""
    query = select(Import).where(Import.government_slug.in_(governments))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return session.scalars(
        query.order_by(Import.id.desc()).offset(offset).limit(limit)
    ).all(), total


def part_of(session: Session, import_id: int, number: int) -> bytes:
    """One piece of a file; empty when it is not there."""
    query = select(ImportPart.content).where(
        ImportPart.import_id == import_id, ImportPart.number == number
    )
    return session.scalars(query).first() or b""


def size_of(session: Session, import_id: int) -> int:
    """How many bytes a file has; 0 when it is gone."""
    query = select(func.sum(func.length(ImportPart.content)))
    return session.scalar(query.where(ImportPart.import_id == import_id)) or 0


def delete_file(session: Session, import_id: int) -> None:
    """Delete a file's content."""
    session.execute(delete(ImportPart).where(ImportPart.import_id == import_id))


def failed_rows(session: Session, import_id: int, *, limit: int | None = None) -> list[FailedRow]:
    """The rows that were wrong, in the order of the file."""
    query = select(FailedRow).where(FailedRow.import_id == import_id).order_by(FailedRow.row)
    return list(session.scalars(query.limit(limit)))


def count_failed_rows(session: Session, import_id: int) -> int:
    """How many of the rows that were wrong are still kept."""
    query = select(func.count()).select_from(FailedRow).where(FailedRow.import_id == import_id)
    return session.scalar(query) or 0


def delete_failed_rows(session: Session, import_id: int) -> None:
    """Delete the rows that were wrong."""
    session.execute(delete(FailedRow).where(FailedRow.import_id == import_id))


def imports_untouched_since(session: Session, moment: datetime) -> Sequence[Import]:
    """Imports whose file or failed rows have been kept since before a moment."""
    has_file = Import.id.in_(select(ImportPart.import_id))
    has_failed = Import.id.in_(select(FailedRow.import_id))
    query = select(Import).where(Import.changed_at < moment, has_file | has_failed)
    return session.scalars(query.order_by(Import.id)).all()
