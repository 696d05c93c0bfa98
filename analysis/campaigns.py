"""Copies, light edits and paraphrases of one text, found among hundreds of thousands.

Likeness of two texts is the share of the shorter one's letters that stand unchanged in the other,
estimated from shared runs of three letters: with a share p unchanged, about p³ of the runs
survive, so likeness = (shared runs ÷ runs of the shorter)^(1/3). A personal sentence added before
or after therefore does not hide a copy. Less than some twenty shared runs are no evidence, unless
the whole of a text of twenty letters stands in the other: any two short wishes about one thing
share half of their letters. Candidates come from MinHash bands and from equal long sentences
(Broder 1997; Leskovec, Rajaraman, Ullman, *Mining of Massive Datasets*, ch. 3). Paraphrases keep
too few of their letters for this; where the words of the texts are known, ``paraphrases`` looks
for them among the texts that are left.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.mapping import Local, Mapper
from analysis.paraphrases import Words, find_paraphrases
from analysis.sampling import Numbers
from analysis.shingles import RUN, Counts, Runs, Shingles, rows_a_band, shingled

_CHUNK = 2_000
_WORTH_PROCESSES = 10_000
_SHORTEST_COPY = 15
_SHORTEST_WITHIN = 20
_SMALLEST_SHARE = 0.35
_FEWEST_SHARED = 20
_COLUMNS = 2**31
_PAIRS_AT_ONCE = 20_000

COPY = "copy"
PARAPHRASE = "paraphrase"

Shares = NDArray[np.float64]
Star = list[tuple[int, float, str]]
"""Groups of equal texts by number, how like the first each is, and of which kind."""


@dataclass(frozen=True, slots=True)
class CampaignMember:
    """One input row: its campaign (None when alone) and how like the representative it is.

    ``kind`` is "copy" or "paraphrase"（言い換え）of the representative. A paraphrase's similarity
    is the cosine of its words to the middle of the paraphrases, a copy's the share of its letters.
    """

    row: int
    campaign: int | None
    similarity: float
    is_representative: bool
    kind: str = COPY


def find_campaigns(
    texts: Sequence[str],
    *,
    threshold: float = 0.8,
    minimum: int = 2,
    mapper: Mapper | None = None,
    words: Words | None = None,
) -> list[CampaignMember]:
    """Group copies; one member per row, in order. Campaigns are numbered by their first row.

    ``minimum`` is the fewest rows that make a campaign; ``mapper`` says where texts are shingled;
    ``words`` gives the content words of rows: with it, paraphrases are grouped too, and distinct
    texts tell which, however often each was sent. Rows in another order are grouped alike.
    """
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows_of[text].append(row)
    where = mapper if mapper and len(rows_of) >= _WORTH_PROCESSES else Local()
    material = _Material(sorted(rows_of), where)
    rows = [
        sorted(row for at in same for row in rows_of[material.texts[at]])
        for same in material.equal_letters()
    ]
    stars = _stars(rows, material, _neighbours(material, threshold), threshold)
    if words is not None:
        stars = _with_paraphrases(stars, rows, material, words)
    return _members(len(texts), stars, rows, minimum)


def likeness(left: str, right: str) -> float:
    """Return how much of the shorter text stands unchanged in the other, 0–1."""
    both = _Material([left, right], Local())
    return float(both.likeness(np.array([0]), np.array([1]))[0])


class _Material:
    """Distinct texts as numbers; ``heads`` are the first of each group with equal letters."""

    def __init__(self, texts: Sequence[str], mapper: Mapper) -> None:
        chunks = (texts[at : at + _CHUNK] for at in range(0, max(1, len(texts)), _CHUNK))
        self.texts = texts
        step = partial(shingled, rows=rows_a_band(len(texts)))
        self.shingles = Shingles.joined(list(mapper.map(step, chunks)))
        self._starts = np.cumsum(self.shingles.run_counts) - self.shingles.run_counts
        self.heads: Counts = np.empty(0, dtype=np.int64)

    def equal_letters(self) -> list[list[int]]:
        """Group texts whose letters are equal; short answers such as はい are left out."""
        long_ones = np.flatnonzero(self.shingles.letters >= _SHORTEST_COPY)
        _, first, group = np.unique(
            self.shingles.digests[long_ones], return_index=True, return_inverse=True
        )
        groups: dict[int, list[int]] = defaultdict(list)
        for at, number in zip(long_ones.tolist(), group.tolist(), strict=True):
            groups[number].append(at)
        self.heads = long_ones[np.sort(first)]
        return list(groups.values())

    def runs(self, at: int) -> Runs:
        """Return the runs of one text."""
        start = self._starts[at]
        return self.shingles.runs[start : start + self.shingles.run_counts[at]]

    def likeness(self, left: Counts, right: Counts) -> Shares:
        """Return the likeness of many pairs of texts at once."""
        used, places = np.unique(np.concatenate([left, right]), return_inverse=True)
        sizes = self.shingles.run_counts[used]
        columns = np.concatenate([self.runs(at) for at in used] or [self.shingles.runs[:0]])
        held = sparse.csr_array(
            (
                np.ones(len(columns), dtype=np.int32),
                columns.astype(np.int32),
                np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            ),
            (len(used), _COLUMNS),
        )
        ones, others = places[: len(left)], places[len(left) :]
        shared = np.zeros(len(left))
        for start in range(0, len(left), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            shared[part] = held[ones[part]].minimum(held[others[part]]).sum(axis=1)
        shorter = np.minimum(sizes[ones], sizes[others])
        longer = np.maximum(sizes[ones], sizes[others])
        within = (shared == shorter) & (shorter > _SHORTEST_WITHIN - RUN)
        enough = (shared >= _FEWEST_SHARED) | within | (shared == longer)
        comparable = enough & (shorter > 0) & (shorter >= _SMALLEST_SHARE * longer)
        return np.where(comparable, np.cbrt(shared / np.maximum(shorter, 1)), 0.0)


def _neighbours(material: _Material, threshold: float) -> dict[int, dict[int, float]]:
    """Return, for each group of equal texts, the groups that are like it, and how like."""
    left, right = _candidates(material)
    scores = material.likeness(material.heads[left], material.heads[right])
    found: dict[int, dict[int, float]] = defaultdict(dict)
    alike = scores >= threshold
    pairs = zip(left[alike].tolist(), right[alike].tolist(), scores[alike].tolist(), strict=True)
    for one, other, score in pairs:
        found[one][other] = found[other][one] = score
    return found


def _candidates(material: _Material) -> tuple[Counts, Counts]:
    """Return pairs of groups worth comparing, each once."""
    shingles, heads = material.shingles, material.heads
    items = np.flatnonzero(shingles.run_counts[heads] > _SHORTEST_WITHIN - RUN)
    pairs = [_same_bucket(keys, items) for keys in shingles.bands[heads[items]].T]
    group = np.full(len(shingles.letters), -1, dtype=np.int64)
    group[heads[items]] = items
    owners = np.repeat(group, shingles.sentence_counts)
    pairs.append(_same_bucket(shingles.sentences[owners >= 0], owners[owners >= 0]))
    size = max(1, len(heads))
    codes = np.unique(np.concatenate([low * size + high for low, high in pairs]))
    return codes // size, codes % size


def _same_bucket(keys: Numbers | Runs, items: Counts) -> tuple[Counts, Counts]:
    """Pair neighbours in each bucket, and each one with the bucket's first."""
    order = np.argsort(keys, kind="stable")
    ranked, owners = keys[order], items[order]
    same = ranked[1:] == ranked[:-1]
    heads = np.maximum.accumulate(np.where(np.r_[True, ~same], np.arange(len(ranked)), 0))
    follows = np.flatnonzero(same) + 1
    left = np.r_[owners[follows - 1], owners[heads[follows]]]
    right = np.r_[owners[follows], owners[follows]]
    apart = left != right
    return np.minimum(left, right)[apart], np.maximum(left, right)[apart]


