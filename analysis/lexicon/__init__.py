"""Word lists as plain text files: one entry a line, ``#`` starts a comment."""

from functools import cache
from importlib.resources import files


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the entries of ``lexicon/<name>.txt`` in file order, comments dropped."""
    text = (files(__name__) / f"{name}.txt").read_text(encoding="utf-8")
    entries = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return tuple(entry for entry in entries if entry)


@cache
def words(name: str) -> frozenset[str]:
    """Return the white-space separated words of a list."""
    return frozenset(word for line in lines(name) for word in line.split())


@cache
def pairs(name: str) -> dict[str, str]:
    """Return the ``written = meant`` pairs of a list; several spellings may stand left."""
    found: dict[str, str] = {}
    for line in lines(name):
        left, _, right = line.partition("=")
        for written in left.split():
            found[written] = right.strip()
    return found
