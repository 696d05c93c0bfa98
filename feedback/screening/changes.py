"""One change of a submission's masks: made, recorded without a word of it, and remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.intake import charge, receipts
from feedback.intake.models import Submission
from feedback.screening import redo
from feedback.screening.errors import SelectionRefused
from feedback.screening.kinds import MarkOrigin, MarkState
from feedback.screening.models import PersonalDataMark, Screening
from feedback.storage import utc_now
from feedback.undo import service as undo
from feedback.web.actor import Actor

ACT = "screening.masks"

ADDED = audit.declare("screening.masks_added", "伏せる箇所を加えた", "kind", "part", "masks")
CONFIRMED = audit.declare("screening.masks_confirmed", "伏せた箇所を確認した", "masks")
DOUBTED = audit.declare("screening.masks_doubted", "伏せた箇所の見直しを求めた", "masks")
LIFTED = audit.declare("screening.masks_lifted", "伏せた箇所を表示に戻した", "masks")
NARROWED = audit.declare("screening.masks_narrowed", "伏せる範囲を狭めた", "masks")
RELEASED = audit.declare("screening.released", "自動確認できなかった意見を確かめ、表示した")
RESTORED = audit.declare("screening.masks_restored", "伏せる箇所の変更を取り消した", "masks")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a change came to."""

    act_id: int
    summary: str


class Change:
    """One change of a submission's marks: what it was before, what it is, and what to say."""

    def __init__(
        self, session: Session, submission: Submission, screening: Screening, actor: Actor
    ) -> None:
        self.session = session
        self.submission = submission
        self.screening = screening
        self.actor = actor
        self.before: dict[int, tuple[MarkState, str | None]] = {}
        self.added: list[PersonalDataMark] = []
        self.states: list[MarkState] = []

    def set_state(self, mark: PersonalDataMark, state: MarkState) -> None:
        """Decide one mark."""
        if mark.state is state:
            return
        self.before[mark.id] = (mark.state, mark.decided_by)
        mark.state, mark.decided_by, mark.decided_at = state, self.actor.name, utc_now()
        self.states.append(state)

    def add(self, part: str, kind: str, start: int, end: int) -> None:
        """Mark one stretch of the citizen's own words."""
        mark = PersonalDataMark(
            submission_id=self.submission.id,
            part=part,
            kind=kind,
            start=start,
            end=end,
            state=MarkState.CONFIRMED,
            origin=MarkOrigin.STAFF,
            decided_by=self.actor.name,
            decided_at=utc_now(),
        )
        self.session.add(mark)
        self.added.append(mark)

    def done(self) -> Decided:
        """Mask anew, record, and remember how it was."""
        if not self.before and not self.added:
            raise SelectionRefused("変更はありませんでした。")
        self.session.flush()
        redo.mask_anew(self.session, self.screening)
        redo.enqueue_rereading(self.session, [self.submission.id])
        self._record()
        summary = f"{self._words()}（受付番号 {receipts.display(self.submission.receipt_number)}）"
        payload = {
            "submission_id": self.submission.id,
            "version": self.screening.version,
            "before": {str(at): [state.value, by] for at, (state, by) in self.before.items()},
            "added": [mark.id for mark in self.added],
        }
        act_id = undo.remember(self.session, ACT, summary, payload, actor=self.actor)
        return Decided(act_id, summary)

    def _record(self) -> None:
        if self.added and not self.before:
            first = self.added[0]
            details = {"kind": first.kind, "part": first.part, "masks": len(self.added)}
            record(self.session, ADDED, self.submission, self.actor, **details)
            return
        for state, event in _EVENTS.items():
            count = self.states.count(state)
            if count and not (self.added and state is MarkState.REJECTED):
                record(self.session, event, self.submission, self.actor, masks=count)
        if self.added:
            record(self.session, NARROWED, self.submission, self.actor, masks=len(self.added))

    def _words(self) -> str:
        if self.added and self.before:
            return "伏せる範囲を狭めました"
        if self.added:
            return f"{len(self.added)}か所を伏せました"
        said = [
            f"{count}か所{words}"
            for state, words in _SAID.items()
            if (count := self.states.count(state))
        ]
        return "、".join(said)


_EVENTS = {
    MarkState.CONFIRMED: CONFIRMED,
    MarkState.DOUBTED: DOUBTED,
    MarkState.REJECTED: LIFTED,
}
_SAID = {
    MarkState.CONFIRMED: "を個人情報と確認しました",
    MarkState.DOUBTED: "の見直しを求めました",
    MarkState.REJECTED: "を表示に戻しました",
}


def record(
    session: Session, event: audit.Event, submission: Submission, actor: Actor, **details: Any
) -> None:
    """Write the audit entry of a change of masks."""
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{submission.id}",
        government=charge.government_of(session, submission),
        **details,
    )
