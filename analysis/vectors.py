"""Texts as points: by their exact words, by words that go together, and by what is meant.

A document is seen in up to four ways, each of length one, so that a dot product is a cosine:
TF-IDF keeps fine themes apart; LSA (Deerwester et al. 1990) brings together words that occur
together here; word vectors (see ``senses``) bring together words that mean the same anywhere, and
the sentence encoder (see ``encoder``) texts that mean the same as a whole. The last three stand
side by side in ``reduced``. The mean direction of all documents is taken out of both kinds of
meaning, and the two strongest common directions out of the word vectors, since they only say that
a text is an opinion (Mu & Viswanath 2018, "All-but-the-Top"). docs/analysis.md says what other
weights gave.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from analysis import sampling, senses
from analysis.bags import Bags

Matrix = NDArray[np.float32]

_WORDS_AT_MOST = 60_000
_COMMON_SHARE = 0.25
_SMALL = 60
_MANY = 20_000
_LSA_DIMENSIONS = 150
_SENSE_DIMENSIONS = 50
_LSA_COUNTS = 1.5
_SENSES_COUNT = 1.5
_TEXTS_COUNT = 3.0
_COMMON_DIRECTIONS = 2
_SENSES_FROM = 20
_CHUNK = 8192


@dataclass(frozen=True)
class Views:
    """The same documents by their exact words, and reduced; ``word_share`` weighs the former."""

    tfidf: sparse.csr_matrix
    reduced: Matrix
    word_share: float

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.reduced)

    def rows(self, which: Sequence[int] | NDArray[np.int64] | slice) -> "Views":
        """Return some of the documents, in that order."""
        return Views(self.tfidf[which], self.reduced[which], self.word_share)


@dataclass(frozen=True)
class Centres:
    """Mean directions of groups, one row each, in both views."""

    words: Matrix
    reduced: Matrix

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.reduced)

    def row(self, at: int) -> "Centres":
        """Return one group's centre alone."""
        return Centres(self.words[at : at + 1], self.reduced[at : at + 1])

    @cached_property
    def by_word(self) -> Matrix:
        """Return ``words`` the other way round, laid out for products with sparse rows."""
        return np.ascontiguousarray(self.words.T)


@dataclass(frozen=True)
class Towards:
    """How far each word reaches towards one centre, in each reduction."""

    lsa: Matrix
    senses: Matrix


