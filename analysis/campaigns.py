"""Copies and light edits of one text, found among hundreds of thousands.

Likeness of two texts is the share of the shorter one's letters that stand unchanged in the other,
estimated from shared runs of three letters: with a share p unchanged, about p³ of the runs
survive, so likeness = (shared runs ÷ runs of the shorter)^(1/3). A personal sentence added before
or after therefore does not hide a copy. Candidates come from MinHash bands and from equal long
sentences (Broder 1997; Leskovec, Rajaraman, Ullman, *Mining of Massive Datasets*, ch. 3).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.normalize import plain

_RUN = 3
_ROWS_PER_BAND = 3
_BANDS = 24
_CHUNK = 4096
_SHORTEST_COPY = 15
_SHORTEST_EDIT = 30
_SHORTEST_SENTENCE = 15
_SMALLEST_SHARE = 0.35
_NOT_LETTERS = re.compile(r"[\W_]+")
_END = re.compile(r"[。!?\n]")
_EMPTY = np.uint64(0xFFFFFFFF)

_BAND_STARTS = range(0, _BANDS * _ROWS_PER_BAND, _ROWS_PER_BAND)
_COLUMNS = 2**31 - 1
_PAIRS_AT_ONCE = 20_000

Runs = NDArray[np.uint64]
Items = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CampaignMember:
    """One input row: its campaign (None when alone) and how like the representative it is."""

    row: int
    campaign: int | None
    similarity: float
    is_representative: bool


def find_campaigns(
    texts: Sequence[str],
    *,
    threshold: float = 0.8,
    minimum: int = 2,
    jobs: int = 1,  # noqa: ARG001
) -> list[CampaignMember]:
    """Group copies; one member per row, in order. Campaigns are numbered by their first row.

    ``minimum`` is the fewest rows that make a campaign. ``jobs`` is accepted for symmetry with the
    other stages; folding equal texts first leaves little that would gain from more processes.
    """
    folded = _fold(texts)
    rows = list(folded.values())
    runs = [_runs(text) for text in folded]
    originals = [plain(texts[members[0]]).lower() for members in rows]
    neighbours = _neighbours(originals, runs, threshold)
    campaigns = _stars(rows, neighbours, runs, threshold)
    return _members(len(texts), campaigns, rows, minimum)


def likeness(left: str, right: str) -> float:
    """Return how much of the shorter text stands unchanged in the other, 0–1."""
    return _likeness(_runs(_letters(left)), _runs(_letters(right)))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", plain(text)).lower()


def _fold(texts: Sequence[str]) -> dict[str, list[int]]:
    """Group rows whose letters are equal; short answers such as はい stand alone."""
    folded: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        letters = _letters(text)
        folded[letters if len(letters) >= _SHORTEST_COPY else f"\0{row}"].append(row)
    return dict(folded)


def _runs(letters: str) -> Runs:
    """Return the sorted distinct three-letter runs of a text as numbers."""
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < _RUN:
        return np.empty(0, dtype=np.uint64)
    packed = (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]
    return np.unique(packed)


def _likeness(left: Runs, right: Runs) -> float:
    shorter, longer = sorted((len(left), len(right)))
    if shorter == 0 or shorter < _SMALLEST_SHARE * longer:
        return 0.0
    shared = len(np.intersect1d(left, right, assume_unique=True))
    return float((shared / shorter) ** (1 / 3))


def _neighbours(
    originals: Sequence[str], runs: Sequence[Runs], threshold: float
) -> dict[int, set[int]]:
    """Return, for each distinct text, the ones that are like it."""
    items = np.array(
        [at for at, own in enumerate(runs) if len(own) >= _SHORTEST_EDIT - _RUN], dtype=np.int64
    )
    left, right = _candidates(originals, runs, items)
    alike = _likenesses(runs, left, right) >= threshold
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in zip(left[alike].tolist(), right[alike].tolist(), strict=True):
        found[one].add(other)
        found[other].add(one)
    return found


def _candidates(
    originals: Sequence[str], runs: Sequence[Runs], items: Items
) -> tuple[Items, Items]:
    """Return pairs worth comparing, each once."""
    signatures = _signatures([runs[at] for at in items])
    buckets = [_scrambled(signatures[:, at : at + _ROWS_PER_BAND]) for at in _BAND_STARTS]
    pairs = [_same_bucket(keys, items) for keys in buckets]
    pairs.append(_same_bucket(*_sentences(originals, items)))
    size = len(originals)
    codes = np.unique(np.concatenate([low * size + high for low, high in pairs]))
    return codes // size, codes % size


def _scrambled(rows: Runs) -> Runs:
    """Return one key for the rows of a band."""
    keys = (rows[:, 0] * np.uint64(0x9E3779B97F4A7C15)) ^ (rows[:, 1] << np.uint64(29))
    return np.asarray(keys ^ (rows[:, 2] * np.uint64(0xC2B2AE3D27D4EB4F)))


def _sentences(originals: Sequence[str], items: Items) -> tuple[Runs, Items]:
    """Return (key, text) of every long sentence: finds copies with much of their own added."""
    keys, owners = [], []
    for item in items.tolist():
        for sentence in {_NOT_LETTERS.sub("", part) for part in _END.split(originals[item])}:
            if len(sentence) >= _SHORTEST_SENTENCE:
                digest = blake2b(sentence.encode(errors="surrogatepass"), digest_size=8).digest()
                keys.append(int.from_bytes(digest, "big"))
                owners.append(item)
    return np.array(keys, dtype=np.uint64), np.array(owners, dtype=np.int64)


def _same_bucket(keys: Runs, items: Items) -> tuple[Items, Items]:
    """Pair neighbours in each bucket, and each one with the bucket's first."""
    order = np.lexsort((items, keys))
    ranked, owners = keys[order], items[order]
    same = ranked[1:] == ranked[:-1]
    heads = np.maximum.accumulate(np.where(np.r_[True, ~same], np.arange(len(ranked)), 0))
    follows = np.flatnonzero(same) + 1
    left = np.r_[owners[follows - 1], owners[heads[follows]]]
    right = np.r_[owners[follows], owners[follows]]
    apart = left != right
    return np.minimum(left, right)[apart], np.maximum(left, right)[apart]


