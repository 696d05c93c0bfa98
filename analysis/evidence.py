"""What a group of statements says: its words, its phrases, and who holds them.

Words are counted over samples and phrases read in still fewer statements, evenly spaced, so that
naming takes seconds however many statements there are. Up to some thousands, all are counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from math import log, log1p, sqrt

from analysis.clusters import Labels
from analysis.phrases import Phrase, phrases
from analysis.results import Document

_COUNTED_EVERYWHERE = 20_000
_COUNTED = 40_000
_COUNTED_IN_A_GROUP = range(60, 2_001)
_READ = 6_000
_READ_IN_A_GROUP = range(16, 201)
_TELLING_WORDS = 40
_RECALL_COUNTS = 0.5
_ACT_COUNTS = 0.25
_SUPPORT_OF_A_WORD = 2


@dataclass(frozen=True, slots=True)
class Spread:
    """In what share of ``size`` statements each word stands."""

    size: int
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Candidate:
    """A phrase that may name a group: how it is mostly written, and by which statements."""

    key: str
    text: str
    words: tuple[str, ...]
    parts: tuple[str, ...]
    """The words, compounds taken apart: those by which statements are told."""
    asks: bool
    wished: float
    """In what share of its places it is asked for or complained of."""
    holders: tuple[int, ...]

    @property
    def all_words(self) -> tuple[str, ...]:
        """Return its words and their parts, as a statement of these words would have them."""
        return tuple(dict.fromkeys((*self.parts, *self.words)))


class Group:
    """One theme's statements, as far as they are counted and read."""

    def __init__(self, spread: Spread, documents: Sequence[Document], reader: "Reader") -> None:
        """Gather the phrases of ``documents``, which stand for the whole group."""
        self.spread = spread
        self.read = len(documents)
        self._reader = reader
        self._holders: dict[str, set[int]] = {}
        for at, document in enumerate(documents):
            for word in document.words:
                self._holders.setdefault(word, set()).add(at)
        self.documents = documents
        self.strength = {
            word: round(share * max(0.0, log(share / reader.everywhere.shares.get(word, share))), 9)
            for word, share in spread.shares.items()
        }
        self.centrality = self._centrality()

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Return the phrases that are written here."""
        telling = set(
            nsmallest(_TELLING_WORDS, self.strength, key=lambda word: (-self.strength[word], word))
        )
        seen: dict[str, list[tuple[int, Phrase]]] = {}
        for at, document in enumerate(self.documents):
            for phrase in self._reader.phrases(document):
                if any(not telling.isdisjoint(self._reader.parts(word)) for word in phrase.words):
                    seen.setdefault(phrase.key, []).append((at, phrase))
        return [self._candidate(key, places) for key, places in seen.items()]

    def _candidate(self, key: str, places: Sequence[tuple[int, Phrase]]) -> Candidate:
        written = Counter(phrase.text for _, phrase in places)
        first = places[0][1]
        parts = [part for word in first.words for part in self._reader.parts(word)]
        return Candidate(
            key,
            min(written, key=lambda text: (-written[text], len(text), text)),
            first.words,
            tuple(dict.fromkeys(parts)),
            any(phrase.asks for _, phrase in places),
            sum(phrase.wish for _, phrase in places) / len(places),
            tuple(sorted({at for at, _ in places})),
        )

    def forget(self) -> None:
        """Let go of the candidates once they are weighed: with many groups they fill the memory."""
        del self.candidates

    def covered(self, one: Candidate) -> set[int]:
        """Return the statements that hold a word of the phrase which sets the group apart."""
        telling = [part for part in one.parts if self.strength.get(part, 0) > 0]
        return set().union(*(self._holders.get(part, ()) for part in telling))

    def support(self, one: Candidate) -> float:
        """Return how much it is said, more where central statements say it.

        Half counts who holds all its words, but elsewhere in the statement.
        """
        said = sum(self.centrality[at] for at in one.holders)
        if len(one.words) == 1:
            return log1p(min(said, _SUPPORT_OF_A_WORD))
        near = sum(self.centrality[at] for at in sorted(self.saying(one) - set(one.holders)))
        return log1p(said + near / 2)

    def saying(self, one: Candidate) -> set[int]:
        """Return who holds all words of a phrase, compounds by their parts, in one place or not.

        Words that are never counted are too common to be looked for elsewhere in a statement.
        """
        return set(one.holders) | set.intersection(
            *(self._holders.get(part, set()) for part in one.parts)
        )

    def fit(self, one: Candidate, among: Spread) -> float:
        """Return how well holding the phrase's words tells the group among others (F-measure)."""
        act = set(self._reader.parts(one.words[-1])) if one.asks and len(one.words) > 1 else set()
        weights = {
            part: _ACT_COUNTS if part in act else 1.0
            for part in one.parts
            if part not in act or part in self.spread.shares
        }
        whole = {one.words[0]: 1.0} if len(one.words) == 1 else weights
        return max(self._f(weights, among), self._f(whole, among))

    def _f(self, weights: Mapping[str, float], among: Spread) -> float:
        total = sum(weights.values())
        here = sum(weight * self.spread.shares.get(one, 0) for one, weight in weights.items())
        there = sum(weight * among.shares.get(one, 0) for one, weight in weights.items())
        recall = here / total
        inside, outside = here * self.spread.size / total, there * among.size / total
        precision = max(0.0, inside - 0.5) / (max(inside, outside) + 0.5)
        both = _RECALL_COUNTS * precision + recall
        return (1 + _RECALL_COUNTS) * precision * recall / both if both else 0.0

    def _centrality(self) -> list[float]:
        """Return how many of the group's telling words each statement holds; 1 on average."""
        sums = [
            sum(self.strength.get(word, 0.0) for word in dict.fromkeys(one.words))
            / sqrt(len(set(one.words)) or 1)
            for one in self.documents
        ]
        mean = sum(sums) / len(sums) if sums else 0.0
        return [min(2.0, max(0.3, one / mean)) if mean else 1.0 for one in sums]


