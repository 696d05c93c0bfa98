"""What the queue's filters and forms offer, read in one SELECT."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from feedback.accounts.models import Membership, Section, Staff
from feedback.calls.models import SOURCE_LANGUAGE, Government, Initiative
from feedback.theming.models import Theme, ThemeState
from feedback.triage.models import WORKING_ROLES
from feedback.web.actor import REGION, Actor
from feedback.web.permissions import Permission

#: More sections than any government has, so that governments stay together.
PLACES = 10_000


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
    sections: tuple[Choice, ...]


def read_choices(session: Session, actor: Actor) -> Choices:
    """Everything that may be chosen by this person."""
    visible = actor.governments(Permission.READ_CASES)
    working = actor.governments(Permission.TRIAGE_CASES)
    parts = union_all(
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
                    Membership.government_slug.in_(working),
                )
            ),
        ),
        select(
            literal("section"),
            cast(Section.id, String),
            _section_words(working),
            Government.position * PLACES + Section.position,
            Section.id,
        )
        .join(Government, Government.slug == Section.government_slug)
        .where(Section.is_active, Section.government_slug.in_(working)),
    ).subquery()
    kind, value, _, position, depth = parts.c
    found: dict[str, list[Choice]] = {}
    for row in session.execute(select(parts).order_by(kind, position, depth, value)):
        words = f"　{row[2]}" if row[0] == "theme" and row[4] else row[2]
        found.setdefault(row[0], []).append(Choice(row[1], words))
    return Choices(
        tuple(found.get("government", ())),
        tuple(found.get("initiative", ())),
        tuple(found.get("theme", ())),
        tuple(found.get("member", ())),
        tuple(found.get("section", ())),
    )


def _section_words(governments: Collection[str]) -> ColumnElement[str]:
    """A section's name, with its government's before it where the reader works for several."""
    several = len(set(governments) - {REGION}) > 1
    return Government.short_name + "　" + Section.name if several else Section.name.expression


def _no() -> ColumnElement[int]:
    return literal(0)
