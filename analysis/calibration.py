"""How far a learner's word can be trusted: decisions are left out, and it is asked for them.

Confidence is a softmax whose temperature makes what is 60 % sure right in 60 % (Guo et al. 2017).
It is found on decisions that were left out of the learning; while these are few, it leans on the
temperature that invented sets gave. The same answers say from which confidence on almost all
proposals are right: the line（境目）above which staff may accept without reading each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.selftraining import Labels, Lesson, Matrix, learn, softmax

_FOLDS = 3
_FEWEST = 10
_USUAL = 0.6
_USUAL_COUNTS = 30
_TRIED = np.geomspace(0.2, 2.0, 41)
_BINS = 10
_RIGHT = 0.95
_FEWEST_ABOVE = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """What left-out decisions said; the figures are None while there are too few of them."""

    temperature: float
    asked: int
    """How many decisions were left out and asked for."""
    accuracy: float | None
    macro_f1: float | None
    error: float | None
    """Expected calibration error: by how much confidence and being right differ, on average."""
    line: float | None
    """From this confidence on, at least 95 % were right."""
    above: float
    """Which share of them lay above the line."""


def calibrate(lesson: Lesson, *, seed: int) -> Calibration:
    """Ask for each decision in its turn and compare."""
    rows = np.flatnonzero(lesson.decided >= 0)
    if len(rows) < _FEWEST or len(lesson.names) < 2:
        return Calibration(_USUAL, 0, None, None, None, None, 0.0)
    scores = _asked(lesson, rows, seed)
    truth = lesson.decided[rows]
    temperature = _temperature(scores, truth)
    shares = softmax(scores, temperature)
    found, sure = shares.argmax(axis=1), shares.max(axis=1)
    right = found == truth
    line = trusted_from(sure, right)
    return Calibration(
        temperature=round(temperature, 4),
        asked=len(rows),
        accuracy=round(float(right.mean()), 4),
        macro_f1=round(macro_f1(truth, found), 4),
        error=round(calibration_error(sure, right), 4),
        line=line,
        above=0.0 if line is None else round(float((sure >= line).mean()), 4),
    )


def calibration_error(sure: Matrix, right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten bins of equal numbers of answers."""
    order = np.argsort(sure, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if len(part)]
    gaps = [len(part) * abs(float(sure[part].mean() - right[part].mean())) for part in parts]
    return sum(gaps) / max(1, len(sure))


def trusted_from(
    sure: Matrix, right: NDArray[np.bool_], *, share: float = _RIGHT, fewest: int = _FEWEST_ABOVE
) -> float | None:
    """Return the least confidence from which on ``share`` of the answers are right.

    None when nowhere as many as ``fewest`` answers say so.
    """
    order = np.argsort(-sure, kind="stable")
    kept = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # Answers of one confidence stand on one side of a line.
    last = np.append(np.diff(sure[order]) < 0, np.ones(1, dtype=bool))
    good = np.flatnonzero((kept >= share) & last & (np.arange(len(order)) >= fewest - 1))
    return round(float(sure[order[good[-1]]]), 4) if len(good) else None


def macro_f1(truth: Sequence[int] | Labels, found: Sequence[int] | Labels) -> float:
    """Return the mean over the themes that occur of the F1 of each."""
    true, said = np.asarray(truth), np.asarray(found)
    scores = []
    for theme in np.unique(true):
        both = np.sum((true == theme) & (said == theme))
        scores.append(2 * both / (np.sum(true == theme) + np.sum(said == theme)))
    return float(np.mean(scores)) if scores else 0.0


def _asked(lesson: Lesson, rows: Labels, seed: int) -> Matrix:
    """Return the scores that each decision gets from a learner that does not know it."""
    scores = np.zeros((len(rows), len(lesson.names)), dtype=np.float32)
    folds = _folds(lesson.decided[rows], seed)
    for fold in range(_FOLDS):
        at = np.flatnonzero(folds == fold)
        lines = learn(lesson.without(rows[at]))
        scores[at] = lines.scores(lesson.points[rows[at]])
    return scores


def _folds(themes: Labels, seed: int) -> Labels:
    """Deal the decisions of each theme round, so that each fold has its share of every theme."""
    generator = np.random.Generator(np.random.PCG64(seed))
    order = generator.permutation(len(themes))
    order = order[np.argsort(themes[order], kind="stable")]
    folds = np.empty(len(themes), dtype=np.int64)
    folds[order] = np.arange(len(themes)) % _FOLDS
    return folds


def _temperature(scores: Matrix, truth: Labels) -> float:
    """Return the temperature under which the truth is most likely, leaning on the usual one."""
    rows = np.arange(len(truth))
    losses = [
        -np.log(np.maximum(softmax(scores, float(tried))[rows, truth], 1e-9)).sum()
        for tried in _TRIED
    ]
    best = float(_TRIED[int(np.argmin(losses))])
    share = len(truth) / (len(truth) + _USUAL_COUNTS)
    return float(np.exp(share * np.log(best) + (1 - share) * np.log(_USUAL)))
