"""What may be set aside: non-opinions, what the call did not ask about, abuse, spam.

A proposal only. Nothing is deleted by a machine, and a person may always take it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class SetAsideKind(StrEnum):
    """Why an opinion may be left out of the themes."""

    NON_OPINION = "non_opinion"
    OUT_OF_SCOPE = "out_of_scope"
    ABUSE = "abuse"
    SPAM = "spam"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return _LABELS[self]


_LABELS = {
    SetAsideKind.NON_OPINION: "意見の記載なし",
    SetAsideKind.OUT_OF_SCOPE: "募集の対象外",
    SetAsideKind.ABUSE: "誹謗中傷",
    SetAsideKind.SPAM: "宣伝・迷惑投稿",
}


@dataclass(frozen=True, slots=True)
class SetAsideProposal:
    """Why an opinion may be set aside, and the wording that says so."""

    kind: SetAsideKind
    evidence: tuple[tuple[int, int], ...]
    """Spans in the body; may be empty."""


def set_aside_proposal(
    title: str, body: str, subject: Sequence[str] = ()
) -> SetAsideProposal | None:
    """Propose to set an opinion aside, or nothing; ``subject`` is what the call asks about."""
    from analysis import screening

    if screening.is_non_opinion(body) and screening.is_non_opinion(title):
        return SetAsideProposal(SetAsideKind.NON_OPINION, ())
    return None
