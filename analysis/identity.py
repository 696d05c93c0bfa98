"""Which theme of the last run is which theme of this one.

Two themes are linked when most of the smaller one's statements lie in the other. When two runs
share no statements (two months), the words of the themes are compared instead.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

_LEAST_SHARE = 0.5
_LEAST_WORD_LIKENESS = 0.35


class Fate(StrEnum):
    """What became of a theme between two runs."""

    CONTINUED = "continued"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    GONE = "gone"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return _FATE_LABELS[self]


_FATE_LABELS = {
    Fate.CONTINUED: "継続",
    Fate.SPLIT: "分割",
    Fate.MERGED: "統合",
    Fate.NEW: "新規",
    Fate.GONE: "消滅",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A link between runs; ``heir`` marks the one current theme that keeps the old identity.

    New themes have no ``previous``, gone ones no ``current``; ``overlap`` is 0–1.
    """

    fate: Fate
    previous: str | None
    current: str | None
    overlap: float
    heir: bool


def match(
    previous: Mapping[str, Collection[str]], current: Mapping[str, Collection[str]]
) -> list[Match]:
    """Link themes by the statement keys that both runs hold."""
    shared = {key for keys in previous.values() for key in keys} & {
        key for keys in current.values() for key in keys
    }
    old = {theme: set(keys) & shared for theme, keys in previous.items()}
    now = {theme: set(keys) & shared for theme, keys in current.items()}
    links = {}
    for before, before_keys in old.items():
        for after, after_keys in now.items():
            smaller = min(len(before_keys), len(after_keys))
            share = len(before_keys & after_keys) / smaller if smaller else 0.0
            if share > _LEAST_SHARE:
                both = len(before_keys & after_keys)
                links[before, after] = (share, 2 * both / (len(before_keys) + len(after_keys)))
    return _fates(previous, current, links)


def match_by_words(
    previous: Mapping[str, Mapping[str, float]], current: Mapping[str, Mapping[str, float]]
) -> list[Match]:
    """Link themes of runs without common statements by the weights of their words."""
    links = {}
    for before, before_words in previous.items():
        for after, after_words in current.items():
            likeness = _cosine(before_words, after_words)
            if likeness >= _LEAST_WORD_LIKENESS:
                links[before, after] = (likeness, likeness)
    mutual = {
        (before, after): score
        for (before, after), score in links.items()
        if score[0] >= max(value[0] for (left, _), value in links.items() if left == before)
        or score[0] >= max(value[0] for (_, right), value in links.items() if right == after)
    }
    return _fates(previous, current, mutual)


def _fates(
    previous: Collection[str],
    current: Collection[str],
    links: Mapping[tuple[str, str], tuple[float, float]],
) -> list[Match]:
    """Name every link, then what has none; ``links`` holds (overlap, likeness of size too)."""
    children: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    for before, after in links:
        children[before].append(after)
        parents[after].append(before)
    heirs = _heirs(links)
    found = []
    for (before, after), (overlap, _) in links.items():
        fate = Fate.CONTINUED
        if len(parents[after]) > 1:
            fate = Fate.MERGED
        elif len(children[before]) > 1:
            fate = Fate.SPLIT
        found.append(Match(fate, before, after, round(overlap, 4), (before, after) in heirs))
    found += [Match(Fate.NEW, None, one, 0.0, heir=False) for one in current if one not in parents]
    found += [
        Match(Fate.GONE, one, None, 0.0, heir=False) for one in previous if one not in children
    ]
    return sorted(
        found, key=lambda one: (one.current is None, one.current or "", one.previous or "")
    )


def _heirs(links: Mapping[tuple[str, str], tuple[float, float]]) -> set[tuple[str, str]]:
    """Give each old identity to at most one theme, the likest pairs first."""
    heirs: set[tuple[str, str]] = set()
    for before, after in sorted(links, key=lambda pair: (-links[pair][1], pair)):
        if all(before != old and after != new for old, new in heirs):
            heirs.add((before, after))
    return heirs


def _cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    dot = sum(weight * right.get(word, 0.0) for word, weight in left.items())
    lengths = sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))
    return dot / lengths if lengths else 0.0
