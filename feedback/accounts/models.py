"""Staff, memberships, sections（課）and their queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice
from feedback.web.actor import REGION


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
    email: Mapped[str | None] = mapped_column(String(254))
    """The office's address, for the daily digest; nobody needs one."""


class Membership(Base):
    """A person's role for one government（所属）."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("staff_id", "government_slug", "role"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    government_slug: Mapped[str] = mapped_column(String(16))
    role: Mapped[Role] = mapped_column(choice(Role))


class Section(Base):
    """A section of a government（課）; cases are assigned to it."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("government_slug", "name"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    """Its place among the government's sections; the office's own order（建制順）."""
    is_active: Mapped[bool] = mapped_column(default=True)


class SectionMember(Base):
    """A person's place in a section; one may sit in several（兼務）."""

    __tablename__ = "section_members"

    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True
    )


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


def sections_of(session: Session, governments: Collection[str]) -> Sequence[Section]:
    """The sections of these governments in their order, the closed ones last."""
    query = select(Section).where(Section.government_slug.in_(governments))
    order = (Section.government_slug, Section.is_active.desc(), Section.position, Section.id)
    return session.scalars(query.order_by(*order)).all()


def active_sections(session: Session, government: str) -> dict[int, str]:
    """The sections to which a government's cases may go, by name; of any for the region's."""
    query = select(Section.id, Section.name).where(Section.is_active)
    if government != REGION:
        query = query.where(Section.government_slug == government)
    order = (Section.government_slug, Section.position, Section.id)
    return dict(session.execute(query.order_by(*order)).all())


def section_name(session: Session, section_id: int | None) -> str | None:
    """The name of a section; None for none."""
    section = session.get(Section, section_id) if section_id is not None else None
    return section.name if section else None


def sections_with(session: Session, staff_id: int) -> Sequence[Section]:
    """The sections in which a person sits and that are in use."""
    sits = select(SectionMember.section_id).where(SectionMember.staff_id == staff_id)
    query = select(Section).where(Section.id.in_(sits), Section.is_active)
    return session.scalars(query.order_by(Section.government_slug, Section.position)).all()


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
