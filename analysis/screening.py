"""What must be read first, hidden, or set aside: urgent wording, personal data, non-opinions.

Everything here proposes; a person decides. Offsets are into the text that was given.
"""

from collections.abc import Sequence

from analysis.emptiness import is_non_opinion
from analysis.personal import PersonalDataKind, PersonalSpan, personal_data
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
