"""Views of the queue that staff keep under a name（保存した表示）, for themselves or to share.

Errors, each with words for the reader::

    ViewError
    ├── NameRefused     the name is empty, too long or taken
    ├── TooManyViews    there are as many as one can overlook
    └── NothingToSave   the view has no conditions
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.triage.models import DefaultView, SavedView
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

LONGEST_NAME = 30
MOST_VIEWS = 50
LONGEST_ADDRESS = 2000
#: What an address says of a view; not the page, and nothing that a stranger wrote into it.
KEPT = frozenset(
    [
        "q",
        "status",
        "government",
        "theme",
        "sort",
        "initiative",
        "kind",
        "channel",
        "since",
        "until",
        "copies",
        "tag",
        "flag",
    ]
)

SAVED = audit.declare("triage.view_saved", "一覧の表示条件を保存した", "name")
RENAMED = audit.declare("triage.view_renamed", "保存した表示条件の名前を変えた", "before", "after")
DELETED = audit.declare("triage.view_deleted", "保存した表示条件を削除した", "name")


class ViewError(Exception):
    """A view was not kept; the text is for the reader."""


class NameRefused(ViewError):
    """The name is empty, too long or taken."""


class TooManyViews(ViewError):
    """There are as many as one can overlook."""

    def __init__(self) -> None:
        super().__init__(
            f"保存できる表示は{MOST_VIEWS}個までです。使わないものを削除してから保存してください。"
        )


class NothingToSave(ViewError):
    """The view has no conditions."""

    def __init__(self) -> None:
        super().__init__("条件を選んで「表示する」を押してから保存してください。")


@dataclass(frozen=True, slots=True)
class View:
    """A kept view as its reader sees it."""

    id: int
    name: str
    conditions: str
    """The query of its address."""
    government: str | None
    """With which it is shared; None for one's own."""
    owner: str
    is_default: bool
    may_change: bool

    @property
    def arguments(self) -> dict[str, Any]:
        """Its address."""
        return arguments_of(self.id, self.conditions)


def list_views(session: Session, *, actor: Actor) -> tuple[View, ...]:
    """One's own views, then those shared with one's governments, each by name."""
    query = (
        select(SavedView, DefaultView.view_id)
        .outerjoin(DefaultView, is_begun_with(actor))
        .where(is_visible(actor))
        .order_by(SavedView.government_slug.is_not(None), SavedView.name, SavedView.id)
    )
    return tuple(
        View(
            id=each.id,
            name=each.name,
            conditions=each.conditions,
            government=each.government_slug,
            owner=each.staff_name,
            is_default=chosen is not None,
            may_change=_may_change(each, actor),
        )
        for each, chosen in session.execute(query)
    )


def default_arguments(session: Session, *, actor: Actor) -> dict[str, Any] | None:
    """The address of the view with which this person begins; None when it is the whole queue."""
    query = select(SavedView).join(DefaultView, is_begun_with(actor)).where(is_visible(actor))
    view = session.scalars(query).first()
    return arguments_of(view.id, view.conditions) if view else None


