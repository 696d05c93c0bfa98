"""Some of many texts, drawn by what they say and not by where they stand in the table.

Each text gets a number scattered from its words; those with the smallest numbers are drawn. So
the draw is even over all themes, the same for the same texts in any order, and a smaller draw is
part of a larger one (bottom-k sampling, Cohen and Kaplan 2007).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LEARNT_FROM = 32_000
"""The most texts that reductions, groups and centres are learnt from."""

_MASK = (1 << 64) - 1

Rows = NDArray[np.int64]
Numbers = NDArray[np.uint64]


def drawn(texts: sparse.csr_matrix, number: int, *, seed: int) -> Rows:
    """Return ``number`` rows of a documents × words matrix, in the order in which they are drawn.

    All rows, in the order in which they stand, when there are no more than ``number``.
    """
    count = int(texts.shape[0])
    if count <= number:
        return np.arange(count, dtype=np.int64)
    return np.argsort(_numbers(texts, seed), kind="stable")[:number].astype(np.int64)


def _numbers(texts: sparse.csr_matrix, seed: int) -> Numbers:
    """Scatter each text's set of words over 64 bits."""
    words = scattered(texts.indices.astype(np.uint64) + np.uint64(1))
    before = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(words, dtype=np.uint64)])
    sums = before[texts.indptr[1:]] - before[texts.indptr[:-1]]
    return scattered(sums + np.uint64(seed * 0x9E3779B97F4A7C15 & _MASK))


def scattered(values: Numbers) -> Numbers:
    """Return well mixed bits of each value (the finaliser of MurmurHash3)."""
    mixed = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return np.asarray(mixed ^ (mixed >> np.uint64(33)))
