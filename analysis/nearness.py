"""How near each statement lies to the few themes that matter for it, kept from the fitting."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.clusters import Labels
from analysis.vectors import Matrix

_KEPT = 4
_TAKEN = -1.5


@dataclass(frozen=True)
class Nearness:
    """Per statement: the nearest theme, the second, the nearest subtheme in the first, the second.

    ``rows`` (statements × 4) holds rows of the model's centres, -1 where there is none;
    ``cosines`` goes with it. What is 未分類 is near to something too, if only by a cosine of 0.
    """

    rows: NDArray[np.int32]
    cosines: Matrix

    @classmethod
    def empty(cls, count: int) -> "Nearness":
        """Return a table for ``count`` statements that are near nothing yet."""
        return cls(
            np.full((count, _KEPT), -1, dtype=np.int32),
            np.zeros((count, _KEPT), dtype=np.float32),
        )

    def take(self, at: Labels, likeness: Matrix, parents: Sequence[int]) -> None:
        """Fill in the statements ``at`` from their cosines to every centre."""
        parent = np.array(parents, dtype=np.int64)
        tops = np.flatnonzero(parent < 0)
        if len(tops) == 0:
            return
        self._best(at, 0, likeness[:, : len(tops)].copy(), len(tops))
        inside = parent[None, :] == self.rows[at, 0][:, None]
        self._best(at, 2, np.where(inside, likeness, np.float32(-2)), len(parent))

    def _best(self, at: Labels, column: int, likeness: Matrix, possible: int) -> None:
        every = np.arange(len(at))
        for place in range(column, column + min(2, possible)):
            best = likeness.argmax(axis=1)
            value = likeness[every, best]
            self.rows[at, place] = np.where(value > _TAKEN, best, -1)
            self.cosines[at, place] = np.where(value > _TAKEN, value, 0)
            likeness[every, best] = -2
