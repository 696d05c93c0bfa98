"""What a citizen wants of a measure: for, against, for it if, a request, a question, or unknown.

Rules on how Japanese sentences end, read in the order of ``lexicon/stance_cues.txt``. What is
quoted or told of others does not count, 反対しない is not 反対, and where the cues contradict each
other the answer is 不明: to put a word into somebody's mouth is worse than to say nothing.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from analysis import lexicon
from analysis.normalize import normalize

__all__ = ["Stance", "StanceFound", "stance"]

_QUOTED = re.compile(
    r"「[^「」\n]{0,200}」|『[^『』\n]{0,200}』|“[^“”\n]{0,200}”|\"[^\"\n]{0,200}\""
)
_BLANK = "〓"
_ENDS = str.maketrans(dict.fromkeys("。!｡", "\n"))
_ORNAMENT = re.compile(r"[ 、・….~〜ーw笑♪)）]+(?=\n|\Z)")


# A line that ends so was only wrapped by a mail program, unless a list goes on below it.
_WRAPPED = re.compile(r"(?<=[、をにてでとがはのも])\n(?=[^\n・\-*0-9(①-⑳])")

# Set by judgement, not fitted: on the held-out opinions 0.89 of all findings that pass were right.
_SAID_OUTRIGHT = 0.9
_IMPLIED = 0.75
_MIXED = 0.5
_LEAST = 0.6


class Stance(StrEnum):
    """Towards the measure that the statement speaks of; the value is stored, the label shown."""

    FOR = "for"
    AGAINST = "against"
    CONDITIONAL = "conditional"
    REQUEST = "request"
    QUESTION = "question"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff and readers."""
        return _LABELS[self]


_LABELS = {
    Stance.FOR: "賛成",
    Stance.AGAINST: "反対",
    Stance.CONDITIONAL: "条件付き",
    Stance.REQUEST: "要望",
    Stance.QUESTION: "質問",
    Stance.UNKNOWN: "不明",
}


class _Cue(StrEnum):
    OTHERS = "others"
    AGREE = "agree"
    PRAISE = "praise"
    YIELD = "yield"
    REJECT = "reject"
    OBJECT = "object"
    CONDITION = "condition"
    IF = "if"
    LAST_IF = "last_if"
    STEP = "step"
    KEEP = "keep"
    TELL = "tell"
    WISH = "wish"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class StanceFound:
    """A stance, how far it can be trusted (0 to 1), and the wording that gave it away, if any."""

    stance: Stance
    confidence: float
    cue: tuple[int, int] | None


_Spans = dict[_Cue, list[tuple[int, int]]]
_Verdict = tuple[Stance, float, tuple[int, int] | None]


def stance(text: str) -> StanceFound:
    """Return what ``text`` wants; the cue is a span of ``text`` as it was given."""
    even = normalize(text)
    found, confidence, cue = _verdict(_cues(even.text))
    if confidence < _LEAST:
        return StanceFound(Stance.UNKNOWN, confidence, None)
    return StanceFound(found, confidence, even.span(*cue) if cue else None)


def _cues(even: str) -> _Spans:
    """Return where each kind of cue stands, in order; no two overlap."""
    quiet = _QUOTED.sub(_blank, even)
    blanked = _WRAPPED.sub(_BLANK, quiet).translate(_ENDS)
    left = _ORNAMENT.sub(lambda match: "\n" * len(match.group()), blanked)
    found: _Spans = defaultdict(list)
    for cue, pattern in _patterns():
        found[cue] += [match.span() for match in pattern.finditer(left)]
        left = pattern.sub(_blank, left)
    return {cue: sorted(spans) for cue, spans in found.items() if spans}


def _blank(match: re.Match[str]) -> str:
    return _BLANK * len(match.group())


def _verdict(cues: _Spans) -> _Verdict:
    """Weigh the cues; the order is that of how much a cue binds its speaker."""
    return (
        _conditional(cues)
        or _against(cues)
        or _in_favour(cues)
        or _request(cues)
        or _question(cues)
        or (Stance.UNKNOWN, 0.0, None)
    )


def _conditional(cues: _Spans) -> _Verdict | None:
    if _Cue.CONDITION in cues:
        return Stance.CONDITIONAL, _SAID_OUTRIGHT, cues[_Cue.CONDITION][0]
    welcomed = cues.keys() & {_Cue.AGREE, _Cue.PRAISE, _Cue.YIELD}
    if _Cue.LAST_IF in cues and welcomed and _Cue.REJECT not in cues:
        return Stance.CONDITIONAL, _SAID_OUTRIGHT, cues[_Cue.LAST_IF][-1]
    if not cues.keys() & {_Cue.AGREE, _Cue.YIELD} or cues.keys() & {_Cue.REJECT, _Cue.OBJECT}:
        return None
    if _Cue.IF in cues:
        return Stance.CONDITIONAL, _IMPLIED, cues[_Cue.IF][0]
    reserve = _reserves(cues)
    return (Stance.CONDITIONAL, _IMPLIED, reserve[0]) if reserve and _Cue.WISH in cues else None


def _reserves(cues: _Spans) -> list[tuple[int, int]]:
    """Return the buts that come after the first yes."""
    agreed = min(cues.get(_Cue.AGREE, []) + cues.get(_Cue.YIELD, []))
    return [span for span in cues.get(_Cue.STEP, []) if span[0] >= agreed[1]]


def _against(cues: _Spans) -> _Verdict | None:
    if _Cue.REJECT in cues:
        certain = not cues.keys() & {_Cue.AGREE, _Cue.PRAISE}
        return Stance.AGAINST, _SAID_OUTRIGHT if certain else _MIXED, cues[_Cue.REJECT][0]
    if _Cue.OBJECT in cues:
        certain = not cues.keys() & {_Cue.WISH, _Cue.KEEP, _Cue.ASK, _Cue.TELL, _Cue.AGREE}
        return Stance.AGAINST, _IMPLIED if certain else _MIXED, cues[_Cue.OBJECT][0]
    return None


def _in_favour(cues: _Spans) -> _Verdict | None:
    if _Cue.AGREE in cues:
        certain = not _reserves(cues)
        return Stance.FOR, _SAID_OUTRIGHT if certain else _MIXED, cues[_Cue.AGREE][0]
    if _Cue.PRAISE in cues and not cues.keys() & {_Cue.WISH, _Cue.ASK, _Cue.TELL}:
        certain = _Cue.STEP not in cues
        return Stance.FOR, _IMPLIED if certain else _MIXED, cues[_Cue.PRAISE][0]
    return None


def _request(cues: _Spans) -> _Verdict | None:
    wished = sorted(cues.get(_Cue.WISH, []) + cues.get(_Cue.KEEP, []))
    return (Stance.REQUEST, _SAID_OUTRIGHT, wished[-1]) if wished else None


def _question(cues: _Spans) -> _Verdict | None:
    asked = sorted(cues.get(_Cue.ASK, []) + cues.get(_Cue.TELL, []))
    return (Stance.QUESTION, _SAID_OUTRIGHT, asked[-1]) if asked else None


@lexicon.remembered
def _patterns() -> tuple[tuple[_Cue, re.Pattern[str]], ...]:
    found = []
    for line in lexicon.lines("stance_cues"):
        cue, _, pattern = line.partition(" = ")
        ends = pattern.replace("$", r"(?=[?]|$)")
        found.append((_Cue[cue], re.compile(ends, re.MULTILINE)))
    return tuple(found)
