"""Which statement to ask a person about next, so that each decision teaches most.

The one of which the learner is least sure; and since two that are like each other teach the same,
after one is chosen the like of it count less (greedy, so that a page of questions is good as a
page). Preferring statements in a crowd was measured and lost: docs/analysis.md.
"""

import numpy as np

from analysis.selftraining import Labels, Matrix
from analysis.vectors import unit

_AHEAD = 300
_LEAST_LIKE = 0.3


def order(points: Matrix, shares: Matrix, undecided: Labels) -> Matrix:
    """Return how much a decision on each text would teach: 0 for decided ones, else up to 1.

    ``points`` are the texts as the learner sees them; ``shares`` their confidence in each theme.
    The first few hundred are put in order one after the other, the rest follow by doubt alone.
    """
    found = np.zeros(len(points), dtype=np.float32)
    if not len(undecided):
        return found
    own = unit(points[undecided])
    left = 1 - shares[undecided].max(axis=1)
    chosen = np.zeros(len(own), dtype=bool)
    least = 1.0
    for _ in range(min(_AHEAD, len(own))):
        best = int(np.where(chosen, -1, left).argmax())
        chosen[best] = True
        least = float(left[best])
        found[undecided[best]] = least
        like = np.clip((own @ own[best] - _LEAST_LIKE) / (1 - _LEAST_LIKE), 0, 1)
        left = np.where(chosen, left, left * (1 - like))
    found[undecided[~chosen]] = np.minimum(left[~chosen], least)
    return found
