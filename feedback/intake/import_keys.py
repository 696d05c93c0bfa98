"""Which rows are one and the same opinion: the keys that keep a second import from doubling it.

A row with a number of its own (or an e-mail's Message-ID) is known by that. Any other is known by
what it says and by its place among the rows of the file that say the same: the third 「賛成です」
of a file is the third one of the corrected or longer file too. Rows of a file of corrections name
the import they came from; they are counted on from what that import had stored.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from feedback.intake.models import import_ids_by_key

_PROBED_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row is known by, before its place among its likes is counted."""

    base: str
    is_own_number: bool
    is_unique_by_itself: bool = False
    """A Message-ID: nobody else's mail has it, whatever its text was made into."""
    after_import: int | None = None
    """Count on from what this import and those before it stored."""


def digest(*parts: object) -> str:
    """Forty signs that stand for these values; they tell nothing of them."""
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:40]


def by_number(call_id: int, government: str, channel: str, number: str) -> Identity:
    """The identity of a row with a number, which one channel of one government gives once."""
    return Identity(f"id:{digest(call_id, government, channel, number)}", is_own_number=True)


def by_message_id(call_id: int, government: str, message_id: str) -> Identity:
    """The identity of an e-mail."""
    base = f"id:{digest(call_id, government, 'message-id', message_id)}"
    return Identity(base, is_own_number=True, is_unique_by_itself=True)


def by_content(
    call_id: int, government: str, content: tuple[str, ...], after_import: int | None
) -> Identity:
    """The identity of a row that has only its words and what it says of the person."""
    base = f"row:{digest(call_id, government, content)}"
    return Identity(base, is_own_number=False, after_import=after_import)


@dataclass(slots=True)
class Keys:
    """Gives every row of one file its key, in the order of the file and the same each time."""

    count_stored: Callable[[str, int], int]
    """How many rows of a base were stored by an import and those before it."""
    _seen: dict[tuple[str, int | None], int] = field(default_factory=lambda: defaultdict(int))
    _stored: dict[tuple[str, int], int] = field(default_factory=dict)

    def key(self, identity: Identity) -> str:
        """The key under which this row's submission is stored."""
        if identity.is_own_number:
            return identity.base
        mark = (identity.base, identity.after_import)
        place = self._seen[mark]
        self._seen[mark] = place + 1
        return f"{identity.base}:{place + self._stored_before(identity)}"

    def _stored_before(self, identity: Identity) -> int:
        if identity.after_import is None:
            return 0
        mark = (identity.base, identity.after_import)
        if mark not in self._stored:
            self._stored[mark] = self.count_stored(*mark)
        return self._stored[mark]


def count_stored(session: Session, base: str, import_id: int) -> int:
    """How many rows that say the same were stored by an import and those before it."""
    return sum(1 for _ in _stored_until(session, base, import_id))


def _stored_until(session: Session, base: str, import_id: int) -> Iterator[str]:
    place = 0
    while True:
        keys = [f"{base}:{at}" for at in range(place, place + _PROBED_TOGETHER)]
        known = import_ids_by_key(session, keys)
        for key in keys:
            stored_by = known.get(key)
            if stored_by is None or stored_by > import_id:
                return
            yield key
        place += _PROBED_TOGETHER
