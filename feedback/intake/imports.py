"""Imports（取込）: a file of paper, e-mail, phone or SNS opinions becomes submissions, all or none.

A file is received (its columns guessed), its columns are chosen, its rows are examined, and then
all of them are stored in one transaction. The file itself is kept only until then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import import_columns, receipts
from feedback.intake.import_columns import Columns
from feedback.intake.import_rows import ReadRow, ReadRows, read_rows
from feedback.intake.import_tables import ImportRefused, Table, read_table
from feedback.intake.models import (
    Channel,
    Import,
    ImportState,
    discard_waiting_before,
    done_imports,
    import_with_content,
    imports_page,
    insert_submissions,
    insert_words,
)
from feedback.intake.service import enqueue_screening
from feedback.storage import is_unique_violation, utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

PAGE_SIZE = 20
#: A file that nobody finished holds citizens' words for no reason; it goes after this long.
KEPT_WAITING = timedelta(days=7)
STORED_TOGETHER = 1_000
REMEMBERED = 50

RECEIVED = audit.declare("intake.import_received", "取り込むファイルを受け取った", "rows")
IMPORTED = audit.declare("intake.imported", "意見を取り込んだ", "rows", "channel", "content_hash")
DISCARDED = audit.declare("intake.import_discarded", "取込をやめ、ファイルを削除した", "rows")


class AlreadyImported(ImportRefused):
    """The same file was imported into this call before."""

    def __init__(self, import_id: int | None) -> None:
        self.import_id = import_id
        super().__init__(
            "このファイルは、すでに取り込まれています。同じ意見は二重に取り込みません。"
        )


class RowsWrong(ImportRefused):
    """At least one row is wrong, so none is stored."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as staff hand it in."""

    call_id: int
    government: str
    channel: Channel
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """An import whose file waits to be stored."""

    import_: Import
    table: Table

    @property
    def columns(self) -> Columns:
        """Which column holds what, as it stands."""
        return Columns.from_stored(self.import_.mapping)


def receive(session: Session, upload: Upload, *, actor: Actor) -> Import:
    """Keep a file until its columns are chosen; it takes the place of the same waiting file.

    Raises:
        FileRefused: when it cannot be read as a table.
        AlreadyImported: when its rows are submissions of this call already.
    """
    actor.demand(Permission.IMPORT_OPINIONS, upload.government)
    table = read_table(upload.content)
    discard_waiting_before(session, utc_now() - KEPT_WAITING)
    content_hash = hashlib.sha256(upload.content).hexdigest()
    known = import_with_content(session, upload.call_id, content_hash, ImportState.DONE)
    if known is not None:
        raise AlreadyImported(known.id)
    waits = import_with_content(session, upload.call_id, content_hash, ImportState.UPLOADED)
    if waits is not None and waits.staff_id == actor.id:
        _discard(session, waits, actor)
    import_ = Import(
        call_id=upload.call_id,
        government_slug=upload.government,
        channel=upload.channel,
        file_name=_plain_name(upload.file_name),
        content=upload.content,
        content_hash=content_hash,
        headers=list(table.headers),
        mapping=_remembered(session, upload.government, table.headers).stored(),
        state=ImportState.UPLOADED,
        rows=len(table.rows),
        staff_id=actor.id,
        staff_name=actor.name,
        created_at=utc_now(),
    )
    session.add(import_)
    session.flush()
    _record(session, RECEIVED, import_, actor, rows=import_.rows)
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


def waiting(session: Session, import_id: int, *, actor: Actor) -> Waiting:
    """A file that the actor handed in and has not imported yet.

    Nobody else may open it: its rows are citizens' unmasked words.

    Raises:
        NotFound: when there is none.
    """
    import_ = find(session, import_id, actor=actor)
    if import_.content is None or import_.staff_id != actor.id:
        raise NotFound(f"waiting import {import_id}")
    return Waiting(import_, read_table(import_.content))


def choose_columns(session: Session, import_id: int, columns: Columns, *, actor: Actor) -> None:
    """Set which column holds what."""
    waiting(session, import_id, actor=actor).import_.mapping = columns.stored()


