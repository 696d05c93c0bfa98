"""Statements as runs of one to three letters, marked with where sentences begin and end.

A statement shows its stance where it opens and where it closes, so its first sentence and its last
two are read. Letters that carry the topic and not the stance (katakana, Latin, digits) count as one
letter each kind. A run packs into 63 bits, so equal keys are equal runs and nothing collides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LONGEST = 3
Numbers = NDArray[np.int64]

_BITS = 21
_LAST = 2
_SENTENCE = re.compile(r"[^ \n][^\n]*")


@dataclass(frozen=True)
class Grams:
    """The runs of many statements: the key of each, its statement, and its sentence.

    ``spans`` has one row ``(statement, start, end)`` for each sentence that was read.
    """

    keys: Numbers
    statements: Numbers
    sentences: Numbers
    spans: Numbers


def grams(lines: Sequence[str]) -> Grams:
    """Return all runs of statements that ``stance_cues.sentences`` has prepared."""
    spans = [(at, *span) for at, text in enumerate(lines) for span in _read(text)]
    if not spans:
        nothing = np.zeros(0, dtype=np.int64)
        return Grams(nothing, nothing, nothing, np.zeros((0, 3), dtype=np.int64))
    parts = [f"\n{lines[at][start:end]}\n" for at, start, end in spans]
    letters = np.frombuffer("".join(parts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = _FOLDED[letters]
    sentences = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    found, owners = [codes], [sentences]
    for length in range(2, LONGEST + 1):
        inside = sentences[: 1 - length] == sentences[length - 1 :]
        longer = (found[-1][: len(inside)] << _BITS) | codes[length - 1 :]
        found.append(longer)
        owners.append(np.where(inside, sentences[: len(inside)], -1))
    keys, whose = np.concatenate(found), np.concatenate(owners)
    keys, whose = keys[whose >= 0], whose[whose >= 0]
    table = np.array(spans, dtype=np.int64)
    return Grams(keys, table[whose, 0], whose, table)


def key(run: str) -> int:
    """Return the key of one run, its letters folded already."""
    packed = 0
    for letter in run:
        packed = packed << _BITS | ord(letter)
    return packed


def run(packed: int) -> str:
    """Return the run that has this key."""
    letters = ""
    while packed:
        letters = chr(packed & (1 << _BITS) - 1) + letters
        packed >>= _BITS
    return letters


def _read(text: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _SENTENCE.finditer(text)]
    return spans if len(spans) <= _LAST + 1 else [spans[0], *spans[-_LAST:]]


def _folded() -> Numbers:
    table = np.arange(0x110000, dtype=np.int64)
    for (first, last), stands in (("ァヺ", "ア"), ("AZ", "A"), ("az", "A"), ("09", "0")):
        table[ord(first) : ord(last) + 1] = ord(stands)
    table[ord("\t")] = ord(" ")
    return table


_FOLDED = _folded()
