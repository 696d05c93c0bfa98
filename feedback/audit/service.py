"""Record and verify the chain of audit entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.audit.models import (
    AuditEntry,
    EntryFilter,
    all_entries,
    entries_page,
    last_entry,
)
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.pagination import Page

GENESIS = "0" * 64
PAGE_SIZE = 50
#: Any constant does: it names the one lock under which PostgreSQL appends to the chain.
CHAIN_LOCK = 0x6D657961
SYSTEM = "システム"
CITIZEN = "市民"


@dataclass(frozen=True, slots=True)
class Event:
    """A declared kind of entry: its name, what it says in Japanese, and its exact details."""

    name: str
    label: str
    fields: frozenset[str]


_EVENTS: dict[str, Event] = {}


def declare(name: str, label: str, *fields: str) -> Event:
    """Declare an event with the exact fields of its details; rooms do so at import.

    Raises:
        ValueError: when the name is taken.
    """
    if name in _EVENTS:
        raise ValueError(f"event {name} is declared already")
    _EVENTS[name] = Event(name, label, frozenset(fields))
    return _EVENTS[name]


def declared_events() -> Collection[Event]:
    """Every event that any room declared."""
    return _EVENTS.values()


def label_of(name: str) -> str:
    """The Japanese words for an event's name; the name itself for one of an older version."""
    event = _EVENTS.get(name)
    return event.label if event else name


def record(
    session: Session,
    event: Event,
    *,
    actor: Actor | None,
    subject: str,
    government: str | None = None,
    actor_name: str = SYSTEM,
    **details: Any,
) -> AuditEntry:
    """Append an entry in the caller's transaction.

    Details name things and changes; they never carry a citizen's words.

    Raises:
        ValueError: when the details are not exactly the declared fields.
    """
    if set(details) != event.fields:
        raise ValueError(f"{event.name} takes {sorted(event.fields)}, not {sorted(details)}")
    _lock_chain(session)
    previous = last_entry(session)
    entry = AuditEntry(
        id=previous.id + 1 if previous else 1,
        at=utc_now(),
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else actor_name,
        event=event.name,
        government=government,
        subject=subject,
        details=details,
        previous_hash=previous.hash if previous else GENESIS,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    return entry


def list_entries(session: Session, wanted: EntryFilter, *, page: int) -> Page[AuditEntry]:
    """A page of entries, newest first."""
    rows, total = entries_page(session, wanted, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return Page(rows, page, PAGE_SIZE, total)


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over everything the entry says and the hash before it, in canonical JSON."""
    content = [
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor_name,
        entry.event,
        entry.government,
        entry.subject,
        entry.details,
        entry.previous_hash,
    ]
    text_form = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text_form.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verification:
    """What ``verify`` found."""

    entries: int
    problems: tuple[str, ...]


def verify(session: Session) -> Verification:
    """Walk the chain and name every entry that was edited, deleted or moved.

    The newest entries cut off leave no trace in the chain itself: compare the count and the
    last hash with those of a backup.
    """
    problems: list[str] = []
    expected_id, previous_hash, count = 1, GENESIS, 0
    for entry in all_entries(session):
        count += 1
        if entry.id != expected_id:
            problems.append(f"監査記録 {expected_id} から {entry.id - 1} が失われています")
        if entry.previous_hash != previous_hash:
            problems.append(f"監査記録 {entry.id} が直前の記録につながっていません")
        if entry.hash != entry_hash(entry):
            problems.append(f"監査記録 {entry.id} が書き換えられています")
        expected_id, previous_hash = entry.id + 1, entry.hash
    return Verification(count, tuple(problems))


def _lock_chain(session: Session) -> None:
    # SQLite's write transactions exclude each other already (BEGIN IMMEDIATE).
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
