"""Wordings that give a stance away, where they stand in a statement: ``lexicon/stance_cues.txt``.

What is quoted or told of others does not count, 反対しない is not 反対, and no two cues overlap.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from operator import add

from analysis import lexicon
from analysis.hints import needed, rarity

_QUOTED = re.compile(
    r"「[^「」\n]{0,200}」|『[^『』\n]{0,200}』|“[^“”\n]{0,200}”|\"[^\"\n]{0,200}\""
)
BLANK = "〓"
_ORNAMENT = re.compile(r"[ 、・….~〜ーw笑♪)）]+(?=\n|\Z)")
# A line that ends so was only wrapped by a mail program, unless a list goes on below it.
_WRAPPED = re.compile(r"(?<=[、をにてでとがはのも])\n(?=[^\n・\-*0-9(①-⑳])")


class Cue(StrEnum):
    """What a wording does, as named in the list."""

    OTHERS = "others"
    AGREE = "agree"
    PRAISE = "praise"
    YIELD = "yield"
    REJECT = "reject"
    OBJECT = "object"
    STOP = "stop"
    CONDITION = "condition"
    IF = "if"
    LAST_IF = "last_if"
    STEP = "step"
    KEEP = "keep"
    TELL = "tell"
    WISH = "wish"
    ASK = "ask"


Spans = dict[Cue, list[tuple[int, int]]]
"""Where each kind of cue stands, in order."""


def sentences(even: str) -> str:
    """Return normalised text, equally long: quotations blanked, a newline after each sentence."""
    quiet = _QUOTED.sub(_blank, even)
    blanked = _WRAPPED.sub(BLANK, quiet).replace("。", "\n").replace("!", "\n")
    return _ORNAMENT.sub(lambda match: "\n" * len(match.group()), blanked)


def find(lines: str) -> Spans:
    """Return the cues of what ``sentences`` made; each takes its letters from those below it."""
    found: Spans = defaultdict(list)
    patterns = _patterns()
    for at in _possible(lines):
        cue, pattern, hints = patterns[at]
        if not any(hint in lines for hint in hints):
            continue
        spans = [match.span() for match in pattern.finditer(lines)]
        if spans:
            found[cue] += spans
            lines = pattern.sub(_blank, lines)
    return {cue: sorted(spans) for cue, spans in found.items()}


def _possible(lines: str) -> Iterator[int]:
    """Yield, in order, the patterns of which a text holds the first sign."""
    signs = _signs()
    letters = {*lines, *map(add, lines, lines[1:]), ""}
    possible = 0
    for sign in letters & signs.keys():
        possible |= signs[sign]
    while possible:
        lowest = possible & -possible
        yield lowest.bit_length() - 1
        possible ^= lowest


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match.group())


@lexicon.remembered
def _patterns() -> tuple[tuple[Cue, re.Pattern[str], tuple[str, ...]], ...]:
    found = []
    for line in lexicon.lines("stance_cues"):
        cue, _, pattern = line.partition(" = ")
        ends = pattern.replace("$", r"(?=[?]|$)")
        hints = needed(pattern) or ("",)
        found.append((Cue[cue], re.compile(ends, re.MULTILINE), hints))
    return tuple(found)


@lexicon.remembered
def _signs() -> dict[str, int]:
    """Return, for two letters of each hint, the patterns that ask for them, as bits of a number."""
    signs: dict[str, int] = defaultdict(int)
    for at, (_, _, hints) in enumerate(_patterns()):
        for hint in hints:
            pairs = [hint[start : start + 2] for start in range(max(1, len(hint) - 1))]
            signs[max(pairs, key=rarity)] |= 1 << at
    return dict(signs)
