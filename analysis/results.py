"""The values that cross the border of theming: what goes in and what comes out."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class StanceFound:
    """A stance, how far it can be trusted (0 to 1), and the wording that gave it away, if any."""

    stance: Stance
    confidence: float
    cue: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Document:
    """A statement to be themed: its text, its content words, and who sent it.

    ``original`` marks the one submission of a campaign that stands for all of it; where none is
    marked, the first does.
    """

    text: str
    words: tuple[str, ...]
    submission: int
    campaign: int | None = None
    original: bool = False

    @property
    def voice(self) -> tuple[str, int]:
        """Who speaks: a campaign is one voice, whoever sent it."""
        if self.campaign is None:
            return "submission", self.submission
        return "campaign", self.campaign


@dataclass(frozen=True, slots=True)
class Quote:
    """A citizen's own sentence that stands for a theme."""

    document: int
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of statements; ``parent`` is None on the first level.

    ``submissions`` counts distinct submissions, ``voices`` counts each campaign once.
    """

    id: str
    parent: str | None
    label: str
    keywords: tuple[str, ...]
    documents: int
    submissions: int
    voices: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a statement belongs, how surely (0–1), and what came second; None is 未分類."""

    theme: str | None
    subtheme: str | None
    confidence: float
    runner_up: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the statement and how strongly it pulls towards the theme."""

    word: str
    weight: float


NOWHERE = Assignment(None, None, 0.0, None)
