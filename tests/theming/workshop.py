"""Acting in the workshop: runs without the queue, acts by number, and what must be kept."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.app import create_undoers
from feedback.storage import Database
from feedback.theming import (
    apart,
    decisions,
    guards,
    marks,
    merging,
    naming,
    parents,
    parting,
    runs,
    split_proposal,
)
from feedback.theming.marks import Mark
from feedback.theming.models import Apart, Assignment, Run, Theme, ThemeState, last_run
from feedback.theming.parting import How, NewPart
from feedback.theming.split_proposal import Proposal
from feedback.undo import service as undo
from feedback.undo.models import Act
from feedback.web.actor import Actor
from feedback.web.permissions import Permission
from tests.theming.builders import an_actor

ACTOR = an_actor("tokyo", "saitama", "chiba", "kanagawa")
UNDOERS = create_undoers()


def run(database: Database, call_id: int) -> None:
    """Analyse the call as the worker would."""
    with database.reading() as session:
        plan = runs.read(session, call_id)
    result = runs.compute(plan)
    with database.transaction() as session:
        guards.lock_call(session, call_id)
        runs.store(session, plan, result)


def take_back(session: Session, *, act: int | None = None, actor: Actor = ACTOR) -> None:
    """Take back this act, else the last one that stands."""
    undo.take_back(session, act, UNDOERS, actor=actor)


def last_act(session: Session) -> int:
    """The number of the last act."""
    return session.scalars(sa.select(Act.id).order_by(Act.id.desc()).limit(1)).one()


def last_run_of(session: Session, call_id: int) -> Run:
    """The call's newest run."""
    found = last_run(session, call_id)
    assert found is not None
    return found


def without_themes(actor: Actor) -> Actor:
    """The same person, who edits no themes."""
    permissions = {**actor.permissions, Permission.EDIT_THEMES: frozenset[str]()}
    return Actor(actor.id, actor.name, permissions)


def open_themes(session: Session) -> list[Theme]:
    """Every standing theme, by number."""
    query = sa.select(Theme).where(Theme.state == ThemeState.OPEN).order_by(Theme.id)
    return list(session.scalars(query))


def in_theme(session: Session, *theme_ids: int) -> list[int]:
    """The statements that stand in these themes."""
    query = sa.select(Assignment.statement_id).where(Assignment.theme_id.in_(theme_ids))
    return sorted(session.scalars(query))


def places(session: Session) -> dict[int, int | None]:
    """Where every statement stands."""
    query = sa.select(Assignment.statement_id, Assignment.theme_id)
    return {row.statement_id: row.theme_id for row in session.execute(query)}


def as_proposed(proposal: Proposal, names: list[str] | None = None) -> list[NewPart]:
    """The parts just as the machine proposes them."""
    return [
        NewPart(
            names[part.number - 1] if names else part.name,
            tuple(each for row in part.rows for each in row.statement_ids),
            part.others,
            part.keywords,
            part.quote_ids,
        )
        for part in proposal.parts
    ]


