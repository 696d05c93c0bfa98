"""How one theme may be split: two to five parts, each with a name and quotes in citizens' words.

The theme's statements are seen by themselves: what all of them have in common says nothing here,
so words and directions are learnt anew from them alone. Among the numbers that may be tried, the
one whose parts are farthest apart is proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import clusters, copies, describe, encoder, sampling, vectors
from analysis.bags import Bags
from analysis.clusters import Labels
from analysis.results import Document, Theme
from analysis.vectors import Matrix, Space, Views

FEWEST, MOST = 2, 5
#: Below this a part would be made of single voices.
SMALLEST_THEME = 6

_COMPARED_AT_MOST = 1_500
_READ_AT_MOST = 400
_ENCODED_FROM = 20
_EVEN = 0.1
"""A part with less than this share of the statements is a fringe, not a part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: ``members`` are places in the documents, the most central first."""

    members: tuple[int, ...]
    closeness: tuple[float, ...]
    """The cosine of each member to the middle of the part."""
    theme: Theme
    """Its name, keywords and quotes."""


@dataclass(frozen=True, slots=True)
class Split:
    """A way to split a theme; no parts when there is none."""

    parts: tuple[Part, ...]
    separation: float
    """How clearly the parts differ, 0 (not at all) to 1: the mean silhouette."""
    tried: tuple[tuple[int, float], ...]
    """(number of parts, separation) of every number that was tried."""


def propose(documents: Sequence[Document], parts: int | None = None, *, seed: int = 0) -> Split:
    """Split documents into ``parts``, or into the number up to five that sets them apart most.

    Equal documents in equal order give equal parts. A campaign speaks once, and its copies go
    where the original goes.
    """
    core = describe.distinct(documents)
    if len(core) < max(SMALLEST_THEME, 2 * (parts or FEWEST)):
        return Split((), 0.0, ())
    with threadpool_limits(1):
        bags = Bags.of([document.words for document in documents])
        meanings = _meanings(documents, core)
        space = Space.learn(
            bags.rows(core), None if meanings is None else meanings[core], seed=seed
        )
        views = space.views(bags, [one.submission for one in documents], meanings)
        learnt = np.array(core, dtype=np.int64)
        learnt = learnt[sampling.drawn(views.tfidf[learnt], _COMPARED_AT_MOST, seed=seed)]
        best, separation, tried = _best(views.rows(learnt), parts)
        if best is None:
            return Split((), 0.0, tried)
        found = _described(space, documents, views, core, learnt, best)
    return Split(found, separation, tried)


def separation(views: Views, labels: Labels) -> float:
    """Return how clearly groups differ: the mean silhouette, by centres, of all texts.

    A text's own centre is that of the others of its group; one that lies nearer to another group
    than to its own counts against.
    """
    number = int(labels.max(initial=-1)) + 1
    if number < 2:
        return 0.0
    likeness = vectors.similarity(views, vectors.centres(views, labels, number)).astype(np.float64)
    every = np.arange(len(labels))
    own = vectors.without_itself(likeness[every, labels], labels)
    likeness[every, labels] = -2
    other = likeness.max(axis=1)
    near, far = 1 - own, 1 - other
    return float(np.mean((far - near) / np.maximum(np.maximum(near, far), 1e-9)))


def halves(views: Views) -> tuple[Labels, float]:
    """Return the best two parts of texts and how clearly they differ; 0 for no two even parts."""
    labels, found, _ = _best(views, FEWEST)
    return (np.zeros(len(views), dtype=np.int64), 0.0) if labels is None else (labels, found)


def _best(
    views: Views, parts: int | None
) -> tuple[Labels | None, float, tuple[tuple[int, float], ...]]:
    tried: list[tuple[int, float]] = []
    best: Labels | None = None
    numbers = (parts,) if parts else range(FEWEST, min(MOST, len(views) // 3) + 1)
    for number in numbers:
        labels, _ = clusters.group(views, number)
        if labels.max(initial=0) + 1 < number:
            continue
        if parts is None and np.bincount(labels).min() < _EVEN * len(labels) / (number / 2):
            continue
        found = round(separation(views, labels), 4)
        if best is None or found > max(value for _, value in tried):
            best = labels
        tried.append((number, found))
    return best, max((value for _, value in tried), default=0.0), tuple(tried)


def _described(
    space: Space,
    documents: Sequence[Document],
    views: Views,
    core: Sequence[int],
    learnt: Labels,
    labels: Labels,
) -> tuple[Part, ...]:
    number = int(labels.max()) + 1
    centres = vectors.centres(views.rows(learnt), labels, number)
    placed = vectors.nearest(views, centres)
    placed[learnt] = labels
    copied, originals = copies.pairs(documents, views)
    placed[copied] = placed[originals]
    nothing = np.full(len(documents), -1, dtype=np.int64)
    material = describe.Material(space, documents, views, core)
    ids, themes = describe.themes(material, placed, nothing, [-1] * number, centres)
    row = {identity: at for at, identity in enumerate(ids)}
    closeness = vectors.similarity(views, centres)
    return tuple(_part(theme, row[theme.id], placed, closeness) for theme in themes)


def _part(theme: Theme, row: int, placed: Labels, closeness: Matrix) -> Part:
    inside = np.flatnonzero(placed == row)
    order = inside[np.argsort(-closeness[inside, row], kind="stable")]
    return Part(
        tuple(int(at) for at in order),
        tuple(round(float(closeness[at, row]), 4) for at in order),
        theme,
    )


def _meanings(documents: Sequence[Document], core: Sequence[int]) -> Matrix | None:
    """Read the texts as wholes where there is an encoder and they are few: somebody is waiting."""
    texts = list(dict.fromkeys(documents[at].text for at in core))
    every = list(dict.fromkeys(one.text for one in documents if one.words))
    if not len(texts) >= _ENCODED_FROM or len(every) > _READ_AT_MOST:
        return None
    source = encoder.installed()
    if source is None:
        return None
    read = dict(zip(every, source.of(every), strict=True))
    nothing = np.zeros(encoder.Encoder.SIZE, dtype=np.float32)
    return np.array([read[one.text] if one.words else nothing for one in documents])
