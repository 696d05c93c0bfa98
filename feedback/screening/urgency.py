"""Urgent opinions（緊急）: staff confirm the machine's flag, take it off, or raise it by hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from analysis.screening import UrgentKind
from feedback.audit import service as audit
from feedback.intake import charge, receipts
from feedback.intake.models import Submission
from feedback.screening import access, redo
from feedback.screening.changes import Decided
from feedback.screening.errors import KindRefused, ScreeningChanged
from feedback.screening.kinds import Decision
from feedback.screening.models import Screening
from feedback.storage import utc_now
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

ACT = "screening.urgent"

RAISED = audit.declare("screening.urgent_confirmed", "緊急と判断した", "kinds")
LOWERED = audit.declare("screening.urgent_rejected", "緊急ではないと判断した", "kinds")
RESTORED = audit.declare("screening.urgent_restored", "緊急の判断を取り消した", "kinds")


def confirm(
    session: Session,
    submission_id: int,
    kinds: Collection[str],
    *,
    version: int,
    actor: Actor,
) -> Decided:
    """Say that a submission is urgent, for these reasons; without any, for those on it already.

    Raises:
        KindRefused: when there is no reason, or one that is unknown.
        ScreeningChanged: when somebody changed it meanwhile.
    """
    submission, screening = _locked(session, submission_id, version, actor)
    wanted = sorted(set(kinds)) or list(screening.urgent_kinds)
    if not wanted or not set(wanted) <= set(UrgentKind):
        raise KindRefused
    return _decide(session, submission, screening, Decision.CONFIRMED, wanted, actor)


def dismiss(session: Session, submission_id: int, *, version: int, actor: Actor) -> Decided:
    """Say that a submission is not urgent; it leaves the top of the queue.

    Raises:
        ScreeningChanged: when somebody changed it meanwhile.
    """
    submission, screening = _locked(session, submission_id, version, actor)
    kinds = list(screening.urgent_kinds)
    return _decide(session, submission, screening, Decision.REJECTED, kinds, actor)


def take_back(session: Session, payload: dict[str, Any], *, actor: Actor) -> None:
    """Undo a decision.

    Raises:
        CannotUndo: when somebody has changed it since.
    """
    try:
        submission, screening = _locked(session, payload["id"], payload["version"], actor)
    except ScreeningChanged:
        raise undo.CannotUndo("その後に、この意見の確認結果が変更されています。") from None
    screening.is_urgent = payload["is_urgent"]
    screening.urgent_kinds = payload["kinds"]
    screening.urgent_state = Decision(payload["state"]) if payload["state"] else None
    screening.urgent_by = payload["by"]
    _follow(session, screening)
    _record(session, RESTORED, submission, screening, actor)


def _decide(
    session: Session,
    submission: Submission,
    screening: Screening,
    state: Decision,
    kinds: list[str],
    actor: Actor,
) -> Decided:
    payload = {
        "id": submission.id,
        "version": screening.version,
        "is_urgent": screening.is_urgent,
        "kinds": list(screening.urgent_kinds),
        "state": screening.urgent_state,
        "by": screening.urgent_by,
    }
    screening.is_urgent = state is Decision.CONFIRMED
    screening.urgent_kinds = kinds
    screening.urgent_state = state
    screening.urgent_by, screening.urgent_at = actor.name, utc_now()
    _follow(session, screening)
    event = RAISED if screening.is_urgent else LOWERED
    _record(session, event, submission, screening, actor)
    said = "緊急と判断しました" if screening.is_urgent else "緊急ではないと判断しました"
    summary = f"{said}（受付番号 {receipts.display(submission.receipt_number)}）"
    return Decided(undo.remember(session, ACT, summary, payload, actor=actor), summary)


def _follow(session: Session, screening: Screening) -> None:
    # Abuse that is not urgent is hidden; what is urgent comes back into sight.
    redo.leave_out_or_not(screening)
    session.flush()
    redo.enqueue_what_follows(session, [screening.submission_id])


def _locked(
    session: Session, submission_id: int, version: int, actor: Actor
) -> tuple[Submission, Screening]:
    submission = access.visible(session, submission_id, Permission.TRIAGE_CASES, actor=actor)
    return submission, access.locked(session, submission_id, version)


def _record(
    session: Session,
    event: audit.Event,
    submission: Submission,
    screening: Screening,
    actor: Actor,
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=charge.government_of(session, submission),
        kinds=list(screening.urgent_kinds),
    )
