"""What whole texts mean to the encoders that are installed, kept so that it is read only once.

Learning looks at the same statements again after every few decisions. So what the encoders say of
a text is kept in half precision (and used in that precision, whether it was kept or is new).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis import encoder, second_encoder
from analysis.selftraining import Matrix

_WHOLE = encoder.Encoder.SIZE


@dataclass(frozen=True)
class Meanings:
    """One row a text from each encoder; zeros where a text was not read by it."""

    whole: Matrix
    second: Matrix

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.whole)

    def to_rows(self) -> list[bytes]:
        """Return each text's row as bytes, to be kept."""
        both = np.hstack([self.whole, self.second]).astype("<f2")
        return [row.tobytes() for row in both]

    @classmethod
    def from_rows(cls, rows: Sequence[bytes | None]) -> "Meanings":
        """Return what ``to_rows`` gave; None is a text that was not read."""
        size = _WHOLE + second_encoder.SIZE
        both = np.zeros((len(rows), size), dtype=np.float32)
        for at, row in enumerate(rows):
            if row is not None and len(row) == 2 * size:
                both[at] = np.frombuffer(row, dtype="<f2")
        return cls(both[:, :_WHOLE], both[:, _WHOLE:])


def read(texts: Sequence[str], *, second: bool = True) -> Meanings:
    """Ask the installed encoders; ``second=False`` leaves out the slow one."""
    distinct = list(dict.fromkeys(texts))
    place = {text: at for at, text in enumerate(distinct)}
    rows = np.array([place[text] for text in texts], dtype=np.int64)
    first = encoder.installed()
    whole = _half(first.of(distinct)) if first and distinct else _zeros(len(distinct), _WHOLE)
    other = second_encoder.installed() if second else None
    more = _half(other.of(distinct)) if other else _zeros(len(distinct), second_encoder.SIZE)
    return Meanings(whole[rows], more[rows])


def of_names(names: Sequence[str]) -> Meanings:
    """Ask the encoders for names of themes, which come again with every learning."""
    rows = [_of_name(name) for name in names]
    whole = np.array([row.whole[0] for row in rows], dtype=np.float32).reshape(-1, _WHOLE)
    second = np.array([row.second[0] for row in rows], dtype=np.float32)
    return Meanings(whole, second.reshape(-1, second_encoder.SIZE))


@lru_cache(maxsize=4096)
def _of_name(name: str) -> Meanings:
    if not name:
        return Meanings(_zeros(1, _WHOLE), _zeros(1, second_encoder.SIZE))
    return read([name])


def version() -> str:
    """Return what must be equal for kept rows to be of use."""
    return f"{encoder.version()}; {second_encoder.version()}"


def _half(rows: Matrix) -> Matrix:
    return np.asarray(rows.astype(np.float16), dtype=np.float32)


def _zeros(count: int, size: int) -> Matrix:
    return np.zeros((count, size), dtype=np.float32)
