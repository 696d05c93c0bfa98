"""The themes of a case's statements, decided on its page or in the queue.

Whoever decides has seen how the statement stood: its *mark* says when a person last decided about
it. Somebody else's later decision is never overwritten unseen. Case and call are locked in this
order, everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.theming import decisions as theming
from feedback.theming.decisions import Decided
from feedback.theming.errors import StaleStatement
from feedback.theming.guards import lock_call
from feedback.theming.models import Assignment
from feedback.triage import service, upkeep
from feedback.triage.models import statement_ids_of
from feedback.triage.service import StateChange
from feedback.web.actor import Actor
from feedback.web.errors import NotFound


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """A theme for a statement, and the mark that the statement bore when it was chosen."""

    statement_id: int
    theme_id: int | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """What decisions made of a case; enough to take them back."""

    decided: Mapping[str, Any]
    """As theming keeps it."""
    state: StateChange | None
    """How the case moved on, when that was the last decision it waited for."""

    def payload(self) -> dict[str, Any]:
        """As it is kept for taking back."""
        state = self.state.payload() if self.state else None
        return {"decided": dict(self.decided), "state": state}

    @classmethod
    def kept(cls, payload: Mapping[str, Any]) -> ThemeChange:
        """What ``payload`` kept."""
        state = payload["state"]
        return cls(payload["decided"], StateChange.kept(state) if state else None)


def mark_of(decided_at: datetime | None) -> str:
    """What a page keeps of a statement's last decision; empty while there is none."""
    return decided_at.isoformat() if decided_at else ""


def choose_themes(
    session: Session, submission_id: int, choices: Sequence[ThemeChoice], *, actor: Actor
) -> ThemeChange:
    """Put statements of a case into themes by a person's decision; None is 未分類.

    Raises:
        StaleStatement: when somebody has decided about one of them since its mark was read.
        UnknownTheme: when a theme no longer stands.
    """
    wanted = {each.statement_id: each.theme_id for each in choices}
    _lock(session, submission_id, wanted, actor)
    marks = _marks(session, wanted)
    if any(marks.get(each.statement_id, "") != each.mark for each in choices):
        raise StaleStatement
    return _settled(session, submission_id, theming.decide_all(session, wanted, actor=actor), actor)


def accept_themes(
    session: Session, submission_id: int, seen: Mapping[int, int], *, actor: Actor
) -> ThemeChange:
    """Make the proposals for these statements of a case, as they were seen, staff's decision.

    Raises:
        StaleStatement: when a proposal is another by now, or somebody has decided already.
        UnknownTheme: when a theme no longer stands.
    """
    _lock(session, submission_id, seen, actor)
    return _settled(session, submission_id, theming.confirm(session, seen, actor=actor), actor)


def take_back(session: Session, submission_id: int, change: ThemeChange, *, actor: Actor) -> None:
    """Let the statements, and the case with them, stand as before the decisions.

    Raises:
        CannotUndo: when somebody has decided or moved the case on since.
    """
    service.locked(session, submission_id, actor=actor)
    theming.take_back(session, dict(change.decided), actor=actor)
    upkeep.refresh(session, [submission_id])
    if change.state is not None:
        service.take_back(session, submission_id, change.state, actor=actor)


def _lock(
    session: Session, submission_id: int, statement_ids: Collection[int], actor: Actor
) -> None:
    service.locked(session, submission_id, actor=actor)
    missing = set(statement_ids) - statement_ids_of(session, submission_id)
    if missing:
        raise NotFound(f"statements {sorted(missing)} of submission {submission_id}")
    lock_call(session, session.get_one(Submission, submission_id).call_id)


def _marks(session: Session, statement_ids: Collection[int]) -> dict[int, str]:
    """The marks as they are now: columns, not objects that were read before the lock."""
    query = select(Assignment.statement_id, Assignment.decided_at)
    rows = session.execute(query.where(Assignment.statement_id.in_(statement_ids)))
    return {statement_id: mark_of(decided_at) for statement_id, decided_at in rows}


def _settled(session: Session, submission_id: int, decided: Decided, actor: Actor) -> ThemeChange:
    moved = service.settle(session, [submission_id], actor=actor)
    return ThemeChange(decided.payload(), moved.get(submission_id))
