"""Contacts（連絡先）are kept encrypted, with a key that is not in the database."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from feedback.intake.models import Contact


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


def of(session: Session, submission_id: int, key: str) -> Reachable | None:
    """The contact of a submission; None when the person left none.

    Raises:
        WrongContactKey: when the key cannot open it.
    """
    stored = session.get(Contact, submission_id)
    if stored is None:
        return None
    cipher = Fernet(key)
    try:
        return Reachable(
            name=cipher.decrypt(stored.name_encrypted).decode(),
            email=cipher.decrypt(stored.email_encrypted).decode(),
        )
    except InvalidToken as error:
        raise WrongContactKey("CONTACT_KEY が保存時の鍵と違います。") from error
