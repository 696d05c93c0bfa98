"""What a text is compared by when copies are sought: its runs of letters, in numbers.

A map step: a chunk of texts in, arrays out, so that two hundred thousand texts stay small.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil, log

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from analysis.normalize import plain
from analysis.sampling import Numbers, scattered

RUN = 3

_PERMUTATIONS = 192
_FEWEST_ROWS = 3
_USUAL_OVERLAP = 0.035
_SCHEME = "affine32"
_SEED = 20240401
_HIGH = np.uint64(33)  # leaves 31 bits
_SHORTEST_SENTENCE = 15
_NOT_LETTERS = re.compile(r"[\W_]+")
_END = re.compile(r"[。!?\n]")

Runs = NDArray[np.uint32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shingles:
    """Texts as numbers; what belongs to one text stands together, ``…_counts`` long."""

    letters: Counts
    """How many letters each text has, marks and white space apart."""
    digests: Numbers
    """Equal for texts whose letters are equal."""
    runs: Runs
    """The distinct three-letter runs of each text, in rising order."""
    run_counts: Counts
    bands: Runs
    """One row a text: keys of which like texts probably share one."""
    sentences: Numbers
    """Keys of the long sentences: finds copies with much of their own added."""
    sentence_counts: Counts

    @classmethod
    def joined(cls, parts: Sequence["Shingles"]) -> "Shingles":
        """Return the shingles of several chunks as one."""
        fields = ((getattr(part, name) for part in parts) for name in cls.__slots__)
        return cls(*(np.concatenate(list(arrays)) for arrays in fields))


def rows_a_band(texts: int) -> int:
    """Return how many MinHash rows must agree, so that chance makes few pairs of so many texts.

    Two opinions that have nothing to do with each other still share some 3.5 % of their runs.
    """
    return max(_FEWEST_ROWS, ceil(log(max(2, 2 * texts)) / -log(_USUAL_OVERLAP)))


def shingled(texts: Sequence[str], *, rows: int = _FEWEST_ROWS) -> Shingles:
    """Return the shingles of a chunk of texts, with bands of ``rows`` rows."""
    even = [plain(text).lower() for text in texts]
    bare = [_NOT_LETTERS.sub("", text) for text in even]
    runs, counts = _runs(bare)
    sentences = [_sentences(text) for text in even]
    return Shingles(
        letters=np.array([len(letters) for letters in bare], dtype=np.int64),
        digests=np.array([_digest(letters) for letters in bare], dtype=np.uint64),
        runs=runs,
        run_counts=counts,
        bands=_bands(runs, counts, rows),
        sentences=np.array([key for keys in sentences for key in keys], dtype=np.uint64),
        sentence_counts=np.array([len(keys) for keys in sentences], dtype=np.int64),
    )


def _digest(letters: str) -> int:
    digest = blake2b(letters.encode("utf-32-le", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _sentences(text: str) -> list[int]:
    bare = {_NOT_LETTERS.sub("", part) for part in _END.split(text)}
    return sorted(_digest(part) for part in bare if len(part) >= _SHORTEST_SENTENCE)


def _runs(texts: Sequence[str]) -> tuple[Runs, Counts]:
    """Return the distinct runs of all texts, one text after the other, and how many each has."""
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    written = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(written, dtype=np.uint32).astype(np.uint64)
    if len(codes) < RUN:
        return np.empty(0, dtype=np.uint32), np.zeros(len(texts), dtype=np.int64)
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    inside = owners[:-2] == owners[2:]
    packed = (codes[:-2] << np.uint64(42)) | (codes[1:-1] << np.uint64(21)) | codes[2:]
    ranked = np.sort((owners[:-2] << np.uint64(32) | scattered(packed) >> _HIGH)[inside])
    distinct = ranked[np.r_[True, ranked[1:] != ranked[:-1]]] if len(ranked) else ranked
    counts = np.bincount((distinct >> np.uint64(32)).astype(np.int64), minlength=len(texts))
    return distinct.astype(np.uint32), counts


def _bands(runs: Runs, counts: Counts, rows: int) -> Runs:
    """Return one key for each band of each text's MinHash signature."""
    one = MinHash(_PERMUTATIONS, seed=_SEED, scheme=_SCHEME, hashfunc=int)
    bands = _PERMUTATIONS // rows
    signatures = np.empty((len(counts), bands * rows), dtype=np.uint32)
    ends = np.cumsum(counts)
    for at, (start, end) in enumerate(zip(ends - counts, ends, strict=True)):
        one.clear()
        one.update_batch(runs[start:end].tolist())
        signatures[at] = one.hashvalues[: bands * rows]
    odd = np.arange(1, 2 * rows, 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (signatures.reshape(-1, bands, rows) * odd).sum(axis=2, dtype=np.uint64)
    return (scattered(mixed) >> _HIGH).astype(np.uint32)
