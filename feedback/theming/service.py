"""The rules of themes: what staff decide about statements and themes, always audited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calls.models import Call, governments_of
from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.queue import service as queue
from feedback.screening.models import Statement
from feedback.storage import utc_now
from feedback.theming.errors import (
    MergeRefused,
    NameRefused,
    StaleStatement,
    StaleTheme,
    ThemeError,
    UnknownTheme,
)
from feedback.theming.models import Assignment, Run, Theme, ThemeState, themes_of
from feedback.theming.reading import (
    StatementPlace,
    ThemeSummary,
    proposals_of,
    themes_of_call,
)
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

__all__ = [
    "MergeRefused",
    "NameRefused",
    "StaleStatement",
    "StaleTheme",
    "StatementPlace",
    "ThemeError",
    "ThemeSummary",
    "UnknownTheme",
    "accept",
    "decide",
    "enqueue_run",
    "family_of",
    "lock_call",
    "mark_checked",
    "merge",
    "move",
    "note_answer",
    "proposals_of",
    "record_run",
    "rename",
    "request_run",
    "themes_of_call",
]

NAME_CHARACTERS = 60
#: Lets an import's chunks arrive before the call is analysed for the first time.
GATHERING = timedelta(seconds=10)

RUN_REQUESTED = audit.declare("theming.run_requested", "分析のやり直しを依頼した", "call")
RUN_STORED = audit.declare(
    "theming.run_stored", "分析を終えた", "call", "statements", "themes", "result_hash"
)
DECIDED = audit.declare(
    "theming.statement_decided", "意見文のテーマを決めた", "statement", "before", "after"
)
ACCEPTED = audit.declare(
    "theming.statement_accepted", "意見文のテーマの提案を確定した", "statement", "theme"
)
RENAMED = audit.declare("theming.renamed", "テーマの名前を変えた", "before", "after")
MERGED = audit.declare("theming.merged", "テーマを統合した", "into", "statements", "subthemes")
CHECKED = audit.declare("theming.checked", "テーマを確認済みにした")
UNCHECKED = audit.declare("theming.unchecked", "テーマの確認済みを取り消した")


def decide(session: Session, statement_id: int, theme_id: int | None, *, actor: Actor) -> None:
    """Put a statement into a theme by a person's decision; None is 未分類.

    Raises:
        UnknownTheme: when the theme does not stand in the statement's call.
        NotFound: when the actor may not read the statement.
    """
    statement, submission, government = _statement_for(session, statement_id, actor)
    lock_call(session, submission.call_id)
    if theme_id is not None:
        _standing_theme(session, theme_id, call_id=submission.call_id)
    assignment = _assignment_of(session, statement)
    before = assignment.theme_id
    _settle(assignment, theme_id, actor)
    audit.record(
        session,
        DECIDED,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=government,
        statement=statement.position,
        before=before,
        after=theme_id,
    )


def accept(session: Session, statement_id: int, *, actor: Actor) -> None:
    """Make the machine's proposal a person's decision.

    Raises:
        UnknownTheme: when the proposed theme no longer stands.
        NotFound: when the actor may not read the statement.
    """
    statement, submission, government = _statement_for(session, statement_id, actor)
    lock_call(session, submission.call_id)
    assignment = _assignment_of(session, statement)
    proposed = assignment.proposed_theme_id
    if proposed is not None:
        _standing_theme(session, proposed, call_id=submission.call_id)
    _settle(assignment, proposed, actor)
    audit.record(
        session,
        ACCEPTED,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=government,
        statement=statement.position,
        theme=proposed,
    )


def move(
    session: Session,
    statement_ids: Sequence[int],
    *,
    source: int | None,
    target: int | None,
    actor: Actor,
) -> None:
    """Move statements from the theme on whose page they were seen to another.

    Raises:
        StaleStatement: when one of them has left the theme meanwhile.
    """
    family = family_of(session, source) if source is not None else [None]
    moved: set[int] = set()
    for statement_id in statement_ids:
        _, submission, _ = _statement_for(session, statement_id, actor)
        lock_call(session, submission.call_id)
        stands = session.scalars(
            select(Assignment).where(Assignment.statement_id == statement_id)
        ).first()
        if (stands.theme_id if stands else None) not in family:
            raise StaleStatement
        decide(session, statement_id, target, actor=actor)
        moved.add(submission.id)
    queue.enqueue(session, "triage.settle", {"submission_ids": sorted(moved)})


def rename(session: Session, theme_id: int, name: str, *, version: int, actor: Actor) -> Theme:
    """Give a theme a name of staff's own; it outlives every run.

    Raises:
        NameRefused: when the name is empty, too long or another theme's.
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = _editable(session, theme_id, version, actor)
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise NameRefused(f"名前は1文字以上{NAME_CHARACTERS}文字以内で入力してください。")
    others = themes_of(session, theme.call_id).values()
    if any(
        each.id != theme.id and each.state is ThemeState.OPEN and each.name == name
        for each in others
    ):
        raise NameRefused("同じ名前のテーマがあります。別の名前にするか、統合してください。")
    before = theme.staff_label or ""
    theme.staff_label = name
    theme.version += 1
    _record(session, RENAMED, theme, actor, before=before, after=name)
    return theme


