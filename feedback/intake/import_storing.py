"""One step of an import: some rows become submissions, contacts and jobs, or failed rows.

All of a step is stored in one transaction with the import's progress, so that a worker may die at
any point: the next one finds either the whole step or nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.intake import receipts
from feedback.intake.import_models import FailedRow, Import
from feedback.intake.import_rows import ReadRow, RowProblem
from feedback.intake.models import (
    bodies_by_key,
    insert_contacts,
    insert_submissions,
    insert_words,
)
from feedback.intake.service import enqueue_screening
from feedback.storage import utc_now
from feedback.web.spreadsheets import cleaned

NUMBER_TAKEN = RowProblem(
    "元の番号",
    "同じ番号で内容の違う意見が、このファイルの前の行か、前に取り込んだファイルにあります。",
    "別の意見なら、重ならない番号に直してください。登録した意見は後から変えられないため、"
    "訂正は意見の画面のメモに書いてください。",
)


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """A row and the key it is stored under; no key where it is wrong."""

    read: ReadRow
    key: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is to be done with some rows."""

    new: tuple[KeyedRow, ...]
    known: int
    known_by_words: int
    """Those of the known that have no number of their own: another person may have said it."""
    failed: tuple[tuple[ReadRow, tuple[RowProblem, ...]], ...]


def sort(session: Session, rows: Sequence[KeyedRow]) -> Sorted:
    """Tell apart what is new, what is stored already, and what is wrong."""
    stored = bodies_by_key(session, [each.key for each in rows if each.key])
    new: list[KeyedRow] = []
    known = by_words = 0
    failed: list[tuple[ReadRow, tuple[RowProblem, ...]]] = []
    for each in rows:
        read, identity = each.read, each.read.identity
        if not each.key:
            failed.append((read, read.problems))
        elif each.key not in stored:
            stored[each.key] = read.draft.body
            new.append(each)
        elif _says_otherwise(read, stored[each.key]):
            failed.append((read, (NUMBER_TAKEN,)))
        else:
            known += 1
            by_words += not identity.is_own_number
    return Sorted(tuple(new), known, by_words, tuple(failed))


def store(session: Session, import_: Import, rows: Sequence[KeyedRow], cipher: Fernet) -> None:
    """Store some rows of an import, and how far it has come."""
    found = sort(session, rows)
    if found.new:
        ids = insert_submissions(session, [_submission(import_, each) for each in found.new])
        pairs = list(zip(ids, (each.read for each in found.new), strict=True))
        insert_words(session, [_words(*pair) for pair in pairs])
        insert_contacts(session, [_contact(*pair, cipher) for pair in pairs if _is_named(pair[1])])
        enqueue_screening(session, ids)
    if found.failed:
        session.execute(insert(FailedRow), [_failed(import_, *each) for each in found.failed])
    import_.done += len(rows)
    import_.rows = max(import_.rows, import_.done)
    import_.stored += len(found.new)
    import_.known += found.known
    import_.failed += len(found.failed)
    import_.changed_at = utc_now()


def _says_otherwise(read: ReadRow, stored_body: str) -> bool:
    """Whether a number is one of another opinion: to drop the row would lose somebody's voice."""
    identity = read.identity
    can_differ = identity.is_own_number and not identity.is_unique_by_itself
    return can_differ and read.draft.body != stored_body


def _submission(import_: Import, row: KeyedRow) -> dict[str, Any]:
    draft = row.read.draft
    return {
        "receipt_number": receipts.new(),
        "idempotency_key": row.key,
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
        "received_at": row.read.received_at,
        "import_id": import_.id,
    }


def _words(submission_id: int, read: ReadRow) -> dict[str, Any]:
    return {"submission_id": submission_id, "title": read.draft.title, "body": read.draft.body}


def _is_named(read: ReadRow) -> bool:
    return bool(read.draft.contact_name or read.draft.contact_email)


def _contact(submission_id: int, read: ReadRow, cipher: Fernet) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "name_encrypted": cipher.encrypt(read.draft.contact_name.encode()),
        "email_encrypted": cipher.encrypt(read.draft.contact_email.encode()),
    }


def _failed(import_: Import, read: ReadRow, problems: tuple[RowProblem, ...]) -> dict[str, Any]:
    return {
        "import_id": import_.id,
        "row": read.row,
        "cells": [cleaned(cell) for cell in read.cells],
        "problems": [each.stored() for each in problems],
    }
