"""Tokens with which other systems send opinions（連携トークン）: shown once, kept hashed.

Errors, each with words for the reader::

    TokenError
    ├── TokenNameRefused   the name is empty or too long
    └── TokenLimit         the government has as many as may be
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Date, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.accounts.models import Staff
from feedback.audit import service as audit
from feedback.calendar import today_jst
from feedback.storage import Base, Identifier, utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

PREFIX = "meyasu_"
SHOWN_CHARACTERS = 12
LONGEST_NAME = 60
MOST_TOKENS = 50
#: A token nobody remembers must end by itself.
LONGEST_LIFE = timedelta(days=366)

MADE = audit.declare("accounts.token_made", "連携トークンを発行した", "name", "expires_on")
REVOKED = audit.declare("accounts.token_revoked", "連携トークンを無効にした", "name")


class ApiToken(Base):
    """What another system shows to send opinions to one government."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"), index=True)
    beginning: Mapped[str] = mapped_column(String(16))
    """The first characters, by which people tell tokens apart."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256; enough for 256 random bits, which nobody guesses."""
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which it is good."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    used_on: Mapped[date | None] = mapped_column(Date)
    """The last day on which it was shown."""
    revoked_at: Mapped[datetime | None]

    def is_good(self, today: date) -> bool:
        """Whether it opens the door on this day."""
        return self.revoked_at is None and today <= self.expires_on


class TokenError(Exception):
    """A token was not made; the text is for the reader."""


class TokenNameRefused(TokenError):
    """The name is empty or too long."""

    def __init__(self) -> None:
        super().__init__(f"名前は1文字以上{LONGEST_NAME}文字以内で入力してください。")


class TokenLimit(TokenError):
    """The government has as many as may be."""

    def __init__(self) -> None:
        super().__init__(
            f"有効なトークンは自治体ごとに{MOST_TOKENS}個までです。使わないものを無効にしてください。"
        )


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token; its secret is known here only."""

    secret: str
    name: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in the list."""

    id: int
    name: str
    government_slug: str
    beginning: str
    expires_on: date
    made_by: str
    created_at: datetime
    used_on: date | None
    is_good: bool
    is_revoked: bool


def make(session: Session, name: str, government: str, days: int, *, actor: Actor) -> MadeToken:
    """Make a token for a government; the only time that its secret is known.

    Raises:
        NotPermitted: when the actor manages no staff of the government.
        TokenNameRefused: when the name is empty or too long.
        TokenLimit: when there are as many as may be.
    """
    actor.demand(Permission.MANAGE_STAFF, government)
    name = " ".join("".join(each for each in name if each.isprintable()).split())
    if not name or len(name) > LONGEST_NAME:
        raise TokenNameRefused
    today = today_jst(utc_now())
    if _good_ones(session, government, today) >= MOST_TOKENS:
        raise TokenLimit
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_on = today + min(timedelta(days=max(days, 1)), LONGEST_LIFE)
    token = ApiToken(
        name=name,
        government_slug=government,
        beginning=secret[:SHOWN_CHARACTERS],
        token_hash=_hash(secret),
        expires_on=expires_on,
        staff_id=actor.id,
        created_at=utc_now(),
    )
    session.add(token)
    session.flush()
    _record(session, MADE, token, actor, expires_on=expires_on.isoformat())
    return MadeToken(secret, name, expires_on)


def revoke(session: Session, token_id: int, *, actor: Actor) -> None:
    """End a token at once; one that has ended already stays as it is.

    Raises:
        NotFound: when there is none among those that the actor manages.
    """
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None or not actor.may(Permission.MANAGE_STAFF, token.government_slug):
        raise NotFound(f"token {token_id}")
    if token.revoked_at is None:
        token.revoked_at = utc_now()
        _record(session, REVOKED, token, actor)


def list_tokens(session: Session, *, actor: Actor) -> list[TokenRow]:
    """The tokens of the actor's governments, the newest first."""
    query = (
        select(ApiToken, Staff.name)
        .join(Staff, Staff.id == ApiToken.staff_id)
        .where(ApiToken.government_slug.in_(actor.governments(Permission.MANAGE_STAFF)))
        .order_by(ApiToken.id.desc())
    )
    today = today_jst(utc_now())
    return [_row(token, made_by, today) for token, made_by in session.execute(query)]


def good_token(session: Session, secret: str) -> ApiToken | None:
    """The token with this secret while it is good."""
    if not secret.startswith(PREFIX):
        return None
    token = session.scalars(select(ApiToken).where(ApiToken.token_hash == _hash(secret))).first()
    return token if token is not None and token.is_good(today_jst(utc_now())) else None


def mark_used(session: Session, token_id: int) -> None:
    """Remember that a token was used today; the first use of a day writes."""
    token = session.get_one(ApiToken, token_id)
    today = today_jst(utc_now())
    if token.used_on != today:
        token.used_on = today


def _good_ones(session: Session, government: str, today: date) -> int:
    query = select(func.count(ApiToken.id)).where(
        ApiToken.government_slug == government,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_on >= today,
    )
    return session.scalar(query) or 0


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _row(token: ApiToken, made_by: str, today: date) -> TokenRow:
    return TokenRow(
        id=token.id,
        name=token.name,
        government_slug=token.government_slug,
        beginning=token.beginning,
        expires_on=token.expires_on,
        made_by=made_by,
        created_at=token.created_at,
        used_on=token.used_on,
        is_good=token.is_good(today),
        is_revoked=token.revoked_at is not None,
    )


def _record(
    session: Session, event: audit.Event, token: ApiToken, actor: Actor, **details: str
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"token:{token.id}",
        government=token.government_slug,
        name=token.name,
        **details,
    )
