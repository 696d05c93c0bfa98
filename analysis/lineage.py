"""What became of the last run's themes, also when the two runs share few statements or none.

Where a statement stands in both runs, both its themes are known. A statement of one run alone goes
to the other run's nearest theme, but counts there only when it lies about as near to that theme as
the theme's own members do. So each old theme flows into new ones by shares, each new theme flows
back, and ``identity`` names the flows. The last run needs to have kept nothing but its statements.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import vectors
from analysis.clusters import Labels
from analysis.identity import Flow, Match, match_flows
from analysis.results import Document
from analysis.themes import ThemeModel
from analysis.vectors import Views

Cosines = NDArray[np.float32]
Words = Callable[[Sequence[str]], Sequence[tuple[str, ...]]]

_TEXTS_A_THEME = 60
_AS_NEAR = 0.75
_LEAST = 0.12


@dataclass(frozen=True, slots=True)
class Stood:
    """A statement of the last run and its theme then; the text is compared letter for letter."""

    text: str
    theme: str


def of(
    model: ThemeModel, documents: Sequence[Document], before: Sequence[Stood], words: Words
) -> list[Match]:
    """Link the first-level themes of the fitted ``documents`` to those of the last run.

    ``words`` gives the content words of statements that are no longer there; it is asked for at
    most sixty of each theme.
    """
    then = {one.text: one.theme for one in before}
    now = {one.text: place.theme for one, place in zip(documents, model.assignments_, strict=True)}
    known = {one.text: one.words for one in documents}
    sample_then, sample_now = _sample(then), _sample(now)
    missing = [text for text in sample_then if text not in known]
    known |= dict(zip(missing, words(missing), strict=True))
    with threadpool_limits(1):
        old = _Side.of(model, sample_then, known)
        new = _Side.of(model, sample_now, known)
        went = new.taking(old) | {text: now[text] for text in sample_then if text in now}
        came = old.taking(new) | {text: then[text] for text in sample_now if text in then}
    return match_flows(
        Flow(_sizes(then), _sizes(now), _shares(sample_then, went), _shares(sample_now, came))
    )


@dataclass(frozen=True)
class _Side:
    """A sample of one run's statements, its themes, and how near their members lie to them."""

    texts: tuple[str, ...]
    views: Views
    themes: tuple[str, ...]
    rows: Labels

    @classmethod
    def of(
        cls, model: ThemeModel, sample: Mapping[str, str], words: Mapping[str, tuple[str, ...]]
    ) -> "_Side":
        texts, themes = tuple(sample), tuple(sorted(set(sample.values())))
        views = model.views([Document(text, words[text], at) for at, text in enumerate(texts)])
        row = {theme: at for at, theme in enumerate(themes)}
        return cls(texts, views, themes, np.array([row[one] for one in sample.values()], dtype=int))

    def taking(self, other: "_Side") -> dict[str, str | None]:
        """Return which theme of this side each statement of the other would go to, if any."""
        if not self.texts or not other.texts:
            return dict.fromkeys(other.texts)
        centres = vectors.centres(self.views, self.rows, len(self.themes))
        own = vectors.similarity(self.views, centres)[np.arange(len(self.rows)), self.rows]
        likeness = vectors.similarity(other.views, centres)
        best = likeness.argmax(axis=1)
        cosine = likeness[np.arange(len(best)), best]
        near = cosine >= np.maximum(_AS_NEAR * _usual(own, self.rows)[best], _LEAST)
        return {
            text: self.themes[row] if one else None
            for text, row, one in zip(other.texts, best.tolist(), near, strict=True)
        }


def _usual(cosines: Cosines, rows: Labels) -> NDArray[np.float64]:
    """Return, by row, the median cosine that a theme's members have to the centre of the others.

    With the members themselves in it a small theme would let no stranger in.
    """
    others = vectors.without_itself(cosines.astype(np.float64), rows)
    return np.array([np.median(others[rows == row]) for row in range(int(rows.max()) + 1)])


def _sample(places: Mapping[str, str | None]) -> dict[str, str]:
    """Return some of the statements of each theme, evenly, with their theme."""
    texts: dict[str, list[str]] = {}
    for text, theme in places.items():
        if theme is not None:
            texts.setdefault(theme, []).append(text)
    return {
        own[place]: theme
        for theme, own in texts.items()
        for place in np.linspace(0, len(own) - 1, min(len(own), _TEXTS_A_THEME)).astype(int)
    }


def _sizes(places: Mapping[str, str | None]) -> dict[str, float]:
    counts = Counter(theme for theme in places.values() if theme is not None)
    return {theme: float(count) for theme, count in counts.items()}


def _shares(
    sample: Mapping[str, str], went: Mapping[str, str | None]
) -> dict[str, dict[str, float]]:
    """Return which share of each theme's sample went to which theme of the other run."""
    size = Counter(sample.values())
    found: dict[str, dict[str, float]] = {theme: {} for theme in size}
    for text, theme in sample.items():
        other = went[text]
        if other is not None:
            found[theme][other] = found[theme].get(other, 0.0) + 1 / size[theme]
    return found
