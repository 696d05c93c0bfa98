"""Copies and light edits of one text, found among hundreds of thousands.

Likeness of two texts is the share of the shorter one's letters that stand unchanged in the other,
estimated from shared runs of three letters: with a share p unchanged, about p³ of the runs
survive, so likeness = (shared runs ÷ runs of the shorter)^(1/3). A personal sentence added before
or after therefore does not hide a copy. Candidates come from MinHash bands and from equal long
sentences (Broder 1997; Leskovec, Rajaraman, Ullman, *Mining of Massive Datasets*, ch. 3).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

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
_SENTENCE_END = re.compile(r"[。!?\n]")
_EMPTY = np.uint64(0xFFFFFFFF)

Runs = NDArray[np.uint64]


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
    long_enough = [at for at, own in enumerate(runs) if len(own) >= _SHORTEST_EDIT - _RUN]
    found: dict[int, set[int]] = defaultdict(set)
    seen: set[tuple[int, int]] = set()
    for pair in _candidates(originals, runs, long_enough):
        if pair not in seen:
            seen.add(pair)
            left, right = pair
            if _likeness(runs[left], runs[right]) >= threshold:
                found[left].add(right)
                found[right].add(left)
    return found


def _candidates(
    originals: Sequence[str], runs: Sequence[Runs], items: Sequence[int]
) -> Iterator[tuple[int, int]]:
    signatures = _signatures([runs[at] for at in items])
    for band in range(_BANDS):
        rows = signatures[:, band * _ROWS_PER_BAND : (band + 1) * _ROWS_PER_BAND]
        keys = (rows[:, 0] * np.uint64(0x9E3779B97F4A7C15)) ^ (
            rows[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
        )
        yield from _same_key(keys ^ (rows[:, 2] << np.uint64(7)), items)
    yield from _same_sentence(originals, items)


def _same_key(keys: NDArray[np.uint64], items: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield neighbours in each bucket and each one with the bucket's first."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    for start, end in zip(starts, np.r_[starts[1:], len(ranked)], strict=True):
        if end - start > 1:
            yield from _bucket_pairs([items[at] for at in order[start:end]])


def _same_sentence(originals: Sequence[str], items: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield texts that share a long sentence: copies with much of their own added."""
    buckets: dict[bytes, list[int]] = defaultdict(list)
    for item in items:
        sentences = {_NOT_LETTERS.sub("", part) for part in _SENTENCE_END.split(originals[item])}
        for sentence in sorted(sentences):
            if len(sentence) >= _SHORTEST_SENTENCE:
                buckets[_digest(sentence)].append(item)
    for bucket in buckets.values():
        yield from _bucket_pairs(bucket)


def _bucket_pairs(bucket: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = bucket[0]
    for at in range(1, len(bucket)):
        yield first, bucket[at]
        if at > 1:
            yield bucket[at - 1], bucket[at]


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


def _digest(sentence: str) -> bytes:
    return blake2b(sentence.encode(), digest_size=8).digest()


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
