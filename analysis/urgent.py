"""Wording that a person should read before all else: self-harm, threats, abuse, danger.

One missed is worse than ten too many, so cues are wide; what looks like one and is none (死ぬほど
便利, 殺処分ゼロ, 虐待防止の施策) is taken out by a list of false friends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis import lexicon, urgent_model
from analysis.normalize import normalize

Span = tuple[int, int]

_KANA_APART = re.compile(r"(?<=[ぁ-んァ-ヶー一-龥、。]) (?=[ぁ-んァ-ヶー一-龥])")


class UrgentKind(StrEnum):
    """Why a person should read this one before all others."""

    SELF_HARM = "self_harm"
    THREAT = "threat"
    ABUSE = "abuse"
    DANGER = "danger"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return _LABELS[self]


_LABELS = {
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
    certain: bool = True
    """Known wording; otherwise only the letters sound urgent, most often for nothing."""


def urgent_cues(text: str) -> list[UrgentCue]:
    """Return urgent wording in order of appearance; expressions like 死ぬほど便利 are not.

    Where no wording is known, the learned model may name one or two sentences to look at.
    """
    even = normalize(text)
    close, places = without_gaps(even.text)
    cues: dict[Span, UrgentCue] = {}
    for kind, start, end in _known(close):
        span = even.span(places[start], places[end - 1] + 1)
        cues.setdefault(span, UrgentCue(kind, *span))
    if not cues and (suspected := urgent_model.model().suspect(close)) is not None:
        name, (start, end) = suspected
        span = even.span(places[start], places[end - 1] + 1)
        return [UrgentCue(UrgentKind[name], *span, certain=False)]
    return sorted(cues.values(), key=lambda cue: (cue.start, cue.end, cue.kind))


def _known(text: str) -> Iterator[tuple[UrgentKind, int, int]]:
    """Yield the wording of the list, without what only looks like it."""
    found = list(_matches(text))
    friends = lexicon.patterns("urgent_not") if found else ()
    innocent = [match.span() for one in friends for match in one.finditer(text)]
    for kind, start, end in found:
        if not any(first < end and start < last for first, last in innocent):
            yield kind, start, end


def _matches(text: str) -> Iterator[tuple[UrgentKind, int, int]]:
    for kind, start, end in lexicon.cues("urgent_cues").find(text):
        yield UrgentKind[kind], start, end


def without_gaps(text: str) -> tuple[str, range | list[int]]:
    """Close the gaps between words of やさしい日本語, and tell where each letter stood."""
    gaps = {match.start() for match in _KANA_APART.finditer(text)} if " " in text else set()
    if not gaps:
        return text, range(len(text))
    places = [at for at in range(len(text)) if at not in gaps]
    return "".join(text[at] for at in places), places
