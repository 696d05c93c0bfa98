"""Remember acts and take them back. Each room says how its own acts are taken back.

Errors, each with words for the reader::

    UndoError
    ├── NothingToUndo      nothing of this person's still stands
    └── CannotUndo         somebody has changed it since, or it was taken back already
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.storage import utc_now
from feedback.undo.models import Act, acts_page, latest_act
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.pagination import Page

PAGE_SIZE = 50
LONGEST_SUMMARY = 200

UNDONE = audit.declare("undo.undone", "操作を取り消した", "kind")


class UndoError(Exception):
    """An act was not taken back; the text is for the reader."""


class NothingToUndo(UndoError):
    """Nothing of this person's still stands."""

    def __init__(self) -> None:
        super().__init__("取り消せる操作はありません。")


class CannotUndo(UndoError):
    """Somebody has changed it since, or it was taken back already."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to tell the reader where more is to be said than that it is taken back."""

    words: str = ""
    endpoint: str | None = None
    """The page that shows how it went, or how it goes on."""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An act that was taken back, and what its room has to say about it."""

    act: Act
    outcome: Outcome


class TakeBack(Protocol):
    """How a room takes back one kind of act, inside the caller's transaction."""

    def __call__(
        self, session: Session, payload: dict[str, Any], *, actor: Actor
    ) -> Outcome | None:
        """Restore the state before.

        Raises:
            CannotUndo: when somebody has changed it since.
            NotPermitted: when the actor may not do this any more.
        """


@dataclass(slots=True)
class Undoers:
    """How each kind of act is taken back; each room registers its own in ``create_app``."""

    by_kind: dict[str, TakeBack] = field(default_factory=dict)

    def register(self, kind: str, take_back: TakeBack) -> None:
        """Name the function for a kind.

        Raises:
            ValueError: when the kind is taken.
        """
        if kind in self.by_kind:
            raise ValueError(f"acts of kind {kind} are taken back by another function already")
        self.by_kind[kind] = take_back


def remember(
    session: Session, kind: str, summary: str, payload: dict[str, Any], *, actor: Actor
) -> int:
    """Keep what was done in the transaction that does it; the act's id."""
    act = Act(
        kind=kind,
        staff_id=actor.id,
        staff_name=actor.name,
        summary=summary[:LONGEST_SUMMARY],
        payload=payload,
        done_at=utc_now(),
    )
    session.add(act)
    session.flush()
    return act.id


def take_back(session: Session, act_id: int | None, undoers: Undoers, *, actor: Actor) -> TakenBack:
    """Take back one's own act; None is the last that still stands.

    Raises:
        NothingToUndo: when nothing is left to take back.
        CannotUndo: when it was taken back already or somebody has changed it since.
        NotFound: when there is no such act of this person's.
    """
    act = _own(session, act_id, actor)
    if act.undone_at is not None:
        raise CannotUndo("この操作は、すでに取り消されています。")
    act.undone_at = utc_now()
    try:
        outcome = undoers.by_kind[act.kind](session, act.payload, actor=actor)
    except NotFound as error:
        # As after a hand-over: what was changed is out of this person's sight now.
        raise CannotUndo("対象がほかの自治体に回付されたか、今はありません。") from error
    audit.record(session, UNDONE, actor=actor, subject=f"act:{act.id}", kind=act.kind)
    return TakenBack(act, outcome or Outcome())


def list_acts(session: Session, *, actor: Actor, page: int) -> Page[Act]:
    """One's own acts, newest first."""
    rows, total = acts_page(session, actor.id, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return Page(rows, page, PAGE_SIZE, total)


def _own(session: Session, act_id: int | None, actor: Actor) -> Act:
    if act_id is None:
        latest = latest_act(session, actor.id)
        if latest is None:
            raise NothingToUndo
        act_id = latest.id
    act = session.get(Act, act_id, with_for_update=True, populate_existing=True)
    if act is None or act.staff_id != actor.id:
        raise NotFound(f"act {act_id}")
    return act
