"""Wordings that give a stance away, where they stand in a statement: ``lexicon/stance_cues.txt``.

What is quoted or told of others does not count, 反対しない is not 反対, and no two cues overlap.
"""

import re
from collections import defaultdict
from enum import StrEnum
from functools import cache

from analysis import lexicon
from analysis.hints import needed

_QUOTED = re.compile(
    r"「[^「」\n]{0,200}」|『[^『』\n]{0,200}』|“[^“”\n]{0,200}”|\"[^\"\n]{0,200}\""
)
BLANK = "〓"
_ENDS = str.maketrans(dict.fromkeys("。!｡", "\n"))
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
    blanked = _WRAPPED.sub(BLANK, quiet).translate(_ENDS)
    return _ORNAMENT.sub(lambda match: "\n" * len(match.group()), blanked)


def find(lines: str) -> Spans:
    """Return the cues of what ``sentences`` made; each takes its letters from those below it."""
    found: Spans = defaultdict(list)
    for cue, pattern, hints in _patterns():
        for hint in hints:
            if hint in lines:
                break
        else:
            continue
        spans = [match.span() for match in pattern.finditer(lines)]
        if spans:
            found[cue] += spans
            lines = pattern.sub(_blank, lines)
    return {cue: sorted(spans) for cue, spans in found.items()}


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match.group())


@cache
def _patterns() -> tuple[tuple[Cue, re.Pattern[str], tuple[str, ...]], ...]:
    found = []
    for line in lexicon.lines("stance_cues"):
        cue, _, pattern = line.partition(" = ")
        ends = pattern.replace("$", r"(?=[?]|$)")
        hints = needed(pattern) or ("",)
        found.append((Cue[cue], re.compile(ends, re.MULTILINE), hints))
    return tuple(found)
