"""What is said about each theme: its size, its name, its words, and its quotes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import copies, labels, quotes, vectors
from analysis.bags import Bags
from analysis.clusters import Labels
from analysis.results import Document, Quote, Theme
from analysis.vectors import Centres, Space, Views

_QUOTE_POOL = 80
_ENOUGH_TEXTS = 3


def distinct(documents: Sequence[Document]) -> list[int]:
    """Return the documents that stand in the learning: equal word lists once, campaigns once.

    A campaign is represented by its original: all of what that says, and no more.
    """
    stands = copies.originals(documents)
    kept: dict[tuple[str, ...], int] = {}
    for at, document in enumerate(documents):
        copied = stands.get(document.campaign, document.submission) != document.submission
        if document.words and not copied:
            kept.setdefault(document.words, at)
    return list(kept.values())


@dataclass(frozen=True)
class Material:
    """The documents, their vectors, and those that stand in the learning (campaigns once)."""

    space: Space
    documents: Sequence[Document]
    views: Views
    core: Sequence[int]


def themes(
    material: Material, tops: Labels, leaves: Labels, parents: Sequence[int], centres: Centres
) -> tuple[list[str], tuple[Theme, ...]]:
    """Return the id of each centre's row, and the themes: largest first, subthemes after theirs."""
    documents = material.documents
    members = {
        row: np.flatnonzero((tops if parent < 0 else leaves) == row)
        for row, parent in enumerate(parents)
    }
    in_core = np.zeros(len(documents), dtype=bool)
    in_core[np.array(material.core, dtype=np.int64)] = True
    spoken = {row: _spoken(inside, in_core) for row, inside in members.items()}
    sizes = _sizes(documents, members)
    ids = _ids(parents, sizes)
    names = labels.names(
        documents, material.core, spoken, parents, _nearness(material.space, centres)
    )
    found = [
        Theme(
            id=identity,
            parent=ids[parents[row]] if parents[row] >= 0 else None,
            label=names[row].label,
            keywords=names[row].keywords,
            documents=len(members[row]),
            submissions=sizes[row][0],
            voices=sizes[row][1],
            quotes=_quotes(
                material,
                spoken[row],
                members[row],
                centres.row(row),
                names[row].words,
            ),
        )
        for row, identity in sorted(enumerate(ids), key=lambda pair: _rank(pair[1]))
        if len(members[row])
    ]
    return ids, tuple(found)


def _rank(identity: str) -> list[int]:
    """Return what sorts ids by number, each theme before its subthemes: t2, t2-1, t10."""
    return [int(number) for number in identity.removeprefix("t").split("-")]


def _nearness(space: Space, centres: Centres) -> labels.Nearness:
    """Return the cosine of word lists, taken as statements, to the centres of their groups."""

    def nearness(rows: Sequence[int], words: Sequence[Sequence[str]]) -> Sequence[float]:
        views, places = space.views(Bags.of(words)), np.array(rows)
        found = np.zeros(len(rows), dtype=np.float32)
        for row in dict.fromkeys(rows):
            at = np.flatnonzero(places == row)
            found[at] = vectors.similarity(views.rows(at), centres.row(row))[:, 0]
        return [float(each) for each in found]

    return nearness


def _spoken(inside: Labels, in_core: NDArray[np.bool_]) -> Labels:
    """Return the members that stand in the learning, so that copies weigh nothing in a name."""
    kept = inside[in_core[inside]]
    return kept if len(kept) else inside


def theme_from(fields: Mapping[str, Any]) -> Theme:
    """Return the Theme that was turned into plain JSON values."""
    quotes = tuple(Quote(**quote) for quote in fields["quotes"])
    return Theme(**{**fields, "keywords": tuple(fields["keywords"]), "quotes": quotes})


def _sizes(
    documents: Sequence[Document], members: Mapping[int, Labels]
) -> dict[int, tuple[int, int]]:
    """Return (submissions, voices) of each group."""
    submissions = np.array([one.submission for one in documents], dtype=np.int64)
    campaigns = np.array(
        [-1 if one.campaign is None else one.campaign for one in documents], dtype=np.int64
    )
    voices = np.where(campaigns < 0, submissions, -1 - campaigns)  # no submission is below zero
    return {
        row: (len(np.unique(submissions[inside])), len(np.unique(voices[inside])))
        for row, inside in members.items()
    }


def _ids(parents: Sequence[int], sizes: Mapping[int, tuple[int, int]]) -> list[str]:
    """Number themes and, inside each, subthemes by voices: copies never move a rank."""
    ids = [""] * len(parents)
    children: dict[int, list[int]] = defaultdict(list)
    for row, parent in enumerate(parents):
        children[parent].append(row)

    def ranked(rows: Sequence[int]) -> list[int]:
        return sorted(rows, key=lambda row: (-sizes[row][1], row))

    for place, row in enumerate(ranked(children[-1]), start=1):
        ids[row] = f"t{place:02d}"
        for inner, leaf in enumerate(ranked(children[row]), start=1):
            ids[leaf] = f"t{place:02d}-{inner}"
    return ids


def _quotes(
    material: Material, spoken: Labels, inside: Labels, centre: Centres, words: Sequence[str]
) -> tuple[Quote, ...]:
    """Pick quotes among the most central members; copies only when there is too little else."""
    documents = material.documents
    enough = len({documents[at].text.strip() for at in spoken}) >= _ENOUGH_TEXTS
    inside = spoken if enough else inside
    closeness = vectors.similarity(material.views.rows(inside), centre)[:, 0]
    pool: dict[str, int] = {}
    for place in np.argsort(-closeness, kind="stable"):
        pool.setdefault(documents[inside[place]].text.strip(), int(place))
        if len(pool) >= _QUOTE_POOL:
            break
    places = list(pool.values())
    likeness = vectors.likeness(material.views.rows(inside[places]))
    quotable = [
        quotes.Quotable(
            documents[inside[place]].text,
            documents[inside[place]].voice,
            float(closeness[place]),
            sum(word in documents[inside[place]].words for word in words) / max(1, len(words)),
        )
        for place in places
    ]
    picked = quotes.representative(quotable, likeness)
    return tuple(Quote(int(inside[places[at]]), quotable[at].text) for at in picked)
