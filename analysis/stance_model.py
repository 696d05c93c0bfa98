"""A small learned second opinion on stance: multinomial logistic regression on runs of letters.

``lexicon/stance_weights.tsv`` holds whole numbers, hundredths of the learned weights, one run of
letters a line (``$`` is the border of a sentence), so that every machine adds up the same sums.
A statement's score for a stance is the bias and the sum of its runs' weights, over the square root
of their number; the chances are the softmax of the scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.results import Stance
from analysis.stance_grams import Grams, Numbers, grams, key

STANCES = tuple(Stance)
SCALE = 100
BORDER = "$"
_LEAST_RUNS = 8  # fewer are no sentence

Chances = NDArray[np.float64]


@dataclass(frozen=True)
class Opinion:
    """The chance of each stance (statements × stances), and the sentence that speaks for the best.

    ``sentences`` has one ``(start, end)`` a statement, in the text that was judged.
    """

    chances: Chances
    sentences: Numbers


@dataclass(frozen=True)
class Model:
    """Sorted keys of runs, their weights (runs × stances), and the bias of each stance."""

    keys: Numbers
    weights: Numbers
    bias: Numbers

    def judge(self, lines: Sequence[str]) -> Opinion:
        """Judge statements that ``stance_cues.sentences`` has prepared."""
        found = grams(lines)
        places = np.minimum(np.searchsorted(self.keys, found.keys), len(self.keys) - 1)
        known = self.keys[places] == found.keys
        places, owners = places[known], found.statements[known]
        number = np.maximum(np.bincount(owners, minlength=len(lines)), 1)
        sums = np.stack(
            [
                np.bincount(owners, weights=column[places], minlength=len(lines))
                for column in self.weights.T
            ],
            axis=1,
        )
        scores = (self.bias + sums / np.sqrt(number)[:, None]) / SCALE
        chances = np.exp(scores - scores.max(axis=1, initial=-np.inf, keepdims=True))
        chances = np.round(chances / chances.sum(axis=1, keepdims=True), 4)
        chances[number < _LEAST_RUNS] = np.eye(len(STANCES))[STANCES.index(Stance.UNKNOWN)]
        pulls = self.weights[places, chances.argmax(axis=1)[owners]]
        return Opinion(chances, _strongest(found, found.sentences[known], pulls, len(lines)))


def _strongest(found: Grams, sentences: Numbers, pulls: Numbers, number: int) -> Numbers:
    """Return the sentence of each statement whose runs pull hardest; of equals, the last."""
    strength = np.bincount(sentences, weights=pulls, minlength=len(found.spans))
    order = np.lexsort((np.arange(len(strength)), strength))
    best = np.zeros((number, 2), dtype=np.int64)
    for statement, start, end in found.spans[order]:
        best[statement] = start, end
    return best


@cache
def model() -> Model:
    """Return the model that comes with the program."""
    return parsed((files("analysis.lexicon") / "stance_weights.tsv").read_text(encoding="utf-8"))


def parsed(text: str) -> Model:
    """Read a table of weights: first line the stances, second the bias, then the runs."""
    _, bias, *rows = (line.split("\t") for line in text.splitlines())
    keys = np.array([key(run.replace(BORDER, "\n")) for run, *_ in rows], dtype=np.int64)
    weights = np.array([list(map(int, numbers)) for _, *numbers in rows], dtype=np.int64)
    order = np.argsort(keys)
    return Model(keys[order], weights[order], np.array(list(map(int, bias[1:])), dtype=np.int64))
