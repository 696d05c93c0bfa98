"""The administrators' work on other people's accounts.

An administrator acts for the governments in which they hold ``MANAGE_STAFF``. Roles are given and
taken only there. What touches the whole account (stopping it, resetting its password) is allowed
only when every role of the person lies there too: otherwise one prefecture's administrator could
take over an approver of another.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from feedback.accounts import service
from feedback.accounts.models import (
    Membership,
    Role,
    Section,
    Staff,
    active_administrators,
    manageable_staff,
    memberships_by_staff,
    memberships_of,
    sections_with,
    staff_by_login,
)
from feedback.accounts.service import AccountError
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

PAGE_SIZE = 50
#: No 0/o, 1/l/i: the password is read from paper and typed once.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_GROUPS = 4
PASSWORD_GROUP_LENGTH = 4


class LastAdministrator(AccountError):
    """The change would leave a government without an administrator."""


class BelongsElsewhere(AccountError):
    """The person also has roles in governments that this administrator does not manage."""


class NoSuchLogin(AccountError):
    """Nobody has this login."""


class EmailRefused(AccountError):
    """The address cannot be right."""


class OwnAccount(AccountError):
    """Administrators do this to others, not to themselves."""


@dataclass(frozen=True, slots=True)
class MemberRole:
    """One role of a person, and whether this administrator may take it."""

    id: int
    role: Role
    government: str
    may_take: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A person as an administrator sees them."""

    id: int
    login: str
    name: str
    is_active: bool
    must_change_password: bool
    signed_in_at: datetime | None
    email: str | None
    roles: tuple[MemberRole, ...]
    sections: tuple[Section, ...]
    may_change_account: bool
    """Whether every role lies where the administrator manages, and it is somebody else."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """An account and its initial password, shown once and stored nowhere."""

    staff_id: int
    login: str
    name: str
    password: str


def list_members(session: Session, *, search: str, page: int, actor: Actor) -> Page[Member]:
    """Everybody with a role where the actor manages, and those without any role, by name."""
    managed = actor.governments(Permission.MANAGE_STAFF)
    rows, total = manageable_staff(
        session, managed, search=search, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    held = memberships_by_staff(session, [staff.id for staff in rows])
    members = [_member(staff, held.get(staff.id, []), actor) for staff in rows]
    return Page(members, page, PAGE_SIZE, total)


def member(session: Session, staff_id: int, *, actor: Actor) -> Member:
    """One person.

    Raises:
        NotFound: when there is none, or none of the actor's governments knows them.
    """
    staff = _managed(session, staff_id, actor)
    sections = sections_with(session, staff.id)
    return replace(
        _member(staff, memberships_of(session, staff.id), actor), sections=tuple(sections)
    )


def set_email(session: Session, staff_id: int, email: str, *, actor: Actor) -> None:
    """Set or empty the address to which the daily digest goes. The log keeps no address.

    Raises:
        EmailRefused: when it cannot be right.
        BelongsElsewhere: when the person also has roles where the actor does not manage.
    """
    staff = _managed(session, staff_id, actor)
    _demand_all_managed(session, staff, actor)
    service.set_email(session, staff, _checked_email(email), actor=actor)


def add_member(
    session: Session, *, login: str, name: str, role: Role, government: str, actor: Actor
) -> NewPassword:
    """Make an account with one role and an initial password that must be changed.

    Raises:
        LoginTaken: when the login is in use.
    """
    actor.demand(Permission.MANAGE_STAFF, government)
    password = initial_password()
    staff = service.add_staff(session, login=login, name=name, password=password, actor=actor)
    service.give_role(session, staff, role, government, actor=actor)
    return NewPassword(staff.id, staff.login, staff.name, password)


def give_role_to_login(
    session: Session, *, login: str, role: Role, government: str, actor: Actor
) -> Staff:
    """Give a role to somebody who has an account already, perhaps from another government.

    Raises:
        NoSuchLogin: when nobody has this login.
    """
    actor.demand(Permission.MANAGE_STAFF, government)
    staff = staff_by_login(session, login)
    if staff is None:
        raise NoSuchLogin(f"職員ID「{login}」は登録されていません。職員IDを確認してください。")
    service.give_role(session, staff, role, government, actor=actor)
    return staff


def give_role(
    session: Session, staff_id: int, *, role: Role, government: str, actor: Actor
) -> None:
    """Give a person a role for a government of the actor's."""
    actor.demand(Permission.MANAGE_STAFF, government)
    service.give_role(session, _managed(session, staff_id, actor), role, government, actor=actor)


