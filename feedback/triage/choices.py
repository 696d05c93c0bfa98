"""What the queue's filters and forms offer, read in one SELECT."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from feedback.accounts.models import Membership, Staff
from feedback.calls.models import SOURCE_LANGUAGE, Government, Initiative, Municipality
from feedback.theming.models import Theme, ThemeState
from feedback.triage.models import WORKING_ROLES
from feedback.web.actor import Actor
from feedback.web.permissions import Permission


@dataclass(frozen=True, slots=True)
class Choice:
    """A value with its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The governments, initiatives and themes one may filter by, and whom one may assign."""

    governments: tuple[Choice, ...]
    initiatives: tuple[Choice, ...]
    themes: tuple[Choice, ...]
    members: tuple[Choice, ...]
    municipalities: tuple[Choice, ...] = ()
    """Only when they were asked for."""


def read_choices(
    session: Session, actor: Actor, *, with_municipalities: bool = False
) -> Choices:
    """Everything that may be chosen by this person."""
    visible = actor.governments(Permission.READ_CASES)
    places = select(
        literal("municipality"), Municipality.code, Municipality.name, literal(0), _no()
    )
    parts = union_all(
        *([places] if with_municipalities else []),
        select(
            literal("government"),
            Government.slug,
            Government.short_name,
            Government.position,
            _no(),
        ).where(Government.slug.in_(visible)),
        select(
            literal("initiative"),
            Initiative.slug,
            Initiative.names[SOURCE_LANGUAGE].as_string(),
            Initiative.position,
            _no(),
        ).where(or_(Initiative.government_slug.in_(visible), Initiative.government_slug.is_(None))),
        select(
            literal("theme"),
            cast(Theme.id, String),
            func.coalesce(Theme.staff_label, Theme.label),
            func.coalesce(Theme.parent_id, Theme.id),
            case((Theme.parent_id.is_(None), 0), else_=1),
        ).where(Theme.state == ThemeState.OPEN),
        select(literal("member"), cast(Staff.id, String), Staff.name, Staff.id, _no()).where(
            Staff.is_active,
            Staff.id.in_(
                select(Membership.staff_id).where(
                    Membership.role.in_(WORKING_ROLES),
                    Membership.government_slug.in_(actor.governments(Permission.TRIAGE_CASES)),
                )
            ),
        ),
    ).subquery()
    kind, value, _, position, depth = parts.c
    found: dict[str, list[Choice]] = {}
    for row in session.execute(select(parts).order_by(kind, position, depth, value)):
        words = f"　{row[2]}" if row[4] else row[2]
        found.setdefault(row[0], []).append(Choice(row[1], words))
    return Choices(
        tuple(found.get("government", ())),
        tuple(found.get("initiative", ())),
        tuple(found.get("theme", ())),
        tuple(found.get("member", ())),
        tuple(found.get("municipality", ())),
    )


def _no() -> ColumnElement[int]:
    return literal(0)