def _stars(
    rows: Sequence[Sequence[int]],
    material: _Material,
    neighbours: dict[int, dict[int, float]],
    threshold: float,
) -> list[Star]:
    """Make groups around a representative: the text that stands whole in most others.

    Every member is like the representative itself, so that a chain of small edits never joins
    two different texts, and belongs to the one it is most like. Members of members are tried too,
    since candidates may be missed.
    """
    reach = [_reach(at, rows, neighbours.get(at, {}), threshold) for at in range(len(rows))]
    order = [at for at, own in enumerate(rows) if len(own) > 1 or at in neighbours]
    order.sort(key=lambda at: (-reach[at], -len(rows[at]), at))
    best: dict[int, tuple[float, int]] = {}
    for centre in order:
        if centre in best:
            continue
        best[centre] = (2.0, centre)
        near = neighbours.get(centre, {})
        further = {two for one in near for two in neighbours[one]} - near.keys() - best.keys()
        for at, score in {**near, **_scores(material, centre, sorted(further))}.items():
            if score >= threshold and score > best.get(at, (0.0, 0))[0]:
                best[at] = (score, centre)
    stars: dict[int, Star] = {centre: [] for _, centre in best.values()}
    for at, (score, centre) in sorted(best.items(), key=lambda one: (-one[1][0], one[0])):
        stars[centre].append((at, min(score, 1.0), COPY))
    return list(stars.values())


