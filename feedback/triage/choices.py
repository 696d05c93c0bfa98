"""What the queue's filters and forms offer, read in one SELECT."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from feedback.accounts.models import Membership, Section, Staff
from feedback.calls.models import SOURCE_LANGUAGE, Government, Initiative, Municipality
from feedback.theming.models import Theme, ThemeState
from feedback.triage.models import WORKING_ROLES, DefaultView, SavedView
from feedback.triage.saved import is_begun_with, is_visible
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
class KeptView:
    """A saved view as the queue offers it."""

    id: int
    name: str
    conditions: str
    """The query of its address."""
    is_shared: bool
    is_default: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The governments, initiatives and themes one may filter by, and whom one may assign."""

    governments: tuple[Choice, ...]
    initiatives: tuple[Choice, ...]
    themes: tuple[Choice, ...]
    members: tuple[Choice, ...]
    sections: tuple[Choice, ...] = ()
    municipalities: tuple[Choice, ...] = ()
    """Only when they were asked for."""
    views: tuple[KeptView, ...] = ()
    above: Mapping[str, int] = field(default_factory=dict)
    """For each theme the one above it; itself when there is none."""

    def family_of(self, theme_id: int) -> list[int]:
        """A theme and its subthemes."""
        below = [int(each) for each, above in self.above.items() if above == theme_id]
        return sorted({theme_id, *below})


def read_choices(session: Session, actor: Actor, *, with_municipalities: bool = False) -> Choices:
    """Everything that may be chosen by this person."""
    visible = actor.governments(Permission.READ_CASES)
    working = actor.governments(Permission.TRIAGE_CASES)
    places = select(
        literal("municipality"), Municipality.code, Municipality.name, literal(0), _no(), _none()
    )
    parts = union_all(
        *([places] if with_municipalities else []),
        select(
            literal("government"),
            Government.slug,
            Government.short_name,
            Government.position,
            _no(),
            _none(),
        ).where(Government.slug.in_(visible)),
        select(
            literal("initiative"),
            Initiative.slug,
            Initiative.names[SOURCE_LANGUAGE].as_string(),
            Initiative.position,
            _no(),
            _none(),
        ).where(or_(Initiative.government_slug.in_(visible), Initiative.government_slug.is_(None))),
        select(
            literal("theme"),
            cast(Theme.id, String),
            func.coalesce(Theme.staff_label, Theme.label),
            func.coalesce(Theme.parent_id, Theme.id),
            case((Theme.parent_id.is_(None), 0), else_=1),
            _none(),
        ).where(Theme.state == ThemeState.OPEN),
        select(
            literal("member"), cast(Staff.id, String), Staff.name, Staff.id, _no(), _none()
        ).where(
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
            _none(),
        )
        .join(Government, Government.slug == Section.government_slug)
        .where(Section.is_active, Section.government_slug.in_(working)),
        select(
            literal("view"),
            cast(SavedView.id, String),
            SavedView.name,
            case((SavedView.government_slug.is_(None), 0), else_=1),
            case((DefaultView.view_id.is_(None), 0), else_=1),
            SavedView.conditions,
        )
        .outerjoin(DefaultView, is_begun_with(actor))
        .where(is_visible(actor)),
    ).subquery()
    kind, value, _, position, depth, _ = parts.c
    found: dict[str, list[Choice]] = {}
    views: list[KeptView] = []
    above: dict[str, int] = {}
    for row in session.execute(select(parts).order_by(kind, position, depth, value)):
        if row[0] == "view":
            views.append(KeptView(int(row[1]), row[2], row[5], bool(row[3]), bool(row[4])))
            continue
        if row[0] == "theme":
            above[row[1]] = row[3]
        words = f"　{row[2]}" if row[0] == "theme" and row[4] else row[2]
        found.setdefault(row[0], []).append(Choice(row[1], words))
    return Choices(
        tuple(found.get("government", ())),
        tuple(found.get("initiative", ())),
        tuple(found.get("theme", ())),
        tuple(found.get("member", ())),
        tuple(found.get("section", ())),
        tuple(found.get("municipality", ())),
        tuple(sorted(views, key=lambda each: (each.is_shared, each.name))),
        above,
    )


def _section_words(governments: Collection[str]) -> ColumnElement[str]:
    """A section's name, with its government's before it where the reader works for several."""
    several = len(set(governments) - {REGION}) > 1
    return Government.short_name + "　" + Section.name if several else Section.name.expression


def _no() -> ColumnElement[int]:
    return literal(0)


def _none() -> ColumnElement[str]:
    return literal("")
