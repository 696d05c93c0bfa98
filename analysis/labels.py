"""Names for themes, in the citizens' own words.

A label is a phrase that people of the theme wrote (see ``phrases``). It is chosen for how well its
words tell the theme from all others, as if "holds these words" were a test for belonging; for how
often it is said, and by how central statements; and for how near its words lie to the theme's
centre, so that words which only go together with the theme's others count too. A word that is
spread over all themes names none, and neither does one that two of twenty statements hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from analysis.clusters import Labels
from analysis.evidence import Candidate, Group, Reader, Spread
from analysis.keywords import keywords
from analysis.results import Document

Nearness = Callable[[Sequence[int], Sequence[Sequence[str]]], Sequence[float]]
"""The cosine of each word list to the centre of the group in the same place."""

_LONGEST = 14
_WEIGHED_AT_MOST = 16
_SIZE_THAT_REPEATS = 6
_SIZE_THAT_IS_BROAD = 15
_COVERS_ENOUGH = 0.34
_PAIRED_AT_MOST = 12
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Name:
    """A theme's label, the words that set it apart, and the words of the label itself."""

    label: str
    keywords: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A phrase and what it is worth as a name."""

    phrase: Candidate
    worth: float

    @property
    def text(self) -> str:
        return self.phrase.text

    @property
    def parts(self) -> frozenset[str]:
        return frozenset(self.phrase.parts)


def names(
    documents: Sequence[Document],
    core: Sequence[int],
    members: Mapping[int, Labels],
    parents: Sequence[int],
    nearness: Nearness | None = None,
) -> dict[int, Name]:
    """Name every group by its members; larger ones choose first, and no label is given twice."""
    reader = Reader(documents, core, len(members))
    order = sorted(members, key=lambda row: (parents[row] >= 0, -len(members[row]), row))
    groups = {row: reader.group(members[row]) for row in order}
    weighed: dict[int, list[_Weighed]] = {}
    words: dict[int, tuple[str, ...]] = {}
    for row, group in groups.items():
        above = groups.get(parents[row])
        spreads = [reader.everywhere]
        if above and above.spread.size > group.spread.size:
            spreads.append(above.spread)
        weighed[row] = _weighed(group, spreads)
        words[row] = keywords(group)
        group.forget()
    if nearness:
        weighed = _by_nearness(weighed, nearness)
    chosen = _Chosen(parents)
    return {row: chosen.name(row, groups[row], weighed[row], words[row]) for row in order}


def _weighed(group: Group, spreads: Sequence[Spread]) -> list[_Weighed]:
    """Return the phrases most worth being the group's name, whatever others are called."""
    found = [_Weighed(one, _worth(one, group, spreads)) for one in group.candidates]
    return sorted(found, key=_rank)[:_WEIGHED_AT_MOST]


def _rank(one: _Weighed) -> tuple[float, int, str]:
    return -round(one.worth, 9), len(one.text), one.text


def _worth(one: Candidate, group: Group, spreads: Sequence[Spread]) -> float:
    """Weigh how well the words tell the group by how the phrase is built and how often said."""
    worth = group.support(one)
    for spread in spreads:
        worth *= group.fit(one, spread) ** (1 / len(spreads))
    if one.asks:
        worth *= 0.65 + 0.95 * one.wished
    elif len(one.words) == 1:
        worth *= 0.65 if len(one.parts) > 1 else 0.2
    if len(group.saying(one)) < 2 and group.read >= _SIZE_THAT_REPEATS:
        worth *= 0.75 if group.read < 2 * _SIZE_THAT_REPEATS else 0.5
    if len(one.text) > _LONGEST:
        worth *= 0.55
    if len(one.text) == 1:
        worth *= 0.3
    return worth


