"""Texts as points: TF-IDF on words, and LSA, which lets words stand in for each other.

A document's vector is both, side by side: the exact words keep fine themes apart, the reduced
space brings together people who say one thing in different words. Vectors have length one, so
that a dot product is a cosine.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

Matrix = NDArray[np.float32]

_WORDS_AT_MOST = 60_000
_COMMON_SHARE = 0.25
_SMALL = 60
_LSA_DIMENSIONS = 150
_CHUNK = 8192
LSA_SHARE = 0.5


@dataclass(frozen=True)
class Views:
    """The same documents seen twice: by their exact words, and reduced."""

    tfidf: sparse.csr_matrix
    lsa: Matrix

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.lsa)

    def rows(self, which: Sequence[int] | NDArray[np.int64]) -> "Views":
        """Return some of the documents, in that order."""
        return Views(self.tfidf[which], self.lsa[which])


@dataclass(frozen=True)
class Centres:
    """Mean directions of groups, one row each, in both views."""

    words: Matrix
    lsa: Matrix

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.lsa)

    @cached_property
    def by_word(self) -> Matrix:
        """Return ``words`` the other way round, laid out for products with sparse rows."""
        return np.ascontiguousarray(self.words.T)


@dataclass(frozen=True)
class Space:
    """The learned vocabulary and reduction; maps word lists to vectors."""

    vocabulary: tuple[str, ...]
    idf: Matrix
    components: Matrix

    @classmethod
    def learn(cls, documents: Sequence[Sequence[str]], *, seed: int) -> "Space":
        """Learn words, weights and reduction from word lists."""
        frequency = Counter(word for words in documents for word in set(words))
        vocabulary = _vocabulary(frequency, len(documents))
        counts = np.array([frequency[word] for word in vocabulary], dtype=np.float32)
        idf = np.log((1 + len(documents)) / (1 + counts)).astype(np.float32) + np.float32(1)
        bare = cls(vocabulary, idf, np.zeros((0, len(vocabulary)), dtype=np.float32))
        return cls(vocabulary, idf, _components(bare.tfidf(documents), seed))

    @cached_property
    def _column(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self.vocabulary)}

    @cached_property
    def _by_word(self) -> Matrix:
        return np.ascontiguousarray(self.components.T)

    def views(self, documents: Sequence[Sequence[str]]) -> Views:
        """Return both views of word lists."""
        tfidf = self.tfidf(documents)
        return Views(tfidf, self.lsa(tfidf))

    def tfidf(self, documents: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        """Return one row a document, length one (or zero when no word is known)."""
        column = self._column
        heads, columns, values = [0], [], []
        for words in documents:
            counts = Counter(column[word] for word in words if word in column)
            for at in sorted(counts):
                columns.append(at)
                values.append((1.0 + np.log(counts[at])) * self.idf[at])
            heads.append(len(columns))
        matrix = sparse.csr_matrix(
            (np.array(values, dtype=np.float32), columns, heads),
            shape=(len(documents), len(self.vocabulary)),
        )
        return _unit_rows(matrix)

    def lsa(self, tfidf: sparse.csr_matrix) -> Matrix:
        """Return the reduced rows, length one."""
        reduced = np.asarray(tfidf @ self._by_word, dtype=np.float32)
        return unit(reduced)


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
    return Centres(unit(words), unit(np.asarray(picker @ views.lsa, dtype=np.float32)))


def similarity(views: Views, to: Centres) -> Matrix:
    """Return the cosine of each document to each centre, in both views together."""
    exact = np.asarray(views.tfidf @ to.by_word, dtype=np.float32)
    return np.asarray((1 - LSA_SHARE) * exact + LSA_SHARE * (views.lsa @ to.lsa.T))


def nearest(views: Views, to: Centres) -> NDArray[np.int64]:
    """Return the row of the centre each document is most like, in chunks."""
    found = np.zeros(len(views), dtype=np.int64)
    for start in range(0, len(views), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(views)))
        found[rows] = similarity(views.rows(rows), to).argmax(axis=1)
    return found


def joined(centres: Centres) -> Matrix:
    """Return centres as single rows whose dot products are the cosine of both views."""
    parts = (np.sqrt(1 - LSA_SHARE) * centres.words, np.sqrt(LSA_SHARE) * centres.lsa)
    return unit(np.hstack(parts).astype(np.float32))


def likeness(views: Views) -> Matrix:
    """Return the cosine of each pair of documents, in both views together."""
    exact = np.asarray((views.tfidf @ views.tfidf.T).todense(), dtype=np.float32)
    return np.asarray((1 - LSA_SHARE) * exact + LSA_SHARE * (views.lsa @ views.lsa.T))


def _vocabulary(frequency: Counter[str], documents: int) -> tuple[str, ...]:
    least = 1 if documents < _SMALL else 2
    most = documents if documents < _SMALL else documents * _COMMON_SHARE
    kept = [(-count, word) for word, count in frequency.items() if least <= count <= most]
    return tuple(sorted(word for _, word in sorted(kept)[:_WORDS_AT_MOST]))


def _components(tfidf: sparse.csr_matrix, seed: int) -> Matrix:
    rows, columns = tfidf.shape
    size = min(_LSA_DIMENSIONS, rows // 4, columns - 1)
    if size < 2:
        return np.zeros((0, columns), dtype=np.float32)
    svd = TruncatedSVD(size, n_iter=4, random_state=seed)
    svd.fit(tfidf)
    return np.asarray(svd.components_, dtype=np.float32)


def _unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = sparse.diags_array(1 / np.where(lengths > 1e-9, lengths, 1))
    return sparse.csr_matrix(scale @ matrix, dtype=np.float32)
