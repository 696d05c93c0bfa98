"""A map for the eye: each theme an island, each statement a point on it, like themes near.

An island's area is its number of voices, and the copies of a campaign are one point. Its
place comes from the cosines between the themes' centres (``layout``), and, for a theme that the
last map had, from where it lay there. On an island the points of a subtheme lie together, and a
point lies the nearer to the shore the more its statement leans towards the theme on that side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import disc, layout, lettering
from analysis.clusters import Labels
from analysis.layout import Held, Places
from analysis.results import Document
from analysis.themes import ThemeModel
from analysis.vectors import Matrix

LETTER = 0.026
"""The height of a label's letters, on a plane on which all islands together have area one."""
NOWHERE = ""
"""The id of the island on which what is in no theme lies."""
UNCLASSIFIED = "未分類"

SMALL_LETTER = 0.8
LINE = 1.25
MARGIN = 0.02
_SPREAD = 0.9
_SHARPNESS = 0.05
_SUBTHEMES_REACH = 0.7
_NEIGHBOURS_REACH = 0.5
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Island:
    """Where a theme lies; ``y`` grows downwards. A subtheme is a part of its theme's island."""

    x: float
    y: float
    radius: float
    voices: int


@dataclass(frozen=True)
class Plane:
    """Every theme's and subtheme's island by id, and each document's point (documents × 2)."""

    islands: Mapping[str, Island]
    points: Places
    spacing: float


def drawn(
    model: ThemeModel,
    documents: Sequence[Document],
    before: Mapping[str, tuple[float, float]] | None = None,
) -> Plane:
    """Draw the fitted ``documents``; ``before`` has the last places of themes, by present id."""
    with threadpool_limits(1):
        found = _Found.of(model, documents)
        tops = [row for row, parent in enumerate(model.groups.parents) if parent < 0]
        ids = [model.groups.ids[row] for row in tops]
        voices = {theme.id: theme.voices for theme in model.themes_}
        sizes = [voices.get(identity, 0) for identity in ids]
        spacing = float(np.sqrt(1 / (0.9 * max(1, sum(sizes)))))
        radii = np.array([spacing * disc.radius(size) for size in sizes])
        boxes = _boxes(model, ids, radii)
        places = _places(model, tops, boxes, before or {})
        unplaced = _voices(documents[at] for at in found.once[found.tops < 0])
        shore = spacing * disc.radius(unplaced)
        corner = _corner(places, boxes, shore)
        points = _points(model, found, np.vstack((places, corner)), np.append(radii, shore))
    islands = {
        identity: _island(place, radius, size)
        for identity, place, radius, size in zip(ids, places, radii.tolist(), sizes, strict=True)
        if size
    }
    islands |= _parts(model, points, found)
    if unplaced:
        islands[NOWHERE] = _island(corner, shore, unplaced)
    return Plane(islands, points, round(spacing, _DIGITS + 2))


def _boxes(model: ThemeModel, ids: Sequence[str], radii: Places) -> Places:
    labels = {theme.id: theme.label for theme in model.themes_}
    boxes = [
        box(labels.get(one, ""), radius) for one, radius in zip(ids, radii.tolist(), strict=True)
    ]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _points(model: ThemeModel, found: "_Found", places: Places, radii: Places) -> Places:
    """Return a point for each document; the last of the islands is that of what is in no theme."""
    wanted = _wanted(model, found, places[:-1])
    points = np.zeros((len(found.once), 2))
    for row in range(len(places)):
        inside = np.flatnonzero(found.tops == (row if row < len(places) - 1 else -1))
        points[inside] = places[row] + radii[row] * _filled(wanted[inside], found.leaves[inside])
    return np.asarray(np.round(points, _DIGITS)[found.place])


@dataclass(frozen=True)
class _Found:
    """The documents, a campaign only once in each subtheme, and where they belong."""

    once: Labels
    place: Labels
    """For each document which of ``once`` stands for it."""
    tops: Labels
    leaves: Labels

    @classmethod
    def of(cls, model: ThemeModel, documents: Sequence[Document]) -> "_Found":
        rows = {identity: row for row, identity in enumerate(model.groups.ids)}
        known: dict[object, int] = {}
        once: list[int] = []
        place = np.zeros(len(documents), dtype=np.int64)
        for at, (document, one) in enumerate(zip(documents, model.assignments_, strict=True)):
            copied = document.campaign is not None
            key = (document.campaign, one.theme, one.subtheme) if copied else at
            place[at] = known.setdefault(key, len(once))
            if place[at] == len(once):
                once.append(at)
        named = [model.assignments_[at] for at in once]
        return cls(
            np.array(once, dtype=np.int64),
            place,
            np.array([rows[one.theme] if one.theme else -1 for one in named], dtype=np.int64),
            np.array([rows[one.subtheme] if one.subtheme else -1 for one in named], dtype=np.int64),
        )


def _filled(wanted: Places, parts: Labels) -> Places:
    """Return places on a disc whose shore is one away."""
    return disc.spread(wanted, parts) / max(disc.radius(len(wanted)), 1e-9)


def _voices(documents: Iterable[Document]) -> int:
    return len({one.voice for one in documents})


def _island(place: Places, radius: float, voices: int) -> Island:
    x, y = (round(float(value), _DIGITS) for value in place)
    return Island(x, y, round(float(radius), _DIGITS), voices)