def examine(session: Session, import_id: int, *, actor: Actor) -> tuple[Import, ReadRows]:
    """What the file's rows will be, and everything that is wrong with them."""
    found = waiting(session, import_id, actor=actor)
    return found.import_, read_rows(session, found.import_, found.table)


def confirm(session: Session, import_id: int, *, actor: Actor) -> Import:
    """Store every row as a submission and have them screened; twice changes nothing.

    Raises:
        RowsWrong: when any row is wrong; nothing is stored then.
        AlreadyImported: when the same file was imported meanwhile.
    """
    import_ = find(session, import_id, actor=actor)
    if import_.state is ImportState.DONE:
        return import_
    found = waiting(session, import_id, actor=actor)
    read = read_rows(session, found.import_, found.table)
    if read.problems:
        raise RowsWrong("直すところがあるため、1件も取り込んでいません。")
    submission_ids = _store(session, import_, read.rows)
    import_.state = ImportState.DONE
    import_.content = None
    import_.rows = len(submission_ids)
    _record(
        session,
        IMPORTED,
        import_,
        actor,
        rows=import_.rows,
        channel=import_.channel.value,
        content_hash=import_.content_hash,
    )
    enqueue_screening(session, submission_ids)
    return import_


def discard(session: Session, import_id: int, *, actor: Actor) -> None:
    """Delete a waiting file.

    Raises:
        NotFound: when there is none, or its rows are submissions already.
    """
    import_ = find(session, import_id, actor=actor)
    if import_.state is ImportState.DONE:
        raise NotFound(f"waiting import {import_id}")
    _discard(session, import_, actor)


def list_imports(session: Session, *, page: int, actor: Actor) -> Page[Import]:
    """The imports of the actor's governments, newest first, without their files."""
    rows, total = imports_page(
        session,
        actor.governments(Permission.IMPORT_OPINIONS),
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    return Page(rows, page, PAGE_SIZE, total)


def _discard(session: Session, import_: Import, actor: Actor) -> None:
    _record(session, DISCARDED, import_, actor, rows=import_.rows)
    session.delete(import_)


def _remembered(session: Session, government: str, headers: tuple[str, ...]) -> Columns:
    """The columns of the government's last import with the same headers, else a guess."""
    for earlier in done_imports(session, government, limit=REMEMBERED):
        if tuple(earlier.headers) == headers:
            return Columns.from_stored(earlier.mapping).for_another_file()
    return import_columns.guess(headers)


def _store(session: Session, import_: Import, rows: tuple[ReadRow, ...]) -> list[int]:
    """Insert rows a thousand at a time; their ids in the order of the rows."""
    ids: list[int] = []
    try:
        for start in range(0, len(rows), STORED_TOGETHER):
            chunk = rows[start : start + STORED_TOGETHER]
            new_ids = insert_submissions(session, [_submission(import_, row) for row in chunk])
            insert_words(
                session,
                [
                    {"submission_id": new_id, "title": row.draft.title, "body": row.draft.body}
                    for new_id, row in zip(new_ids, chunk, strict=True)
                ],
            )
            ids += new_ids
    except IntegrityError as error:
        if is_unique_violation(error, "idempotency_key"):
            raise AlreadyImported(None) from error
        raise
    return ids


def _submission(import_: Import, row: ReadRow) -> dict[str, Any]:
    draft = row.draft
    return {
        "receipt_number": receipts.new(),
        # One file can become one call's submissions only once, whoever imports it and when.
        "idempotency_key": f"import:{import_.call_id}:{import_.content_hash[:48]}:{row.row}",
        "call_id": draft.call_id,
        "government_slug": draft.government,
        "initiative_slug": draft.initiative,
        "kind": draft.kind,
        "municipality_code": draft.municipality,
        "age_band": draft.age_band,
        "relation": draft.relation,
        "consents_to_publish": draft.consents_to_publish,
        "language": draft.language,
        "channel": import_.channel,
        "received_at": row.received_at,
        "import_id": import_.id,
    }


def _record(
    session: Session, event: audit.Event, import_: Import, actor: Actor, **details: Any
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"import:{import_.id}",
        government=import_.government_slug,
        **details,
    )


def _plain_name(file_name: str) -> str:
    """The name without folders and control characters, cut to what the table holds."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "（名前なし）"
