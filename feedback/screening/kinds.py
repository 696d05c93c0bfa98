"""The words of screening: what staff said of a proposal, what is left out."""

from __future__ import annotations

from enum import StrEnum

from analysis.screening import SetAsideKind


class MarkState(StrEnum):
    """What staff said of a proposed mask."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DOUBTED = "doubted"
    """Somebody who may not see the words thinks they are no personal data; it stays masked."""
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return _MARK_LABELS[self]


_MARK_LABELS = {
    MarkState.PROPOSED: "未確認",
    MarkState.CONFIRMED: "確認済み",
    MarkState.DOUBTED: "見直し待ち",
    MarkState.REJECTED: "伏せない",
}


class MarkOrigin(StrEnum):
    """Who found a stretch of personal data."""

    MACHINE = "machine"
    STAFF = "staff"


class Decision(StrEnum):
    """What staff said of the machine's proposal."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return _DECISION_LABELS[self]


_DECISION_LABELS = {
    Decision.PROPOSED: "未確認",
    Decision.CONFIRMED: "確認済み",
    Decision.REJECTED: "該当しない",
}


def set_aside_label(kind: SetAsideKind | None, state: Decision | None) -> str | None:
    """Why a submission is not heard, or might not be; None when it is heard as an opinion."""
    if kind is None or state is None or state is Decision.REJECTED:
        return None
    return kind.label if state is Decision.CONFIRMED else f"{kind.label}？"


#: Left out as soon as the machine proposes it; the others only when a person has confirmed.
HIDDEN_AT_ONCE = frozenset({SetAsideKind.ABUSE, SetAsideKind.SPAM, SetAsideKind.NON_OPINION})


def leaves_out(kind: SetAsideKind | None, state: Decision | None, *, is_urgent: bool) -> bool:
    """Whether a submission is left out of lists, themes, campaigns, publishing and reports.

    What may be urgent stays in sight until a person has read it, however abusive its words.
    """
    if kind is None or state is None or state is Decision.REJECTED:
        return False
    return state is Decision.CONFIRMED or (kind in HIDDEN_AT_ONCE and not is_urgent)
