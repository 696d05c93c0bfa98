"""What resembles nothing known（新しい話題のきざし）: staff make it a theme, or dismiss it.

What staff saw of the governments they decide for becomes their decision. What other governments'
people said goes along as the machine's placing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.storage import utc_now
from feedback.theming import decisions, guards, members, naming
from feedback.theming.errors import NameRefused, StaleEmerging
from feedback.theming.learnt import EmergingState, EmergingTheme, emerging_of
from feedback.theming.models import Assignment, Theme, ThemeState, assignments_of
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.emerging"
QUOTES = 4

ACCEPTED = audit.declare("theming.emerging_accepted", "新しい話題をテーマにした", "statements")
DISMISSED = audit.declare("theming.emerging_dismissed", "新しい話題の候補を見送った", "label")
REOPENED = audit.declare("theming.emerging_reopened", "新しい話題の候補に戻した", "label")


@dataclass(frozen=True, slots=True)
class Sign:
    """A proposed theme as it is read."""

    id: int
    label: str
    keywords: tuple[str, ...]
    voices: int
    statements: int
    quotes: tuple[str, ...]
    """Masked, of the governments that the reader decides for."""


def count(session: Session, call_id: int) -> int:
    """How many proposed themes wait for staff."""
    query = select(func.count()).where(
        EmergingTheme.call_id == call_id, EmergingTheme.state == EmergingState.OPEN
    )
    return session.scalar(query) or 0


def signs_of(session: Session, call_id: int, *, actor: Actor) -> list[Sign]:
    """The proposed themes that wait for staff, with statements to read."""
    waiting = [one for one in emerging_of(session, call_id) if one.state is EmergingState.OPEN]
    texts = _texts(session, [each for one in waiting for each in one.statement_ids], actor)
    return [
        Sign(
            id=one.id,
            label=one.label,
            keywords=tuple(one.keywords),
            voices=one.voices,
            statements=len(one.statement_ids),
            quotes=tuple(texts[each] for each in one.statement_ids if each in texts)[:QUOTES],
        )
        for one in waiting
    ]


def accept(session: Session, emerging_id: int, name: str, *, actor: Actor) -> tuple[int, int]:
    """Make a proposed theme a theme; its id, and the act's.

    Raises:
        StaleEmerging: when somebody decided about it, or it is no longer found.
        NameRefused: when the name is empty, too long or another theme's.
    """
    one = _waiting(session, emerging_id, actor)
    name = naming.proper(name)
    if name in guards.names_taken(session, one.call_id):
        raise NameRefused("同じ名前のテーマがあります。別の名前にしてください。")
    free = _free(session, one)
    own = set(_texts(session, list(free), actor))
    if not own:
        raise StaleEmerging
    theme = _new_theme(session, one, name, actor)
    decided = decisions.decide_all(session, dict.fromkeys(sorted(own), theme.id), actor=actor)
    others = _take_along(free, own, theme)
    decisions.settle_cases(session, decided.submissions)
    one.state, one.decided_by, one.theme_id = EmergingState.ACCEPTED, actor.name, theme.id
    guards.record(session, ACCEPTED, theme, actor, statements=len(own) + len(others))
    payload = {
        "emerging": one.id,
        "theme": theme.id,
        "decided": decided.payload(),
        "others": others,
    }
    summary = f"新しい話題をテーマ「{theme.name}」にしました"
    return theme.id, undo.remember(session, KIND, summary, payload, actor=actor)


def dismiss(session: Session, emerging_id: int, *, actor: Actor) -> int:
    """Say that it is no theme of its own; it is not offered again. The act's id.

    Raises:
        StaleEmerging: when somebody decided about it, or it is no longer found.
    """
    one = _waiting(session, emerging_id, actor)
    one.state, one.decided_by = EmergingState.DISMISSED, actor.name
    _record(session, DISMISSED, one, actor)
    summary = f"新しい話題の候補「{one.label}」を見送りました"
    return undo.remember(session, KIND, summary, {"emerging": one.id}, actor=actor)


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Let it be a proposal again; a theme made of it ends.

    Raises:
        CannotUndo: when the theme was changed since, or statements were decided into it.
    """
    one = session.get(EmergingTheme, payload["emerging"])
    if one is None:
        raise undo.CannotUndo("その後の学習で、この候補はなくなりました。")
    guards.demand_editing(session, one.call_id, actor)
    guards.lock_call(session, one.call_id)
    if "theme" in payload:
        _end(session, payload, actor)
    one.state, one.decided_by, one.theme_id = EmergingState.OPEN, None, None
    _record(session, REOPENED, one, actor)