def split_as_proposed(
    session: Session,
    theme: Theme,
    *,
    how: How = How.BESIDE,
    parts: int | None = 2,
    names: list[str] | None = None,
    actor: Actor = ACTOR,
) -> int:
    """Split a theme as the machine proposes."""
    proposal = split_proposal.propose(session, theme.id, parts, actor=actor)
    new = as_proposed(proposal, names)
    return parting.split(session, theme.id, new, how=how, version=theme.version, actor=actor)


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that staff decided: no run may change any of it."""

    decided: dict[int, tuple[int | None, str | None, object]]
    names: dict[int, str]
    pinned: dict[int, str]
    parents: dict[int, int | None]
    merged: dict[int, int | None]
    touched: frozenset[int]
    apart: frozenset[tuple[int, int]]

    @classmethod
    def read(cls, session: Session) -> Kept:
        """As it stands now."""
        decided = sa.select(Assignment).where(Assignment.decided_by.is_not(None))
        rows = list(session.scalars(decided))
        themes = list(session.scalars(sa.select(Theme)))
        standing = [each for each in themes if each.state is ThemeState.OPEN]
        aparts = {(each.one_id, each.other_id) for each in session.scalars(sa.select(Apart))}
        in_apart = {theme for pair in aparts for theme in pair}
        holding = {row.theme_id for row in rows}
        return cls(
            decided={r.statement_id: (r.theme_id, r.decided_by, r.decided_at) for r in rows},
            names={each.id: each.staff_label for each in standing if each.staff_label},
            pinned={each.id: each.name for each in standing if each.pinned_by},
            parents={each.id: each.parent_id for each in standing if each.parent_by},
            merged={each.id: each.merged_into_id for each in themes if each.merged_by},
            touched=frozenset(
                each.id
                for each in standing
                if each.id in holding | in_apart
                or each.staff_label
                or each.pinned_by
                or each.parent_by
                or each.made_by
                or each.checked_at
                or each.whole_by
            ),
            apart=frozenset(aparts),
        )


def assert_sound(session: Session) -> None:
    """Two levels, and every statement in a theme that stands."""
    themes = {each.id: each for each in session.scalars(sa.select(Theme))}
    for theme in themes.values():
        if theme.state is ThemeState.OPEN and theme.parent_id is not None:
            above = themes[theme.parent_id]
            assert above.state is ThemeState.OPEN, (theme.name, "under what is gone")
            assert above.parent_id is None, (theme.name, "on a third level")
    for assignment in session.scalars(sa.select(Assignment)):
        for theme_id in (assignment.theme_id,):
            assert theme_id is None or themes[theme_id].state is ThemeState.OPEN, theme_id
        if assignment.decided_by is None:
            assert assignment.theme_id == assignment.proposed_theme_id


class Desk:
    """A member of staff who acts by numbers: the numbers choose among what is there."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def act(self, what: str, one: int, other: int) -> None:
        """Do one thing."""
        getattr(self, what)(one, other)

    def _theme(self, number: int) -> Theme:
        themes = open_themes(self.session)
        return themes[number % len(themes)]

    def _statement(self, number: int) -> Assignment:
        rows = list(self.session.scalars(sa.select(Assignment).order_by(Assignment.statement_id)))
        return rows[number % len(rows)]

    def decide(self, one: int, other: int) -> None:
        row = self._statement(one)
        target = self._theme(other).id if other % 7 else None
        decisions.move(
            self.session, [row.statement_id], source=row.theme_id, target=target, actor=ACTOR
        )

    def accept_some(self, one: int, other: int) -> None:
        ids = in_theme(self.session, self._theme(one).id)[: 1 + other % 12]
        seen = {each: self._theme(one).id for each in ids}
        decided = decisions.confirm(self.session, seen, actor=ACTOR)
        decisions.remember(self.session, decided, "確定", ACTOR)

    def merge(self, one: int, other: int) -> None:
        theme, target = self._theme(one), self._theme(other)
        merging.merge(self.session, theme.id, target.id, version=theme.version, actor=ACTOR)

    def rename(self, one: int, other: int) -> None:
        theme = self._theme(one)
        name = f"名前{other}"
        naming.rename_undoably(self.session, theme.id, name, version=theme.version, actor=ACTOR)

    def pin(self, one: int, other: int) -> None:
        theme = self._theme(one)
        on = theme.pinned_by is None
        marks.mark(self.session, theme.id, Mark.PINNED, on=on, version=theme.version, actor=ACTOR)

    def keep_whole(self, one: int, other: int) -> None:
        theme = self._theme(one)
        marks.mark(self.session, theme.id, Mark.WHOLE, on=True, version=theme.version, actor=ACTOR)

    def keep_apart(self, one: int, other: int) -> None:
        apart.keep_apart(self.session, self._theme(one).id, self._theme(other).id, actor=ACTOR)

    def set_parent(self, one: int, other: int) -> None:
        theme = self._theme(one)
        parent = self._theme(other).id if other % 3 else None
        parents.set_parent(self.session, theme.id, parent, version=theme.version, actor=ACTOR)

    def split(self, one: int, other: int) -> None:
        theme = self._theme(one)
        how = parting.ways(self.session, theme)[-1 if other % 2 else 0]
        names = [f"部分{other}の{turn}" for turn in range(1, 4)]
        split_as_proposed(self.session, theme, how=how, parts=2 + other % 2, names=names)

    def undo(self, one: int, other: int) -> None:
        take_back(self.session)


ACTS = (
    "decide",
    "accept_some",
    "merge",
    "rename",
    "pin",
    "keep_whole",
    "keep_apart",
    "set_parent",
    "split",
    "undo",
)
