"""Campaigns in the learning: one submission speaks for all, and the copies go where it goes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from analysis import vectors
from analysis.clusters import Labels
from analysis.results import Document
from analysis.vectors import Views

_LEAST = 0.5


def originals(documents: Sequence[Document]) -> dict[int | None, int]:
    """Return the submission that stands for each campaign: the marked one, else the first.

    One that says nothing to be themed stands for nobody.
    """
    found: dict[int | None, tuple[bool, int]] = {}
    for one in documents:
        if one.campaign is not None and one.words:
            mine = (not one.original, one.submission)
            found[one.campaign] = min(found.get(one.campaign, mine), mine)
    return {campaign: submission for campaign, (_, submission) in found.items()}


def pairs(documents: Sequence[Document], views: Views) -> tuple[Labels, Labels]:
    """Return copies' statements, and for each the original's statement that says the same.

    That is the one it is most like, if it is like any: a copy may have a sentence of its own. Where
    both say one thing only it is the original's, however far the copy's words are from it.
    """
    stands = originals(documents)
    said = Counter(one.submission for one in documents if one.words)
    own: dict[int, list[int]] = defaultdict(list)
    copied: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(documents):
        if one.campaign is not None and one.words:
            original = stands[one.campaign] == one.submission
            (own if original else copied)[one.campaign].append(at)
    found = [
        pair
        for campaign, copies in copied.items()
        for pair in _pairs(documents, views, own[campaign], copies, said)
    ]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    left, right = np.array(found, dtype=np.int64).T
    return left, right


def _pairs(
    documents: Sequence[Document],
    views: Views,
    own: Sequence[int],
    copies: Sequence[int],
    said: Counter[int],
) -> Iterator[tuple[int, int]]:
    equal = {documents[at].words: at for at in reversed(own)}
    changed = [at for at in copies if documents[at].words not in equal]
    yield from ((at, equal[documents[at].words]) for at in copies if documents[at].words in equal)
    if not changed or not own:
        return
    likeness = vectors.cross_likeness(views.rows(changed), views.rows(own))
    for at, row in zip(changed, likeness, strict=True):
        best = int(row.argmax())
        if row[best] >= _LEAST or (len(own) == 1 == said[documents[at].submission]):
            yield at, own[best]