def _parts(model: ThemeModel, points: Places, found: _Found) -> dict[str, Island]:
    """Return the middle of each subtheme's points; its radius says how far they reach."""
    parts = {}
    of_once = np.zeros((len(found.once), 2))
    of_once[found.place] = points
    for row, parent in enumerate(model.groups.parents):
        own = of_once[found.leaves == row]
        if parent >= 0 and len(own):
            middle = own.mean(axis=0)
            reach = float(np.sqrt(((own - middle) ** 2).sum(axis=1).mean()))
            parts[model.groups.ids[row]] = _island(middle, reach, len(own))
    return parts


def box(label: str, radius: float) -> tuple[float, float, float, float]:
    """Return how far an island and the label under it reach left, up, right and down."""
    written = lettering.lines(label)
    half = LETTER * max(3.5, *(lettering.width(line) / 2 for line in written))
    side = max(radius, half) + MARGIN / 2
    below = LETTER * LINE * (len(written) + SMALL_LETTER) + MARGIN
    return side, radius + MARGIN / 2, side, radius + below


def _places(
    model: ThemeModel,
    tops: Sequence[int],
    boxes: Places,
    before: Mapping[str, tuple[float, float]],
) -> Places:
    if not tops:
        return np.zeros((0, 2))
    ids = [model.groups.ids[row] for row in tops]
    rows = [row for row, identity in enumerate(ids) if identity in before]
    old = np.array([before[ids[row]] for row in rows], dtype=np.float64).reshape(-1, 2)
    held = Held(np.array(rows, dtype=np.int64), old)
    cosines = likeness(model, tops)
    places = layout.scaled(_SPREAD * np.clip(1 - cosines, 0, 2), held)
    return layout.apart(places, boxes, held)


def likeness(model: ThemeModel, rows: Sequence[int]) -> Places:
    """Return the cosine between the centres of some groups."""
    centres = model.groups.centres
    words, reduced = centres.words[list(rows)], centres.reduced[list(rows)]
    share = model.space.word_share
    found = share * words @ words.T + (1 - share) * reduced @ reduced.T
    found = found.astype(np.float64)
    found = (found + found.T) / 2
    np.fill_diagonal(found, 1)
    return np.asarray(found)


def _wanted(model: ThemeModel, found: _Found, places: Places) -> Places:
    """Return where on its island each voice would lie, before the points are spread evenly."""
    rows, cosines = model.nearness_.rows[found.once], model.nearness_.cosines[found.once]
    inside = _subthemes(model, places)
    wanted = np.zeros((len(found.once), 2))
    if not len(places):
        return wanted
    first, second = (_soft(cosines, column) for column in (2, 3))
    for column, share in ((2, first), (3, second)):
        known = (rows[:, column] >= 0) & (found.leaves >= 0)
        wanted += np.where(known[:, None], share[:, None] * inside[rows[:, column]], 0)
    across = places[np.maximum(rows[:, 1], 0)] - places[np.maximum(found.tops, 0)]
    lean = _soft(cosines, 1)[:, None] * _directions(across)
    wanted += np.where(rows[:, 1:2] >= 0, _NEIGHBOURS_REACH * lean, 0)
    wanted[found.tops < 0] = 0
    return wanted


def _soft(cosines: Matrix, column: int) -> Places:
    """Return the weight of a column against its partner: 0 and 1 are a pair, 2 and 3 are."""
    behind = cosines[:, column ^ 1].astype(np.float64) - cosines[:, column]
    return np.asarray(1 / (1 + np.exp(behind / _SHARPNESS)))


def _subthemes(model: ThemeModel, places: Places) -> Places:
    """Return each subtheme's direction from its theme's middle: like ones near, none outside.

    Their own distances give the shape; it is turned so that each lies towards the other themes
    that it is like, and so stays when the themes stay.
    """
    parents = np.array(model.groups.parents, dtype=np.int64)
    inside = np.zeros((len(parents), 2))
    everything = likeness(model, range(len(parents)))
    for top in range(len(places)):
        leaves = np.flatnonzero(parents == top)
        if len(leaves) < 2:
            continue
        shape = layout.classical(np.clip(1 - everything[np.ix_(leaves, leaves)], 0, 2))
        weights = np.exp((everything[leaves, : len(places)] - 1) / _SHARPNESS / 2)
        weights[:, top] = 0
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
        outward = weights @ _directions(places - places[top])
        shape = layout.laid_over(shape, np.arange(len(leaves)), outward - outward.mean(axis=0))
        inside[leaves] = _SUBTHEMES_REACH * shape / max(1e-9, np.abs(shape).max())
    return inside


def _directions(across: Places) -> Places:
    lengths = np.sqrt((across**2).sum(axis=1, keepdims=True))
    return np.asarray(across / np.where(lengths > 1e-9, lengths, 1))


def _corner(places: Places, boxes: Places, shore: float) -> Places:
    """Return the middle of one more island: as high in a lower corner as the others let it."""
    if len(places) == 0:
        return np.zeros(2)
    low, high = places - boxes[:, :2], places + boxes[:, 2:]
    left, up, right, down = box(UNCLASSIFIED, shore)
    found = []
    for x in (low[:, 0].min() + left, high[:, 0].max() - right):
        near = (low[:, 0] < x + right) & (high[:, 0] > x - left)
        floor = high[near, 1].max(initial=-np.inf) + up + MARGIN
        found.append((max(float(floor), float(high[:, 1].max()) - down), float(x)))
    y, x = min(found)
    return np.array([x, y])
