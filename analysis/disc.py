"""Points spread evenly over a disc: one in the middle, about six around it, twelve around those.

The disc's area is in proportion to the number of its points, each of which has about one unit of
distance to the next.
"""

import numpy as np

from analysis.clusters import Labels
from analysis.layout import Places

_MARGIN = 0.65
_WITHOUT_MIDDLE = 5


def radius(count: int) -> float:
    """Return how far the shore of a disc with ``count`` points is from its middle."""
    return _reach(count) + _MARGIN if count else 0.0


def spread(wanted: Places, parts: Labels) -> Places:
    """Return a place on the disc for each point, each part a sector.

    Inside its part, who wants to be farther out is, and neighbours on a ring keep their order.
    """
    count = len(wanted)
    if count == 0:
        return wanted
    far = np.asarray(np.round(np.hypot(wanted[:, 0], wanted[:, 1]), 6), dtype=np.float64)
    ring = np.zeros(count, dtype=np.int64)
    ring[np.argsort(_share_below(far, parts), kind="stable")] = _ring_by_rank(count)
    angle = np.round(np.arctan2(wanted[:, 1], wanted[:, 0]), 6)
    order = np.lexsort((angle, _side(wanted, parts), ring))
    sizes = np.bincount(ring)
    place = np.arange(count) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    slot = 2 * np.pi * place / sizes[ring[order]]
    turn = angle[order] - slot
    sines, cosines = (np.bincount(ring[order], weights=one) for one in (np.sin(turn), np.cos(turn)))
    slot += np.arctan2(sines, cosines)[ring[order]]
    points = np.zeros((count, 2))
    out = ring[order] * (_reach(count) / max(1, int(ring.max())))
    points[order] = out[:, None] * np.column_stack((np.cos(slot), np.sin(slot)))
    return points


def _rings(count: int) -> int:
    """Return how many full rings hold ``count`` points: 6 + 12 + … around the one in the middle."""
    return int(np.ceil((np.sqrt(12 * max(count - 1, 0) + 9) - 3) / 6 - 1e-9))


def _reach(count: int) -> float:
    """Return the radius of the outermost ring."""
    if count <= _WITHOUT_MIDDLE:
        return float(0.5 / np.sin(np.pi / count)) if count > 1 else 0.0
    rings = _rings(count)
    return float(rings * np.sqrt(count / (1 + 3 * rings * (rings + 1))))


def _ring_by_rank(count: int) -> Labels:
    """Return the ring of the points from the innermost out; all rings are equally full."""
    if 1 < count <= _WITHOUT_MIDDLE:
        return np.ones(count, dtype=np.int64)
    rings = _rings(count)
    whole = 3 * rings * (rings + 1)
    rank = np.arange(count) * (whole / max(1, count - 1))
    return np.asarray(np.ceil((np.sqrt(12 * rank + 9) - 3) / 6 - 1e-9), dtype=np.int64)


def _share_below(far: Places, parts: Labels) -> Places:
    """Return for each point which share of its part lies farther in."""
    order = np.lexsort((far, parts))
    _, place, sizes = np.unique(parts, return_inverse=True, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    share = np.zeros(len(far))
    share[order] = (np.arange(len(far)) - starts[place[order]] + 0.5) / sizes[place[order]]
    return share


def _side(wanted: Places, parts: Labels) -> Places:
    """Return the angle at which each point's part lies as a whole."""
    _, place = np.unique(parts, return_inverse=True)
    x, y = (np.bincount(place, weights=wanted[:, axis]) for axis in (0, 1))
    return np.asarray(np.round(np.arctan2(y, x), 6)[place])
