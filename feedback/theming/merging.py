"""Two themes become one: what would move, the merge itself, and how it is taken back.

The next runs keep to a merge: what they find to be the old theme goes to the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calls.models import all_governments
from feedback.theming import apart, counts, guards, learning
from feedback.theming.counts import Counts
from feedback.theming.errors import MergeRefused, UnknownTheme
from feedback.theming.models import (
    Assignment,
    RunAssignment,
    Theme,
    ThemeState,
    apart_between,
    last_run,
)
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.merged"
CHUNK = 500

MERGED = audit.declare("theming.merged", "テーマを統合した", "into", "statements", "subthemes")
UNMERGED = audit.declare(
    "theming.unmerged", "テーマの統合を取り消した", "into", "statements", "subthemes"
)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """A merge before it is done: both themes and what would move."""

    theme: Theme
    target: Theme
    theme_counts: Counts
    target_counts: Counts
    statements: int
    """Those of its subthemes included."""
    decided: int
    """Of them, how many staff had put there."""
    subthemes: tuple[str, ...]
    answers: Mapping[str, str]
    """Government's name → state, of the answers that go along."""


def preview(session: Session, theme: Theme, target_id: int) -> MergePreview:
    """Look at a merge without doing it.

    Raises:
        UnknownTheme: when the target does not stand in the same call.
        MergeRefused: when these two cannot become one.
    """
    target = session.get(Theme, target_id) if target_id <= guards.LARGEST_ID else None
    if target is None or target.call_id != theme.call_id or target.state is not ThemeState.OPEN:
        raise UnknownTheme
    children = guards.children_of(session, theme)
    check(session, theme, target, children)
    family = guards.family_of(session, theme.id)
    own = select(func.count(), func.count(Assignment.decided_by)).where(
        Assignment.theme_id.in_(family)
    )
    statements, decided = session.execute(own).one()
    names = {each.slug: each.name for each in all_governments(session)}
    return MergePreview(
        theme=theme,
        target=target,
        theme_counts=counts.of_family(session, family),
        target_counts=counts.of_family(session, guards.family_of(session, target.id)),
        statements=statements,
        decided=decided,
        subthemes=tuple(child.name for child in children),
        answers={names[slug]: state for slug, state in theme.answer_states.items()},
    )


def merge(session: Session, theme_id: int, target_id: int, *, version: int, actor: Actor) -> int:
    """Merge a theme into another: its statements and subthemes move there; the act's id.

    Raises:
        MergeRefused: when these two cannot become one.
        UnknownTheme: when the target does not stand in the same call.
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = guards.editable(session, theme_id, version, actor)
    target = guards.standing_theme(session, target_id, call_id=theme.call_id)
    children = guards.children_of(session, theme)
    check(session, theme, target, children)
    statements = _size(session, guards.family_of(session, theme.id))
    payload = {
        "theme": theme.id,
        "into": target.id,
        "children": [child.id for child in children],
        "answers": target.answer_states,
        "places": _places(session, theme.id),
        "apart": apart.hand_over(session, theme, target),
    }
    _repoint(session, theme.id, target.id)
    for child in children:
        child.parent_id = target.id
    theme.state, theme.merged_into_id = ThemeState.MERGED, target.id
    theme.merged_by = actor.name
    target.answer_states = _joined_states(theme.answer_states, target.answer_states)
    payload["joined"] = target.answer_states
    theme.version += 1
    target.version += 1
    guards.record(
        session,
        MERGED,
        theme,
        actor,
        into=target.id,
        statements=statements,
        subthemes=len(children),
    )
    learning.enqueue(session, theme.call_id, anew=True)
    summary = f"テーマ「{theme.name}」を「{target.name}」に統合しました"
    return undo.remember(session, KIND, summary, payload, actor=actor)


def check(session: Session, theme: Theme, target: Theme, children: Sequence[Theme]) -> None:
    """Refuse what staff ruled out, or what would not leave two clean levels.

    Raises:
        MergeRefused: when it is so.
    """
    if theme.id == target.id:
        raise MergeRefused("同じテーマには統合できません。別のテーマを選んでください。")
    if apart_between(session, theme.id, target.id) is not None:
        raise MergeRefused(
            f"「{theme.name}」と「{target.name}」は、別のテーマとして保つことになっています。"
            "統合するときは、先に「別のテーマとして保つ」を解いてください。"
        )
    if theme.pinned_by is not None:
        raise MergeRefused(
            f"「{theme.name}」は固定されています。統合するときは、先に固定を外してください。"
        )
    if children and target.parent_id is not None:
        raise MergeRefused(
            "小テーマのあるテーマは、小テーマには統合できません。上位のテーマを選んでください。"
        )


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Let the merged theme stand again, with what came from it and is still there.

    Raises:
        CannotUndo: when the theme merged into no longer stands, or the levels do not allow it.
    """
    theme = guards.locked(session, payload["theme"], actor)
    target = session.get_one(Theme, payload["into"], populate_existing=True)
    _check_undo(session, theme, target)
    children = [session.get_one(Theme, each) for each in payload["children"]]
    theme.state, theme.merged_into_id, theme.merged_by = ThemeState.OPEN, None, None
    for child in children:
        if child.parent_id == target.id:
            child.parent_id = theme.id
    moved = _give_back(session, theme, target, payload["places"])
    if target.answer_states == payload["joined"]:
        target.answer_states = payload["answers"]
    apart.withdraw(session, payload["apart"])
    theme.version += 1
    target.version += 1
    guards.record(
        session,
        UNMERGED,
        theme,
        actor,
        into=target.id,
        statements=moved,
        subthemes=len(children),
    )


