"""What staff decide about statements: accept the machine's proposal, move elsewhere, 未分類.

A decision always wins over the machine. Each is remembered with what stood before it, so that it
can be taken back as long as nobody has decided anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.queue import service as queue
from feedback.screening.models import Statement
from feedback.storage import utc_now
from feedback.theming import guards, learning
from feedback.theming.errors import StaleStatement
from feedback.theming.models import Assignment, Theme, ThemeState, themes_of
from feedback.theming.models import standing as standing_of
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

KIND = "theming.decided"
CHUNK = 500

DECIDED = audit.declare(
    "theming.statement_decided", "意見文のテーマを決めた", "statement", "before", "after"
)
ACCEPTED = audit.declare(
    "theming.statement_accepted", "意見文のテーマの提案を確定した", "statement", "theme"
)
TAKEN_BACK = audit.declare(
    "theming.decision_taken_back",
    "意見文のテーマの決定を取り消した",
    "statement",
    "before",
    "after",
)


@dataclass(frozen=True, slots=True)
class Was:
    """How a statement stood before a decision."""

    statement_id: int
    theme_id: int | None
    decided_by: str | None
    decided_at: datetime | None

    def row(self) -> list[Any]:
        """As it is kept for taking back."""
        at = self.decided_at.isoformat() if self.decided_at else None
        return [self.statement_id, self.theme_id, self.decided_by, at]

    @classmethod
    def of(cls, row: Sequence[Any]) -> Was:
        """What ``row`` kept."""
        at = datetime.fromisoformat(row[3]) if row[3] else None
        return cls(row[0], row[1], row[2], at)


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions made in one go: all bear one time."""

    at: datetime
    statements: tuple[Was, ...]
    submissions: frozenset[int]

    def payload(self) -> dict[str, Any]:
        """As it is kept for taking back."""
        return {"at": self.at.isoformat(), "statements": [each.row() for each in self.statements]}


def decide(session: Session, statement_id: int, theme_id: int | None, *, actor: Actor) -> Decided:
    """Put a statement into a theme by a person's decision; None is 未分類.

    Raises:
        UnknownTheme: when the theme does not stand in the statement's call.
        NotFound: when the actor may not read the statement.
    """
    return decide_all(session, {statement_id: theme_id}, actor=actor)


def decide_all(session: Session, choices: Mapping[int, int | None], *, actor: Actor) -> Decided:
    """Put each statement into its theme by a person's decision.

    Raises:
        UnknownTheme: when a theme does not stand in its statement's call.
        NotFound: when the actor may not read one of the statements.
    """
    statements = _statements_for(session, choices, actor)
    _demand_standing(session, choices, statements)
    return _settle(session, choices, statements, actor, accepts=False)


def accept(session: Session, statement_id: int, *, actor: Actor) -> Decided:
    """Make the machine's proposal a person's decision.

    Raises:
        UnknownTheme: when the proposed theme no longer stands.
        NotFound: when the actor may not read the statement.
    """
    return accept_all(session, [statement_id], actor=actor)


def confirm(session: Session, seen: Mapping[int, int], *, actor: Actor) -> Decided:
    """Make it a person's decision that these statements stay where they were seen.

    Raises:
        StaleStatement: when one of them has moved, or somebody has decided about it.
        NotFound: when the actor may not read one of the statements.
    """
    statements = _statements_for(session, seen, actor)
    now = _assignments(session, seen)
    for each, theme_id in seen.items():
        if each not in now or now[each].theme_id != theme_id or now[each].decided_by is not None:
            raise StaleStatement
    _demand_standing(session, seen, statements)
    return _settle(session, seen, statements, actor, accepts=True)


def accept_all(session: Session, statement_ids: Collection[int], *, actor: Actor) -> Decided:
    """Make the machine's proposals for these statements a person's decisions.

    Raises:
        UnknownTheme: when a proposed theme no longer stands.
        NotFound: when the actor may not read one of the statements.
    """
    statements = _statements_for(session, statement_ids, actor)
    assignments = _assignments(session, statement_ids)
    choices = {
        each: assignments[each].proposed_theme_id if each in assignments else None
        for each in statement_ids
    }
    _demand_standing(session, choices, statements)
    return _settle(session, choices, statements, actor, accepts=True)


