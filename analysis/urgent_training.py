"""Learns the weights of ``urgent_model`` from opinions that people marked.

A run of letters is learned when it stands in at least two texts. The line is drawn where so many of
ordinary opinions, none of which was learned from, would be shown to a person for nothing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis.urgent_model import SCALE, parsed, runs, table, windows

_LEAST_TEXTS = 2
_LEAST_WEIGHT = 50
_FREEDOM = 30.0
FOR_NOTHING = 0.02
"""The share of ordinary opinions that a person may be shown for nothing."""

Numbers = NDArray[np.int64]


def learn(urgent: Sequence[tuple[str, str]], calm: Sequence[str], ordinary: Sequence[str]) -> str:
    """Return the table of weights: from urgent texts with their kinds, and from calm ones.

    All texts are normalised, gaps closed. ``ordinary`` opinions only draw the line.
    """
    kinds = sorted({kind for kind, _ in urgent})
    texts = [text for _, text in urgent]
    others = [text[start:end] for text in calm for start, end in windows(text)]
    counter = CountVectorizer(analyzer=runs, binary=True, min_df=_LEAST_TEXTS)
    counter.fit([*texts, *others])
    known = counter.get_feature_names_out()
    with threadpool_limits(1):
        urgency = _weights(
            _shares(counter, [*texts, *others]), [1] * len(texts) + [0] * len(others)
        )
        by_kind = _weights(_shares(counter, texts), [kinds.index(kind) for kind, _ in urgent])
    telling = np.flatnonzero(np.abs(urgency[:, 0]) >= _LEAST_WEIGHT)
    rows = [
        (str(known[at]), [int(urgency[at, 0]), *map(int, by_kind[at])])
        for at in telling
        if not set(known[at]) & set("\t\n")
    ]
    return table(kinds, _line(table(kinds, 0.0, rows), ordinary), rows)


def _shares(counter: CountVectorizer, texts: Sequence[str]) -> csr_array:
    """Return texts × runs: which stand in each, over the square root of how many there are."""
    lengths = np.array([2 * len(text) for text in texts])
    return csr_array(diags_array(1 / np.sqrt(lengths)) @ counter.transform(texts))


def _weights(shares: csr_array, labels: Sequence[int]) -> Numbers:
    learner = LogisticRegression(C=_FREEDOM, max_iter=2000).fit(shares, labels)
    weights: Numbers = np.rint(learner.coef_.T * SCALE).astype(np.int64)
    return weights


def _line(weights: str, ordinary: Sequence[str]) -> float:
    reader = parsed(weights)
    return float(np.quantile([reader.loudest(text)[0] for text in ordinary], 1 - FOR_NOTHING))