def _end(session: Session, payload: dict[str, Any], actor: Actor) -> None:
    theme = session.get_one(Theme, payload["theme"], populate_existing=True)
    own = {row[0] for row in payload["decided"]["statements"]}
    query = select(Assignment.statement_id).where(
        Assignment.theme_id == theme.id, Assignment.decided_by.is_not(None)
    )
    is_changed = theme.state is not ThemeState.OPEN or theme.version != 1 or theme.answer_states
    if is_changed or guards.children_of(session, theme) or set(session.scalars(query)) - own:
        raise undo.CannotUndo(f"テーマ「{theme.name}」が、その後に変更されています。")
    decisions.take_back(session, payload["decided"], actor=actor)
    before: Mapping[int, int | None] = dict(payload["others"])
    rows = select(Assignment).where(Assignment.theme_id == theme.id)
    for row in session.scalars(rows):
        wanted = before.get(row.statement_id)
        above = session.get(Theme, wanted) if wanted is not None else None
        row.theme_id = above.id if above and above.state is ThemeState.OPEN else None
        row.proposed_theme_id = row.theme_id
    theme.state = ThemeState.GONE
    theme.version += 1


def _waiting(session: Session, emerging_id: int, actor: Actor) -> EmergingTheme:
    one = session.get(EmergingTheme, emerging_id) if emerging_id <= guards.LARGEST_ID else None
    if one is None:
        raise StaleEmerging
    guards.demand_editing(session, one.call_id, actor)
    guards.lock_call(session, one.call_id)
    session.refresh(one)
    if one.state is not EmergingState.OPEN:
        raise StaleEmerging
    return one


def _free(session: Session, one: EmergingTheme) -> dict[int, Assignment]:
    """Its statements that nobody has decided about meanwhile."""
    found = assignments_of(session, one.statement_ids)
    return {each: row for each, row in found.items() if row.decided_by is None}


def _texts(session: Session, statement_ids: Sequence[int], actor: Actor) -> dict[int, str]:
    query = (
        select(Statement.id, Statement.text)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(
            Statement.id.in_(statement_ids),
            Submission.government_slug.in_(members.within_reach(actor)),
        )
    )
    return {row.id: row.text for row in session.execute(query)}


def _new_theme(session: Session, one: EmergingTheme, name: str, actor: Actor) -> Theme:
    theme = Theme(
        call_id=one.call_id,
        label=one.label,
        staff_label=name,
        keywords=list(one.keywords),
        quote_ids=one.statement_ids[:QUOTES],
        state=ThemeState.OPEN,
        created_at=utc_now(),
        answer_states={},
        made_by=actor.name,
        version=1,
    )
    session.add(theme)
    session.flush()
    return theme


def _take_along(
    free: Mapping[int, Assignment], own: set[int], theme: Theme
) -> list[list[int | None]]:
    moved: list[list[int | None]] = []
    for each, row in free.items():
        if each not in own:
            moved.append([each, row.theme_id])
            row.theme_id = row.proposed_theme_id = theme.id
    return moved


def _record(session: Session, event: audit.Event, one: EmergingTheme, actor: Actor) -> None:
    audit.record(session, event, actor=actor, subject=f"call:{one.call_id}", label=one.label)
