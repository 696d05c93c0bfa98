"""Passwords are kept as Argon2id hashes (RFC 9106), at the library's cost."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is stored of a password."""
    return hasher.hash(password)


def verifies(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; with no hash it is not, and that takes as long to say."""
    try:
        return hasher.verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was made at another cost than is used now."""
    return hasher.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody's password")