def move(
    session: Session,
    statement_ids: Sequence[int],
    *,
    source: int | None,
    target: int | None,
    actor: Actor,
) -> int:
    """Move statements from the theme on whose page they were seen to another; the act's id.

    Raises:
        StaleStatement: when one of them has left the theme meanwhile.
    """
    statements = _statements_for(session, statement_ids, actor)
    family = guards.family_of(session, source) if source is not None else [None]
    places = _assignments(session, statement_ids)
    for each in statements:
        if (places[each].theme_id if each in places else None) not in family:
            raise StaleStatement
    decided = decide_all(session, dict.fromkeys(statement_ids, target), actor=actor)
    where = session.get_one(Theme, target).name if target is not None else "未分類"
    return remember(session, decided, f"意見文{len(statements)}文を「{where}」に移しました", actor)


def remember(session: Session, decided: Decided, summary: str, actor: Actor) -> int:
    """Keep decisions so that they can be taken back, and let their cases move on; the act's id."""
    settle_cases(session, decided.submissions)
    return undo.remember(session, KIND, summary, decided.payload(), actor=actor)


def settle_cases(session: Session, submission_ids: Iterable[int]) -> None:
    """Let the room of cases, further down, see whether these are now decided whole."""
    ids = sorted(submission_ids)
    for start in range(0, len(ids), CHUNK):
        queue.enqueue(session, "triage.settle", {"submission_ids": ids[start : start + CHUNK]})


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Give the statements back to whom they belonged before.

    Raises:
        CannotUndo: when somebody has decided anew about one of them.
        NotFound: when the actor may not read one of them any more.
    """
    at = datetime.fromisoformat(payload["at"])
    kept = {each.statement_id: each for each in map(Was.of, payload["statements"])}
    statements = _statements_for(session, kept, actor)
    assignments = _assignments(session, kept)
    changed = [each for each in kept if not _is_as_decided(assignments.get(each), at, actor)]
    if changed:
        raise undo.CannotUndo(
            f"意見文{len(kept)}文のうち{len(changed)}文のテーマが、その後に決め直されています。"
            "一つずつ直してください。"
        )
    themes = _themes_of_calls(session, statements.values())
    for each, was in kept.items():
        before = assignments[each].theme_id
        restore(assignments[each], was, themes)
        _record(session, TAKEN_BACK, statements[each], actor, before, assignments[each].theme_id)
    refresh_lists(session, {submission.id for _, submission, _ in statements.values()})
    _learn_from(session, statements.values())


def refresh_lists(session: Session, submission_ids: Iterable[int]) -> None:
    """Let the lists of cases, further down, follow what was not settled but taken back."""
    ids = sorted(submission_ids)
    for start in range(0, len(ids), CHUNK):
        queue.enqueue(session, "triage.refresh", {"submission_ids": ids[start : start + CHUNK]})


def restore(assignment: Assignment, was: Was, themes: dict[int, Theme]) -> None:
    """Let a statement stand as before; where the machine had put it, as the machine says now."""
    wanted = assignment.proposed_theme_id if was.decided_by is None else was.theme_id
    theme = standing_of(themes, wanted) if wanted is not None and wanted in themes else None
    is_open = theme is not None and theme.state is ThemeState.OPEN
    assignment.theme_id = theme.id if theme is not None and is_open else None
    assignment.decided_by = was.decided_by
    assignment.decided_at = was.decided_at
    assignment.agreed = None


Placed = tuple[Statement, Submission, str]


def _statements_for(
    session: Session, statement_ids: Collection[int], actor: Actor
) -> dict[int, Placed]:
    """The statements with their submissions and who is in charge of them, their calls locked.

    Raises:
        NotFound: when the actor may not read one of them.
        NotPermitted: when the actor may not edit themes for one of them.
    """
    found: dict[int, Placed] = {}
    for chunk in _chunks(statement_ids):
        query = (
            select(Statement, Submission)
            .join(Submission, Submission.id == Statement.submission_id)
            .where(Statement.id.in_(chunk))
        )
        rows = session.execute(query).all()
        in_charge = charge.governments_of(session, (submission for _, submission in rows))
        found |= {
            statement.id: (statement, submission, in_charge[submission.id])
            for statement, submission in rows
        }
    for each in statement_ids:
        if each not in found:
            raise NotFound(f"statement {each}")
        government = found[each][2]
        if not actor.may(Permission.READ_CASES, government):
            raise NotFound(f"statement {each}")
        actor.demand(Permission.EDIT_THEMES, government)
    for call_id in sorted({submission.call_id for _, submission, _ in found.values()}):
        guards.lock_call(session, call_id)
    return found


def _demand_standing(
    session: Session, choices: Mapping[int, int | None], statements: Mapping[int, Placed]
) -> None:
    wanted = {
        (theme_id, statements[each][1].call_id)
        for each, theme_id in choices.items()
        if theme_id is not None
    }
    for theme_id, call_id in sorted(wanted):
        guards.standing_theme(session, theme_id, call_id=call_id)


def _settle(
    session: Session,
    choices: Mapping[int, int | None],
    statements: Mapping[int, Placed],
    actor: Actor,
    *,
    accepts: bool,
) -> Decided:
    at = utc_now()
    assignments = _assignments(session, choices)
    kept: list[Was] = []
    for each, theme_id in choices.items():
        row = assignments.get(each)
        if row is None:
            row = Assignment(statement_id=each, confidence=0.0, reasons=[])
            session.add(row)
        before = row.theme_id
        kept.append(Was(each, before, row.decided_by, row.decided_at))
        row.theme_id, row.decided_by, row.decided_at = theme_id, actor.name, at
        row.agreed = theme_id == row.proposed_theme_id
        if accepts:
            _record_accepted(session, statements[each], actor, theme_id)
        else:
            _record(session, DECIDED, statements[each], actor, before, theme_id)
    session.flush()
    _learn_from(session, statements.values())
    submissions = frozenset(statements[each][1].id for each in choices)
    return Decided(at, tuple(kept), submissions)


def _learn_from(session: Session, statements: Iterable[Placed]) -> None:
    for call_id in sorted({submission.call_id for _, submission, _ in statements}):
        learning.enqueue(session, call_id)


def _record(
    session: Session,
    event: audit.Event,
    placed: Placed,
    actor: Actor,
    before: int | None,
    after: int | None,
) -> None:
    statement, submission, government = placed
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=government,
        statement=statement.position,
        before=before,
        after=after,
    )


def _record_accepted(session: Session, placed: Placed, actor: Actor, theme_id: int | None) -> None:
    statement, submission, government = placed
    audit.record(
        session,
        ACCEPTED,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=government,
        statement=statement.position,
        theme=theme_id,
    )


def _is_as_decided(assignment: Assignment | None, at: datetime, actor: Actor) -> bool:
    return (
        assignment is not None
        and assignment.decided_by == actor.name
        and assignment.decided_at == at
    )


def _assignments(session: Session, statement_ids: Iterable[int]) -> dict[int, Assignment]:
    found: dict[int, Assignment] = {}
    for chunk in _chunks(statement_ids):
        query = select(Assignment).where(Assignment.statement_id.in_(chunk))
        rows = session.scalars(query.execution_options(populate_existing=True))
        found |= {row.statement_id: row for row in rows}
    return found


def _themes_of_calls(session: Session, statements: Iterable[Placed]) -> dict[int, Theme]:
    calls = {submission.call_id for _, submission, _ in statements}
    return {key: each for call_id in calls for key, each in themes_of(session, call_id).items()}


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    every = list(ids)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))
