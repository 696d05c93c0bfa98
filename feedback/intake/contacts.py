"""Contacts（連絡先）are kept encrypted, with a key that is not in the database."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import charge
from feedback.intake.models import Contact
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

READ = audit.declare("intake.contact_read", "連絡先を表示した")
DELETED = audit.declare("intake.contact_deleted", "連絡先を削除した")


class WrongContactKey(Exception):
    """CONTACT_KEY is not the one these contacts were encrypted with."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where one citizen can be reached; either part may be empty."""

    name: str
    email: str


def keep(session: Session, submission_id: int, contact: Reachable, key: str) -> None:
    """Encrypt and store a contact."""
    cipher = Fernet(key)
    session.add(
        Contact(
            submission_id=submission_id,
            name_encrypted=cipher.encrypt(contact.name.encode()),
            email_encrypted=cipher.encrypt(contact.email.encode()),
        )
    )


def contact_of(
    session: Session, submission_id: int, *, contact_key: str, actor: Actor
) -> Reachable | None:
    """The contact of a submission, for a reply; None when the person left none.

    Leaves an audit entry.

    Raises:
        NotFound: when the actor may not know of the submission.
        NotPermitted: when the actor may not read what is unmasked.
        WrongContactKey: when the key cannot open it.
    """
    government = _government(session, submission_id, actor)
    stored = session.get(Contact, submission_id)
    if stored is None:
        return None
    subject = f"submission:{submission_id}"
    audit.record(session, READ, actor=actor, subject=subject, government=government)
    return _opened(stored, contact_key)


def delete_contact(session: Session, submission_id: int, *, actor: Actor) -> bool:
    """Delete a contact and leave the opinion; whether there was one. Leaves an audit entry.

    Raises:
        NotFound: when the actor may not know of the submission.
        NotPermitted: when the actor may not read what is unmasked.
    """
    government = _government(session, submission_id, actor)
    stored = session.get(Contact, submission_id)
    if stored is None:
        return False
    session.delete(stored)
    subject = f"submission:{submission_id}"
    audit.record(session, DELETED, actor=actor, subject=subject, government=government)
    return True


def _opened(stored: Contact, key: str) -> Reachable:
    cipher = Fernet(key)
    try:
        return Reachable(
            name=cipher.decrypt(stored.name_encrypted).decode(),
            email=cipher.decrypt(stored.email_encrypted).decode(),
        )
    except InvalidToken as error:
        raise WrongContactKey("CONTACT_KEY が保存時の鍵と違います。") from error


def _government(session: Session, submission_id: int, actor: Actor) -> str:
    government = charge.readable(session, submission_id, actor=actor).government
    actor.demand(Permission.UNMASK_WORDS, government)
    return government
