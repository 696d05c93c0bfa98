"""What must be read first, hidden, or set aside: urgent wording, personal data, non-opinions.

Everything here proposes; a person decides. Offsets are into the text that was given.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis import lexicon, personal
from analysis.normalize import normalize, plain
from analysis.personal import PersonalDataKind, PersonalSpan
from analysis.setaside import SetAsideKind, SetAsideProposal, set_aside_proposal

__all__ = [
    "PersonalDataKind",
    "PersonalSpan",
    "SetAsideKind",
    "SetAsideProposal",
    "UrgentCue",
    "UrgentKind",
    "is_non_opinion",
    "mask",
    "personal_data",
    "set_aside_proposal",
    "urgent_cues",
]

personal_data = personal.personal_data

_LONGEST_NON_OPINION = 24
_DECORATION = re.compile(r"[\s。、.,!?・…~〜ー\-_()（）「」『』\"'*#/:;|<>^=+@&%$\\\[\]{}]+")
_LETTER = re.compile(r"[^\W_]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


class UrgentKind(StrEnum):
    """Why a person should read this one before all others."""

    SELF_HARM = "self_harm"
    THREAT = "threat"
    ABUSE = "abuse"
    DANGER = "danger"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return _URGENT_LABELS[self]


_URGENT_LABELS = {
    UrgentKind.SELF_HARM: "自死・自傷のおそれ",
    UrgentKind.THREAT: "加害の予告・脅迫",
    UrgentKind.ABUSE: "虐待・暴力の被害",
    UrgentKind.DANGER: "差し迫った危険",
}


@dataclass(frozen=True, slots=True)
class UrgentCue:
    """The wording that raised the flag, so that staff see why."""

    kind: UrgentKind
    start: int
    end: int


def mask(text: str, spans: Sequence[PersonalSpan]) -> str:
    """Return ``text`` with each span replaced by its name, such as ［電話番号］."""
    parts: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.start < at:
            continue
        parts += [text[at : span.start], f"［{span.kind.label}］"]
        at = span.end
    return "".join([*parts, text[at:]])


def urgent_cues(text: str) -> list[UrgentCue]:
    """Return urgent wording in order of appearance; expressions like 死ぬほど便利 are not."""
    even = normalize(text)
    innocent = [match.span() for match in _false_friends().finditer(even.text)]
    cues: dict[tuple[int, int], UrgentCue] = {}
    for kind, pattern in _urgent_patterns():
        for match in pattern.finditer(even.text):
            if not any(start < match.end() and match.start() < end for start, end in innocent):
                span = even.span(*match.span())
                cues.setdefault(span, UrgentCue(kind, *span))
    return sorted(cues.values(), key=lambda cue: (cue.start, cue.end, cue.kind))


def is_non_opinion(text: str) -> bool:
    """Tell whether the whole text says nothing: 特になし, わからない, テスト, only marks."""
    letters = _DECORATION.sub("", plain(text)).lower()
    if not _LETTER.search(letters):
        return True
    if len(set(letters)) == 1:
        return True
    if len(letters) > _LONGEST_NON_OPINION:
        return False
    pattern = _non_opinions()
    return bool(pattern.fullmatch(letters) or pattern.fullmatch(letters.translate(_TO_HIRAGANA)))


@lexicon.remembered
def _non_opinions() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lexicon.lines("non_opinions")))


@lexicon.remembered
def _false_friends() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lexicon.lines("urgent_not")))


@lexicon.remembered
def _urgent_patterns() -> tuple[tuple[UrgentKind, re.Pattern[str]], ...]:
    found = []
    for line in lexicon.lines("urgent_cues"):
        kind, _, pattern = line.partition(" = ")
        found.append((UrgentKind[kind], re.compile(pattern)))
    return tuple(found)
