"""Sections（課）of a government, kept by its administrators; cases are assigned to them.

Errors, each with words for the reader::

    AccountError
    ├── SectionNameRefused    empty, too long, or taken in this government
    └── OutsiderRefused       a member who does not work for the government
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import (
    Membership,
    Role,
    Section,
    SectionMember,
    Staff,
    sections_of,
)
from feedback.accounts.service import AccountError
from feedback.audit import service as audit
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

LONGEST_NAME = 60
LAST_POSITION = 9999
#: Whose holders work on cases and so may sit in a section.
WORKING_ROLES = (Role.STAFF, Role.APPROVER)

ADDED = audit.declare("accounts.section_added", "課を登録した", "name")
CHANGED = audit.declare("accounts.section_changed", "課を変更した", "name", "position", "is_active")
MEMBERS_SET = audit.declare("accounts.section_members_set", "課の職員を変更した", "members")


class SectionNameRefused(AccountError):
    """Empty, too long, or taken in this government."""


class OutsiderRefused(AccountError):
    """A member who does not work for the government."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section in the list."""

    id: int
    government: str
    name: str
    position: int
    is_active: bool
    members: int


@dataclass(frozen=True, slots=True)
class SectionPage:
    """A section with those who may sit in it."""

    section: Section
    members: frozenset[int]
    people: Sequence[tuple[int, str]]
    """The government's working staff, by name, and whoever sits there already."""


def list_sections(session: Session, *, actor: Actor) -> list[SectionRow]:
    """The sections of the governments whose staff the actor manages."""
    sizes = dict(
        session.execute(
            select(SectionMember.section_id, func.count())
            .join(Staff, Staff.id == SectionMember.staff_id)
            .where(Staff.is_active)
            .group_by(SectionMember.section_id)
        ).all()
    )
    return [
        SectionRow(
            each.id,
            each.government_slug,
            each.name,
            each.position,
            each.is_active,
            sizes.get(each.id, 0),
        )
        for each in sections_of(session, actor.governments(Permission.MANAGE_STAFF))
    ]


def section_page(session: Session, section_id: int, *, actor: Actor) -> SectionPage:
    """One section.

    Raises:
        NotFound: when there is none, or the actor does not manage its government's staff.
    """
    section = _managed(session, section_id, actor)
    members = frozenset(_member_ids(session, section_id))
    eligible = _eligible(session, section.government_slug)
    query = select(Staff.id, Staff.name).where(Staff.id.in_(members | eligible))
    people = session.execute(query.order_by(Staff.name, Staff.id)).all()
    return SectionPage(section, members, [(at, name) for at, name in people])


def add_section(session: Session, government: str, name: str, *, actor: Actor) -> Section:
    """Make a section, the last of its government.

    Raises:
        SectionNameRefused: when the name is empty, too long or taken.
    """
    actor.demand(Permission.MANAGE_STAFF, government)
    known = sections_of(session, [government])
    name = _checked_name(name, known, None)
    place = 1 + max((each.position for each in known), default=0)
    section = Section(government_slug=government, name=name, position=place, is_active=True)
    session.add(section)
    session.flush()
    _record(session, ADDED, section, actor, name=name)
    return section


def change_section(
    session: Session,
    section_id: int,
    *,
    name: str,
    position: int,
    is_active: bool,
    actor: Actor,
) -> None:
    """Rename a section, move it, close it or open it again. What it was assigned stays its own.

    Raises:
        SectionNameRefused: when the name is empty, too long or taken.
    """
    section = _managed(session, section_id, actor)
    name = _checked_name(name, sections_of(session, [section.government_slug]), section_id)
    wanted = (name, min(max(position, 0), LAST_POSITION), is_active)
    if wanted == (section.name, section.position, section.is_active):
        return
    section.name, section.position, section.is_active = wanted
    session.flush()
    _record(
        session,
        CHANGED,
        section,
        actor,
        name=section.name,
        position=section.position,
        is_active=section.is_active,
    )


def set_members(
    session: Session, section_id: int, staff_ids: Collection[int], *, actor: Actor
) -> None:
    """Say who sits in a section.

    Raises:
        OutsiderRefused: when somebody new does not work for the section's government.
    """
    section = _managed(session, section_id, actor)
    wanted, before = set(staff_ids), _member_ids(session, section_id)
    if not wanted - before <= _eligible(session, section.government_slug):
        raise OutsiderRefused("課の職員には、この自治体の職員または承認者を選んでください。")
    if wanted == before:
        return
    left = delete(SectionMember).where(SectionMember.section_id == section_id)
    session.execute(left.where(SectionMember.staff_id.not_in(wanted)))
    session.add_all(
        SectionMember(section_id=section_id, staff_id=each) for each in sorted(wanted - before)
    )
    session.flush()
    _record(session, MEMBERS_SET, section, actor, members=len(wanted))


def _member_ids(session: Session, section_id: int) -> set[int]:
    query = select(SectionMember.staff_id).where(SectionMember.section_id == section_id)
    return set(session.scalars(query))


def _eligible(session: Session, government: str) -> set[int]:
    query = (
        select(Membership.staff_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(
            Membership.government_slug == government,
            Membership.role.in_(WORKING_ROLES),
            Staff.is_active,
        )
    )
    return set(session.scalars(query))


def _managed(session: Session, section_id: int, actor: Actor) -> Section:
    section = session.get(Section, section_id)
    if section is None or not actor.may(Permission.MANAGE_STAFF, section.government_slug):
        raise NotFound(f"section {section_id}")
    return section


def _checked_name(name: str, known: Sequence[Section], own_id: int | None) -> str:
    name = " ".join("".join(each for each in name if each.isprintable()).split())
    if not name or len(name) > LONGEST_NAME:
        raise SectionNameRefused(f"課の名称は1文字以上{LONGEST_NAME}文字以内で入力してください。")
    if any(each.name == name and each.id != own_id for each in known):
        raise SectionNameRefused(f"「{name}」はすでにあります。別の名称にしてください。")
    return name


def _record(
    session: Session, event: audit.Event, section: Section, actor: Actor, **details: Any
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"section:{section.id}",
        government=section.government_slug,
        **details,
    )
