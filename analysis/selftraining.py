"""A few decided texts, the themes' names and many undecided texts: a straight line for each theme.

With one to three decisions a theme a classifier that sees only them is nearly blind. What else is
known is used as weak examples. A theme's name is a text of that theme. A theme's centre draws
undecided texts, which move the centre in turn (seeded, soft k-means; Basu et al. 2002). What the
last run placed counts a little. Then a logistic regression learns from all of them, decided ones
at full weight, undecided ones at a fraction of how sure their theme is (self-training).
docs/analysis.md says what each of these gains.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from analysis.vectors import unit

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]

_NAME_COUNTS = 2.5
_DRAWN_COUNTS = 0.5
_HINT_COUNTS = 0.5
_SOFTNESS = 0.05
_ROUNDS = 5
_UNDECIDED_COUNTS = 0.15
_STRENGTH = 5.0
_STEPS = 60
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from; all points lie in one space and are of about length one."""

    points: Matrix
    """One row a text."""
    names: Matrix
    """One row a theme: its name as if it were a text; zeros where it says nothing."""
    decided: Labels
    """The theme of each text by a person's decision, -1 where there is none."""
    hints: Labels
    """The theme that the last run gave each text, -1 where it gave none."""
    sureness: Matrix
    """How sure the run was of each hint, 0 to 1."""

    def without(self, rows: Labels) -> "Lesson":
        """Return the lesson as if some texts had not been decided."""
        decided = self.decided.copy()
        decided[rows] = -1
        return Lesson(self.points, self.names, decided, self.hints, self.sureness)


@dataclass(frozen=True)
class Lines:
    """What was learnt: a text's score for a theme is its point along the theme's line."""

    towards: Matrix
    """One row a theme."""
    base: Matrix
    """What each theme starts from."""

    def scores(self, points: Matrix) -> Matrix:
        """Return the natural logarithm of how likely each theme (a column) is, up to a constant."""
        return np.asarray(points @ self.towards.T + self.base, dtype=np.float32)


def learn(lesson: Lesson) -> Lines:
    """Return a line for each theme."""
    number = len(lesson.names)
    if number < 2:
        return Lines(np.zeros_like(lesson.names), np.zeros(number, dtype=np.float32))
    undecided = np.flatnonzero(lesson.decided < 0)
    shares = _drawn(lesson, undecided)
    likely = shares.argmax(axis=1)
    taught = np.flatnonzero(lesson.decided >= 0)
    points = np.vstack([lesson.points[taught], lesson.names, lesson.points[undecided]])
    labels = np.concatenate([lesson.decided[taught], np.arange(number), likely])
    weights = np.concatenate(
        [
            np.ones(len(taught)),
            np.full(number, _NAME_COUNTS),
            _UNDECIDED_COUNTS * shares.max(axis=1, initial=0) ** 2,
        ]
    )
    return _regression(points, labels, weights, number)


def seeds(lesson: Lesson) -> Matrix:
    """Return the sum of what is known of each theme: its decided texts and its name."""
    known = np.float32(_NAME_COUNTS) * lesson.names
    taught = np.flatnonzero(lesson.decided >= 0)
    np.add.at(known, lesson.decided[taught], lesson.points[taught])
    return known


def softmax(scores: Matrix, softness: float = 1.0) -> Matrix:
    """Return shares that add up to one in each row."""
    if not scores.size:
        return scores
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / softness)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _drawn(lesson: Lesson, undecided: Labels) -> Matrix:
    """Return how far each undecided text belongs to each theme, by the themes' centres."""
    number = len(lesson.names)
    known = seeds(lesson)
    points = lesson.points[undecided]
    hinted = np.flatnonzero(lesson.hints[undecided] >= 0)
    hints = np.zeros((len(undecided), number), dtype=np.float32)
    hints[hinted, lesson.hints[undecided[hinted]]] = lesson.sureness[undecided[hinted]]
    known = known + np.float32(_HINT_COUNTS) * (hints.T @ points)
    centres = known
    shares = np.zeros((len(undecided), number), dtype=np.float32)
    for _ in range(_ROUNDS):
        shares = softmax(points @ unit(centres).T, _SOFTNESS)
        pull = shares * shares.max(axis=1, keepdims=True, initial=0)
        centres = known + np.float32(_DRAWN_COUNTS) * (pull.T @ points)
    return shares


def _regression(points: Matrix, labels: Labels, weights: Matrix, number: int) -> Lines:
    model = LogisticRegression(C=_STRENGTH, max_iter=_STEPS, tol=_TOLERANCE)
    with warnings.catch_warnings():
        # The last steps change nothing that is seen, and re-learning has a few seconds.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points, labels, sample_weight=weights)
    towards, base = model.coef_, model.intercept_
    if number == 2:
        towards, base = np.vstack([0 * towards, towards]), np.array([0, base[0]])
    return Lines(np.asarray(towards, np.float32), np.asarray(base, np.float32))
