"""One way of writing for the machine, with the way back to the citizen's own letters.

NFKC (full and half width), control characters, white space and repeated marks are made
even. ``Normalized.span`` maps any part of the result to the same part of the original.
"""

import re
import unicodedata
from dataclasses import dataclass

# A letter and the marks that NFKC may melt into it (half-width ﾞ, accents, Hangul parts).
_CLUSTER = re.compile(
    r"[\u1100-\u11ff]+|[\s\S][\u3099\u309a\uff9e\uff9f\u0300-\u036f\u200d\ufe0e\ufe0f]*"
)
_UNEVEN = re.compile(
    r"\s\s|[^\S \n]|[\x00-\x08\x0e-\x1f\x7f]|([!?、。・…〜ー])\1|[\u200b-\u200d\ufeff]"
)
_DROPPED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]+")
_REPEATABLE = frozenset("!?、。・…〜ー")


@dataclass(frozen=True, slots=True)
class Normalized:
    """Normalised text and, when it differs, the original position of each of its letters."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original ``(start, end)`` of ``text[start:end]``."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends or (0,))[-1]
            return at, at
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> Normalized:
    """Make ``text`` even; cheap when it is even already."""
    if unicodedata.is_normalized("NFKC", text) and not _UNEVEN.search(text):
        return Normalized(text)
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        written = _DROPPED.sub("", match.group())
        for letter in unicodedata.normalize("NFKC", written):
            _append(letter, match.start(), match.end(), letters, starts, ends)
    return Normalized("".join(letters), tuple(starts), tuple(ends))


def plain(text: str) -> str:
    """Return only the normalised text."""
    return normalize(text).text


def _append(
    letter: str, start: int, end: int, letters: list[str], starts: list[int], ends: list[int]
) -> None:
    """Add one letter; runs of white space or of one repeatable mark grow the last letter."""
    if letter.isspace():
        letter = "\n" if letter in "\n\r\x0b\x0c\x85\u2028\u2029" else " "
        if letters and letters[-1].isspace():
            letters[-1] = "\n" if "\n" in (letter, letters[-1]) else " "
            ends[-1] = end
            return
    elif letters and letter == letters[-1] and letter in _REPEATABLE:
        ends[-1] = end
        return
    letters.append(letter)
    starts.append(start)
    ends.append(end)
