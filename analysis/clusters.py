"""Groups of like points, and how many of them the data itself suggests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.metrics import silhouette_score

from analysis.vectors import Matrix, Views

Labels = NDArray[np.int64]

_EXACT_AT_MOST = 20_000
_SAMPLE = 2_000
_TRIES = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """How many groups were made and why; ``scores`` are (number, separation) pairs tried."""

    number: int
    reason: str
    scores: tuple[tuple[int, float], ...] = ()


def group(views: Views, wanted: int | None, *, seed: int) -> tuple[Labels, Choice]:
    """Group documents into ``wanted`` groups, or as many as separate best."""
    points = views.lsa if views.lsa.shape[1] else np.asarray(views.tfidf.todense())
    count = len(points)
    if count == 0:
        return np.zeros(0, dtype=np.int64), Choice(0, "分類できる意見文がないため0")
    if wanted is not None:
        number = max(1, min(wanted, count))
        return _kmeans(points, number, seed), Choice(number, f"指定された数（{number}）")
    if count < 4:
        return np.zeros(count, dtype=np.int64), Choice(1, f"意見文が{count}件のため1つ")
    tried: list[tuple[int, float]] = []
    best: tuple[float, Labels] | None = None
    for number in numbers_to_try(count):
        labels = _kmeans(points, number, seed)
        score = _separation(points, labels, seed)
        tried.append((number, round(score, 4)))
        if best is None or score > best[0]:
            best = (score, labels)
    assert best is not None
    number = len(set(best[1].tolist()))
    reason = f"{tried[0][0]}〜{tried[-1][0]}の{len(tried)}通りを試し、まとまりの分離度が最も高い{number}を選択"
    return best[1], Choice(number, reason, tuple(tried))


def subgroup(views: Views, wanted: int | None) -> Labels:
    """Split one theme's documents into a few subthemes; all -1 when it does not fall apart."""
    return np.full(len(views), -1, dtype=np.int64)


def numbers_to_try(count: int) -> Sequence[int]:
    """Return the numbers of themes worth trying for ``count`` texts."""
    low = max(2, min(12, round(1.35 * count ** (1 / 3))))
    high = max(low, min(40, round(2.8 * count ** (1 / 3)), count - 1))
    return sorted({round(value) for value in np.linspace(low, high, _TRIES)})


def _kmeans(points: Matrix, number: int, seed: int) -> Labels:
    if number == 1 or len(np.unique(points, axis=0)) <= number:
        return _few(points, number)
    if len(points) <= _EXACT_AT_MOST:
        model = KMeans(number, n_init=3, random_state=seed)
    else:
        model = MiniBatchKMeans(number, n_init=3, batch_size=4096, random_state=seed)
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def _few(points: Matrix, number: int) -> Labels:
    if number == 1:
        return np.zeros(len(points), dtype=np.int64)
    _, labels = np.unique(points, axis=0, return_inverse=True)
    return np.asarray(labels.ravel(), dtype=np.int64)


def _separation(points: Matrix, labels: Labels, seed: int) -> float:
    if not 1 < len(set(labels.tolist())) < len(points):
        return -1.0
    sample = min(_SAMPLE, len(points))
    try:
        return float(silhouette_score(points, labels, sample_size=sample, random_state=seed))
    except ValueError:  # a sample may fall into one group
        return -1.0
