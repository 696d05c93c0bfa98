"""Two themes that are never one（別のテーマとして保つ）: neither a run nor staff unite them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.theming import guards
from feedback.theming.errors import ApartRefused
from feedback.theming.models import Apart, Theme, ThemeState, apart_between, aparts_of, themes_of
from feedback.undo import service as undo
from feedback.web.actor import Actor

KIND = "theming.kept_apart"

KEPT_APART = audit.declare(
    "theming.kept_apart", "2つのテーマを別のテーマとして保つことにした", "other"
)
RELEASED = audit.declare("theming.released_apart", "別のテーマとして保つことをやめた", "other")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two themes that are never one, as the pages show them."""

    one: Theme
    other: Theme
    decided_by: str
    decided_at: datetime


def keep_apart(session: Session, theme_id: int, other_id: int, *, actor: Actor) -> int:
    """Say that these two are never one; the act's id.

    Raises:
        UnknownTheme: when the other does not stand in the same call.
        ApartRefused: when it is one theme, or was said already.
    """
    theme = guards.locked(session, theme_id, actor)
    one = guards.standing_theme(session, theme_id, call_id=theme.call_id)
    other = guards.standing_theme(session, other_id, call_id=theme.call_id)
    if one.id == other.id:
        raise ApartRefused("同じテーマは選べません。別のテーマを選んでください。")
    if apart_between(session, one.id, other.id) is not None:
        raise ApartRefused("この2つは、すでに別のテーマとして保つことになっています。")
    put(session, one, other, actor)
    payload = {"one": one.id, "other": other.id, "on": True}
    summary = f"「{one.name}」と「{other.name}」を別のテーマとして保つことにしました"
    return undo.remember(session, KIND, summary, payload, actor=actor)


def release(session: Session, theme_id: int, other_id: int, *, actor: Actor) -> int:
    """Let the two become one again, if somebody so decides; the act's id.

    Raises:
        ApartRefused: when nothing keeps them apart.
    """
    one = guards.locked(session, theme_id, actor)
    other = session.get(Theme, other_id)
    found = apart_between(session, theme_id, other_id)
    if found is None or other is None:
        raise ApartRefused("この2つを別のテーマとして保つ指定は、すでに外れています。")
    _take(session, found, one, other, actor)
    payload = {"one": theme_id, "other": other_id, "on": False}
    summary = f"「{one.name}」と「{other.name}」を別のテーマとして保つことをやめました"
    return undo.remember(session, KIND, summary, payload, actor=actor)


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Let the pair be as before.

    Raises:
        CannotUndo: when it was changed since or one of the themes is gone.
    """
    one = guards.locked(session, payload["one"], actor)
    other = session.get_one(Theme, payload["other"])
    found = apart_between(session, one.id, other.id)
    if (found is not None) is not payload["on"]:
        raise undo.CannotUndo("その後に、この2つのテーマの扱いが変わりました。")
    if found is not None:
        _take(session, found, one, other, actor)
        return
    if not _stand(one, other):
        raise undo.CannotUndo("その後に、どちらかのテーマがなくなりました。")
    put(session, one, other, actor)


def pairs_of(session: Session, call_id: int) -> list[Pair]:
    """The pairs of standing themes of a call that are never one, the newest first."""
    themes = themes_of(session, call_id)
    pairs = [
        Pair(themes[each.one_id], themes[each.other_id], each.decided_by, each.decided_at)
        for each in aparts_of(session, call_id)
    ]
    return [each for each in pairs if _stand(each.one, each.other)]


def pairs_with(session: Session, theme: Theme) -> list[Theme]:
    """The themes that are never one with this."""
    return [
        each.other if each.one.id == theme.id else each.one
        for each in pairs_of(session, theme.call_id)
        if theme.id in (each.one.id, each.other.id)
    ]


def hand_over(session: Session, source: Theme, target: Theme) -> list[list[int]]:
    """Let what was never one with a theme never be one with what it is merged into.

    Returns the pairs that were added, for taking the merge back. Those of the old theme stay as
    they are, for the case that it comes back.
    """
    added: list[list[int]] = []
    for each in pairs_of(session, source.call_id):
        if source.id not in (each.one.id, each.other.id):
            continue
        other = each.other if each.one.id == source.id else each.one
        if apart_between(session, target.id, other.id) is None:
            _add(session, target, other.id, each.decided_by, each.decided_at)
            added.append([target.id, other.id])
    return added


def withdraw(session: Session, pairs: Sequence[Sequence[int]]) -> None:
    """Take away the pairs that ``hand_over`` added."""
    for one_id, other_id in pairs:
        found = apart_between(session, one_id, other_id)
        if found is not None:
            session.delete(found)
    session.flush()


def put(session: Session, one: Theme, other: Theme, actor: Actor) -> None:
    """Add the pair, with its audit entry."""
    _add(session, one, other.id, actor.name, utc_now())
    guards.record(session, KEPT_APART, one, actor, other=other.id)


def _stand(one: Theme, other: Theme) -> bool:
    return one.state is ThemeState.OPEN and other.state is ThemeState.OPEN


def _add(session: Session, one: Theme, other_id: int, by: str, at: datetime) -> None:
    low, high = sorted((one.id, other_id))
    session.add(Apart(call_id=one.call_id, one_id=low, other_id=high, decided_by=by, decided_at=at))
    session.flush()


def _take(session: Session, found: Apart, one: Theme, other: Theme, actor: Actor) -> None:
    session.delete(found)
    session.flush()
    guards.record(session, RELEASED, one, actor, other=other.id)
