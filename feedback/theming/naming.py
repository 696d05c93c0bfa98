"""The name that staff give a theme; it outlives every run."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.theming import guards
from feedback.theming.errors import NameRefused
from feedback.theming.models import Theme, ThemeState
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.renamed"
NAME_CHARACTERS = 60

RENAMED = audit.declare("theming.renamed", "テーマの名前を変えた", "before", "after")


def rename(session: Session, theme_id: int, name: str, *, version: int, actor: Actor) -> Theme:
    """Give a theme a name of staff's own.

    Raises:
        NameRefused: when the name is empty, too long or another theme's.
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = guards.editable(session, theme_id, version, actor)
    name = proper(name)
    if name in guards.names_taken(session, theme.call_id, without=[theme.id]):
        raise NameRefused("同じ名前のテーマがあります。別の名前にするか、統合してください。")
    _name(session, theme, name, actor)
    return theme


def rename_undoably(
    session: Session, theme_id: int, name: str, *, version: int, actor: Actor
) -> int:
    """Rename, and keep how to take it back; the act's id.

    Raises:
        NameRefused: when the name is empty, too long or another theme's.
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = guards.locked(session, theme_id, actor)
    before, called = theme.staff_label, theme.name
    theme = rename(session, theme_id, name, version=version, actor=actor)
    payload = {"theme": theme_id, "before": before, "after": theme.staff_label}
    summary = f"テーマ「{called}」の名前を「{theme.name}」に変えました"
    return undo.remember(session, KIND, summary, payload, actor=actor)


def proper(name: str) -> str:
    """The name with single spaces.

    Raises:
        NameRefused: when it is empty or too long.
    """
    name = " ".join("".join(each for each in name if each.isprintable()).split())
    if not name or len(name) > NAME_CHARACTERS:
        raise NameRefused(f"名前は1文字以上{NAME_CHARACTERS}文字以内で入力してください。")
    return name


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Give the theme the name it had.

    Raises:
        CannotUndo: when it was named anew since, is gone, or the name is another's by now.
    """
    theme = guards.locked(session, payload["theme"], actor)
    if theme.state is not ThemeState.OPEN or theme.staff_label != payload["after"]:
        raise undo.CannotUndo("その後に、テーマの名前が変わったか、テーマがなくなりました。")
    taken = guards.names_taken(session, theme.call_id, without=[theme.id])
    if (payload["before"] or theme.label) in taken:
        raise undo.CannotUndo("元の名前を、ほかのテーマが使っています。")
    _name(session, theme, payload["before"], actor)


def _name(session: Session, theme: Theme, name: str | None, actor: Actor) -> None:
    before = theme.staff_label or ""
    theme.staff_label = name
    theme.version += 1
    guards.record(session, RENAMED, theme, actor, before=before, after=name or "")