def merge(session: Session, theme_id: int, target_id: int, *, version: int, actor: Actor) -> Theme:
    """Merge a theme into another: its statements and subthemes move there for good.

    Returns the theme merged into. The next runs keep to it: what they find to be the old theme
    goes to the new one.

    Raises:
        MergeRefused: when these two cannot become one.
        UnknownTheme: when the target does not stand in the same call.
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = _editable(session, theme_id, version, actor)
    target = _standing_theme(session, target_id, call_id=theme.call_id)
    children = children_of(session, theme)
    check_merge(theme, target, children)
    moved = _size(session, family_of(session, theme.id))
    _repoint(session, theme.id, target.id)
    for child in children:
        child.parent_id = target.id
    theme.state = ThemeState.MERGED
    theme.merged_into_id = target.id
    theme.version += 1
    target.answer_states = _joined_states(theme.answer_states, target.answer_states)
    target.version += 1
    _record(
        session, MERGED, theme, actor, into=target.id, statements=moved, subthemes=len(children)
    )
    return target


def check_merge(theme: Theme, target: Theme, children: Sequence[Theme]) -> None:
    """Refuse what would not leave two clean levels.

    Raises:
        MergeRefused: when it would not.
    """
    if theme.id == target.id:
        raise MergeRefused("同じテーマには統合できません。別のテーマを選んでください。")
    if children and target.parent_id is not None:
        raise MergeRefused(
            "小テーマのあるテーマは、小テーマには統合できません。上位のテーマを選んでください。"
        )


def mark_checked(
    session: Session, theme_id: int, *, checked: bool, version: int, actor: Actor
) -> Theme:
    """Say that a person has read the theme and stands by it, or take that back.

    Raises:
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = _editable(session, theme_id, version, actor)
    theme.checked_at = utc_now() if checked else None
    theme.checked_by = actor.name if checked else None
    theme.version += 1
    _record(session, CHECKED if checked else UNCHECKED, theme, actor)
    return theme


def note_answer(session: Session, theme_id: int, government: str, state: str) -> None:
    """Keep how far a government's answer to a theme is; the answering room tells it."""
    theme = session.get_one(Theme, theme_id, with_for_update=True, populate_existing=True)
    theme.answer_states = {**theme.answer_states, government: state}
    session.flush()


def family_of(session: Session, theme_id: int) -> list[int]:
    """A theme and its standing subthemes."""
    children = select(Theme.id).where(Theme.parent_id == theme_id, Theme.state == ThemeState.OPEN)
    return [theme_id, *session.scalars(children.order_by(Theme.id))]


def request_run(session: Session, call: Call, *, actor: Actor) -> None:
    """Ask for the call to be analysed again.

    Raises:
        NotPermitted: when the actor edits themes for no government of the call.
    """
    _demand_editing(session, call.id, actor)
    enqueue_run(session, call.id, actor.name)
    audit.record(session, RUN_REQUESTED, actor=actor, subject=f"call:{call.id}", call=call.slug)


def enqueue_run(
    session: Session,
    call_id: int,
    requested_by: str | None,
    *,
    delay: timedelta = timedelta(0),
) -> None:
    """Put an analysis of the call into the outbox, once while it waits."""
    queue.enqueue(
        session,
        "theming.run",
        {"call_id": call_id, "requested_by": requested_by},
        key=f"run:{call_id}",
        delay=delay,
    )


def record_run(session: Session, run: Run, requested_by: str | None) -> None:
    """Write the audit entry of a stored run."""
    call = session.get_one(Call, run.call_id)
    audit.record(
        session,
        RUN_STORED,
        actor=None,
        actor_name=requested_by or audit.SYSTEM,
        subject=f"run:{run.id}",
        call=call.slug,
        statements=run.statements,
        themes=run.choice["number"],
        result_hash=run.result_hash,
    )


def lock_call(session: Session, call_id: int) -> None:
    """Let one change of a call's themes at a time; citizens' submissions are not held up."""
    session.get_one(Call, call_id, with_for_update={"key_share": True}, populate_existing=True)


def _statement_for(
    session: Session, statement_id: int, actor: Actor
) -> tuple[Statement, Submission, str]:
    """The statement, its submission, and the government in charge."""
    statement = session.get(Statement, statement_id)
    if statement is None:
        raise NotFound(f"statement {statement_id}")
    found = charge.readable(session, statement.submission_id, actor=actor)
    actor.demand(Permission.EDIT_THEMES, found.government)
    return statement, found.submission, found.government


def _assignment_of(session: Session, statement: Statement) -> Assignment:
    query = select(Assignment).where(Assignment.statement_id == statement.id)
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        found = Assignment(statement_id=statement.id, confidence=0.0, reasons=[])
        session.add(found)
    return found


def _settle(assignment: Assignment, theme_id: int | None, actor: Actor) -> None:
    assignment.theme_id = theme_id
    assignment.decided_by = actor.name
    assignment.decided_at = utc_now()


def _standing_theme(session: Session, theme_id: int, *, call_id: int) -> Theme:
    theme = session.get(Theme, theme_id, populate_existing=True)
    if theme is None or theme.call_id != call_id or theme.state is not ThemeState.OPEN:
        raise UnknownTheme
    return theme


def _editable(session: Session, theme_id: int, version: int, actor: Actor) -> Theme:
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    _demand_editing(session, theme.call_id, actor)
    lock_call(session, theme.call_id)
    session.refresh(theme)
    if theme.state is not ThemeState.OPEN or theme.version != version:
        raise StaleTheme
    return theme


def _demand_editing(session: Session, call_id: int, actor: Actor) -> None:
    own = actor.governments(Permission.EDIT_THEMES)
    if not any(each.slug in own for each in governments_of(session, call_id)):
        raise NotPermitted(f"themes of call {call_id}")


def children_of(session: Session, theme: Theme) -> Sequence[Theme]:
    """A theme's standing subthemes."""
    query = select(Theme).where(Theme.parent_id == theme.id, Theme.state == ThemeState.OPEN)
    return session.scalars(query.order_by(Theme.id)).all()


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


def _record(
    session: Session, event: audit.Event, theme: Theme, actor: Actor, **details: Any
) -> None:
    audit.record(session, event, actor=actor, subject=f"theme:{theme.id}", **details)
