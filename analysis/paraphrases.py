"""Paraphrases of one text: many texts that hold the same bundle of words.

A mass mailing that people put in words of their own keeps few of its letters, but its arguments
come back together; who merely wants the same thing shares a word or two. Texts are called
paraphrases of one another only if all of this holds:

- they stand far closer together, by the cosine of their words, than texts on one subject do;
- each holds five or more of the words that the group has in common, and little beside them;
- the group stands apart: texts holding one of its words less are at most half as many. In a theme,
  where each says what occurs to them, every word more leaves half of the texts or fewer, so that
  those are as many as the group or more.

An independent opinion that is counted in loses its voice, so in doubt a text stands for itself.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_TEXTS_AT_MOST = 4_000
_CHUNK = 500
_NEAREST = 7
_DENSE = 0.35
_SMALLEST = 5
_FEWEST_HOLDERS = 3
_COMMON_SHARE = 0.1
_USUAL_TIMES = 2
_LEAST_WORDS = 5
_LEAST_COSINE = 0.3
_LARGE = 20
_LARGE_COSINE = 0.27
_ALMOST = 0.5
_TOGETHER = 0.7
_ROUNDS = 12
_MORE_STARTS = 7

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]
Row = NDArray[np.float64]
Words = Callable[[Sequence[int]], Sequence[Sequence[str]]]
"""Gives the content words of the numbered texts."""
Group = list[tuple[int, float]]
"""Texts by number, and the cosine of each to the middle of the group."""


def find_paraphrases(keys: Numbers, words: Words) -> list[Group]:
    """Group paraphrases among texts that are no copies of each other, each in one group at most.

    ``keys``, one a text, are mixed numbers: of more than 4,000 texts those with the lowest keys
    are searched for groups, and the rest is only compared with the groups found. Where ties must
    be broken the order of the texts breaks them.
    """
    searched = np.sort(np.argsort(keys, kind="stable")[:_TEXTS_AT_MOST])
    table = _Table(words(searched.tolist()))
    bundles = list(_bundles(table))
    groups: list[Group] = [
        list(zip(searched[one.texts].tolist(), one.cosines.tolist(), strict=True))
        for one in bundles
    ]
    rest = np.setdiff1d(np.arange(len(keys)), searched).tolist()
    if bundles and rest:
        scorers = [_Scorer(table, bundle) for bundle in bundles]
        for at, own in zip(rest, words(rest), strict=True):
            found = ((number, one.cosine(own)) for number, one in enumerate(scorers))
            number, cosine = max(found, key=lambda pair: (pair[1], -pair[0]))
            if cosine > 0:
                groups[number].append((at, cosine))
    return groups


class _Table:
    """Texts by words: which they hold, and as rows of length one weighted by rareness (TF-IDF)."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        held = [set(words) for words in texts]
        frequency = Counter(word for words in held for word in words)
        self.names = sorted(word for word, times in frequency.items() if times >= _FEWEST_HOLDERS)
        self.frequency = np.array([frequency[word] for word in self.names], dtype=np.float64)
        self.idf = np.log((1 + len(held)) / (1 + self.frequency)) + 1
        self.rare_idf = math.log((1 + len(held)) / 2) + 1
        column = {word: at for at, word in enumerate(self.names)}
        rows = [sorted(column[word] for word in words if word in column) for words in held]
        sizes = np.array([len(row) for row in rows], dtype=np.int64)
        columns = np.array([at for row in rows for at in row], dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        shape = (len(held), len(self.names))
        self.held = sparse.csr_array((np.ones(len(columns)), columns, starts), shape)
        rare = np.array([len(words) for words in held], dtype=np.int64) - sizes
        weights = self.idf[columns]
        squares = np.bincount(np.repeat(np.arange(len(held)), sizes), weights**2, len(held))
        lengths = np.sqrt(squares + rare * self.rare_idf**2)
        unit = weights / np.repeat(lengths, sizes)
        self.weighted = sparse.csr_array((unit, columns, starts), shape)

    @cached_property
    def by_word(self) -> sparse.csc_array:
        return self.held.tocsc()

    def nearest(self) -> tuple[Row, Places]:
        """Return how near each text's nearest seven are on average, and which they are."""
        count = self.held.shape[0]
        number = min(_NEAREST, count - 1)
        if number < 1:
            return np.zeros(0), np.zeros((0, 0), dtype=np.int64)
        turned = self.weighted.T.tocsr()
        means, which = [], []
        for start in range(0, count, _CHUNK):
            cosines = (self.weighted[start : start + _CHUNK] @ turned).toarray()
            own = np.arange(len(cosines))
            cosines[own, start + own] = -1
            best = np.argpartition(cosines, -number, axis=1)[:, -number:]
            means.append(np.take_along_axis(cosines, best, axis=1).mean(axis=1))
            which.append(best)
        return np.round(np.concatenate(means), 9), np.concatenate(which)

    def common_words(self, texts: Places) -> Places:
        """Return the words that tell these texts from the rest, of words that overlap only one.

        従業員 and 従業 are one argument, and so are 喫煙 and 喫煙室 that always stand together.
        """
        inside = self.held[texts].sum(axis=0)
        share = inside / len(texts)
        usual = (self.frequency - inside + 0.5) / (self.held.shape[0] - len(texts) + 1)
        telling = (share >= _COMMON_SHARE) & (inside >= _FEWEST_HOLDERS)
        some = np.flatnonzero(telling & (share >= _USUAL_TIMES * usual))
        gain = np.round(share[some] * np.log(share[some] / usual[some]), 9)
        holds = self.held[texts][:, some]
        together = (holds.T @ holds).toarray()
        kept: list[int] = []
        for at in np.argsort(-gain, kind="stable").tolist():
            if not any(self._one_argument(some, together, at, other) for other in kept):
                kept.append(at)
        return some[kept]

    def _one_argument(self, some: Places, together: Row, one: int, two: int) -> bool:
        left, right = self.names[some[one]], self.names[some[two]]
        if left in right or right in left:
            return True
        fewer = min(together[one, one], together[two, two])
        return bool(together[one, two] >= _TOGETHER * fewer) and bool(set(left) & set(right))

    def middle(self, texts: Places) -> Row:
        """Return the mean direction of some texts, of length one."""
        mean = self.weighted[texts].sum(axis=0)
        return np.asarray(mean / max(math.sqrt(float((mean * mean).sum())), 1e-9))


@dataclass(frozen=True)
class _Bundle:
    """A group, the words that it has in common, and what a text must have to belong to it."""

    texts: Places
    cosines: Row
    common: Places
    middle: Row
    least_words: int
    least_cosine: float


def _bundles(table: _Table) -> Iterator[_Bundle]:
    """Yield the groups, the densest first; a text belongs to the first that takes it."""
    near, nearest = table.nearest()
    starts = np.sort(np.column_stack([np.arange(len(near)), nearest]), axis=1)
    free = np.ones(len(near), dtype=bool)
    dense = [at for at in np.argsort(-near, kind="stable").tolist() if near[at] >= _DENSE]
    for seed in dense:
        bundle = _started(table, starts[seed], free) if free[seed] else None
        if bundle is None:
            continue
        # Where a large group ends depends a little on where it began: try some more beginnings.
        inside = set(bundle.texts.tolist()) - {seed} if len(bundle.texts) >= _LARGE else set()
        others = [at for at in dense if at in inside][:_MORE_STARTS]
        tried = [bundle, *(_started(table, starts[at], free) for at in others)]
        largest = max((one for one in tried if one is not None), key=lambda one: len(one.texts))
        free[largest.texts] = False
        yield largest


def _started(table: _Table, texts: Places, free: NDArray[np.bool_]) -> _Bundle | None:
    """Return the group around a text and its nearest, if it is one."""
    if not _promising(table, texts):
        return None
    bundle = _grown(table, texts, free, _LEAST_WORDS, _LEAST_COSINE)
    if bundle is None or len(bundle.texts) < _LARGE:
        return bundle
    # Many texts show their common words well: a text with one less is still a paraphrase.
    return _grown(table, bundle.texts, free, _LEAST_WORDS - 1, _LARGE_COSINE) or bundle


def _promising(table: _Table, texts: Places) -> bool:
    common = table.common_words(texts)
    held = table.held[texts][:, common].sum(axis=1)
    return int((held >= _LEAST_WORDS).sum()) >= _SMALLEST - 1


def _grown(
    table: _Table, texts: Places, free: NDArray[np.bool_], least_words: int, least_cosine: float
) -> _Bundle | None:
    """Let a group take all texts that are like it, until it stays; None if it does not stand apart.

    Texts are compared with the group's middle, never with each other: no chain joins two texts.
    """
    seen: set[bytes] = set()
    for _ in range(_ROUNDS):
        common, middle = table.common_words(texts), table.middle(texts)
        held = table.by_word[:, common].sum(axis=1)
        cosines = table.weighted @ middle
        grown = np.flatnonzero((held >= least_words) & (cosines >= least_cosine) & free)
        if len(grown) < _SMALLEST:
            return None
        if grown.tobytes() in seen:
            break
        seen.add(grown.tobytes())
        texts = grown
    almost = int(((held == least_words - 1) & free).sum())
    if almost > _ALMOST * len(grown):
        return None
    return _Bundle(grown, cosines[grown], common, middle, least_words, least_cosine)


class _Scorer:
    """Compares texts outside of the table with a group."""

    def __init__(self, table: _Table, bundle: _Bundle) -> None:
        self._common = {table.names[at] for at in bundle.common}
        self._idf = dict(zip(table.names, table.idf.tolist(), strict=True))
        self._rare = table.rare_idf
        used = np.flatnonzero(bundle.middle).tolist()
        self._middle = {table.names[at]: float(bundle.middle[at]) for at in used}
        self._bundle = bundle

    def cosine(self, words: Sequence[str]) -> float:
        """Return how near a text is to the group's middle; zero if it does not belong."""
        held = set(words)
        if len(held & self._common) < self._bundle.least_words:
            return 0.0
        weights = {word: self._idf.get(word, self._rare) for word in sorted(held)}
        length = math.sqrt(sum(weight**2 for weight in weights.values()))
        toward = sum(weight * self._middle.get(word, 0.0) for word, weight in weights.items())
        cosine = toward / length
        return cosine if cosine >= self._bundle.least_cosine else 0.0