@dataclass(frozen=True)
class Space:
    """The learned vocabulary and reductions; maps word lists to vectors."""

    vocabulary: tuple[str, ...]
    idf: Matrix
    components: Matrix
    """LSA: one row a dimension, one column a word."""
    senses: Matrix
    """One row a word; no columns when no word vectors are installed."""
    origin: Matrix
    """What all documents have in common in ``senses``."""
    common: Matrix
    """What all documents have in common as whole texts; empty where those are not read."""

    @classmethod
    def learn(
        cls,
        documents: Bags,
        meanings: Matrix | None = None,
        *,
        seed: int,
        with_senses: bool = True,
    ) -> "Space":
        """Learn words, weights and reductions from counted words and what whole texts mean."""
        holders = documents.holders()
        vocabulary = _vocabulary(documents.words, holders.tolist(), len(documents))
        counts = holders[[documents.column[word] for word in vocabulary]].astype(np.float32)
        idf = np.log((1 + len(documents)) / (1 + counts)).astype(np.float32) + np.float32(1)
        nothing = np.zeros((0, 0), dtype=np.float32)
        bare = cls(vocabulary, idf, nothing, nothing, nothing, nothing)
        tfidf = bare.tfidf(documents)
        some = tfidf[sampling.drawn(tfidf, sampling.LEARNT_FROM, seed=seed)]
        components = _components(some, counts, seed)
        source = senses.installed() if with_senses else None
        common = np.zeros(0, dtype=np.float32) if meanings is None else meanings.mean(axis=0)
        return cls(vocabulary, idf, components, *_senses(source, vocabulary, some), common)

    @cached_property
    def _column(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self.vocabulary)}

    @cached_property
    def _by_word(self) -> Matrix:
        return np.ascontiguousarray(self.components.T)

    @cached_property
    def _has_sense(self) -> Matrix:
        return np.asarray(np.abs(self.senses).sum(axis=1) > 0, dtype=np.float32)

    @property
    def word_share(self) -> float:
        """The weight of the exact words beside the reductions that there are."""
        return 1 / (1 + sum(self._weights))

    @property
    def _weights(self) -> tuple[float, float, float]:
        """How much LSA, word vectors and whole texts count; nothing where they are not there."""
        return (
            _LSA_COUNTS * bool(self.components.size),
            _SENSES_COUNT * bool(self.senses.size),
            _TEXTS_COUNT * bool(self.common.size),
        )

    @property
    def _scales(self) -> list[float]:
        """The length of each reduction inside ``reduced``, whose length is one."""
        whole = sum(self._weights) or 1
        return [float(np.sqrt(weight / whole)) for weight in self._weights]

    def views(
        self,
        documents: Bags,
        together: Sequence[int] | None = None,
        meanings: Matrix | None = None,
    ) -> Views:
        """Return every view of counted words and of what the texts mean.

        ``together`` numbers the submission that each statement stands in. A statement means what
        it means beside the others of its submission: 「夜中に止まります。」 is about whatever the
        sentence before it names. So in the reduced views half of each is its submission's mean.
        """
        tfidf = self.tfidf(documents)
        reduced = self.reduced(tfidf, meanings)
        if together:
            reduced = _in_context(reduced, together)
        return Views(tfidf, reduced, self.word_share)

    def tfidf(self, documents: Bags) -> sparse.csr_matrix:
        """Return one row a document, length one (or zero when no word is known)."""
        column, counts = self._column, documents.counts
        known = np.array([column.get(word, -1) for word in documents.words], dtype=np.int32)
        places = known[counts.indices]
        inside = places >= 0
        heads = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(inside)])[counts.indptr]
        places, times = places[inside], counts.data[inside]
        values = (1.0 + np.log(times.astype(np.float64))) * self.idf[places]
        matrix = sparse.csr_matrix(
            (values.astype(np.float32), places, heads),
            shape=(len(documents), len(self.vocabulary)),
        )
        matrix.sort_indices()
        return _unit_rows(matrix)

    def reduced(self, tfidf: sparse.csr_matrix, meanings: Matrix | None = None) -> Matrix:
        """Return the reductions side by side; of length one where all of them are known."""
        by_lsa, by_sense, by_text = self._scales
        size = len(self.components) + self.senses.shape[1] + len(self.common)
        found = np.zeros((tfidf.shape[0], size), dtype=np.float32)
        for part in _parts(len(found)):
            blocks = []
            if by_lsa:
                lsa = np.asarray(tfidf[part] @ self._by_word, dtype=np.float32)
                blocks.append(by_lsa * unit(lsa))
            if by_sense:
                blocks.append(by_sense * self._senses_of(tfidf[part]))
            if by_text and meanings is not None:
                blocks.append(by_text * self._apart(meanings[part]))
            if blocks:
                joined = np.hstack(blocks)
                found[part, : joined.shape[1]] = joined
        return found

    def pulls(self, tfidf: sparse.csr_matrix, to: Centres, towards: Towards) -> Matrix:
        """Return how strongly each word of one document pulls it to one centre.

        In the order of the document's columns. The length of the document in a reduction is taken
        as given, so that the pulls add up to its cosine (but for what all documents share, and
        for what the text means as a whole, which is no single word's doing).
        """
        columns = tfidf.indices
        found = self.word_share * to.words[0, columns]
        blocks = [(self._by_word, towards.lsa), (self.senses, towards.senses)]
        for (block, reach), scale in zip(blocks, self._scales, strict=False):
            if scale:
                length = float(np.linalg.norm(tfidf.data @ block[columns])) or 1.0
                found = found + (1 - self.word_share) * scale / length * reach[columns]
        return np.asarray(tfidf.data * found, dtype=np.float32)

    def towards(self, centre: Centres) -> Towards:
        """Return how far each word of the vocabulary reaches towards one centre."""
        first, second = len(self.components), len(self.components) + self.senses.shape[1]
        lsa, meaning = centre.reduced[0, :first], centre.reduced[0, first:second]
        return Towards(
            self._by_word @ lsa if self.components.size else lsa,
            self.senses @ meaning if self.senses.size else meaning,
        )

    def _apart(self, meanings: Matrix) -> Matrix:
        """Return how texts differ from what all have in common; unread ones have zeros."""
        read = np.abs(meanings).sum(axis=1, keepdims=True) > 0
        return unit(np.where(read, meanings - self.common, 0).astype(np.float32))

    def _senses_of(self, tfidf: sparse.csr_matrix) -> Matrix:
        has_known = tfidf @ self._has_sense > 0
        rows = np.asarray(tfidf @ self.senses, dtype=np.float32) - self.origin
        return unit(np.where(has_known[:, None], rows, 0).astype(np.float32))


