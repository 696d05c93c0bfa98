"""What a person may want to know before sending: what is personal in the text, and where help is.

Nothing is kept of it, and nothing of it keeps an opinion from being sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.screening import PersonalDataKind, UrgentKind, mask, personal_data, urgent_cues

#: Who threatens is not who needs a number to call.
_IN_NEED = (UrgentKind.SELF_HARM, UrgentKind.ABUSE, UrgentKind.DANGER)


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """Some words that tell who somebody is."""

    kind: PersonalDataKind
    words: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What the check page says beside the answers."""

    personal: tuple[PersonalPart, ...]
    needs: tuple[UrgentKind, ...]
    """What the wording tells of; each has its numbers to call."""


def advice(title: str, body: str) -> Advice:
    """Read a text as screening will, without what only sounds urgent: that is mostly nothing."""
    parts = [
        PersonalPart(span.kind, text[span.start : span.end])
        for text in (title, body)
        for span in personal_data(text)
    ]
    found = {cue.kind for text in (title, body) for cue in urgent_cues(text) if cue.certain}
    return Advice(tuple(dict.fromkeys(parts)), tuple(kind for kind in _IN_NEED if kind in found))


def without_personal_data(text: str) -> str:
    """The text with the name of its kind in place of each personal part."""
    return mask(text, personal_data(text))
