"""Statements and themes as the points that a learner works on, and its lines as weights again.

All views of a text (see ``vectors``) are laid side by side and turned into the few directions in
which the texts differ most, so that learning takes a second; what the second encoder says stands
beside them. What is learnt is straight, so it can be turned back: a theme's line then has a weight
for every word, which says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from analysis import second_encoder, vectors
from analysis.bags import Bags
from analysis.meanings import Meanings
from analysis.results import Document
from analysis.selftraining import Lines, Matrix
from analysis.vectors import Centres, Space, Views

_DIRECTIONS = 256
_SECOND_SHARE = 0.55
_NAMES_APART = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """A theme that statements can go to: its key, and what its name and description say."""

    key: str
    name: str
    words: tuple[str, ...] = ()
    """The content words of the name, and of what else describes it."""


@dataclass(frozen=True)
class Seen:
    """Texts in every view: those of ``vectors``, and the second encoder's (zeros where unread)."""

    views: Views
    second: Matrix

    def rows(self, which: NDArray[np.int64]) -> "Seen":
        """Return some of the texts, in that order."""
        return Seen(self.views.rows(which), self.second[which])


@dataclass(frozen=True)
class Weights:
    """A theme's line in the views themselves: what ``vectors.similarity`` takes, and the rest."""

    centres: Centres
    second: Matrix
    base: Matrix

    def scores(self, seen: Seen) -> Matrix:
        """Return the score of each text (a row) for each theme (a column)."""
        first = vectors.similarity(seen.views, self.centres)
        return np.asarray(first + seen.second @ self.second.T + self.base, dtype=np.float32)


@dataclass(frozen=True)
class Sight:
    """How texts are seen: the words and reductions learnt from them, and what all have in common.

    Of the second encoder, names of themes have something else in common than statements have.
    """

    space: Space
    common: Matrix

    @classmethod
    def learn(
        cls, documents: Sequence[Document], core: Sequence[int], meanings: Meanings, *, seed: int
    ) -> "Sight":
        """Learn from the documents of the ``core``."""
        bags = Bags.of([documents[at].words for at in core])
        rows = np.array(core, dtype=np.int64)
        whole = meanings.whole[rows]
        read = whole if np.abs(whole).sum() > 0 else None
        space = Space.learn(bags, read, seed=seed)
        return cls(space, _mean(meanings.second[rows]))

    def of(self, documents: Sequence[Document], meanings: Meanings) -> Seen:
        """See documents, each beside the others of its submission."""
        bags = Bags.of([document.words for document in documents])
        together = [document.submission for document in documents]
        whole = meanings.whole if self.space.common.size else None
        views = self.space.views(bags, together, whole)
        return Seen(views, _apart(meanings.second, self.common))

    def of_names(self, themes: Sequence[Known], meanings: Meanings) -> Seen:
        """See the names of themes as if each were a text."""
        bags = Bags.of([theme.words for theme in themes])
        whole = meanings.whole if self.space.common.size else None
        own = _mean(meanings.second)
        common = _NAMES_APART * own + (1 - _NAMES_APART) * self.common
        views = self.space.views(bags, list(range(len(themes))), whole)
        return Seen(views, _apart(meanings.second, common))


@dataclass(frozen=True)
class Directions:
    """The directions in which texts differ most; one row each, words first."""

    rows: Matrix
    words: int
    word_share: float
    second_share: float

    @classmethod
    def of(cls, seen: Seen, *, seed: int) -> "Directions":
        """Find them from all views of some texts."""
        wide = _wide(seen.views)
        number = min(_DIRECTIONS, min(wide.shape) - 1)
        rows = np.zeros((0, wide.shape[1]), dtype=np.float32)
        if number >= 1:
            svd = TruncatedSVD(number, n_iter=1, random_state=seed).fit(wide)
            rows = svd.components_.astype(np.float32)
        second = _SECOND_SHARE if np.abs(seen.second).sum() > 0 else 0.0
        return cls(rows, int(seen.views.tfidf.shape[1]), seen.views.word_share, second)

    def points(self, seen: Seen) -> Matrix:
        """Return one row a text."""
        exact, rest = self.rows[:, : self.words], self.rows[:, self.words :]
        words = np.asarray(seen.views.tfidf @ np.ascontiguousarray(exact.T), dtype=np.float32)
        share = self.word_share
        first = np.sqrt(share) * words + np.sqrt(1 - share) * (seen.views.reduced @ rest.T)
        if not self.second_share:
            return np.asarray(first, dtype=np.float32)
        left = np.sqrt(1 - self.second_share) * first
        return np.asarray(np.hstack([left, np.sqrt(self.second_share) * seen.second]), np.float32)

    def weights(self, lines: Lines) -> Weights:
        """Return lines as weights in the views, so that every score stays the same."""
        number = len(self.rows)
        whole = np.sqrt(1 - self.second_share) * (lines.towards[:, :number] @ self.rows)
        exact, rest = whole[:, : self.words], whole[:, self.words :]
        share = self.word_share
        centres = Centres(
            np.asarray(exact / np.sqrt(share), dtype=np.float32),
            np.asarray(rest / np.sqrt(1 - share) if share < 1 else rest, dtype=np.float32),
        )
        second = np.zeros((len(lines.towards), second_encoder.SIZE), dtype=np.float32)
        if self.second_share:
            second = np.sqrt(np.float32(self.second_share)) * lines.towards[:, number:]
        return Weights(centres, second, lines.base)


def _wide(views: Views) -> sparse.csr_matrix:
    share = views.word_share
    left = views.tfidf * np.float32(np.sqrt(share))
    right = sparse.csr_matrix(views.reduced * np.float32(np.sqrt(1 - share)))
    return sparse.hstack([left, right], format="csr")


def _mean(rows: Matrix) -> Matrix:
    """Return the mean of the rows that were read."""
    read = rows[np.abs(rows).sum(axis=1) > 0]
    return read.mean(axis=0) if len(read) else np.zeros(rows.shape[1], dtype=np.float32)


def _apart(rows: Matrix, common: Matrix) -> Matrix:
    """Return how texts differ from what all have in common; unread ones have zeros."""
    read = np.abs(rows).sum(axis=1, keepdims=True) > 0
    return vectors.unit(np.where(read, rows - common, 0).astype(np.float32))