def _in_context(reduced: Matrix, together: Sequence[int]) -> Matrix:
    """Move each document half way to its submission's mean, in place."""
    submissions, place = np.unique(np.asarray(together), return_inverse=True)
    means = None  # where each stands alone, it is its own mean
    if len(submissions) < len(reduced):
        ones = np.ones(len(reduced), dtype=np.float32)
        member = sparse.csr_matrix((ones, (np.arange(len(reduced)), place)))
        means = unit(np.asarray(member.T @ reduced, dtype=np.float32))
    for part in _parts(len(reduced)):
        own = np.linalg.norm(reduced[part], axis=1, keepdims=True) > 0
        mean = unit(reduced[part]) if means is None else means[place[part]]
        reduced[part] = unit(reduced[part] + np.where(own, mean, 0).astype(np.float32))
    return reduced


def _parts(count: int) -> Iterator[slice]:
    """Cut ``count`` rows into chunks, so that what is worked out on the way stays small."""
    return (slice(at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK))


def unit(rows: Matrix) -> Matrix:
    """Return rows of length one; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)


def centres(views: Views, labels: NDArray[np.int64], number: int) -> Centres:
    """Return the mean direction of each of ``number`` groups; members labelled -1 count nowhere."""
    inside = np.flatnonzero(labels >= 0)
    ones = np.ones(len(inside), dtype=np.float32)
    picker = sparse.csr_matrix((ones, (labels[inside], inside)), shape=(number, len(views)))
    words = np.asarray((picker @ views.tfidf).todense(), dtype=np.float32)
    return Centres(unit(words), unit(np.asarray(picker @ views.reduced, dtype=np.float32)))


def means(views: Views, labels: NDArray[np.int64], number: int) -> Views:
    """Return the mean direction of each group as if it were a document; few words, so sparse."""
    ones = np.ones(len(labels), dtype=np.float32)
    rows = np.arange(len(labels))
    picker = sparse.csr_matrix((ones, (labels, rows)), shape=(number, len(labels)))
    words = _unit_rows(sparse.csr_matrix(picker @ views.tfidf))
    reduced = unit(np.asarray(picker @ views.reduced, dtype=np.float32))
    return Views(words, reduced, views.word_share)


def similarity(views: Views, to: Centres) -> Matrix:
    """Return the cosine of each document to each centre, in all views together."""
    exact = np.asarray(views.tfidf @ to.by_word, dtype=np.float32)
    share = views.word_share
    return np.asarray(share * exact + (1 - share) * (views.reduced @ to.reduced.T))


def nearest(views: Views, to: Centres) -> NDArray[np.int64]:
    """Return the row of the centre each document is most like, in chunks."""
    found = np.zeros(len(views), dtype=np.int64)
    for part in _parts(len(views)):
        found[part] = similarity(views.rows(part), to).argmax(axis=1)
    return found


def likeness(views: Views) -> Matrix:
    """Return the cosine of each pair of documents, in all views together."""
    return cross_likeness(views, views)


def cross_likeness(some: Views, others: Views) -> Matrix:
    """Return the cosine of each document of ``some`` (rows) to each of ``others``."""
    exact = np.asarray((some.tfidf @ others.tfidf.T).todense(), dtype=np.float32)
    share = some.word_share
    return np.asarray(share * exact + (1 - share) * (some.reduced @ others.reduced.T))


def without_itself(cosines: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cosine of each member to the centre of the others of its group.

    A centre leans towards each of its own members: of ``count`` unit vectors with a mean cosine of
    ``mean`` to their sum, that sum is ``count * mean`` long, and without one of them the cosine is
    what is left below. ``groups`` are rows from 0 on. A lone member is like none: 0.
    """
    lengths = np.maximum(1.0, np.bincount(groups, weights=cosines))[groups]
    squared = 1 - 2 * cosines / lengths + 1 / lengths**2
    return np.where(squared > 1e-9, (cosines - 1 / lengths) / np.sqrt(np.maximum(squared, 1e-9)), 0)


