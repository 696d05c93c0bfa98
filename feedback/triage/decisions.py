"""The themes of a case's statements, decided on its page or in the queue.

Whoever decides has seen how the statement stood: its *mark* says when a person last decided about
it. Somebody else's later decision is never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.theming import restoring
from feedback.theming import service as theming
from feedback.theming.models import Assignment, assignments_of
from feedback.theming.restoring import Stood
from feedback.triage import service
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

    before: tuple[Stood, ...]
    after: tuple[Stood, ...]
    state: StateChange | None
    """How the case moved on, when that was the last decision it waited for."""

    def payload(self) -> dict[str, Any]:
        """As it is kept for taking back."""
        return {
            "before": [each.payload() for each in self.before],
            "after": [each.payload() for each in self.after],
            "state": self.state.payload() if self.state else None,
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> ThemeChange:
        """What ``payload`` kept."""
        state = payload["state"]
        return cls(
            tuple(map(Stood.of, payload["before"])),
            tuple(map(Stood.of, payload["after"])),
            StateChange.of(state) if state else None,
        )


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
    ids = [each.statement_id for each in choices]
    before = _locked_statements(session, submission_id, ids, actor)
    for each in choices:
        if mark_of(before[each.statement_id].decided_at) != each.mark:
            raise theming.StaleStatement
        theming.decide(session, each.statement_id, each.theme_id, actor=actor)
    return _settled(session, submission_id, before, actor)


def accept_themes(
    session: Session, submission_id: int, seen: Mapping[int, int | None], *, actor: Actor
) -> ThemeChange:
    """Make the proposals for these statements of a case, as they were seen, staff's decision.

    Raises:
        StaleStatement: when a proposal is another by now, or somebody has decided already.
        UnknownTheme: when a theme no longer stands.
    """
    before = _locked_statements(session, submission_id, list(seen), actor)
    now = assignments_of(session, list(seen))
    for statement_id, theme_id in seen.items():
        if not _is_proposed(now.get(statement_id), theme_id):
            raise theming.StaleStatement
        theming.accept(session, statement_id, actor=actor)
    return _settled(session, submission_id, before, actor)


def take_back(session: Session, submission_id: int, change: ThemeChange, *, actor: Actor) -> None:
    """Let the statements, and the case with them, stand as before the decisions.

    Raises:
        CannotUndo: when somebody has decided or moved the case on since.
    """
    service.locked(session, submission_id, actor=actor)
    submission = session.get_one(Submission, submission_id)
    theming.lock_call(session, submission.call_id)
    restoring.put_back(session, submission, change.before, change.after, actor=actor)
    if change.state is not None:
        service.take_back(session, submission_id, change.state, actor=actor)


def _is_proposed(assignment: Assignment | None, theme_id: int | None) -> bool:
    return (
        assignment is not None
        and assignment.decided_by is None
        and assignment.proposed_theme_id == theme_id
    )


def _locked_statements(
    session: Session, submission_id: int, statement_ids: Collection[int], actor: Actor
) -> dict[int, Stood]:
    """How the statements stand; case and call are locked first, always in this order."""
    service.locked(session, submission_id, actor=actor)
    submission = session.get_one(Submission, submission_id)
    missing = set(statement_ids) - statement_ids_of(session, submission_id)
    if missing:
        raise NotFound(f"statements {sorted(missing)} of submission {submission_id}")
    theming.lock_call(session, submission.call_id)
    return restoring.stood(session, statement_ids)


def _settled(
    session: Session, submission_id: int, before: Mapping[int, Stood], actor: Actor
) -> ThemeChange:
    session.flush()
    after = restoring.stood(session, list(before))
    moved = service.settle(session, [submission_id], actor=actor)
    return ThemeChange(tuple(before.values()), tuple(after.values()), moved.get(submission_id))
