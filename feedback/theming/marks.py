"""What staff say of a theme as it is: agreed（確認済み）, fixed（固定）, not to be split."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.theming import guards
from feedback.theming.models import Theme, ThemeState
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.marked"

CHECKED = audit.declare("theming.checked", "テーマを確認済みにした")
UNCHECKED = audit.declare("theming.unchecked", "テーマの確認済みを取り消した")
PINNED = audit.declare("theming.pinned", "テーマを固定した")
UNPINNED = audit.declare("theming.unpinned", "テーマの固定を外した")
KEPT_WHOLE = audit.declare("theming.kept_whole", "テーマを分けないことにした")
NOT_KEPT_WHOLE = audit.declare("theming.not_kept_whole", "テーマを分けないとした判断を取り消した")


class Mark(StrEnum):
    """A mark that staff put on a theme."""

    CHECKED = "checked"
    PINNED = "pinned"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class _Words:
    put: audit.Event
    taken: audit.Event
    put_words: str
    taken_words: str


_WORDS = {
    Mark.CHECKED: _Words(CHECKED, UNCHECKED, "を確認済みにしました", "の確認済みを取り消しました"),
    Mark.PINNED: _Words(PINNED, UNPINNED, "を固定しました", "の固定を外しました"),
    Mark.WHOLE: _Words(
        KEPT_WHOLE, NOT_KEPT_WHOLE, "を分けないことにしました", "を分ける候補に戻しました"
    ),
}


def mark_checked(
    session: Session, theme_id: int, *, checked: bool, version: int, actor: Actor
) -> Theme:
    """Say that a person has read the theme and stands by it, or take that back.

    Raises:
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = guards.editable(session, theme_id, version, actor)
    _put(session, theme, Mark.CHECKED, on=checked, actor=actor)
    return theme


def mark(
    session: Session, theme_id: int, what: Mark, *, on: bool, version: int, actor: Actor
) -> int:
    """Put a mark on a theme or take it off; the act's id.

    A theme that is fixed（固定）never ends, is never merged and never renamed by a run.

    Raises:
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = guards.editable(session, theme_id, version, actor)
    _put(session, theme, what, on=on, actor=actor)
    words = _WORDS[what].put_words if on else _WORDS[what].taken_words
    payload = {"theme": theme_id, "mark": what.value, "on": on}
    return undo.remember(session, KIND, f"テーマ「{theme.name}」{words}", payload, actor=actor)


def done_words(what: Mark, *, on: bool) -> str:
    """What was done, in words for the next page."""
    return f"テーマ{_WORDS[what].put_words if on else _WORDS[what].taken_words}。"


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Let the theme bear the mark, or not, as before.

    Raises:
        CannotUndo: when it was changed since or the theme is gone.
    """
    theme = guards.locked(session, payload["theme"], actor)
    what = Mark(payload["mark"])
    if theme.state is not ThemeState.OPEN or is_on(theme, what) is not payload["on"]:
        raise undo.CannotUndo("その後に、このテーマが変更されたか、なくなりました。")
    _put(session, theme, what, on=not payload["on"], actor=actor)


def is_on(theme: Theme, what: Mark) -> bool:
    """Whether the theme bears the mark."""
    match what:
        case Mark.CHECKED:
            return theme.checked_at is not None
        case Mark.PINNED:
            return theme.pinned_by is not None
        case Mark.WHOLE:
            return theme.whole_by is not None


def _put(session: Session, theme: Theme, what: Mark, *, on: bool, actor: Actor) -> None:
    by = actor.name if on else None
    match what:
        case Mark.CHECKED:
            theme.checked_by, theme.checked_at = by, utc_now() if on else None
        case Mark.PINNED:
            theme.pinned_by = by
        case Mark.WHOLE:
            theme.whole_by = by
    theme.version += 1
    guards.record(session, _WORDS[what].put if on else _WORDS[what].taken, theme, actor)