def _vocabulary(words: Sequence[str], holders: Sequence[int], documents: int) -> tuple[str, ...]:
    # A word that only one person uses says nothing about others, except through its meaning;
    # past some thousand texts such words are mostly slips and would fill the memory.
    least = 1 if documents < _MANY else 2
    most = documents if documents < _SMALL else documents * _COMMON_SHARE
    kept = [
        (-count, word) for word, count in zip(words, holders, strict=True) if least <= count <= most
    ]
    return tuple(sorted(word for _, word in sorted(kept)[:_WORDS_AT_MOST]))


def _components(tfidf: sparse.csr_matrix, counts: Matrix, seed: int) -> Matrix:
    rows, columns = tfidf.shape
    shared = np.flatnonzero(counts > 1)
    size = min(_LSA_DIMENSIONS, rows // 2, len(shared) - 1)
    if size < 2:
        return np.zeros((0, columns), dtype=np.float32)
    svd = TruncatedSVD(size, n_iter=4, random_state=seed)
    # Of a few texts with the same words nothing varies; then the share explained is 0 / 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        svd.fit(tfidf[:, shared])
    components = np.zeros((size, columns), dtype=np.float32)
    components[:, shared] = svd.components_
    return components


def _senses(
    source: senses.Senses | None, vocabulary: Sequence[str], tfidf: sparse.csr_matrix
) -> tuple[Matrix, Matrix]:
    """Return each word's meaning in the directions in which these documents differ."""
    nothing = np.zeros((len(vocabulary), 0), dtype=np.float32)
    if source is None or tfidf.shape[0] < _SENSES_FROM:
        return nothing, np.zeros(0, dtype=np.float32)
    meanings = source.of(vocabulary)
    rows = np.asarray(tfidf @ meanings, dtype=np.float64)
    origin = rows.mean(axis=0)
    _, directions = np.linalg.eigh((rows - origin).T @ (rows - origin))
    strongest = directions[:, ::-1][:, _COMMON_DIRECTIONS : _COMMON_DIRECTIONS + _SENSE_DIMENSIONS]
    return (
        np.asarray(meanings @ strongest, dtype=np.float32),
        np.asarray(origin @ strongest, dtype=np.float32),
    )


def _unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = sparse.diags_array(1 / np.where(lengths > 1e-9, lengths, 1))
    return sparse.csr_matrix(scale @ matrix, dtype=np.float32)
