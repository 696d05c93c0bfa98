"""Where each document goes: its theme and subtheme, how surely, and the theme that came second."""

from collections.abc import Sequence

import numpy as np

from analysis import vectors
from analysis.clusters import Labels
from analysis.nearness import Nearness
from analysis.vectors import Matrix

_LEAST_SIMILARITY = 0.12
# So that, on labelled opinions left out of the learning, what is 60 % sure is right in 60 %.
_SHARPNESS = 0.08


class Placed:
    """The row of each document's theme, of its subtheme, and of the runner-up; -1 for none."""

    def __init__(self, count: int) -> None:
        """Begin with ``count`` documents that are nowhere."""
        self.tops: Labels = np.full(count, -1, dtype=np.int64)
        self.leaves: Labels = np.full(count, -1, dtype=np.int64)
        self.runners_up: Labels = np.full(count, -1, dtype=np.int64)
        self.confidence = np.zeros(count)
        self.nearness = Nearness.empty(count)

    def take(self, rows: Labels, likeness: Matrix, parents: Sequence[int]) -> None:
        """Place the documents of ``rows`` by their cosine to every centre."""
        tops = sum(parent < 0 for parent in parents)
        if tops == 0:
            return
        self.nearness.take(rows, likeness, parents)
        near, cosines = self.nearness.rows[rows], self.nearness.cosines[rows]
        placed = cosines[:, 0] >= _LEAST_SIMILARITY
        self.tops[rows] = np.where(placed, near[:, 0], -1)
        self.runners_up[rows] = np.where(placed, near[:, 1], -1)
        weights = np.exp((likeness[:, :tops] - cosines[:, :1]) / _SHARPNESS)
        self.confidence[rows] = np.where(placed, 1 / weights.sum(axis=1), 0)
        fits = placed & (cosines[:, 2] >= _LEAST_SIMILARITY)
        self.leaves[rows] = np.where(fits, near[:, 2], -1)

    def doubt(self, learnt: Labels) -> None:
        """Take out of the confidence of what was learnt from that it drew its theme to itself."""
        rows = learnt[self.tops[learnt] >= 0]
        if not len(rows):
            return
        own = self.nearness.cosines[rows, 0].astype(np.float64)
        others = vectors.without_itself(own, self.tops[rows])
        against = 1 / self.confidence[rows] - 1
        self.confidence[rows] = 1 / (1 + against * np.exp((own - others) / _SHARPNESS))

    def follow(self, copies: Labels, originals: Labels) -> None:
        """Place each of ``copies`` where the original in the same place of ``originals`` is."""
        for one in (self.tops, self.leaves, self.runners_up, self.confidence):
            one[copies] = one[originals]
        self.nearness.rows[copies] = self.nearness.rows[originals]
        self.nearness.cosines[copies] = self.nearness.cosines[originals]
