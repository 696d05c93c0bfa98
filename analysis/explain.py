"""Why a statement lies where it lies, and why the statements of a theme are together."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.results import Document, Reason
from analysis.themes import ThemeModel

_REASONS = 6
_WORDS = 5
_WORDS_READ = 40


@dataclass(frozen=True, slots=True)
class Placement:
    """A statement's theme and the runner-up, each with the words that pull there, strongest first.

    What is 未分類 has neither; a word may pull to both.
    """

    theme: str | None
    subtheme: str | None
    confidence: float
    reasons: tuple[Reason, ...]
    runner_up: str | None
    rival_reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SharedWord:
    """A word of a theme: how many of its statements hold it, and how many of all others."""

    word: str
    statements: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Together:
    """Why a theme's statements are together; a campaign's copies count once.

    ``inside`` is their mean cosine to the theme's centre, ``beside`` that to the centre of the
    theme each would otherwise go to, and ``sibling`` the one most of them would go to. The further
    apart the two figures, the clearer the theme (the simplified silhouette of Hruschka 2004 is
    made of the same two).
    """

    statements: int
    words: tuple[SharedWord, ...]
    inside: float
    sibling: str | None
    beside: float


def statement(
    model: ThemeModel,
    words: Sequence[str],
    beside: Sequence[Sequence[str]] = (),
    texts: Sequence[str] | None = None,
) -> Placement:
    """Explain one statement by its content words; ``beside`` are those of its submission's rest.

    ``texts`` are what all of them say, the statement first, as for ``ThemeModel.assign``.
    """
    found = model.assign(words, beside, texts)
    return Placement(
        theme=found.theme,
        subtheme=found.subtheme,
        confidence=found.confidence,
        reasons=_pulls(model, words, found.subtheme or found.theme),
        runner_up=found.runner_up,
        rival_reasons=_pulls(model, words, found.runner_up),
    )


def themes(model: ThemeModel, documents: Sequence[Document]) -> dict[str, Together]:
    """Explain every theme and subtheme of the fitted ``documents``."""
    ids = model.groups.ids
    words = {identity: _strongest(model, row) for row, identity in enumerate(ids)}
    holders: dict[str, Counter[str]] = defaultdict(Counter)
    members: dict[str, list[int]] = defaultdict(list)
    everywhere: Counter[str] = Counter()
    watched = {word for own in words.values() for word in own}
    for at in once(documents):
        held = watched.intersection(documents[at].words)
        everywhere.update(held)
        place = model.assignments_[at]
        for group in (place.theme, place.subtheme):
            if group is not None:
                members[group].append(at)
                holders[group].update(held)
    found = {}
    for theme in model.themes_:
        counts, own = holders[theme.id], members[theme.id]
        shared = tuple(
            SharedWord(word, counts[word], everywhere[word] - counts[word])
            for word in words[theme.id]
            if counts[word]
        )
        figures = _cosines(model, own, 0 if theme.parent is None else 2)
        found[theme.id] = Together(len(own), shared, *figures)
    return found


def once(documents: Sequence[Document]) -> Iterator[int]:
    """Yield the documents in order, those of one campaign that say the same only once."""
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for at, document in enumerate(documents):
        if document.campaign is not None:
            key = (document.campaign, document.words)
            if key in seen:
                continue
            seen.add(key)
        yield at


def _pulls(model: ThemeModel, words: Sequence[str], theme: str | None) -> tuple[Reason, ...]:
    if theme is None:
        return ()
    return tuple(one for one in model.explain(words, theme)[:_REASONS] if one.weight > 0)


def _strongest(model: ThemeModel, row: int) -> list[str]:
    """Return the words that weigh most in a centre; parts of one already named add nothing."""
    weights = model.groups.centres.words[row]
    chosen: list[str] = []
    for column in np.argsort(-weights, kind="stable")[:_WORDS_READ]:
        word = model.space.vocabulary[column]
        if weights[column] > 0 and not any(word in one or one in word for one in chosen):
            chosen.append(word)
        if len(chosen) == _WORDS:
            break
    return chosen


def _cosines(
    model: ThemeModel, members: Sequence[int], column: int
) -> tuple[float, str | None, float]:
    """Return the mean cosine inside, the commonest other group, and the mean cosine to others."""
    rows, cosines = model.nearness_.rows[list(members)], model.nearness_.cosines[list(members)]
    if not len(rows):
        return 0.0, None, 0.0
    inside = round(float(cosines[:, column].mean()), 4)
    others = rows[:, column + 1]
    rivals = Counter(others[others >= 0].tolist())
    if not rivals:
        return inside, None, 0.0
    sibling = min(rivals, key=lambda row: (-rivals[row], row))
    beside = cosines[others >= 0, column + 1].mean()
    return inside, model.groups.ids[sibling], round(float(beside), 4)
