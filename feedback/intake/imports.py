"""Imports（取込）: a file of paper, e-mail, phone or SNS opinions becomes submissions.

A file is received (its shape and columns are found), its columns are chosen, its first rows are
examined, and then a job takes in all of its rows, some at a time. Rows that are wrong are set
aside for staff to put right; rows that are known already are counted and left alone. The file is
kept only until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import import_columns, import_files, import_runs, import_sources
from feedback.intake.import_columns import Columns
from feedback.intake.import_headers import Layout
from feedback.intake.import_models import (
    ColumnMemory,
    Import,
    ImportFormat,
    ImportState,
    delete_file,
    headers_hash,
    imports_page,
    waiting_with_content,
)
from feedback.intake.import_rules import NotNow
from feedback.intake.import_sources import Shape
from feedback.intake.models import Channel
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

PAGE_SIZE = 20
RECEIVED = audit.declare("intake.import_received", "取り込むファイルを受け取った", "rows")
STARTED = audit.declare(
    "intake.import_started", "意見の取込を始めた", "rows", "channel", "content_hash"
)
STOPPED = audit.declare("intake.import_stopped", "意見の取込を止めた", "rows")
CUT_SHORT = audit.declare(
    "intake.import_cut_short", "意見の取込を途中で終え、ファイルを削除した", "rows"
)
DISCARDED = audit.declare("intake.import_discarded", "取込をやめ、ファイルを削除した", "rows")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as staff hand it in."""

    call_id: int
    government: str
    channel: Channel
    file_name: str
    file: BinaryIO
    format: ImportFormat | None = None
    """None to find it out."""


def receive(session: Session, upload: Upload, *, actor: Actor) -> Import:
    """Keep a file until its columns are chosen; it takes the place of the same waiting file.

    Raises:
        FileRefused: when its rows cannot be read.
    """
    actor.demand(Permission.IMPORT_OPINIONS, upload.government)
    kind = upload.format or import_sources.format_of(upload.file, upload.file_name)
    shape = import_sources.shape_of(upload.file, kind)
    import_ = _new(upload, shape, actor)
    session.add(import_)
    session.flush()
    _take_shape(session, import_, shape)
    import_files.keep(session, import_.id, upload.file)
    for same in waiting_with_content(session, import_):
        _discard(session, same, actor)
    import_runs.record(session, RECEIVED, import_, actor, rows=import_.rows)
    return import_


def find(session: Session, import_id: int, *, actor: Actor) -> Import:
    """An import of one of the actor's governments.

    Raises:
        NotFound: when there is none.
    """
    import_ = session.get(Import, import_id)
    may_see = actor.governments(Permission.IMPORT_OPINIONS)
    if import_ is None or import_.government_slug not in may_see:
        raise NotFound(f"import {import_id}")
    return import_


def waiting(session: Session, import_id: int, *, actor: Actor) -> Import:
    """An import that the actor handed in and has not set going yet.

    Nobody else may open it: its rows are citizens' unmasked words.

    Raises:
        NotFound: when there is none.
    """
    import_ = find(session, import_id, actor=actor)
    if import_.state is not ImportState.UPLOADED or import_.staff_id != actor.id:
        raise NotFound(f"waiting import {import_id}")
    return import_


def choose_layout(
    session: Session, import_id: int, sheet: str, layout: Layout | None, *, actor: Actor
) -> None:
    """Say which sheet it is, and where its headers stand; None to find them.

    Raises:
        FileRefused: when there are no rows then.
    """
    import_ = waiting(session, import_id, actor=actor)
    file = import_files.opened(session, import_id)
    shape = import_sources.shape_of(file, import_.format, sheet=sheet, layout=layout)
    _take_shape(session, import_, shape)


def choose_columns(session: Session, import_id: int, columns: Columns, *, actor: Actor) -> None:
    """Set which column holds what."""
    waiting(session, import_id, actor=actor).mapping = columns.stored()


def start(session: Session, import_id: int, *, takes_repeats: bool = False, actor: Actor) -> Import:
    """Have the worker take in every row; remember the columns. Twice changes nothing.

    Raises:
        NotFound: when there is none of the actor's.
    """
    import_ = _locked(session, import_id, actor)
    if import_.state is not ImportState.UPLOADED and import_.staff_id == actor.id:
        return import_
    waiting(session, import_id, actor=actor)
    import_.takes_repeats = takes_repeats
    _remember(session, import_)
    import_runs.set_going(session, import_)
    channel, content_hash = import_.channel.value, import_.content_hash
    import_runs.record(
        session,
        STARTED,
        import_,
        actor,
        rows=import_.rows,
        channel=channel,
        content_hash=content_hash,
    )
    return import_


