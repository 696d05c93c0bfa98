"""The demo's staff. Their passphrase is public, so they exist in demo mode only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.accounts import service as accounts
from feedback.accounts.models import Role, staff_by_login
from feedback.web.actor import REGION, Actor

PASSPHRASE = "meyasubako-demo"  # noqa: S105 - public on purpose


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff of the demo."""

    login: str
    name: str
    role: Role
    government: str


#: One for each role in Tokyo, and whoever else the demo's decisions need.
PEOPLE = (
    Person("tokyo-staff", "高橋 美咲", Role.STAFF, "tokyo"),
    Person("tokyo-approver", "佐々木 誠", Role.APPROVER, "tokyo"),
    Person("tokyo-cio", "三浦 恵子", Role.CIO, "tokyo"),
    Person("tokyo-admin", "小林 健", Role.ADMINISTRATOR, "tokyo"),
    Person("kanagawa-staff", "石井 直子", Role.STAFF, "kanagawa"),
    Person("kanagawa-approver", "森田 浩", Role.APPROVER, "kanagawa"),
    Person("saitama-approver", "新井 智子", Role.APPROVER, "saitama"),
    Person("chiba-approver", "鶴岡 亮", Role.APPROVER, "chiba"),
    Person("region-approver", "松本 由紀", Role.APPROVER, REGION),
)


def add_all(session: Session) -> None:
    """Make the accounts; nobody has to change the passphrase of a demo."""
    for person in PEOPLE:
        staff = accounts.add_staff(
            session,
            login=person.login,
            name=person.name,
            password=PASSPHRASE,
            actor=None,
            must_change_password=False,
        )
        accounts.give_role(session, staff, person.role, person.government, actor=None)


def acting_as(session: Session, login: str) -> Actor:
    """A person of the demo, with just what their role allows."""
    staff = staff_by_login(session, login)
    if staff is None:
        raise LookupError(f"the demo has no {login}")
    return accounts.actor_of(session, staff)


def approver_of(session: Session, government: str) -> Actor:
    """Who approves for a government."""
    return acting_as(session, f"{government}-approver")


def announcement() -> list[str]:
    """What start-up prints about these accounts, loud enough not to be used in earnest."""
    rule = "=" * 72
    accounts_listed = [
        f"    {person.login:<18} {person.role.label}（{person.name}）" for person in PEOPLE
    ]
    return [
        rule,
        "  見本（デモ）専用です。下の職員IDと合言葉は公開されています。本番では使えません。",
        "  DEMO ONLY: these accounts and their passphrase are public.",
        "",
        *accounts_listed,
        f"    合言葉 / passphrase: {PASSPHRASE}",
        rule,
        "",
    ]
