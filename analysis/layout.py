"""Where to put a few labelled shapes on a plane: like ones near, none over another, old ones kept.

Distances become places by SMACOF (de Leeuw 1977; Borg and Groenen 2005, ch. 8), started from
classical scaling (Torgerson 1952). A shape that stood somewhere before is held there by a spring,
which is one more term of the same majorisation, so every step still lessens the sum of both.
All matrices have one row a shape, so what is done here costs the same for any number of texts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]

_ROUNDS = 300
_PUSHES = 2000
_TINY = 1e-9
_SPRING = 0.2
_HELD_MOVES = 0.15
_PAIRS_PUSHED = 4_000_000
_STEP = 0.6


@dataclass(frozen=True)
class Held:
    """Which shapes stood somewhere before, and where."""

    rows: NDArray[np.int64]
    places: Places


def nobody_held() -> Held:
    """Return that no shape stood anywhere before."""
    return Held(np.zeros(0, dtype=np.int64), np.zeros((0, 2)))


def classical(distances: Places) -> Places:
    """Return places by classical scaling; the widest direction is x, signs follow a fixed rule."""
    count = len(distances)
    if count < 2:
        return np.zeros((count, 2))
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centring @ distances**2 @ centring)
    places = np.zeros((count, 2))
    strongest = np.clip(values[::-1][:2], 0, None)
    places[:, : len(strongest)] = vectors[:, ::-1][:, :2] * np.sqrt(strongest)
    return np.asarray(places * _signs(places))


def scaled(distances: Places, held: Held) -> Places:
    """Return places whose distances are near ``distances``; held shapes stay near their own."""
    count = len(distances)
    places = _start(classical(distances), held)
    if count < 2:
        return places
    springs = np.zeros(count)
    springs[held.rows] = _SPRING * count
    wanted = np.zeros((count, 2))
    wanted[held.rows] = held.places
    weights = count * np.eye(count) - 1 + np.diag(springs)
    # Without springs the weights have no inverse: any shift of the whole is as good.
    inverse = np.linalg.pinv(weights, rcond=1e-12)
    for _ in range(_ROUNDS):
        now = _lengths(places)
        pull = -distances / np.where(now > _TINY, now, 1)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        places = inverse @ (pull @ places + springs[:, None] * wanted)
    return np.asarray(places)


def laid_over(places: Places, rows: NDArray[np.int64], targets: Places) -> Places:
    """Turn, mirror and shift places so that ``rows`` lie as near ``targets`` as they can.

    Orthogonal Procrustes (Schönemann 1966); nothing is stretched.
    """
    middle, target = places[rows].mean(axis=0), targets.mean(axis=0)
    if len(rows) < 2:
        return np.asarray(places - middle + target)
    left, _, right = np.linalg.svd((places[rows] - middle).T @ (targets - target))
    return np.asarray((places - middle) @ (left @ right) + target)


def apart(places: Places, boxes: Places, held: Held) -> Places:
    """Move boxes until none lies over another; ``boxes`` has left, top, right, bottom reaches.

    Each pair that overlaps is pushed along the shorter way out; held shapes give way the least.
    """
    places = places.copy()
    count = len(places)
    moves = np.ones(count)
    moves[held.rows] = _HELD_MOVES
    share = moves[:, None] / (moves[:, None] + moves[None, :])
    for _ in range(min(_PUSHES, _PAIRS_PUSHED // max(1, count**2))):
        over = _overlaps(places, boxes)
        touching = over.min(axis=2) > _TINY
        if not touching.any():
            break
        places += _pushes(places, boxes, over, touching, share)
    return places


def _overlaps(places: Places, boxes: Places) -> Places:
    """Return by how much each pair overlaps in x and in y; negative where they are apart."""
    far, near = places + boxes[:, 2:], places - boxes[:, :2]
    over = np.minimum(far[:, None], far[None, :]) - np.maximum(near[:, None], near[None, :])
    over[np.arange(len(places)), np.arange(len(places))] = -1
    return np.asarray(over)


def _pushes(
    places: Places, boxes: Places, over: Places, touching: NDArray[np.bool_], share: Places
) -> Places:
    middles = places + (boxes[:, 2:] - boxes[:, :2]) / 2
    # The earlier of two that lie exactly over each other goes left and up.
    order = np.arange(len(places))
    across = middles[:, None] - middles[None, :]
    tie = np.sign(order[:, None] - order[None, :])[:, :, None]
    way = np.where(np.abs(across) > _TINY, np.sign(across), tie)
    shorter = np.arange(2)[None, None, :] == (over[..., 1] < over[..., 0])[..., None]
    step = np.where(touching[..., None] & shorter, over + 10 * _TINY, 0)
    return np.asarray(_STEP * (way * step * share[..., None]).sum(axis=1))


def _start(fresh: Places, held: Held) -> Places:
    """Begin with the new shapes where a fresh picture, turned onto the old one, has them."""
    if len(held.rows) == 0 or len(fresh) == 0:
        return fresh
    start = laid_over(fresh, held.rows, held.places)
    start[held.rows] = held.places
    return start


def _lengths(places: Places) -> Places:
    across = places[:, None, :] - places[None, :, :]
    return np.asarray(np.sqrt((across**2).sum(axis=2)))


def _signs(places: Places) -> Places:
    """Let the place farthest along each axis lie on its negative side: left, and at the top."""
    farthest = np.abs(np.round(places, 6)).argmax(axis=0)
    values = places[farthest, np.arange(2)]
    return np.asarray(np.where(values > 0, -1.0, 1.0))
