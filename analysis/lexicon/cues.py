"""Lists of ``kind = regular expression``: tried only where what a match begins with stands.

Hundreds of expressions a text would be slow. Nearly all begin with plain letters, and nearly no
text has them; so each is tried only on texts that hold one of its beginnings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import add

_SPECIAL = frozenset("\\.^$*+?{}[]|()")
_MAYBE = frozenset("?*{")
_LATIN = re.compile("[A-Za-z]")
# A bracket that is a letter, or stands for one, would be taken for the end of a group.
_HIDDEN = re.compile(r"\\[()\[\]|]|\[[^\]]*[()|]")
_HEAD = 2
_MOST = 600

Found = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Cue:
    kind: str
    pattern: re.Pattern[str]
    beginnings: tuple[str, ...]
    """In lower case; empty when the expression does not tell."""


class Cues:
    """One list, sorted by what its expressions begin with."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the lines; Latin letters are read in upper and lower case."""
        self._cues = tuple(_cue(line) for line in lines)
        self._by_head: dict[str, list[int]] = {}
        self._always = [at for at, cue in enumerate(self._cues) if not cue.beginnings]
        for at, cue in enumerate(self._cues):
            for head in {beginning[:_HEAD] for beginning in cue.beginnings}:
                self._by_head.setdefault(head, []).append(at)

    def find(self, text: str) -> Iterator[Found]:
        """Yield kind and place of every match in ``text``, expression by expression."""
        lower, heads = _heads(text)
        tried = {at for head in heads & self._by_head.keys() for at in self._by_head[head]}
        for at in sorted(tried.union(self._always)):
            cue = self._cues[at]
            if cue.beginnings and not any(word in lower for word in cue.beginnings):
                continue
            for match in cue.pattern.finditer(text):
                if match.end() > match.start():
                    yield cue.kind, *match.span()


@lru_cache(maxsize=4)
def _heads(text: str) -> tuple[str, frozenset[str]]:
    """Return a text in lower case and its letters and pairs of letters, for list after list."""
    lower = text.lower()
    return lower, frozenset(map(add, lower, lower[1:])).union(lower)


def _cue(line: str) -> _Cue:
    kind, _, written = line.partition(" = ")
    flags = re.IGNORECASE if _LATIN.search(written) else re.NOFLAG
    return _Cue(kind, re.compile(written, flags), tuple(beginnings(written.lower())))


def beginnings(written: str) -> list[str]:
    """Return what every match of an expression begins with; empty when that is not plain."""
    found: list[str] = []
    for branch in _branches(written):
        own = _first_letters(branch)
        if not own:
            return []
        found += own
    return found


def _first_letters(branch: str) -> list[str]:
    if not branch.startswith("("):
        return _plain_beginning(branch)
    end = _closing(branch)
    inner = branch[1:end].removeprefix("?:")
    if branch[end + 1 : end + 2] in _MAYBE or inner.startswith("?") or _HIDDEN.search(inner):
        return []
    own = beginnings(inner)
    if own and min(map(len, own)) < _HEAD and _SPECIAL.isdisjoint(inner.replace("|", "")):
        return _prolonged(own, branch[end + 1 :])
    return own


def _prolonged(own: list[str], rest: str) -> list[str]:
    """Add what follows to beginnings of one letter, which stand in too many texts: 父 → 父に."""
    following = beginnings(rest) if len(_branches(rest)) == 1 else []
    longer = [first + second for first in own for second in following]
    return longer if following and len(longer) <= _MOST else own


def _plain_beginning(branch: str) -> list[str]:
    size = next((at for at, sign in enumerate(branch) if sign in _SPECIAL), len(branch))
    if branch[size : size + 1] in _MAYBE:
        size -= 1
    return [branch[:size]] if size > 0 else []


def _branches(written: str) -> list[str]:
    """Cut an expression at the ``|`` that stand outside of its groups."""
    cuts, depth, skip = [-1], 0, False
    for at, sign in enumerate(written):
        if skip:
            skip = False
        elif sign == "\\":
            skip = True
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "|" and not depth:
            cuts.append(at)
    return [written[a + 1 : b] for a, b in zip(cuts, [*cuts[1:], len(written)], strict=True)]


def _closing(written: str) -> int:
    """Return where the group that opens an expression closes."""
    depth = 0
    for at, sign in enumerate(written):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at
    return len(written)