def _likenesses(runs: Sequence[Runs], left: Items, right: Items) -> NDArray[np.float64]:
    """Return the likeness of many pairs at once, as ``_likeness`` does for one."""
    sizes = np.array([len(own) for own in runs] or [0], dtype=np.int64)
    columns = [own % np.uint64(_COLUMNS) for own in runs]
    heads = np.r_[0, np.cumsum(sizes[: len(runs)])]
    flat = np.concatenate([*columns, np.empty(0, dtype=np.uint64)]).astype(np.int64)
    held = sparse.csr_array(
        (np.ones(len(flat), dtype=np.int32), flat, heads), (len(runs), _COLUMNS)
    )
    held.sum_duplicates()
    shared = np.zeros(len(left))
    for start in range(0, len(left), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        shared[part] = held[left[part]].minimum(held[right[part]]).sum(axis=1)
    shorter = np.minimum(sizes[left], sizes[right])
    longer = np.maximum(sizes[left], sizes[right])
    comparable = (shorter > 0) & (shorter >= _SMALLEST_SHARE * longer)
    return np.where(comparable, np.cbrt(shared / np.maximum(shorter, 1)), 0.0)


def _signatures(runs: Sequence[Runs]) -> NDArray[np.uint64]:
    """MinHash: the smallest of 72 different scramblings of each text's runs."""
    size = _BANDS * _ROWS_PER_BAND
    generator = np.random.Generator(np.random.PCG64(20240401))
    factors = generator.integers(1, 2**63, size=size, dtype=np.uint64) | np.uint64(1)
    found = np.full((len(runs), size), _EMPTY, dtype=np.uint64)
    for start in range(0, len(runs), _CHUNK):
        chunk = runs[start : start + _CHUNK]
        flat = np.concatenate([*chunk, np.empty(0, dtype=np.uint64)])
        heads = np.cumsum([0, *map(len, chunk)])[:-1]
        for column, factor in enumerate(factors):
            scrambled = (flat ^ (flat >> np.uint64(29))) * factor
            scrambled >>= np.uint64(32)
            found[start : start + len(chunk), column] = np.minimum.reduceat(scrambled, heads)
    return found


def _stars(
    rows: Sequence[Sequence[int]],
    neighbours: dict[int, set[int]],
    runs: Sequence[Runs],
    threshold: float,
) -> list[list[tuple[int, float]]]:
    """Make groups around a representative: the text sent most often, then the one most like others.

    Every member is like the representative itself, so that a chain of small edits never joins
    two different texts. Members of members are tried too, since candidates may be missed.
    """
    taken: set[int] = set()
    stars: list[list[tuple[int, float]]] = []
    reach = [
        len(own) + sum(len(rows[near]) for near in neighbours.get(at, ()))
        for at, own in enumerate(rows)
    ]
    by_weight = sorted(range(len(rows)), key=lambda at: (-reach[at], -len(rows[at]), rows[at][0]))
    for centre in by_weight:
        if centre in taken:
            continue
        taken.add(centre)
        star = [(centre, 1.0)]
        for other in sorted(_two_steps(centre, neighbours) - taken):
            score = _likeness(runs[centre], runs[other])
            if score >= threshold:
                star.append((other, score))
                taken.add(other)
        stars.append(star)
    return stars


def _two_steps(centre: int, neighbours: dict[int, set[int]]) -> set[int]:
    near = neighbours.get(centre, set())
    return near.union(*(neighbours[other] for other in near)) if near else near


def _members(
    count: int,
    stars: Iterable[Sequence[tuple[int, float]]],
    rows: Sequence[Sequence[int]],
    minimum: int,
) -> list[CampaignMember]:
    members = [CampaignMember(row, None, 0.0, is_representative=False) for row in range(count)]
    large = [star for star in stars if sum(len(rows[at]) for at, _ in star) >= max(2, minimum)]
    large.sort(key=lambda star: min(rows[at][0] for at, _ in star))
    for campaign, star in enumerate(large):
        representative = rows[star[0][0]][0]
        for at, score in star:
            for row in rows[at]:
                members[row] = CampaignMember(row, campaign, round(score, 4), row == representative)
    return members
