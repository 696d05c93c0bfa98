"""What must be read first, hidden, or set aside: urgent wording, personal data, non-opinions.

Everything here proposes; a person decides. Offsets are into the text that was given.
"""

import re
from collections.abc import Sequence

from analysis import lexicon, personal
from analysis.normalize import plain
from analysis.personal import PersonalDataKind, PersonalSpan
from analysis.setaside import SetAsideKind, SetAsideProposal, set_aside_proposal
from analysis.urgent import UrgentCue, UrgentKind, urgent_cues

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
