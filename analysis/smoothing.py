"""Likeness in the light of the neighbours: who says the same as whom, seen from the crowd.

Two short opinions may say one thing and share nothing, but a third shares something with each.
So each text moves half way to the mean of the texts most like it, twice, before texts are grouped.
Everything is done on the matrix of cosines itself (the kernel trick), so that it does not matter
in how many views a text is seen. Like the diffusion of Zhou et al. 2004 with the walk cut short.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = NDArray[np.float32]

_NEIGHBOURS = 10
_SHARE = 0.5
_ROUNDS = 2


def smoothed(likeness: Matrix) -> Matrix:
    """Return the cosines of each pair of texts after the moves; one row and column a text."""
    count = len(likeness)
    if count < 3:
        return likeness
    towards = _towards_neighbours(likeness)
    same = sparse.identity(count, dtype=np.float32, format="csr")
    for _ in range(_ROUNDS):
        means = np.asarray(towards @ likeness, dtype=np.float32)
        lengths = np.sqrt(np.asarray(towards.multiply(means).sum(axis=1)).ravel())
        scale = sparse.diags_array(1 / np.where(lengths > 1e-6, lengths, 1))
        moves = sparse.csr_matrix(
            (1 - _SHARE) * same + _SHARE * (scale @ towards), dtype=np.float32
        )
        half = np.asarray(moves @ likeness, dtype=np.float32)
        likeness = _cosines(np.asarray(moves @ half.T, dtype=np.float32))
    return likeness


def _towards_neighbours(likeness: Matrix) -> sparse.csr_matrix:
    """Return how much of each text stands in the mean of another's neighbours; rows sum to one."""
    count = len(likeness)
    number = min(_NEIGHBOURS, count - 1)
    others = likeness.copy()
    np.fill_diagonal(others, -np.inf)
    near = np.argpartition(-others, number - 1, axis=1)[:, :number]
    rows = np.repeat(np.arange(count), number)
    values = np.clip(np.take_along_axis(others, near, axis=1).ravel(), 0, None)
    one_way = sparse.csr_matrix((values, (rows, near.ravel())), shape=(count, count))
    both = one_way.maximum(one_way.T) + sparse.identity(count, dtype=np.float32)
    sums = np.asarray(both.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags_array(1 / sums) @ both, dtype=np.float32)


def _cosines(products: Matrix) -> Matrix:
    lengths = np.sqrt(np.clip(np.diag(products), 0, None))
    lengths = np.where(lengths > 1e-6, lengths, 1).astype(np.float32)
    return np.asarray(products / lengths[:, None] / lengths[None, :], dtype=np.float32)