def _by_nearness(
    weighed: Mapping[int, Sequence[_Weighed]], nearness: Nearness
) -> dict[int, list[_Weighed]]:
    """Weigh each phrase by its cosine to its group's centre as well; all in one go, for speed."""
    rows = [row for row, found in weighed.items() for _ in found]
    every = [one for found in weighed.values() for one in found]
    near = nearness(rows, [one.phrase.all_words for one in every])
    again: dict[int, list[_Weighed]] = {row: [] for row in weighed}
    for row, one, cosine in zip(rows, every, near, strict=True):
        again[row].append(_Weighed(one.phrase, one.worth * max(float(cosine), 0.01)))
    return {row: sorted(found, key=_rank) for row, found in again.items()}


class _Chosen:
    """The labels given so far, from which the next should differ."""

    def __init__(self, parents: Sequence[int]) -> None:
        self._parents = parents
        self._parts: dict[int, frozenset[str]] = {}
        self._taken: set[str] = set()

    def name(
        self, row: int, group: Group, weighed: Sequence[_Weighed], words: tuple[str, ...]
    ) -> Name:
        """Return the best phrase that is still free; two where one tells too little."""
        ranked = sorted((self._beside_others(row, one) for one in weighed), key=_rank)
        free = _fuller([one for one in ranked if one.text not in self._taken])
        above = self._parts.get(self._parents[row], frozenset())
        two = _two([one for one in free if not one.parts <= above], group)
        label = "・".join(one.text for one in two)
        if not two or label in self._taken:
            two = free[:1]
            rest = [word for word in words if word not in self._taken]
            spare = rest[0] if rest else f"その他の意見{len(self._taken) + 1}"
            label = two[0].text if two else spare
        self._taken.add(label)
        self._parts[row] = frozenset().union(*(one.parts for one in two))
        return Name(label, words, tuple(sorted(self._parts[row])))

    def _beside_others(self, row: int, one: _Weighed) -> _Weighed:
        """Take worth from a phrase that says no more than the theme above, or one beside, does."""
        parent, worth = self._parents[row], one.worth
        if one.parts <= self._parts.get(parent, frozenset()):
            worth *= 0.3
        beside = [other for at, other in self._parts.items() if self._parents[at] == parent]
        if any(one.parts <= other or one.parts >= other for other in beside if other):
            worth *= 0.6
        return _Weighed(one.phrase, worth)


def _fuller(ranked: Sequence[_Weighed]) -> list[_Weighed]:
    """Put the fuller form first when the best phrase mostly stands in it: 窓口の + 統合に反対."""
    for one in ranked[1:]:
        best = ranked[0].phrase
        fuller = one.text.endswith(best.text) and len(one.text) <= _LONGEST
        if fuller and len(one.phrase.holders) >= max(2, _MOSTLY * len(best.holders)):
            return [one, *(other for other in ranked if other is not one)]
    return list(ranked)


def _two(ranked: Sequence[_Weighed], group: Group) -> list[_Weighed]:
    """Return two short phrases that together cover what no one phrase does, if there are any."""
    if group.spread.size < _SIZE_THAT_IS_BROAD or not ranked:
        return []
    best = ranked[0]
    alone = len(group.covered(best.phrase))
    if alone >= _COVERS_ENOUGH * group.read:
        return []

    def fits(first: _Weighed, second: _Weighed) -> bool:
        return (
            len(first.phrase.words) > 1
            and min(len(group.saying(one.phrase)) for one in (first, second)) > 1
            and first.worth >= 0.6 * best.worth
            and second.worth >= 0.4 * best.worth
            and len(first.text) + len(second.text) < _LONGEST
            and len(second.phrase.parts) > 1
            and not first.parts & second.parts
        )

    def together(pair: Sequence[_Weighed]) -> int:
        return len(group.covered(pair[0].phrase) | group.covered(pair[1].phrase))

    def rank(pair: Sequence[_Weighed]) -> tuple[float, list[str]]:
        gain = together(pair) * sum(one.worth for one in pair)
        return -round(gain, 9), [one.text for one in pair]

    pairs = [pair for pair in permutations(ranked[:_PAIRED_AT_MOST], 2) if fits(*pair)]
    pairs = [pair for pair in pairs if together(pair) >= 1.4 * max(alone, 1)]
    return list(min(pairs, key=rank, default=()))