def stop(session: Session, import_id: int, *, actor: Actor) -> Import:
    """Stop after the step under way; what was taken in stays.

    Raises:
        NotNow: when it is not running.
    """
    import_ = _locked(session, import_id, actor)
    if import_.state is not ImportState.RUNNING:
        raise NotNow("この取込は、いま動いていません。")
    import_.state = ImportState.STOPPED
    import_.message = f"{actor.name}さんが停止しました。"
    import_.changed_at = utc_now()
    import_runs.record(session, STOPPED, import_, actor, rows=import_.stored)
    return import_


def go_on(session: Session, import_id: int, *, actor: Actor) -> Import:
    """Set a stopped or stalled import going again, from where it stands.

    Raises:
        NotNow: when it is running, or its file is gone.
    """
    import_ = _locked(session, import_id, actor)
    if import_.state is not ImportState.STOPPED and not import_runs.is_stalled(import_):
        raise NotNow("この取込は、止まっていません。")
    import_runs.set_going(session, import_)
    return import_


def discard(session: Session, import_id: int, *, actor: Actor) -> Import | None:
    """Give up the rows that are not taken in yet, and delete the file; None when nothing was.

    Raises:
        NotNow: when it is running, or ended already.
    """
    import_ = _locked(session, import_id, actor)
    if import_.state is ImportState.UPLOADED:
        _discard(session, import_, actor)
        return None
    if import_.state is not ImportState.STOPPED:
        raise NotNow("この取込は、いまはやめられません。")
    import_runs.record(session, CUT_SHORT, import_, actor, rows=import_.stored)
    import_runs.end(session, import_, ImportState.CUT_SHORT)
    return import_


def list_imports(session: Session, *, page: int, actor: Actor) -> Page[Import]:
    """The imports of the actor's governments, newest first."""
    rows, total = imports_page(
        session,
        actor.governments(Permission.IMPORT_OPINIONS),
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    return Page(rows, page, PAGE_SIZE, total)


def _new(upload: Upload, shape: Shape, actor: Actor) -> Import:
    now = utc_now()
    return Import(
        call_id=upload.call_id,
        government_slug=upload.government,
        channel=upload.channel,
        file_name=_plain_name(upload.file_name),
        format=shape.format,
        encoding=shape.encoding,
        content_hash=import_files.hash_of(upload.file),
        sheet="",
        header_top=0,
        header_bottom=0,
        headers=[],
        mapping={},
        takes_repeats=False,
        state=ImportState.UPLOADED,
        run=0,
        rows=shape.rows,
        done=0,
        stored=0,
        known=0,
        failed=0,
        message="",
        staff_id=actor.id,
        staff_name=actor.name,
        created_at=now,
        begun_done=0,
        changed_at=now,
    )


def _take_shape(session: Session, import_: Import, shape: Shape) -> None:
    import_.sheet = shape.sheet
    import_.header_top, import_.header_bottom = shape.layout.top, shape.layout.bottom
    import_.headers = list(shape.headers)
    import_.rows = shape.rows
    import_.mapping = _remembered(session, import_).stored()


def _remembered(session: Session, import_: Import) -> Columns:
    """The columns of the government's last import with these headers, else a guess."""
    headers = import_columns.offered(import_.headers)
    memory = session.get(ColumnMemory, (import_.government_slug, headers_hash(headers)))
    if memory is None:
        return import_columns.guess(headers)
    return Columns.from_stored(memory.mapping).for_another_file()


def _remember(session: Session, import_: Import) -> None:
    mark = (import_.government_slug, headers_hash(import_columns.offered(import_.headers)))
    memory = session.get(ColumnMemory, mark)
    if memory is None:
        memory = ColumnMemory(government_slug=mark[0], headers_hash=mark[1])
        session.add(memory)
    memory.mapping, memory.changed_at = import_.mapping, utc_now()


def _discard(session: Session, import_: Import, actor: Actor) -> None:
    import_runs.record(session, DISCARDED, import_, actor, rows=import_.rows)
    delete_file(session, import_.id)
    session.delete(import_)


def _locked(session: Session, import_id: int, actor: Actor) -> Import:
    import_ = find(session, import_id, actor=actor)
    session.refresh(import_, with_for_update=True)
    return import_


def _plain_name(file_name: str) -> str:
    """The name without folders and control characters, cut to what the table holds."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "（名前なし）"
