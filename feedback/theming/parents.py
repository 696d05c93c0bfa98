"""Under which theme a theme stands; two levels, never more."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.theming import guards
from feedback.theming.errors import ParentRefused
from feedback.theming.models import Theme, ThemeState
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.parent_set"

PARENT_SET = audit.declare(
    "theming.parent_set", "テーマの位置（上位テーマ）を変えた", "before", "after"
)


def set_parent(
    session: Session, theme_id: int, parent_id: int | None, *, version: int, actor: Actor
) -> int:
    """Make a theme a subtheme of another, or a theme of its own; the act's id.

    Every later run leaves it there.

    Raises:
        ParentRefused: when two clean levels would not be left, or nothing would change.
        UnknownTheme: when the theme above does not stand in the same call.
        StaleTheme: when somebody changed the theme meanwhile.
    """
    theme = guards.editable(session, theme_id, version, actor)
    above = None
    if parent_id is not None:
        above = guards.standing_theme(session, parent_id, call_id=theme.call_id)
    _check(session, theme, above)
    payload = {
        "theme": theme.id,
        "before": theme.parent_id,
        "before_by": theme.parent_by,
        "after": parent_id,
    }
    _set(session, theme, parent_id, actor.name, actor)
    where = f"を「{above.name}」の小テーマにしました" if above else "を独立したテーマにしました"
    return undo.remember(session, KIND, f"テーマ「{theme.name}」{where}", payload, actor=actor)


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Let the theme stand where it stood.

    Raises:
        CannotUndo: when it was moved since, or it no longer fits there.
    """
    theme = guards.locked(session, payload["theme"], actor)
    if theme.state is not ThemeState.OPEN or theme.parent_id != payload["after"]:
        raise undo.CannotUndo("その後に、このテーマの位置が変わったか、テーマがなくなりました。")
    before = payload["before"]
    if before is not None:
        above = session.get_one(Theme, before)
        is_top = above.state is ThemeState.OPEN and above.parent_id is None
        if not is_top or guards.children_of(session, theme):
            raise undo.CannotUndo("元の上位テーマには、もう戻せません。")
    _set(session, theme, before, payload["before_by"], actor)


def _check(session: Session, theme: Theme, above: Theme | None) -> None:
    if (above.id if above else None) == theme.parent_id:
        raise ParentRefused("テーマの位置は、すでにそのようになっています。")
    if above is None:
        return
    if above.id == theme.id:
        raise ParentRefused("テーマを、そのテーマ自身の下には置けません。")
    if above.parent_id is not None:
        raise ParentRefused(
            f"「{above.name}」は小テーマです。小テーマの下には置けません。"
            "上位のテーマを選んでください。"
        )
    if guards.children_of(session, theme):
        raise ParentRefused(
            f"「{theme.name}」には小テーマがあるため、ほかのテーマの下には置けません。"
            "先に小テーマを独立させるか、統合してください。"
        )


def _set(
    session: Session, theme: Theme, parent_id: int | None, by: str | None, actor: Actor
) -> None:
    before = theme.parent_id
    theme.parent_id, theme.parent_by = parent_id, by
    theme.version += 1
    guards.record(session, PARENT_SET, theme, actor, before=before, after=parent_id)
