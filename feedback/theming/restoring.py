"""How statements stood before a person decided about them, and how they are put back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming.decisions import TAKEN_BACK
from feedback.theming.models import Assignment, Theme, ThemeState, standing, themes_of
from feedback.undo import service as undo
from feedback.web.actor import Actor


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a statement stood at a moment."""

    statement_id: int
    theme_id: int | None
    decided_by: str | None
    decided_at: datetime | None

    def payload(self) -> list[Any]:
        """As it is kept for taking back."""
        at = self.decided_at.isoformat() if self.decided_at else None
        return [self.statement_id, self.theme_id, self.decided_by, at]

    @classmethod
    def of(cls, payload: Sequence[Any]) -> Stood:
        """What ``payload`` kept."""
        statement_id, theme_id, decided_by, at = payload
        return cls(statement_id, theme_id, decided_by, datetime.fromisoformat(at) if at else None)


def stood(session: Session, statement_ids: Collection[int]) -> dict[int, Stood]:
    """How these statements stand now, read anew; one that was never placed stands nowhere."""
    rows = _rows(session, statement_ids)
    return {
        each: Stood(each, row.theme_id, row.decided_by, row.decided_at)
        if (row := rows.get(each))
        else Stood(each, None, None, None)
        for each in statement_ids
    }


def put_back(
    session: Session,
    submission: Submission,
    before: Sequence[Stood],
    after: Sequence[Stood],
    *,
    actor: Actor,
) -> None:
    """Let a submission's statements stand as they did before they were decided.

    The caller has asked for the permission and holds the call's lock. A place that the machine had
    given is the machine's present one.

    Raises:
        CannotUndo: when somebody has decided about one of them since.
    """
    rows = _rows(session, [each.statement_id for each in after])
    for each in after:
        row = rows.get(each.statement_id)
        if row is None or (row.decided_by, row.decided_at) != (each.decided_by, each.decided_at):
            raise undo.CannotUndo("その後に、意見文のテーマが決め直されています。")
    themes = themes_of(session, submission.call_id)
    for each in before:
        row = rows[each.statement_id]
        was = row.theme_id
        wanted = each.theme_id if each.decided_by else row.proposed_theme_id
        row.theme_id = _open(themes, wanted)
        row.decided_by, row.decided_at = each.decided_by, each.decided_at
        _record(session, submission, each.statement_id, was, row.theme_id, actor)
    session.flush()


def _open(themes: dict[int, Theme], theme_id: int | None) -> int | None:
    """The theme that stands there now, if any does."""
    if theme_id is None or theme_id not in themes:
        return None
    theme = standing(themes, theme_id)
    return theme.id if theme.state is ThemeState.OPEN else None


def _rows(session: Session, statement_ids: Collection[int]) -> dict[int, Assignment]:
    query = select(Assignment).where(Assignment.statement_id.in_(statement_ids))
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.statement_id: row for row in rows}


def _record(
    session: Session,
    submission: Submission,
    statement_id: int,
    before: int | None,
    after: int | None,
    actor: Actor,
) -> None:
    audit.record(
        session,
        TAKEN_BACK,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=submission.government_slug,
        statement=session.get_one(Statement, statement_id).position,
        before=before,
        after=after,
    )
