"""Which theme of the last run is which theme of this one.

Two themes are linked when most of the smaller one's statements lie in the other (``match``). When
two runs share few statements or none, ``lineage`` finds out where those of each would go in the
other, and ``match_flows`` names what became of the themes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

_LEAST_SHARE = 0.5
_NEXT_TO_NONE = 0.15
_FEW = 0.3

Shares = Mapping[str, Mapping[str, float]]


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


@dataclass(frozen=True, slots=True)
class Flow:
    """Where each run's statements are, or would be, in the other.

    ``then`` and ``now`` hold the number of statements of each theme; ``went`` which share of each
    old theme lies in which new one, and ``came`` which share of each new theme lies in which old
    one. The rest fits nowhere.
    """

    then: Mapping[str, float]
    now: Mapping[str, float]
    went: Shares
    came: Shares

    @property
    def back(self) -> "Flow":
        """The same seen from now."""
        return Flow(self.now, self.then, self.came, self.went)


def match_flows(flow: Flow) -> list[Match]:
    """Link themes by where the statements of each run went, or would go, in the other.

    A theme is gone when next to none of this run's statements would go to it, or when few would and
    few of its own fit here; new is the same the other way round. All others are linked: to the
    theme that has most of what fits of it or, if it was dealt out anew, the one that took most.
    """
    gone, new = set(_strangers(flow)), set(_strangers(flow.back))
    pairs = {(before, after) for before, after in _mostly(flow) if before not in gone}
    pairs |= {(before, after) for after, before in _mostly(flow.back) if after not in new}
    young = flow.now.keys() - new - {after for _, after in pairs}
    old = flow.then.keys() - gone - {before for before, _ in pairs}
    pairs |= {(one, after) for after in young for one in _largest(flow.back, after)}
    pairs |= {(before, one) for before in old for one in _largest(flow, before)}
    links = {}
    for before, after in sorted(pairs):
        if before not in gone and after not in new:
            forward = flow.went.get(before, {}).get(after, 0.0)
            backward = flow.came.get(after, {}).get(before, 0.0)
            links[before, after] = (max(forward, backward), forward + backward)
    return _fates(flow.then, flow.now, links)


def _strangers(flow: Flow) -> Iterator[str]:
    """Yield the themes of then that this run knows nothing of."""
    returned = {
        theme: sum(flow.now[other] * came.get(theme, 0.0) for other, came in flow.came.items())
        for theme in flow.then
    }
    # Words change from month to month, so that some statements of every theme fit nowhere.
    scale = sum(returned.values()) / max(1.0, sum(flow.then.values()))
    fits = {theme: sum(flow.went.get(theme, {}).values()) for theme in flow.then}
    total = sum(flow.then[theme] * fits[theme] for theme in flow.then)
    usual = total / max(1.0, sum(flow.then.values()))
    for theme, size in flow.then.items():
        known = returned[theme] / (size * scale) if scale else 0.0
        if known < _NEXT_TO_NONE or (known < _FEW and fits[theme] <= _LEAST_SHARE * usual):
            yield theme


def _mostly(flow: Flow) -> Iterator[tuple[str, str]]:
    """Yield each theme of then with the one that has most of what fits of it."""
    for one, parts in flow.went.items():
        yield from ((one, other) for other, part in parts.items() if 2 * part > sum(parts.values()))


def _largest(flow: Flow, one: str) -> Iterator[str]:
    """Yield the theme that shares most with ``one`` of then, if any does."""
    parts = dict(flow.went.get(one, {}))
    for other, came in flow.came.items():
        part = came.get(one, 0.0) * flow.now[other] / flow.then[one]
        parts[other] = parts.get(other, 0.0) + part
    if parts:
        yield min(parts, key=lambda other: (-parts[other], other))


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