def _check_undo(session: Session, theme: Theme, target: Theme) -> None:
    if theme.merged_into_id != target.id or target.state is not ThemeState.OPEN:
        raise undo.CannotUndo("その後に、統合先のテーマが統合されたか、なくなりました。")
    if theme.name in guards.names_taken(session, theme.call_id):
        raise undo.CannotUndo(f"「{theme.name}」という名前を、ほかのテーマが使っています。")
    if theme.parent_id is not None:
        above = session.get_one(Theme, theme.parent_id)
        if above.state is not ThemeState.OPEN or above.parent_id is not None:
            raise undo.CannotUndo("統合したテーマの元の上位テーマが、今はありません。")


def _give_back(
    session: Session, theme: Theme, target: Theme, places: Sequence[Sequence[Any]]
) -> int:
    """Send back what came from the theme, as far as nobody has decided anew about it."""
    before = {row[0]: row[1] for row in places}
    moved = 0
    for assignment in _in_theme(session, target.id):
        is_known = assignment.statement_id in before
        if is_known and before[assignment.statement_id] == _stamp(assignment):
            assignment.theme_id = theme.id
            if assignment.decided_by is None:
                assignment.proposed_theme_id = theme.id
            moved += 1
    session.flush()
    for assignment in _last_run_places(session, theme):
        if assignment.proposed_theme_id == target.id:
            assignment.proposed_theme_id = theme.id
        if assignment.decided_by is None and assignment.theme_id == target.id:
            assignment.theme_id = theme.id
            moved += 1
    session.flush()
    return moved


def _in_theme(session: Session, theme_id: int) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.theme_id == theme_id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _last_run_places(session: Session, theme: Theme) -> Sequence[Assignment]:
    """What the last run itself found to be the theme's."""
    run = last_run(session, theme.call_id)
    query = (
        select(Assignment)
        .join(RunAssignment, RunAssignment.statement_id == Assignment.statement_id)
        .where(RunAssignment.run_id == (run.id if run else None))
        .where(RunAssignment.theme_id == theme.id)
    )
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _places(session: Session, theme_id: int) -> list[list[Any]]:
    """The statements that stand in the theme itself, each with when staff decided so."""
    query = select(Assignment).where(Assignment.theme_id == theme_id)
    rows = session.scalars(query.order_by(Assignment.statement_id))
    return [[row.statement_id, _stamp(row)] for row in rows]


def _stamp(assignment: Assignment) -> str | None:
    return assignment.decided_at.isoformat() if assignment.decided_at else None


def _size(session: Session, theme_ids: Sequence[int]) -> int:
    query = select(func.count()).where(Assignment.theme_id.in_(theme_ids))
    return session.scalar(query) or 0


def _repoint(session: Session, source: int, target: int) -> None:
    """Send everything that names the old theme to the new one."""
    for column in (Assignment.theme_id, Assignment.proposed_theme_id, Assignment.runner_up_id):
        change = update(Assignment).where(column == source).values({column: target})
        session.execute(change, execution_options={"synchronize_session": False})


def _joined_states(source: dict[str, str], target: dict[str, str]) -> dict[str, str]:
    """What the two themes' answers come to: a published one counts before a draft."""
    joined = {**source, **target}
    joined.update({slug: each for slug, each in source.items() if each == "published"})
    return joined
