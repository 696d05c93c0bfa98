"""Word lists as plain text files: one entry a line, ``#`` starts a comment.

A government's own lists stand in a folder of its own: ``using(folder)``, the environment variable
``ANALYSIS_LEXICON`` or ``--lexicon DIR``. A file there has the name of one that is shipped, and its
entries come after those shipped, so that the package itself need not be touched.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeVar

from analysis.lexicon.cues import Cues
from analysis.lexicon.listfiles import Extra, LexiconError, entries, names, read, shipped

__all__ = ["Cues", "Extra", "LexiconError"]

Made = TypeVar("Made", bound=Callable[..., object])
Kept = TypeVar("Kept", bound="_LruCache")

VARIABLE = "ANALYSIS_LEXICON"


class _LruCache(Protocol):
    def cache_clear(self) -> None: ...


class _Current:
    """The lists that were added, and everything that was made of lists and must be made anew."""

    extra: Extra | None = None
    forgetters: tuple[Callable[[], None], ...] = ()


def remembered(function: Made) -> Made:
    """Cache what is made of word lists until other lists are used."""
    return forgetting(cache(function))  # type: ignore[return-value]  # functools forgets the type


def forgetting(kept: Kept) -> Kept:
    """Have a functools cache emptied when other lists are used."""
    _Current.forgetters += (kept.cache_clear,)
    return kept


def extra() -> Extra:
    """Return the added lists; at first those of the folder that ``ANALYSIS_LEXICON`` names."""
    if _Current.extra is None:
        folder = os.environ.get(VARIABLE)
        _Current.extra = read(Path(folder)) if folder else ()
    return _Current.extra


def adopt(added: Extra) -> None:
    """Use these added lists from now on, in this process."""
    if added != _Current.extra:
        _Current.extra = added
        for forget in _Current.forgetters:
            forget()


@contextmanager
def using(folder: Path | None) -> Iterator[None]:
    """Use the lists of ``folder`` inside the block; without a folder, those in use."""
    before = extra()
    try:
        adopt(read(folder) if folder else before)
        yield
    finally:
        adopt(before)


def digest() -> str:
    """Return a short hash of all lists, shipped and added."""
    sum_of_all = blake2b(digest_size=6)
    for name, text in (*((name, shipped(name)) for name in names()), *extra()):
        sum_of_all.update(f"{name}\0{text}\0".encode())
    return sum_of_all.hexdigest()


@remembered
def lines(name: str) -> tuple[str, ...]:
    """Return the entries of a list in file order, comments dropped, added ones last."""
    texts = [shipped(name), *(text for own, text in extra() if own == name)]
    return tuple(entry for text in texts for entry in entries(text))


@remembered
def words(name: str) -> frozenset[str]:
    """Return the white-space separated words of a list."""
    return frozenset(word for line in lines(name) for word in line.split())


@remembered
def pairs(name: str) -> dict[str, str]:
    """Return the ``written = meant`` pairs of a list; several spellings may stand left.

    What an added line makes of a word that is meant elsewhere holds there too.
    """
    found: dict[str, str] = {}
    for line in lines(name):
        left, _, right = line.partition("=")
        for written in left.split():
            found[written] = right.strip()
    return {written: _last(found, meant) for written, meant in found.items()}


@remembered
def patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Return a list's regular expressions; one by one they fail faster than as one alternation."""
    return tuple(re.compile(line) for line in lines(name))


@remembered
def cues(name: str) -> Cues:
    """Return the ``kind = regular expression`` lines of a list, ready to be looked for."""
    return Cues(lines(name))


def _last(found: dict[str, str], meant: str) -> str:
    for _ in found:
        following = found.get(meant, meant)
        if following == meant:
            break
        meant = following
    return meant
