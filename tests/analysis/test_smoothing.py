"""Two texts that share nothing come together when the same others are like both."""

import numpy as np

from analysis.smoothing import smoothed


def cosines(rows: list[list[float]]) -> np.ndarray:
    points = np.array(rows, dtype=np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points @ points.T


def crowd() -> np.ndarray:
    """Two texts without anything in common, eleven between them, and fourteen of another kind."""
    generator = np.random.Generator(np.random.PCG64(0))
    ends = [[1.0, 0, 0, 0], [0, 1.0, 0, 0]]
    between = [[1.0, 1.0, 0.1 * generator.random(), 0] for _ in range(11)]
    others = [[0, 0, 1.0, generator.random()] for _ in range(14)]
    return cosines(ends + between + others)


def test_neighbours_bring_texts_together_that_share_nothing() -> None:
    before = crowd()
    after = smoothed(before)
    assert before[0, 1] < 0.01
    assert after[0, 1] > 0.7
    assert after[0, 20] < 0.1


def test_what_comes_out_are_cosines_again() -> None:
    after = smoothed(crowd())
    assert np.allclose(after, after.T, atol=1e-5)
    assert np.allclose(np.diag(after), 1, atol=1e-5)
    assert np.abs(after).max() < 1 + 1e-5


def test_it_gives_what_moving_the_points_themselves_gives() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    points = generator.random((40, 6)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    likeness = points @ points.T
    near = likeness - 9 * np.eye(40, dtype=np.float32)
    one_way = np.where(near >= np.sort(near, axis=1)[:, -10:-9], near, 0)
    pull = np.maximum(one_way, one_way.T) + np.eye(40)
    pull /= pull.sum(axis=1, keepdims=True)
    for _ in range(2):
        means = pull @ points
        points = points + means / np.linalg.norm(means, axis=1, keepdims=True)
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    assert np.allclose(smoothed(likeness), points @ points.T, atol=1e-4)


def test_few_and_equal_and_empty_texts_are_no_trouble() -> None:
    for rows in ([[1.0, 0]], [[1.0, 0], [0, 1.0]], [[1.0, 0]] * 30):
        assert np.isfinite(smoothed(cosines(rows))).all()
    nothing = np.zeros((5, 5), dtype=np.float32)
    assert np.isfinite(smoothed(nothing)).all()
