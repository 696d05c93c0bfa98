"""What may be set aside: non-opinions, what the call did not ask about, abuse, spam.

A proposal only. Nothing is deleted by a machine, and a person may always take it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.abusive import abuse
from analysis.emptiness import is_non_opinion
from analysis.normalize import Normalized, normalize, plain
from analysis.scope import out_of_scope
from analysis.spam import spam
from analysis.urgent import urgent_cues

Span = tuple[int, int]


class SetAsideKind(StrEnum):
    """Why an opinion may be left out of the themes."""

    NON_OPINION = "non_opinion"
    OUT_OF_SCOPE = "out_of_scope"
    ABUSE = "abuse"
    SPAM = "spam"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return _LABELS[self]


_LABELS = {
    SetAsideKind.NON_OPINION: "意見の記載なし",
    SetAsideKind.OUT_OF_SCOPE: "募集の対象外",
    SetAsideKind.ABUSE: "誹謗中傷",
    SetAsideKind.SPAM: "宣伝・迷惑投稿",
}


@dataclass(frozen=True, slots=True)
class SetAsideProposal:
    """Why an opinion may be set aside, and the wording that says so."""

    kind: SetAsideKind
    evidence: tuple[tuple[int, int], ...]
    """Spans in the body; may be empty."""


def set_aside_proposal(
    title: str, body: str, subject: Sequence[str] = ()
) -> SetAsideProposal | None:
    """Propose to set an opinion aside, or nothing.

    ``subject`` is what the call asks about: its title, its question, the names of its initiatives.
    Without it nothing is out of scope. What is known to be urgent is never set aside: somebody
    must read it.
    """
    proposal = _proposal(title, body, subject)
    if proposal and any(cue.certain for part in (title, body) for cue in urgent_cues(part)):
        return None
    return proposal


def _proposal(title: str, body: str, subject: Sequence[str]) -> SetAsideProposal | None:
    even = normalize(body)
    text = even.text
    if (found := spam(text)) is not None:
        return SetAsideProposal(SetAsideKind.SPAM, _original(even, found))
    if is_non_opinion(body) and is_non_opinion(title):
        return SetAsideProposal(SetAsideKind.NON_OPINION, ())
    if spans := abuse(text):
        return SetAsideProposal(SetAsideKind.ABUSE, _original(even, spans))
    if title and abuse(plain(title)):
        return SetAsideProposal(SetAsideKind.ABUSE, ())
    if spans := out_of_scope(f"{text}\n{plain(title)}", subject):
        spans = tuple(span for span in spans if span[1] <= len(text))
        return SetAsideProposal(SetAsideKind.OUT_OF_SCOPE, _original(even, spans))
    return None


def _original(even: Normalized, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans in the body as it was written, those that overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(even.span(start, end) for start, end in joined)