def arguments_of(view_id: int, conditions: str) -> dict[str, Any]:
    """The arguments of a view's address; ``view`` says which view it is."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(conditions):
        if name in KEPT:
            found.setdefault(name, []).append(value)
    return {**found, "view": [str(view_id)]}


def save(
    session: Session, name: str, conditions: str, *, government: str | None, actor: Actor
) -> int:
    """Keep a view under a name; with a government it is shared with its staff. The view's id.

    Raises:
        NotPermitted: when the actor does not work for the government.
        ViewError: when it cannot be kept.
    """
    if government is not None:
        actor.demand(Permission.TRIAGE_CASES, government)
    conditions = urlencode([pair for pair in parse_qsl(conditions) if pair[0] in KEPT])
    if not conditions or len(conditions) > LONGEST_ADDRESS:
        raise NothingToSave
    name = _checked(session, name, government, actor)
    if _number(session, government, actor) >= MOST_VIEWS:
        raise TooManyViews
    view = SavedView(
        staff_id=actor.id,
        staff_name=actor.name,
        government_slug=government,
        name=name,
        conditions=conditions,
        created_at=utc_now(),
    )
    session.add(view)
    session.flush()
    _record(session, SAVED, view, actor, name=name)
    return view.id


def rename(session: Session, view_id: int, name: str, *, actor: Actor) -> None:
    """Give a view another name.

    Raises:
        NotFound: when the actor may not change it.
        NameRefused: when the name is empty, too long or taken.
    """
    view = _changeable(session, view_id, actor)
    before = view.name
    view.name = _checked(session, name, view.government_slug, actor, but=view.id)
    if view.name != before:
        _record(session, RENAMED, view, actor, before=before, after=view.name)


def remove(session: Session, view_id: int, *, actor: Actor) -> tuple[str, int]:
    """Delete a view, also as anybody's beginning; its name, and the act that can be taken back.

    Raises:
        NotFound: when the actor may not change it.
    """
    view = _changeable(session, view_id, actor)
    session.execute(delete(DefaultView).where(DefaultView.view_id == view.id))
    session.delete(view)
    _record(session, DELETED, view, actor, name=view.name)
    kept = {
        "name": view.name,
        "conditions": view.conditions,
        "government": view.government_slug,
    }
    summary = f"保存した表示「{view.name}」を削除しました"
    return view.name, undo.remember(session, DELETED.name, summary, kept, actor=actor)


def register_undo(undoers: undo.Undoers) -> None:
    """Say how a deletion is taken back."""
    undoers.register(DELETED.name, _restore)


def _restore(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    try:
        save(
            session,
            payload["name"],
            payload["conditions"],
            government=payload["government"],
            actor=actor,
        )
    except ViewError as error:
        raise undo.CannotUndo(str(error)) from error


def choose_default(session: Session, view_id: int | None, *, actor: Actor) -> None:
    """Begin with this view from now on; None is the whole queue.

    Raises:
        NotFound: when the actor does not see it.
    """
    if view_id is not None:
        visible = select(SavedView.id).where(SavedView.id == view_id, is_visible(actor))
        if session.scalar(visible) is None:
            raise NotFound(f"view {view_id}")
    session.execute(delete(DefaultView).where(DefaultView.staff_id == actor.id))
    if view_id is not None:
        session.add(DefaultView(staff_id=actor.id, view_id=view_id))
    session.flush()


def is_begun_with(actor: Actor) -> ColumnElement[bool]:
    """On which to join the view with which this person begins."""
    return (DefaultView.view_id == SavedView.id) & (DefaultView.staff_id == actor.id)


def is_visible(actor: Actor) -> ColumnElement[bool]:
    """Which views this person sees: their own and those of their governments."""
    shared = SavedView.government_slug.in_(actor.governments(Permission.READ_CASES))
    own = (SavedView.staff_id == actor.id) & SavedView.government_slug.is_(None)
    return or_(own, shared)


def _may_change(view: SavedView, actor: Actor) -> bool:
    if view.government_slug is None:
        return view.staff_id == actor.id
    return actor.may(Permission.TRIAGE_CASES, view.government_slug)


def _changeable(session: Session, view_id: int, actor: Actor) -> SavedView:
    view = session.get(SavedView, view_id, with_for_update=True)
    if view is None or not _may_change(view, actor):
        raise NotFound(f"view {view_id}")
    return view


def _shelf(government: str | None, actor: Actor) -> ColumnElement[bool]:
    """The views among which a name must be the only one."""
    if government is not None:
        return SavedView.government_slug == government
    return (SavedView.staff_id == actor.id) & SavedView.government_slug.is_(None)


def _number(session: Session, government: str | None, actor: Actor) -> int:
    query = select(func.count()).select_from(SavedView).where(_shelf(government, actor))
    return session.scalar(query) or 0


def _checked(
    session: Session, name: str, government: str | None, actor: Actor, *, but: int | None = None
) -> str:
    even = unicodedata.normalize("NFKC", name)
    name = " ".join("".join(each for each in even if each.isprintable()).split())
    if not name or len(name) > LONGEST_NAME:
        raise NameRefused(f"名前は1文字以上{LONGEST_NAME}文字以内で入力してください。")
    taken = select(SavedView.id).where(_shelf(government, actor), SavedView.name == name)
    if any(each != but for each in session.scalars(taken)):
        raise NameRefused(f"「{name}」という名前の表示がすでにあります。別の名前にしてください。")
    return name


def _record(
    session: Session, event: audit.Event, view: SavedView, actor: Actor, **details: str
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"view:{view.id}",
        government=view.government_slug,
        **details,
    )
