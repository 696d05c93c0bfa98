"""Lists of ``kind = regular expression``: tried only where what a match begins with stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LITERAL = r"[^\\.^$*+?{}\[\]|()]"
_BEGINNING = re.compile(
    rf"(?:\((?P<any>{_LITERAL}+(?:\|{_LITERAL}+)*)\)|(?P<one>{_LITERAL}+))(?![?*{{])"
)
_GROUP = re.compile(r"\([^()]*\)")
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Cue:
    """A kind, its pattern, and the words one of which every match begins with."""

    kind: str
    pattern: re.Pattern[str]
    beginnings: tuple[str, ...]
    """In lower case; empty when the pattern does not tell."""

    def spans(self, text: str, lower: str) -> Iterator[tuple[int, int]]:
        """Yield where the pattern stands in ``text``; ``lower`` is the text in lower case."""
        if self.beginnings and not any(word in lower for word in self.beginnings):
            return
        for match in self.pattern.finditer(text):
            yield match.span()


def cue(line: str) -> Cue:
    """Read one line of a list; Latin letters are read in upper and lower case."""
    kind, _, written = line.partition(" = ")
    flags = re.IGNORECASE if _LATIN.search(written) else re.NOFLAG
    return Cue(kind, re.compile(written, flags), _beginnings(written.lower()))


def _beginnings(written: str) -> tuple[str, ...]:
    match = _BEGINNING.match(written)
    if match is None or "|" in _outermost(written):
        return ()
    return tuple(match["any"].split("|")) if match["any"] else (match["one"],)


def _outermost(written: str) -> str:
    """Return a pattern without its groups."""
    while (shorter := _GROUP.sub("", written)) != written:
        written = shorter
    return written