def take_role(session: Session, staff_id: int, membership_id: int, *, actor: Actor) -> None:
    """Take a role away.

    Raises:
        LastAdministrator: when it is the last active administrator's of its government.
    """
    staff = _managed(session, staff_id, actor)
    membership = session.get(Membership, membership_id)
    if membership is None or membership.staff_id != staff.id:
        raise NotFound(f"membership {membership_id} of staff {staff_id}")
    actor.demand(Permission.MANAGE_STAFF, membership.government_slug)
    if membership.role is Role.ADMINISTRATOR:
        _keep_an_administrator(session, staff, membership.government_slug)
    service.take_role(session, membership, actor=actor)


def set_active(session: Session, staff_id: int, *, is_active: bool, actor: Actor) -> None:
    """Stop an account, ending its sessions, or let it in again.

    Raises:
        OwnAccount: when it is one's own.
        BelongsElsewhere: when it also has roles where the actor does not manage.
        LastAdministrator: when a government would be left without one.
    """
    staff = _changeable(session, staff_id, actor)
    if staff.is_active is is_active:
        return
    if not is_active:
        for held in memberships_of(session, staff.id):
            if held.role is Role.ADMINISTRATOR:
                _keep_an_administrator(session, staff, held.government_slug)
    service.set_active(session, staff, is_active, actor=actor)


def reset_password(session: Session, staff_id: int, *, actor: Actor) -> NewPassword:
    """Give an account a new initial password, ending its sessions.

    Raises:
        OwnAccount: when it is one's own.
        BelongsElsewhere: when it also has roles where the actor does not manage.
    """
    staff = _changeable(session, staff_id, actor)
    password = initial_password()
    service.reset_password(session, staff, password, actor=actor)
    return NewPassword(staff.id, staff.login, staff.name, password)


def initial_password() -> str:
    """A random password of 79 bits that can be read aloud and typed without mistakes."""
    groups = (
        "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_GROUP_LENGTH))
        for _ in range(PASSWORD_GROUPS)
    )
    return "-".join(groups)


def _managed(session: Session, staff_id: int, actor: Actor) -> Staff:
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(f"staff {staff_id}")
    held = {each.government_slug for each in memberships_of(session, staff.id)}
    if held and not held & actor.governments(Permission.MANAGE_STAFF):
        raise NotFound(f"staff {staff_id}")
    return staff


def _changeable(session: Session, staff_id: int, actor: Actor) -> Staff:
    staff = _managed(session, staff_id, actor)
    if staff.id == actor.id:
        raise OwnAccount("自分自身の停止やパスワードの再発行はできません。")
    _demand_all_managed(session, staff, actor)
    return staff


def _demand_all_managed(session: Session, staff: Staff, actor: Actor) -> None:
    held = {each.government_slug for each in memberships_of(session, staff.id)}
    if not held <= actor.governments(Permission.MANAGE_STAFF):
        raise BelongsElsewhere(
            f"{staff.name}さんは、あなたが管理していない自治体の役割も持っています。"
            "先にその自治体の管理者が役割を外すか、この自治体の役割だけを外してください。"
        )


def _checked_email(email: str) -> str | None:
    if not email:
        return None
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise EmailRefused("メールアドレスの形になっていません。") from error


def _keep_an_administrator(session: Session, staff: Staff, government: str) -> None:
    others = set(active_administrators(session, government)) - {staff.id}
    if staff.is_active and not others:
        raise LastAdministrator(
            f"{staff.name}さんは最後の管理者です。先に別の職員へ管理者の役割を与えてください。"
        )


def _member(staff: Staff, held: Sequence[Membership], actor: Actor) -> Member:
    managed = actor.governments(Permission.MANAGE_STAFF)
    return Member(
        id=staff.id,
        login=staff.login,
        name=staff.name,
        is_active=staff.is_active,
        must_change_password=staff.must_change_password,
        signed_in_at=staff.signed_in_at,
        email=staff.email,
        sections=(),
        roles=tuple(
            MemberRole(each.id, each.role, each.government_slug, each.government_slug in managed)
            for each in held
        ),
        may_change_account=staff.id != actor.id
        and all(each.government_slug in managed for each in held),
    )
