"""An uploaded file: cut into parts in the database, read again as one, gone when it is done.

It is kept in the database and nowhere else: the worker may run on another machine, and no copy
must stay behind on a disk. Reading asks for one part after another, so that neither a preview nor
a job ever holds the whole file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO, cast

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.intake.import_models import ImportPart, part_of, size_of
from feedback.storage import Database

PART_BYTES = 1024 * 1024


def hash_of(file: BinaryIO) -> str:
    """SHA-256 of the whole file."""
    file.seek(0)
    found = hashlib.sha256()
    while content := file.read(PART_BYTES):
        found.update(content)
    return found.hexdigest()


def keep(session: Session, import_id: int, file: BinaryIO) -> None:
    """Store a file, part by part."""
    file.seek(0)
    number = 0
    while content := file.read(PART_BYTES):
        values = {"import_id": import_id, "number": number, "content": content}
        session.execute(insert(ImportPart), [values])
        number += 1


def opened(session: Session, import_id: int) -> BinaryIO:
    """A stored file, read in the caller's session."""
    size = size_of(session, import_id)
    return _reader(lambda number: part_of(session, import_id, number), size)


def opened_for_long(database: Database, import_id: int) -> BinaryIO:
    """A stored file for a job: each part in a session of its own, so that none is open for long."""

    def fetch(number: int) -> bytes:
        with database.reading() as session:
            return part_of(session, import_id, number)

    with database.reading() as session:
        size = size_of(session, import_id)
    return _reader(fetch, size)


def _reader(fetch: Callable[[int], bytes], size: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Parts(fetch, size), PART_BYTES))


class _Parts(io.RawIOBase):
    """Parts as one file; the last one fetched is kept at hand."""

    def __init__(self, fetch: Callable[[int], bytes], size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._at = 0
        self._number = -1
        self._part = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        number, begin = divmod(self._at, PART_BYTES)
        if self._at >= self._size:
            return 0
        if number != self._number:
            self._part, self._number = self._fetch(number), number
        piece = self._part[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
