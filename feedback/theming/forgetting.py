"""Themes lose the words that were masked after they had become a keyword or a label.

An analysis run is immutable but for this: what a person is called must not outlive its mask.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming.models import Assignment, RunTheme, Theme, themes_of

#: What a theme is called of whose label nothing may be left.
NAMELESS = "（名称なし）"
LABEL_WORDS = 2


def forget(session: Session, submission_id: int, hidden: Collection[str]) -> dict[int, set[str]]:
    """Take masked words out of the call's themes; theme → the words it lost.

    A word that other people's statements in the theme still hold stays: it tells of nobody.
    """
    submission = session.get_one(Submission, submission_id)
    lost: dict[int, set[str]] = {}
    for theme in themes_of(session, submission.call_id).values():
        gone = gone_from(session, theme.id, [theme.label, *theme.keywords], hidden)
        if gone:
            lost[theme.id] = gone
            theme.keywords, theme.label = _without(theme.keywords, theme.label, gone)
            for row in session.scalars(select(RunTheme).where(RunTheme.theme_id == theme.id)):
                row.keywords, row.label = _without(row.keywords, row.label, gone)
                row.together = _without_words(row.together, gone)
    session.flush()
    return lost


def gone_from(
    session: Session, theme_id: int, shown: Sequence[str], hidden: Collection[str]
) -> set[str]:
    """Masked words that a theme's label or keywords show, and none of its statements holds."""
    said = {word for word in hidden if len(word) > 1 and any(word in each for each in shown)}
    if not said:
        return set()
    family = select(Theme.id).where((Theme.id == theme_id) | (Theme.parent_id == theme_id))
    query = (
        select(Statement.words)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(Assignment.theme_id.in_(family))
    )
    for words in session.scalars(query):
        said = {each for each in said if not any(each in word for word in words)}
    return said


def without(words: Sequence[str], gone: Collection[str]) -> list[str]:
    """Words that say nothing of what is gone."""
    return [word for word in words if not any(each in word for each in gone)]


def _without(keywords: Sequence[str], label: str, gone: Collection[str]) -> tuple[list[str], str]:
    left = without(keywords, gone)
    if not any(word in label for word in gone):
        return left, label
    return left, "・".join(left[:LABEL_WORDS]) or NAMELESS


def _without_words(why: dict[str, Any] | None, gone: Collection[str]) -> dict[str, Any] | None:
    """Why a run kept a theme together, without the words that are gone."""
    if why is None:
        return None
    kept = [each for each in why["words"] if without([each["word"]], gone)]
    return {**why, "words": kept}
