"""Documents as counted words: read once, so that nothing later goes through every word again."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bags:
    """How often each document (a row) holds each word (a column)."""

    words: tuple[str, ...]
    counts: sparse.csr_matrix

    def __len__(self) -> int:
        """Return the number of documents."""
        return int(self.counts.shape[0])

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> "Bags":
        """Count the words of each document."""
        number: defaultdict[str, int] = defaultdict(count().__next__)
        columns, heads = array("i"), array("q", [0])
        for words in documents:
            columns.extend(map(number.__getitem__, words))
            heads.append(len(columns))
        places = np.frombuffer(columns, dtype=np.int32) if columns else np.zeros(0, dtype=np.int32)
        counts = sparse.csr_matrix(
            (np.ones(len(places), dtype=np.int32), places, np.frombuffer(heads, dtype=np.int64)),
            shape=(len(documents), len(number)),
        )
        counts.sum_duplicates()
        return cls(tuple(number), counts)

    @cached_property
    def column(self) -> dict[str, int]:
        """Return the column of each word."""
        return {word: at for at, word in enumerate(self.words)}

    def rows(self, which: Sequence[int] | NDArray[np.int64]) -> "Bags":
        """Return some of the documents, in that order."""
        return Bags(self.words, self.counts[which])

    def holders(self) -> Counts:
        """Return how many documents hold each word."""
        return np.bincount(self.counts.indices, minlength=len(self.words))
