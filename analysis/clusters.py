"""Groups of like texts at two levels, and how many of them the data itself suggests.

Fine groups first: average linkage on cosines that the neighbours have smoothed, the strongest
simple method for fine themes. The fine groups' centres are then joined by Ward's method, which
keeps sizes even, and each text moves to its nearest centre. Every text is compared with every
other: ``many`` is for more texts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from analysis import vectors
from analysis.smoothing import smoothed
from analysis.vectors import Views

Labels = NDArray[np.int64]

_TEXTS_PER_FINE_GROUP = 6
_FEWEST_THEMES = (1.2, 20)
_MOST_THEMES = (2.4, 40)
_SPLIT_FROM = 8
_SUBTHEMES_AT_MOST = 8
_TEXTS_PER_SUBTHEME = 4
_SMALLEST_SUBTHEME = 2
_REFINEMENTS = 3
_THEME_NEARNESS = 0.25
_SUBTHEME_NEARNESS = 0.35
_ENOUGH = 0.95
_TRIES = 8
_SAMPLE = 8_000


@dataclass(frozen=True, slots=True)
class Choice:
    """How many groups were made and why; ``scores`` are (number, share of texts covered) pairs."""

    number: int
    reason: str
    scores: tuple[tuple[int, float], ...] = ()


def group(views: Views, wanted: int | None) -> tuple[Labels, Choice]:
    """Group texts into ``wanted`` themes, or into as many as the data suggests."""
    count = len(views)
    if count == 0:
        return _all(0, count), Choice(0, "分類できる意見文がないため、テーマは作られません。")
    if wanted is None and count < 4:
        return _all(0, count), Choice(1, f"異なる意見文が{count}件だけのため、1つにまとめました。")
    least = wanted or 2 * _most_themes(count)
    fine = _average_linkage(views, min(count, max(least, count // _TEXTS_PER_FINE_GROUP)))
    return joined(views, fine, wanted)


def joined(views: Views, fine: Labels, wanted: int | None) -> tuple[Labels, Choice]:
    """Join fine groups to ``wanted`` themes, or to as many as the data suggests."""
    tree = _tree(views, fine)
    if wanted is not None:
        number = max(1, min(wanted, len(tree) + 1))
        labels = _cut(tree, number)[fine]
        moved = refined(views, labels)
        labels = moved if moved.max() == labels.max() else labels
        return labels, Choice(int(labels.max()) + 1, f"指定された数（{wanted}）に分けました。")
    return _choose(views, fine, tree)


def subgroup(views: Views, wanted: int | None) -> Labels:
    """Split one theme's texts into subthemes; all -1 when there is too little to split."""
    count = len(views)
    if wanted in (0, 1) or count < max(2, wanted or _SPLIT_FROM):
        return _all(-1, count)
    return split(views, _average_linkage(views, max(2, wanted or 0, count // 4)), wanted)


def split(views: Views, fine: Labels, wanted: int | None) -> Labels:
    """Join the fine groups of one theme to ``wanted`` subthemes, or to the fewest that cover it."""
    count, tree = len(views), _tree(views, fine)
    if wanted:
        return refined(views, _cut(tree, min(wanted, len(tree) + 1))[fine])
    labels = _all(0, count)
    for number in range(2, min(_SUBTHEMES_AT_MOST, count // _TEXTS_PER_SUBTHEME) + 1):
        labels = refined(views, _cut(tree, number)[fine])
        if _covered(views, labels, _SUBTHEME_NEARNESS) >= _ENOUGH:
            break
    return _without_crumbs(views, labels)


def refined(views: Views, labels: Labels) -> Labels:
    """Let each text move to the nearest centre a few times; groups left empty vanish."""
    for _ in range(_REFINEMENTS):
        number = int(labels.max(initial=-1)) + 1
        if number < 2:
            return labels
        labels = _renumbered(vectors.nearest(views, vectors.centres(views, labels, number)))
    return labels


def _all(label: int, count: int) -> Labels:
    return np.full(count, label, dtype=np.int64)


def _renumbered(labels: Labels) -> Labels:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _average_linkage(views: Views, number: int) -> Labels:
    if len(views) < 2:
        return _all(0, len(views))
    distance = np.clip(1 - smoothed(vectors.likeness(views)).astype(np.float64), 0, 2)
    distance = (distance + distance.T) / 2
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    return _cut(tree, number)


def _tree(views: Views, fine: Labels) -> NDArray[np.float64]:
    """Join the fine groups' centres by Ward's method."""
    number = int(fine.max()) + 1
    if number < 2:
        return np.zeros((0, 4))
    cosine = vectors.likeness(vectors.means(views, fine, number)).astype(np.float64)
    distance = np.sqrt(np.clip(2 - 2 * cosine, 0, None))
    distance = (distance + distance.T) / 2
    np.fill_diagonal(distance, 0)
    return np.asarray(linkage(squareform(distance, checks=False), "ward"))


def _cut(tree: NDArray[np.float64], number: int) -> Labels:
    if len(tree) == 0:
        return _all(0, 1)
    return _renumbered(fcluster(tree, number, "maxclust").astype(np.int64))


def _choose(views: Views, fine: Labels, tree: NDArray[np.float64]) -> tuple[Labels, Choice]:
    """Take the fewest themes among which nearly every text finds one that is near to it."""
    tried: list[tuple[int, float]] = []
    labels = _all(0, len(views))
    for number in _numbers(len(views), len(tree) + 1):
        labels = refined(views, _cut(tree, number)[fine])
        tried.append((number, round(_covered(views, labels, _THEME_NEARNESS), 4)))
        if tried[-1][1] >= _ENOUGH:
            break
    number, share = int(labels.max()) + 1, tried[-1][1]
    reason = (
        f"異なる意見文{len(views):,}件のうち{share:.0%}が近いテーマをもてる、"
        f"最も少ない数として{number}を選びました。"
        if share >= _ENOUGH
        else f"異なる意見文{len(views):,}件に見合う上限の{number}としました。"
        f"近いテーマをもつ意見文は{share:.0%}です。"
    )
    return labels, Choice(number, reason, tuple(tried))


def _numbers(count: int, most_possible: int) -> list[int]:
    """Return the numbers of themes worth trying for ``count`` distinct texts."""
    size = _cube_root(count)
    fewest = max(2, min(round(_FEWEST_THEMES[0] * size), _FEWEST_THEMES[1], most_possible))
    most = max(fewest, min(_most_themes(count), most_possible))
    return sorted({round(value) for value in np.linspace(fewest, most, _TRIES)})


def _most_themes(count: int) -> int:
    share, cap = _MOST_THEMES
    return max(2, min(round(share * _cube_root(count)), cap))


def _cube_root(count: int) -> float:
    return float(np.cbrt(count))


def _covered(views: Views, labels: Labels, nearness: float) -> float:
    """Return the share of texts (of an even sample when many) that are near their theme."""
    centres = vectors.centres(views, labels, int(labels.max()) + 1)
    sample = np.unique(np.linspace(0, len(views) - 1, min(len(views), _SAMPLE)).astype(np.int64))
    best = vectors.similarity(views.rows(sample), centres).max(axis=1)
    return float(np.mean(best >= nearness))


def _without_crumbs(views: Views, labels: Labels) -> Labels:
    """Give texts of too small groups to the nearest other; one group left is none."""
    sizes = np.bincount(labels)
    large = np.flatnonzero(sizes >= _SMALLEST_SUBTHEME)
    if len(large) < 2:
        return _all(-1, len(labels))
    if len(large) == len(sizes):
        return labels
    kept = np.where(np.isin(labels, large), labels, -1)
    numbered = np.full(len(sizes) + 1, -1, dtype=np.int64)
    numbered[large] = np.arange(len(large))
    centres = vectors.centres(views, numbered[kept], len(large))
    return _renumbered(vectors.nearest(views, centres))
