"""A citizen's words found again in a text that was quoted from them, and masked as they are now.

Reports are frozen text. When a leak is found later, its quotes must be masked too, although they
were cut, put on one line, and hold the masks of their day. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.screening import PersonalDataKind, PersonalSpan
from feedback.screening import masking

_MASK = re.compile("［(?:" + "|".join(re.escape(kind.label) for kind in PersonalDataKind) + ")］")
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Original:
    """A statement, title or body as the citizen wrote it, and what of it is masked now."""

    line: str
    """On one line, as quotes are: ``" ".join(text.split())``."""
    hidden: tuple[PersonalSpan | None, ...]
    """For each letter of the line, the mask over it."""

    @classmethod
    def of(cls, text: str, spans: Sequence[PersonalSpan]) -> Original:
        """A text and what of it is masked; the spans must not overlap."""
        line, places = _on_one_line(text)
        over = [next((s for s in spans if s.start <= at < s.end), None) for at in places]
        return cls(line, tuple(over))

    def quoted(self, quote: str) -> str | None:
        """The quote as it would be masked now; None when it was not quoted from here."""
        is_cut = quote.endswith(_CUT)
        pieces = _pieces(quote.removesuffix(_CUT) if is_cut else quote)
        # Most texts have nothing to do with each other: seen without an expression.
        if not all(each.is_mask or each.text in self.line for each in pieces):
            return None
        known = self._masked_words()
        pattern = re.compile("".join(f"({each.pattern(known)})" for each in pieces), re.DOTALL)
        found = pattern.match(self.line) if is_cut else pattern.fullmatch(self.line)
        if not pieces or found is None:
            return None
        parts: list[str] = []
        for number, piece in enumerate(pieces, start=1):
            inside = range(found.start(number), found.end(number))
            parts.append(piece.text if piece.is_mask else self._masked(inside))
        return _once("".join(parts)) + (_CUT if is_cut else "")

    def _masked_words(self) -> list[str]:
        """What is masked now: the likeliest to stand behind a mask of then."""
        words: list[str] = []
        for span, letters in groupby(range(len(self.line)), key=self.hidden.__getitem__):
            if span is not None:
                words.append("".join(self.line[at] for at in letters))
        return words

    def _masked(self, places: Sequence[int]) -> str:
        said: list[str] = []
        last: PersonalSpan | None = None
        for place in places:
            span = self.hidden[place]
            if span is None:
                said.append(self.line[place])
            elif span is not last:
                said.append(masking.mask("x", [PersonalSpan(span.kind, 0, 1)]))
            last = span
        return "".join(said)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    is_mask: bool

    def pattern(self, known: Iterable[str]) -> str:
        if not self.is_mask:
            return re.escape(self.text)
        return "|".join([*(re.escape(each) for each in known), ".+?"])


def _pieces(quote: str) -> list[_Piece]:
    found: list[_Piece] = []
    at = 0
    for match in _MASK.finditer(quote):
        if at < match.start():
            found.append(_Piece(quote[at : match.start()], is_mask=False))
        found.append(_Piece(match.group(), is_mask=True))
        at = match.end()
    if at < len(quote):
        found.append(_Piece(quote[at:], is_mask=False))
    return found


def _on_one_line(text: str) -> tuple[str, list[int]]:
    """The text as ``" ".join(text.split())`` gives it, and where each letter stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if not letter.isspace():
            letters.append(letter)
            places.append(place)
        elif letters and letters[-1] != " ":
            letters.append(" ")
            places.append(place)
    if letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    return "".join(letters), places


def _once(text: str) -> str:
    """A mask that grew meets its old self: one is enough."""
    return re.sub(rf"({_MASK.pattern})\1+", r"\1", text)