@dataclass
class Reader:
    """Counts and reads statements, each one's phrases once."""

    documents: Sequence[Document]
    core: Sequence[int]
    groups: int
    _phrases: dict[Document, list[Phrase]] = field(default_factory=dict)
    _parts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def everywhere(self) -> Spread:
        """Return the words of all statements that stand in the learning."""
        return self._spread(self.core, _COUNTED_EVERYWHERE)

    def group(self, inside: Labels) -> Group:
        """Return what one group says."""
        share = max(1, self.groups)
        counted = _within(_COUNTED // share, _COUNTED_IN_A_GROUP)
        read = _within(_READ // share, _READ_IN_A_GROUP)
        documents = [self.documents[at] for at in _spaced(inside, read)]
        return Group(self._spread(inside, counted), documents, self)

    def phrases(self, document: Document) -> list[Phrase]:
        """Return the phrases of one statement."""
        if document not in self._phrases:
            self._phrases[document] = phrases(document.text, document.words)
        return self._phrases[document]

    def parts(self, word: str) -> tuple[str, ...]:
        """Return the counted words of which a compound is made, or the word alone."""
        if word not in self._parts:
            self._parts[word] = _parts(word, self.everywhere.shares) or (word,)
        return self._parts[word]

    def _spread(self, inside: Sequence[int] | Labels, most: int) -> Spread:
        counted = _spaced(inside, most)
        counts: Counter[str] = Counter()
        for at in counted:
            counts.update(set(self.documents[at].words))
        size = len(counted) or 1
        return Spread(len(inside), {word: count / size for word, count in counts.items()})


def _parts(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the longest known beginning and the known rest, or nothing."""
    for end in range(len(word) - 1, 0, -1):
        if word[:end] in known:
            rest = word[end:]
            inner = _parts(rest, known) or ((rest,) if rest in known else ())
            if inner:
                return (*(_parts(word[:end], known) or (word[:end],)), *inner)
    return ()


def _within(number: int, limits: range) -> int:
    return min(max(number, limits.start), limits.stop - 1)


def _spaced(inside: Sequence[int] | Labels, most: int) -> list[int]:
    """Return at most ``most`` of ``inside``, evenly spaced."""
    count = len(inside)
    if count <= most:
        return [int(at) for at in inside]
    return [int(inside[at * count // most]) for at in range(most)]
