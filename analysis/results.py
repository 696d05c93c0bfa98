"""The values that cross the border of theming: what goes in and what comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A statement to be themed: its text, its content words, and who sent it."""

    text: str
    words: tuple[str, ...]
    submission: int
    campaign: int | None = None


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
