"""Learns the weights of ``stance_model`` from texts whose stance people have told.

A run of letters is learned when it stands in at least three texts. Weights are rounded to whole
hundredths and runs that weigh little everywhere are left out, so the table stays small.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis.normalize import plain
from analysis.results import Stance
from analysis.stance_cues import sentences
from analysis.stance_grams import Numbers, grams, run
from analysis.stance_model import BORDER, SCALE, STANCES

_LEAST_TEXTS = 3
_LEAST_WEIGHT = 30
_FREEDOM = 10.0


def table(texts: Sequence[str], stances: Sequence[Stance]) -> str:
    """Return the table of weights that ``stance_model.parsed`` reads; every stance must occur."""
    found = grams([sentences(plain(text)) for text in texts])
    pairs = np.unique(np.stack([found.keys, found.statements]), axis=1)
    keys, texts_with = np.unique(pairs[0], return_counts=True)
    keys = keys[texts_with >= _LEAST_TEXTS]
    learner = LogisticRegression(C=_FREEDOM, max_iter=1000)
    with threadpool_limits(1):
        learner.fit(
            _counts(found.keys, found.statements, keys, len(texts)),
            [STANCES.index(one) for one in stances],
        )
    weights = np.rint(learner.coef_.T * SCALE).astype(np.int64)
    bias = np.rint(learner.intercept_ * SCALE).astype(np.int64)
    telling = np.flatnonzero(np.abs(weights).max(axis=1) >= _LEAST_WEIGHT)
    lines = [["", *STANCES], ["", *map(str, bias)]]
    lines += sorted(
        [run(int(keys[at])).replace("\n", BORDER), *map(str, weights[at])] for at in telling
    )
    return "".join("\t".join(line) + "\n" for line in lines)


def _counts(found: Numbers, owners: Numbers, keys: Numbers, number: int) -> csr_array:
    """Return texts × runs: how often each stands, over the square root of all that are known."""
    places = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
    known = keys[places] == found
    places, owners = places[known], owners[known]
    length = np.sqrt(np.maximum(np.bincount(owners, minlength=number), 1))
    return csr_array((1 / length[owners], (owners, places)), shape=(number, len(keys)))
