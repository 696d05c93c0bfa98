"""Why somebody reads a citizen's own words（原文の表示）: asked each time, kept in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analysis import screening

LONGEST_DETAIL = 200


class UnmaskReason(StrEnum):
    """The occasions on which the words behind the masks are needed."""

    REPLY = "reply"
    MASKS = "masks"
    URGENT = "urgent"
    MEANING = "meaning"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason in Japanese."""
        return _LABELS[self]


_LABELS = {
    UnmaskReason.REPLY: "本人への連絡・回答のため",
    UnmaskReason.MASKS: "伏せる箇所を確かめるため",
    UnmaskReason.URGENT: "緊急の対応のため",
    UnmaskReason.MEANING: "伏せたままでは内容が分からないため",
    UnmaskReason.OTHER: "そのほか（理由を書く）",
}


class ReasonMissing(Exception):
    """No reason was given, or 「そのほか」 without one in words; the text is for the reader."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as the audit log keeps it."""

    text: str

    @classmethod
    def given(cls, choice: str | None, detail: str | None) -> Reason:
        """The reason of a filled form; personal data that slipped into it is masked.

        Raises:
            ReasonMissing: when there is none.
        """
        if choice not in set(UnmaskReason):
            raise ReasonMissing("原文を表示する理由を選んでください。")
        words = " ".join((detail or "").split())[:LONGEST_DETAIL]
        if choice == UnmaskReason.OTHER and not words:
            raise ReasonMissing("「そのほか」を選んだときは、理由を書いてください。")
        words = screening.mask(words, screening.personal_data(words))
        label = "そのほか" if choice == UnmaskReason.OTHER else UnmaskReason(choice).label
        return cls(f"{label}：{words}" if words else label)
