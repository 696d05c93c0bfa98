"""A long list of themes: those whose name holds a word, in the order asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.identity import Fate
from feedback.theming.progress import NONE, Decided
from feedback.theming.reading import ThemeSummary


class Sort(StrEnum):
    """In which order themes are listed; fixed ones come first in each."""

    VOICES = "voices"
    SUBMISSIONS = "submissions"
    UNDECIDED = "undecided"
    NEW = "new"
    NAME = "name"

    @property
    def label(self) -> str:
        """The Japanese name shown to staff."""
        return _LABELS[self]


_LABELS = {
    Sort.VOICES: "声の数が多い順",
    Sort.SUBMISSIONS: "意見が多い順",
    Sort.UNDECIDED: "未決定が多い順",
    Sort.NEW: "新しいものから",
    Sort.NAME: "名前の順",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks at the list."""

    words: str = ""
    sort: Sort = Sort.VOICES


def arrange(
    themes: Sequence[ThemeSummary], decided: Mapping[int, Decided], look: Look
) -> list[ThemeSummary]:
    """The top themes that are asked for, in the order asked for."""
    found = [theme for theme in themes if holds(theme, look.words)]
    return sorted(
        found,
        key=lambda each: (each.pinned_by is None, *_rank(each, decided, look.sort), each.id),
    )


def _rank(theme: ThemeSummary, decided: Mapping[int, Decided], sort: Sort) -> tuple[int, str]:
    match sort:
        case Sort.VOICES:
            return -theme.counts.voices, ""
        case Sort.SUBMISSIONS:
            return -theme.counts.submissions, ""
        case Sort.UNDECIDED:
            return -decided.get(theme.id, NONE).undecided, ""
        case Sort.NEW:
            return (0 if theme.change == Fate.NEW else 1) * 2**62 - theme.id, ""
        case Sort.NAME:
            return 0, theme.name


def holds(theme: ThemeSummary, words: str) -> bool:
    """Whether the theme, one of its subthemes or keywords bears these words in its name."""
    wanted = even(words).split()
    names = even(" ".join([theme.name, theme.label, *theme.keywords]))
    if all(word in names for word in wanted):
        return True
    return any(holds(child, words) for child in theme.children)


def even(text: str) -> str:
    """One spelling for full and half width, large and small."""
    return unicodedata.normalize("NFKC", text).casefold()
