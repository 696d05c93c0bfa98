"""What words mean, from word vectors that an installed package carries, when there is one.

Short opinions say one thing in different words: ハンコ and 押印 never meet in a count of words.
The PyPI package ja-ginza carries 300-dimensional word vectors (chiVe, trained on the NWJC web
corpus); only its two vector files are read, none of its code runs, and nothing is downloaded.
Without the package everything works by the words alone, and ``run.json`` says which it was.
"""

from collections.abc import Sequence
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import msgpack
import numpy as np
from numpy.typing import NDArray

from analysis.spelling import longest

Matrix = NDArray[np.float32]

PACKAGE = "ja_ginza"
_SEED = 1
_MASK = (1 << 64) - 1
_FACTOR = 0xC6A4A7935BD1E995
_SHIFT = 47


class Senses:
    """Word vectors of length one; a word that is not known has none."""

    def __init__(self, name: str, version: str, folder: Path) -> None:
        """Open the vector files of ``folder``, as spaCy's format lays them out."""
        self.name = name
        self.version = version
        self._table: Matrix = np.load(folder / "vectors", mmap_mode="r")
        self._row: dict[int, int] = msgpack.unpackb(
            (folder / "key2row").read_bytes(), strict_map_key=False
        )

    @property
    def size(self) -> int:
        """Return the number of dimensions."""
        return int(self._table.shape[1])

    def of(self, words: Sequence[str]) -> Matrix:
        """Return one row a word, length one; a row of zeros for a word that is not known."""
        rows = [self._at(word) for word in words]
        known = np.array([row >= 0 for row in rows], dtype=bool)
        found = np.zeros((len(words), self.size), dtype=np.float32)
        if known.any():
            found[known] = self._table[[row for row in rows if row >= 0]]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)

    def _at(self, word: str) -> int:
        """Return the row of a word; vectors are kept under its longest okurigana（手続き）."""
        row = self._row.get(_key(word), -1)
        if row < 0 and not word.isascii():
            row = self._row.get(_key(longest(word)), -1)
        return row


@cache
def installed() -> Senses | None:
    """Return the word vectors that are installed; None when there are none."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    version = metadata.version(PACKAGE.replace("_", "-"))
    folder = Path(spec.origin).parent / f"{PACKAGE}-{version}" / "vocab"
    return Senses(PACKAGE.replace("_", "-"), version, folder)


def _key(word: str) -> int:
    """Return the key of a word in the files: MurmurHash64A (A. Appleby, public domain)."""
    data = word.encode()
    mixed = (_SEED ^ len(data) * _FACTOR) & _MASK
    whole = len(data) - len(data) % 8
    for start in range(0, whole, 8):
        part = int.from_bytes(data[start : start + 8], "little") * _FACTOR & _MASK
        part = (part ^ part >> _SHIFT) * _FACTOR & _MASK
        mixed = (mixed ^ part) * _FACTOR & _MASK
    if whole < len(data):
        mixed = (mixed ^ int.from_bytes(data[whole:], "little")) * _FACTOR & _MASK
    mixed = (mixed ^ mixed >> _SHIFT) * _FACTOR & _MASK
    return mixed ^ mixed >> _SHIFT


def version() -> str:
    """Return what ``run.json`` says of the word vectors: package and version, or ``none``."""
    source = installed()
    return f"{source.name} {source.version}" if source else "none"