def _with_paraphrases(
    stars: Sequence[Star], rows: Sequence[Sequence[int]], material: _Material, words: Words
) -> list[Star]:
    """Join stars, and texts that stand alone, that say one thing in other words.

    The text that was sent most, as it is or copied, represents them all.
    """
    starred = {at for star in stars for at, _, _ in star}
    alone: list[Star] = [[(at, 1.0, COPY)] for at in range(len(rows)) if at not in starred]
    every = sorted([*stars, *alone])
    first = np.array([star[0][0] for star in every], dtype=np.int64)
    keys = material.shingles.digests[material.heads[first]]
    groups = find_paraphrases(keys, lambda which: words([rows[first[at]][0] for at in which]))
    sizes = [sum(len(rows[at]) for at, _, _ in star) for star in every]
    for group in groups:
        group.sort(key=lambda one: (-sizes[one[0]], -round(one[1], 9), one[0]))
        (centre, _), *others = group
        for number, cosine in others:
            every[centre] += [(at, min(cosine, 1.0), PARAPHRASE) for at, _, _ in every[number]]
            every[number] = []
    return [star for star in every if star]


def _reach(
    at: int, rows: Sequence[Sequence[int]], near: Mapping[int, float], threshold: float
) -> float:
    """Weigh the rows like this one; just like enough, as by one courtesy both hold, weighs little.

    So the text without additions becomes the representative, not one of the many with them.
    """
    least = threshold**3
    weights = (len(rows[other]) * (near[other] ** 3 - least) for other in sorted(near))
    return round(len(rows[at]) + sum(weights) / max(1 - least, 1e-9), 6)


def _scores(material: _Material, centre: int, others: Sequence[int]) -> dict[int, float]:
    if not others:
        return {}
    right = material.heads[list(others)]
    left = np.full(len(right), material.heads[centre])
    return dict(zip(others, material.likeness(left, right).tolist(), strict=True))


def _members(
    count: int,
    stars: Iterable[Star],
    rows: Sequence[Sequence[int]],
    minimum: int,
) -> list[CampaignMember]:
    members = [CampaignMember(row, None, 0.0, is_representative=False) for row in range(count)]
    large = [star for star in stars if sum(len(rows[at]) for at, _, _ in star) >= max(2, minimum)]
    large.sort(key=lambda star: min(rows[at][0] for at, _, _ in star))
    for campaign, star in enumerate(large):
        representative = rows[star[0][0]][0]
        for at, score, kind in star:
            for row in rows[at]:
                members[row] = CampaignMember(
                    row, campaign, round(score, 4), row == representative, kind
                )
    return members
