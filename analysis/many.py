"""Groups of more texts than can be compared each with each.

Average linkage takes time and memory that grow with the square of the number of texts. Past a few
thousand, the fine groups come from k-means; from there on the way is the same as for few. What is
given here is never more than a draw (see ``sampling``): all other texts are placed by the centres.
"""

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from analysis import clusters
from analysis.clusters import Choice, Labels
from analysis.vectors import Views

_PAIRWISE_AT_MOST = 4_000
_FINE_GROUPS = 600
_TEXTS_PER_FINE_GROUP = 6
_STARTS_PER_GROUP = 5


def group(views: Views, wanted: int | None, *, seed: int) -> tuple[Labels, Choice]:
    """Group texts into ``wanted`` themes, or into as many as the data suggests."""
    if len(views) <= _PAIRWISE_AT_MOST:
        return clusters.group(views, wanted)
    return clusters.joined(views, _fine(views, wanted, seed), wanted)


def subgroup(views: Views, wanted: int | None, *, seed: int) -> Labels:
    """Split one theme's texts into subthemes; all -1 when there is too little to split."""
    if len(views) <= _PAIRWISE_AT_MOST or wanted in (0, 1):
        return clusters.subgroup(views, wanted)
    return clusters.split(views, _fine(views, wanted, seed), wanted)


def _fine(views: Views, wanted: int | None, seed: int) -> Labels:
    """Return fine groups by k-means on the reduced views: more of them when more are wanted."""
    number = min(max(_FINE_GROUPS, wanted or 0), len(views) // _TEXTS_PER_FINE_GROUP)
    model = MiniBatchKMeans(
        number,
        n_init=1,
        init_size=_STARTS_PER_GROUP * number,
        batch_size=8192,
        max_iter=15,
        random_state=seed,
        compute_labels=True,
    )
    found = model.fit_predict(views.reduced)
    return np.unique(found, return_inverse=True)[1].astype(np.int64)
