"""How surely each theme would be found again from other samples of the same opinions.

After Hennig 2007 (clusterboot): the grouping is done again on four fifths of the texts (on fewer
when there are many), drawn at random with a fixed seed; every text then goes to the nearest new
centre, and a theme's stability is the mean Jaccard likeness to the new group that is likest to it.
Hennig's marks are kept: from 0.75 a group is stable, and at 0.5 or below it is dissolved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import clusters, describe, vectors
from analysis.clusters import Labels
from analysis.layout import Places
from analysis.results import Document
from analysis.themes import ThemeModel
from analysis.vectors import Views

_SAMPLES = 20
_TEXTS_AT_MOST = 3_000
_GROUPED_AT_MOST = 900
_STABLE = 0.75
_MOSTLY = 0.5
_FEWEST_TEXTS = 4
_DRAWN = 0.8


class Firmness(StrEnum):
    """What the figure means, in a word."""

    STABLE = "stable"
    MOSTLY = "mostly"
    UNSTABLE = "unstable"

    @property
    def label(self) -> str:
        """The Japanese word shown to staff."""
        return _LABELS[self]


_LABELS = {
    Firmness.STABLE: "安定",
    Firmness.MOSTLY: "おおむね安定",
    Firmness.UNSTABLE: "不安定",
}


@dataclass(frozen=True, slots=True)
class Stability:
    """The mean best Jaccard likeness over ``samples`` groupings, 0–1, and what it means."""

    jaccard: float
    samples: int

    @property
    def firmness(self) -> Firmness:
        """The word for the figure."""
        if self.jaccard >= _STABLE:
            return Firmness.STABLE
        return Firmness.MOSTLY if self.jaccard > _MOSTLY else Firmness.UNSTABLE


def themes(
    model: ThemeModel, documents: Sequence[Document], *, samples: int = _SAMPLES
) -> dict[str, Stability]:
    """Return the stability of each theme of the first level of the fitted ``documents``."""
    groups = model.groups
    tops = [row for row, parent in enumerate(groups.parents) if parent < 0]
    core = _even(describe.distinct(documents), _TEXTS_AT_MOST)
    if len(core) < _FEWEST_TEXTS or len(tops) < 2:
        return {}
    rows = {groups.ids[row]: row for row in tops}
    placed = [model.assignments_[at].theme for at in core]
    found = np.array([rows[one] if one else -1 for one in placed], dtype=np.int64)
    with threadpool_limits(1):
        views = model.views([documents[at] for at in core])
        generator = np.random.Generator(np.random.PCG64(model.seed))
        likeness = np.zeros((samples, len(tops)))
        for turn in range(samples):
            again = _again(views, len(tops), generator)
            likeness[turn] = _best_jaccard(found, again, len(tops))
    return {
        groups.ids[row]: Stability(round(float(likeness[:, row].mean()), 3), samples)
        for row in tops
        if (found == row).any()
    }


def _again(views: Views, number: int, generator: np.random.Generator) -> Labels:
    """Group a random part, and let every text go to the nearest of the new centres."""
    size = min(_GROUPED_AT_MOST, max(2, round(_DRAWN * len(views))))
    sample = np.sort(generator.choice(len(views), size=size, replace=False))
    part = views.rows(sample)
    labels, _ = clusters.group(part, min(number, size))
    centres = vectors.centres(part, labels, int(labels.max(initial=-1)) + 1)
    return vectors.nearest(views, centres)


def _best_jaccard(found: Labels, again: Labels, number: int) -> Places:
    """Return for each of ``number`` groups its likeness to the likest group of ``again``."""
    inside = found >= 0
    table = np.zeros((number, int(again.max(initial=0)) + 1))
    np.add.at(table, (found[inside], again[inside]), 1)
    others = np.bincount(again[inside], minlength=table.shape[1])
    union = table.sum(axis=1, keepdims=True) + others[None, :] - table
    return np.asarray((table / np.maximum(union, 1)).max(axis=1))


def _even(core: Sequence[int], most: int) -> list[int]:
    """Return at most ``most`` of them, evenly over the whole."""
    places = np.unique(np.linspace(0, len(core) - 1, min(len(core), most)).astype(np.int64))
    return [core[place] for place in places]
