"""What is set aside（仕分け）: staff confirm it, say it is an opinion, or set it by hand.

Nothing is ever deleted: what is set aside keeps its receipt, its status page and its place under
「意見として扱わないもの」, and reports say how many there were of each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from analysis.screening import SetAsideKind
from feedback.audit import service as audit
from feedback.intake import charge
from feedback.intake.models import Submission
from feedback.screening import access, redo
from feedback.screening.errors import KindRefused, ScreeningChanged
from feedback.screening.kinds import Decision
from feedback.screening.models import Screening
from feedback.storage import utc_now
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

ACT = "screening.set_aside"

SET_ASIDE = audit.declare("screening.set_aside", "意見として扱わないことにした", "kind", "before")
HEARD = audit.declare("screening.heard", "意見として扱うことにした", "kind", "before")
RESTORED = audit.declare(
    "screening.set_aside_restored", "仕分けの変更を取り消した", "before", "after"
)


class Verdict(StrEnum):
    """What staff say of a proposal."""

    CONFIRM = "confirm"
    HEAR = "hear"
    """It is an opinion, to be treated as one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A submission with the version in which it was shown."""

    submission_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a change of several submissions went."""

    done: int
    stale: int
    summary: str
    act_id: int | None
    """None when nothing was changed."""


def decide(
    session: Session,
    seen: Sequence[Seen],
    verdict: Verdict,
    *,
    kind: SetAsideKind | None = None,
    actor: Actor,
) -> Outcome:
    """Set submissions aside or hear them; one that changed since it was seen stays as it is.

    Raises:
        NotFound: when the actor may not see one of them.
        KindRefused: when one is to be set aside for no reason that is known.
    """
    before: list[dict[str, Any]] = []
    stale = 0
    for each in sorted(set(seen), key=lambda one: one.submission_id):
        submission = access.visible(
            session, each.submission_id, Permission.TRIAGE_CASES, actor=actor
        )
        try:
            screening = access.locked(session, each.submission_id, each.version)
        except ScreeningChanged:
            stale += 1
            continue
        before.append(_state_of(screening))
        _decide(session, submission, screening, verdict, kind, actor)
    session.flush()
    redo.enqueue_what_follows(session, [each["id"] for each in before])
    summary = _summary(len(before), verdict)
    act_id = None
    if before:
        act_id = undo.remember(session, ACT, summary, {"before": before}, actor=actor)
    return Outcome(len(before), stale, summary, act_id)


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Undo a change, of all its submissions or of none.

    Raises:
        CannotUndo: when somebody has changed one of them since.
    """
    for was in payload["before"]:
        submission = access.visible(session, was["id"], Permission.TRIAGE_CASES, actor=actor)
        try:
            screening = access.locked(session, was["id"], was["version"])
        except ScreeningChanged:
            raise undo.CannotUndo("その後に、仕分けの結果が変更された意見があります。") from None
        now = screening.set_aside_state
        screening.set_aside_kind = SetAsideKind(was["kind"]) if was["kind"] else None
        screening.set_aside_state = Decision(was["state"]) if was["state"] else None
        screening.set_aside_by = was["by"]
        redo.leave_out_or_not(screening)
        _record(session, RESTORED, submission, actor, before=now, after=screening.set_aside_state)
    session.flush()
    redo.enqueue_what_follows(session, [was["id"] for was in payload["before"]])


def _decide(
    session: Session,
    submission: Submission,
    screening: Screening,
    verdict: Verdict,
    kind: SetAsideKind | None,
    actor: Actor,
) -> None:
    before = screening.set_aside_state
    if verdict is Verdict.CONFIRM:
        screening.set_aside_kind = kind or screening.set_aside_kind
        if screening.set_aside_kind is None:
            raise KindRefused
        screening.set_aside_state = Decision.CONFIRMED
    else:
        screening.set_aside_state = Decision.REJECTED
    screening.set_aside_by, screening.set_aside_at = actor.name, utc_now()
    redo.leave_out_or_not(screening)
    event = SET_ASIDE if verdict is Verdict.CONFIRM else HEARD
    _record(session, event, submission, actor, kind=screening.set_aside_kind, before=before)


def _state_of(screening: Screening) -> dict[str, Any]:
    """How it was, with the version that the change has given it."""
    return {
        "id": screening.submission_id,
        "version": screening.version,
        "kind": screening.set_aside_kind,
        "state": screening.set_aside_state,
        "by": screening.set_aside_by,
    }


def _summary(count: int, verdict: Verdict) -> str:
    if verdict is Verdict.CONFIRM:
        return f"{count:,}件を意見として扱わないことにしました"
    return f"{count:,}件を意見として扱うことにしました"


def _record(
    session: Session, event: audit.Event, submission: Submission, actor: Actor, **details: Any
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=charge.government_of(session, submission),
        **details,
    )
