"""How good a grouping is: against a reference, in itself, and under small changes of the data."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, v_measure_score

_KEPT_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement with a reference; 1 is perfect. AMI and ARI are 0 for chance."""

    ami: float
    ari: float
    v_measure: float
    b_cubed: float


def agreement(reference: Sequence[Hashable], found: Sequence[Hashable]) -> Agreement:
    """Compare two groupings of the same items."""
    if len(reference) != len(found):
        raise ValueError("the two groupings differ in length")
    left, right = _numbers(reference), _numbers(found)
    return Agreement(
        ami=float(adjusted_mutual_info_score(left, right)),
        ari=float(adjusted_rand_score(left, right)),
        v_measure=float(v_measure_score(left, right)),
        b_cubed=b_cubed(reference, found),
    )


def b_cubed(reference: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Return the B³ F-score (Bagga and Baldwin 1998): precision and recall seen from each item."""
    if not reference:
        return 1.0
    cells = Counter(zip(reference, found, strict=True))
    rows, columns = Counter(reference), Counter(found)
    precision = sum(count * count / columns[column] for (_, column), count in cells.items())
    recall = sum(count * count / rows[row] for (row, _), count in cells.items())
    precision, recall = precision / len(reference), recall / len(reference)
    return 2 * precision * recall / (precision + recall)


def coherence(keywords: Sequence[str], documents: Sequence[Sequence[str]]) -> float:
    """Return the mean NPMI of the keyword pairs over ``documents``, −1 to 1 (Bouma 2009)."""
    sets = [set(words) for words in documents]
    total = len(sets)
    alone = {word: sum(word in words for words in sets) for word in keywords}
    scores = []
    for left, right in combinations(keywords, 2):
        both = sum(left in words and right in words for words in sets)
        scores.append(_npmi(both, alone[left], alone[right], total))
    return float(np.mean(scores)) if scores else 0.0


def stability(
    items: int,
    fit: Callable[[Sequence[int]], Sequence[Hashable]],
    *,
    rounds: int = 5,
    seed: int = 0,
) -> float:
    """Return the mean AMI between groupings of random 80 % samples, on what they share."""
    generator = np.random.Generator(np.random.PCG64(seed))
    size = max(1, round(items * _KEPT_SHARE))
    runs = []
    for _ in range(rounds):
        sample = sorted(generator.choice(items, size=size, replace=False).tolist())
        runs.append(dict(zip(sample, fit(sample), strict=True)))
    scores = []
    for left, right in combinations(runs, 2):
        shared = sorted(left.keys() & right.keys())
        if shared:
            scores.append(agreement([left[at] for at in shared], [right[at] for at in shared]).ami)
    return float(np.mean(scores)) if scores else 1.0


def _npmi(both: int, left: int, right: int, total: int) -> float:
    if both == 0:
        return -1.0
    if both == total:
        return 1.0
    pmi = log(both * total / (left * right))
    return pmi / -log(both / total)


def _numbers(labels: Sequence[Hashable]) -> list[int]:
    known: dict[Hashable, int] = {}
    return [known.setdefault(label, len(known)) for label in labels]
