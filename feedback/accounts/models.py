"""Staff, memberships and their queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice


class Role(StrEnum):
    """What a member of staff is to a government（役割）."""

    STAFF = "staff"
    APPROVER = "approver"
    CIO = "cio"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in Japanese."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.STAFF: "職員",
    Role.APPROVER: "承認者",
    Role.CIO: "CIO",
    Role.ADMINISTRATOR: "管理者",
}


class Staff(Base):
    """One person who signs in（職員）."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every session of this person at once."""
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]


class Membership(Base):
    """A person's role for one government（所属）."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("staff_id", "government_slug", "role"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    government_slug: Mapped[str] = mapped_column(String(16))
    role: Mapped[Role] = mapped_column(choice(Role))


class SignInFailure(Base):
    """A sign-in that failed, counted per login and network for a short while."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    source: Mapped[str] = mapped_column(String(64), index=True)
    """A keyed hash of login and network address; neither is stored."""
    at: Mapped[datetime] = mapped_column(index=True)


def staff_by_login(session: Session, login: str) -> Staff | None:
    """The person with this login, in any case of letters."""
    if "\0" in login:
        # PostgreSQL takes no NUL in a text; nobody's login has one.
        return None
    return session.scalars(select(Staff).where(Staff.login == login.strip().lower())).first()


def memberships_of(session: Session, staff_id: int) -> Sequence[Membership]:
    """The roles of one person."""
    query = select(Membership).where(Membership.staff_id == staff_id).order_by(Membership.id)
    return session.scalars(query).all()


def manageable_staff(
    session: Session, governments: frozenset[str], *, search: str, offset: int, limit: int
) -> tuple[Sequence[Staff], int]:
    """People with a role in these governments or none anywhere, and how many there are in all.

    ``search`` is a part of the name or of the login; the stopped come last.
    """
    here = select(Membership.staff_id).where(Membership.government_slug.in_(governments))
    anywhere = select(Membership.staff_id)
    query = select(Staff).where(Staff.id.in_(here) | Staff.id.not_in(anywhere))
    if search:
        is_named = Staff.name.icontains(search, autoescape=True)
        query = query.where(is_named | Staff.login.icontains(search, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = (Staff.is_active.desc(), Staff.name, Staff.id)
    rows = session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()
    return rows, total


def memberships_by_staff(session: Session, staff_ids: Sequence[int]) -> dict[int, list[Membership]]:
    """The roles of several people."""
    query = select(Membership).where(Membership.staff_id.in_(staff_ids)).order_by(Membership.id)
    held: dict[int, list[Membership]] = {}
    for membership in session.scalars(query):
        held.setdefault(membership.staff_id, []).append(membership)
    return held


def active_administrators(session: Session, government: str) -> Sequence[int]:
    """Who may sign in as an administrator of a government.

    The rows are locked, so that two administrators cannot remove each other at the same moment.
    """
    query = (
        select(Membership, Staff)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(
            Membership.government_slug == government,
            Membership.role == Role.ADMINISTRATOR,
            Staff.is_active,
        )
        .order_by(Membership.id)
        .with_for_update()
    )
    return [staff.id for _membership, staff in session.execute(query)]


def failures_since(session: Session, source: str, since: datetime) -> int:
    """How many sign-ins failed from this source since then."""
    query = (
        select(func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.source == source, SignInFailure.at >= since)
    )
    return session.scalar(query) or 0
