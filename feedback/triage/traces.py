"""What one act left on one case, kept so that it can be taken back: by itself or among many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback.triage import decisions, service, tags
from feedback.triage.decisions import ThemeChange
from feedback.triage.service import StateChange
from feedback.undo import service as undo
from feedback.web.actor import Actor


@dataclass(frozen=True, slots=True)
class Trace:
    """What an act changed on a case; what it left alone is None."""

    themes: ThemeChange | None = None
    tag_put: str | None = None
    tag_taken: str | None = None
    state: StateChange | None = None

    def __bool__(self) -> bool:
        """Whether anything was changed."""
        return any((self.themes, self.tag_put, self.tag_taken, self.state))

    def payload(self) -> dict[str, Any]:
        """As it is kept for taking back."""
        return {
            "themes": self.themes.payload() if self.themes else None,
            "tag_put": self.tag_put,
            "tag_taken": self.tag_taken,
            "state": self.state.payload() if self.state else None,
        }

    @classmethod
    def kept(cls, payload: Mapping[str, Any]) -> Trace:
        """What ``payload`` kept."""
        return cls(
            ThemeChange.kept(payload["themes"]) if payload["themes"] else None,
            payload["tag_put"],
            payload["tag_taken"],
            StateChange.kept(payload["state"]) if payload["state"] else None,
        )


def take_back(session: Session, submission_id: int, trace: Trace, *, actor: Actor) -> None:
    """Undo what an act did to a case, the last thing first.

    Raises:
        CannotUndo: when somebody has changed since what the act had changed.
        NotFound: when the actor may not see the case any more.
    """
    if trace.state is not None:
        service.take_back(session, submission_id, trace.state, actor=actor)
    if trace.tag_put is not None and not tags.remove_tag(
        session, submission_id, trace.tag_put, actor=actor
    ):
        raise undo.CannotUndo(f"タグ「{trace.tag_put}」は、その後に外されています。")
    if trace.tag_taken is not None and not tags.add_tag(
        session, submission_id, trace.tag_taken, actor=actor
    ):
        raise undo.CannotUndo(f"タグ「{trace.tag_taken}」は、その後に付け直されています。")
    if trace.themes is not None:
        decisions.take_back(session, submission_id, trace.themes, actor=actor)
