"""Which letters a text must hold for a pattern to have any chance, so that most are never tried.

A search for a short string is some fifty times as fast as one for a regular expression. Read are
only the parts of the pattern language that the word lists use; what is not understood is taken to
demand nothing, which costs time and never a match.
"""

from dataclasses import dataclass

_ANY_NUMBER = "?*{"

_Needed = tuple[str, ...]


def needed(pattern: str) -> _Needed:
    """Return strings of which every match holds at least one; empty when none is sure."""
    return _Reader(pattern).alternatives()


@dataclass
class _Reader:
    """Reads a pattern once from left to right."""

    pattern: str
    at: int = 0

    def alternatives(self) -> _Needed:
        """Read up to the end of the group: each branch must demand something, or none does."""
        branches = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence())
        return tuple(dict.fromkeys(sum(branches, ()))) if all(branches) else ()

    def _sequence(self) -> _Needed:
        """Read one branch and return the demand that is hardest to meet."""
        demands: list[_Needed] = []
        run = ""
        while self._peek() not in ("", "|", ")"):
            letter, demand = self._item()
            sure = self._peek() not in _ANY_NUMBER or self._peek() == ""
            self._skip_quantifier()
            if letter and sure:
                run += letter
                continue
            demands += [(run,), demand if sure else ()]
            run = ""
        demands.append((run,))
        return max((each for each in demands if each and all(each)), key=_hardness, default=())

    def _item(self) -> tuple[str, _Needed]:
        """Read a letter, or something else and what it demands."""
        letter = self._peek()
        self.at += 1
        if letter == "(":
            return "", self._group()
        if letter == "[":
            start, self.at = self.at, self.pattern.index("]", self.at + 1) + 1
            return (self.pattern[start], ()) if self.at - start == 2 else ("", ())
        if letter == "\\":
            self.at += 1
            return "", ()
        return ("", ()) if letter in ".^$" else (letter, ())

    def _group(self) -> _Needed:
        looks = self._peek() == "?"
        if looks:  # a look ahead or behind demands nothing that could not lie outside the match
            self.at += 3 if self.pattern[self.at + 1] == "<" else 2
        demand = self.alternatives()
        self.at += 1
        return () if looks else demand

    def _skip_quantifier(self) -> None:
        while self._peek() and self._peek() in "?*+{":
            self.at = self.pattern.index("}", self.at) + 1 if self._peek() == "{" else self.at + 1

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]


def _hardness(demand: _Needed) -> tuple[int, int]:
    return min(map(rarity, demand)), -len(demand)


def rarity(letters: str) -> int:
    """Return how seldom letters are met: kanji stand for more of a word than kana do."""
    return len(letters) + 2 * sum(letter >= "一" for letter in letters)
