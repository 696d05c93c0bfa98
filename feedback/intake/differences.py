"""Two texts beside each other, letter by letter."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the two texts: ``before`` and ``after`` are equal, or differ."""

    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether both texts say this."""
        return self.before == self.after


def differing(before: str, after: str) -> list[Piece]:
    """Both texts in pieces, in order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        Piece(before[first:last], after[start:end])
        for _, first, last, start, end in matcher.get_opcodes()
    ]
