"""What resembles nothing known（芽生え）: undecided statements that are nearer to each other.

A statement is a candidate when two others are nearer to it than any theme's centre is. Candidates
that are alike form a group, named with citizens' own words, when at least three voices speak in it
and they are, on average, nearer to each other than to what is known. Staff decide what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from analysis import describe, vectors
from analysis.describe import Material
from analysis.results import Document
from analysis.selftraining import Labels, Lesson, Matrix, seeds
from analysis.vectors import Space, Views, unit

_FEWEST_VOICES = 3
_ALIKE = 0.22
_NEARER = 0.02
_CHUNK = 2_000
_CANDIDATES_AT_MOST = 3_000


@dataclass(frozen=True, slots=True)
class Emerging:
    """A proposed new theme: its name, its statements by their place, and how many say so."""

    label: str
    keywords: tuple[str, ...]
    documents: tuple[int, ...]
    """The most central ones come first."""
    voices: int


def groups(lesson: Lesson) -> list[Labels]:
    """Return groups of the lesson's undecided texts, as rows; the largest first."""
    free = np.flatnonzero(lesson.decided < 0)
    own = unit(lesson.points[free])
    known = (own @ unit(seeds(lesson)).T).max(axis=1, initial=-1.0)
    few = np.flatnonzero(_second_nearest(own) > known + _NEARER)[:_CANDIDATES_AT_MOST]
    if len(few) < _FEWEST_VOICES:
        return []
    cosines = own[few] @ own[few].T
    apart = np.clip(1 - (cosines + cosines.T) / 2, 0, 2)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    labels = fcluster(tree, 1 - _ALIKE, "distance")
    found = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) >= _FEWEST_VOICES:
            inside = cosines[np.ix_(members, members)]
            mutual = (inside.sum() - np.trace(inside)) / (len(members) * (len(members) - 1))
            if mutual > known[few[members]].mean() + _NEARER:
                central = members[np.argsort(-inside.sum(axis=1), kind="stable")]
                found.append(free[few[central]])
    return sorted(found, key=lambda rows: (-len(rows), int(rows[0])))


def named(
    space: Space, documents: Sequence[Document], views: Views, found: Sequence[Labels]
) -> tuple[Emerging, ...]:
    """Name groups of documents with their own words; those of too few voices are left out."""
    kept = [rows for rows in found if len({documents[at].voice for at in rows}) >= _FEWEST_VOICES]
    if not kept:
        return ()
    labels = np.full(len(documents), -1, dtype=np.int64)
    for number, rows in enumerate(kept):
        labels[rows] = number
    nowhere = np.full(len(documents), -1, dtype=np.int64)
    material = Material(space, documents, views, describe.distinct(documents))
    centres = vectors.centres(views, labels, len(kept))
    ids, themes = describe.themes(material, labels, nowhere, [-1] * len(kept), centres)
    theme = {each.id: each for each in themes}
    return tuple(
        Emerging(
            theme[identity].label,
            theme[identity].keywords,
            tuple(int(at) for at in rows),
            len({documents[at].voice for at in rows}),
        )
        for identity, rows in zip(ids, kept, strict=True)
    )


def _second_nearest(own: Matrix) -> Matrix:
    """Return each text's cosine to the second nearest of the others."""
    found = np.full(len(own), -1.0, dtype=np.float32)
    if len(own) < 3:
        return found
    for at in range(0, len(own), _CHUNK):
        cosines = own[at : at + _CHUNK] @ own.T
        cosines[np.arange(len(cosines)), np.arange(at, at + len(cosines))] = -1
        found[at : at + _CHUNK] = -np.partition(-cosines, 1, axis=1)[:, 1]
    return found
