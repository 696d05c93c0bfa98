"""The front door of theming for the rooms after it; each rule lives in the file of its subject.

``decisions`` about statements, ``naming``, ``marks``（確認済み・固定）, ``merging``, ``parting``
(splitting), ``parents``, ``apart`` (never one), ``run_requests``, and what stands before all of
them: ``guards``. Every change is audited.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.theming.decisions import ACCEPTED, DECIDED, accept, decide, move
from feedback.theming.errors import (
    MergeRefused,
    NameRefused,
    StaleStatement,
    StaleTheme,
    ThemeError,
    UnknownTheme,
)
from feedback.theming.guards import family_of, lock_call
from feedback.theming.marks import mark_checked
from feedback.theming.merging import merge
from feedback.theming.models import Theme
from feedback.theming.naming import NAME_CHARACTERS, rename
from feedback.theming.reading import (
    StatementPlace,
    ThemeSummary,
    proposals_of,
    themes_of_call,
)
from feedback.theming.run_requests import GATHERING, enqueue_run, record_run, request_run

__all__ = [
    "ACCEPTED",
    "DECIDED",
    "GATHERING",
    "NAME_CHARACTERS",
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


def note_answer(session: Session, theme_id: int, government: str, state: str) -> None:
    """Keep how far a government's answer to a theme is; the answering room tells it."""
    theme = session.get_one(Theme, theme_id, with_for_update=True, populate_existing=True)
    theme.answer_states = {**theme.answer_states, government: state}
    session.flush()
