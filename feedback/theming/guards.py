"""What stands before every change: who may make it, whether the theme still stands, and the lock.

One change of a call's themes at a time: a run that is being stored, a merge and a decision wait
for each other, so that none works on what another is taking away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calls.models import Call, governments_of
from feedback.theming.errors import StaleTheme, UnknownTheme
from feedback.theming.models import Theme, ThemeState
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

#: An address may hold any number; a database refuses to look for larger ones.
LARGEST_ID = 2**63 - 1


def lock_call(session: Session, call_id: int) -> None:
    """Let one change of a call's themes at a time; citizens' submissions are not held up."""
    session.get_one(Call, call_id, with_for_update={"key_share": True}, populate_existing=True)


def standing_theme(session: Session, theme_id: int, *, call_id: int) -> Theme:
    """The theme of this call that stands under this id.

    Raises:
        UnknownTheme: when it does not, or is another call's.
    """
    theme = None
    if theme_id <= LARGEST_ID:
        theme = session.get(Theme, theme_id, populate_existing=True)
    if theme is None or theme.call_id != call_id or theme.state is not ThemeState.OPEN:
        raise UnknownTheme
    return theme


def editable(session: Session, theme_id: int, version: int, actor: Actor) -> Theme:
    """The theme, locked for a change by this person, as the page showed it.

    Raises:
        NotFound: when there is no such theme.
        NotPermitted: when the actor edits themes for no government of its call.
        StaleTheme: when it no longer stands or somebody changed it meanwhile.
    """
    theme = locked(session, theme_id, actor)
    if theme.state is not ThemeState.OPEN or theme.version != version:
        raise StaleTheme
    return theme


def locked(session: Session, theme_id: int, actor: Actor) -> Theme:
    """The theme with its call locked, whatever its state, for one who may edit it.

    Raises:
        NotFound: when there is no such theme.
        NotPermitted: when the actor edits themes for no government of its call.
    """
    theme = session.get(Theme, theme_id) if theme_id <= LARGEST_ID else None
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    demand_editing(session, theme.call_id, actor)
    lock_call(session, theme.call_id)
    session.refresh(theme)
    return theme


def may_edit(session: Session, call_id: int, actor: Actor) -> bool:
    """Whether the actor edits themes for a government of the call."""
    own = actor.governments(Permission.EDIT_THEMES)
    return any(each.slug in own for each in governments_of(session, call_id))


def demand_editing(session: Session, call_id: int, actor: Actor) -> None:
    """Refuse who edits themes for no government of the call.

    Raises:
        NotPermitted: when it is so.
    """
    if not may_edit(session, call_id, actor):
        raise NotPermitted(f"themes of call {call_id}")


def family_of(session: Session, theme_id: int) -> list[int]:
    """A theme and its standing subthemes."""
    children = select(Theme.id).where(Theme.parent_id == theme_id, Theme.state == ThemeState.OPEN)
    return [theme_id, *session.scalars(children.order_by(Theme.id))]


def children_of(session: Session, theme: Theme) -> Sequence[Theme]:
    """A theme's standing subthemes."""
    query = select(Theme).where(Theme.parent_id == theme.id, Theme.state == ThemeState.OPEN)
    return session.scalars(query.order_by(Theme.id)).all()


def names_taken(session: Session, call_id: int, *, without: Collection[int] = ()) -> set[str]:
    """What the standing themes of a call are called."""
    query = select(Theme).where(
        Theme.call_id == call_id, Theme.state == ThemeState.OPEN, Theme.id.not_in(without)
    )
    return {theme.name for theme in session.scalars(query)}


def record(
    session: Session, event: audit.Event, theme: Theme, actor: Actor | None, **details: Any
) -> None:
    """Write the audit entry of a change of a theme."""
    audit.record(session, event, actor=actor, subject=f"theme:{theme.id}", **details)
