"""少数だが独自の意見: claims that hardly anybody else makes, so that numbers do not drown them.

Three things make an opinion distinct, each as a z-score: it lies farther from its theme than the
theme's members do; it is little like all others; its words are rare and unlike the common words in
meaning. It is kept when fewer than five voices say the like, itself included. A campaign is one
voice however many copies it has, and no size is ever a reason. What is picked makes a claim
(``stance``), so that a note or a joke is not taken for an opinion, and the picked ones differ.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import explain, lexicon, vectors
from analysis.clusters import Labels
from analysis.layout import Places
from analysis.normalize import plain
from analysis.personal import personal_data
from analysis.results import Document
from analysis.screening import is_non_opinion
from analysis.stance import Stance, stance
from analysis.themes import ThemeModel
from analysis.vectors import Matrix, Space

AT_MOST = 12

_SHORTEST = 15
_LONGEST = 400
_FEWEST_WORDS = 3
_CANDIDATES = 400
_COMPARED = 4_000
_GROUP_AT_MOST = 4
_SAME = 0.42
_ALIKE = 0.3
_COMMON_WORDS = 1_500
_NEAR_WORDS = 5
_UNKNOWN_MEANING = 0.4
_SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？\n]*")
_WORDS = 3
_RARE = 4
_ONE_IN = 25


@dataclass(frozen=True, slots=True)
class Minority:
    """A distinct opinion of one to four voices, and why it is shown.

    ``theme`` is the nearest one, ``likeness`` the cosine to it and ``usual`` that of the theme's
    members on average; ``words`` are those of its words that at most four voices use. ``others``
    are the documents that say nearly the same.
    """

    document: int
    voices: int
    theme: str | None
    likeness: float
    usual: float
    words: tuple[str, ...]
    others: tuple[int, ...]


def find(model: ThemeModel, documents: Sequence[Document]) -> list[Minority]:
    """Return the most distinct opinions of the fitted ``documents``, the most distinct first.

    At most ``AT_MOST``, and never more than one in twenty-five statements.
    """
    once = np.fromiter(explain.once(documents), dtype=np.int64)
    wanted = min(AT_MOST, len(once) // _ONE_IN)
    with threadpool_limits(1):
        usual = _usual(model, once)
        pool = _pool(model, documents, once, usual) if wanted else once[:0]
        if len(pool) == 0:
            return []
        alone = _Alone.among(model, documents, pool, once)
        worth = (
            _z(_away(model, pool, usual)) - _z(alone.mean) + _z(_novelty(model, documents, pool))
        )
    spoken = Counter(word for at in once for word in set(documents[at].words))
    picked: list[int] = []
    found: list[Minority] = []
    for place in np.argsort(-np.round(worth, 6), kind="stable").tolist():
        at = int(pool[place])
        words = _rare(documents[at], spoken)
        few = alone.voices[place] < _GROUP_AT_MOST and words
        if len(found) < wanted and few and (alone.likeness[place, picked] < _ALIKE).all():
            picked.append(place)
            found.append(_described(model, documents, at, alone.same(place), words, usual))
    return found


@dataclass(frozen=True)
class _Alone:
    """How like each candidate is to the others, and to an even sample of all."""

    compared: Labels
    likeness: Matrix
    """Candidates × compared, which begins with the candidates; -1 within one submission."""
    voices: Places
    mean: Places

    @classmethod
    def among(
        cls, model: ThemeModel, documents: Sequence[Document], pool: Labels, once: Labels
    ) -> "_Alone":
        compared = np.concatenate((pool, np.setdiff1d(_even(once, _COMPARED), pool)))
        # Each by its own words: beside its submission's others it would be less like itself.
        views = model.views([replace(documents[at], submission=at) for at in compared.tolist()])
        likeness = vectors.cross_likeness(views.rows(np.arange(len(pool))), views)
        own = np.array([documents[at].submission for at in compared])
        likeness[own[: len(pool), None] == own[None, :]] = -1
        weight = np.ones(len(compared))
        weight[len(pool) :] = max(1.0, (len(once) - len(pool)) / max(1, len(compared) - len(pool)))
        heard = np.where(likeness >= _SAME, weight, 0).sum(axis=1)
        mean = (np.maximum(likeness, 0) * weight).sum(axis=1) / weight.sum()
        return cls(compared, likeness, heard, np.asarray(mean))

    def same(self, place: int) -> list[int]:
        """Return the documents that say nearly the same."""
        return sorted(self.compared[self.likeness[place] >= _SAME].tolist())


def _even(once: Labels, most: int) -> Labels:
    return once[np.unique(np.linspace(0, len(once) - 1, min(len(once), most)).astype(np.int64))]


def _usual(model: ThemeModel, once: Labels) -> Places:
    """Return for each row of the centres the mean cosine of its theme's members to it."""
    rows, cosines = model.nearness_.rows[once, 0], model.nearness_.cosines[once, 0]
    placed = np.array([model.assignments_[at].theme is not None for at in once], dtype=bool)
    number = len(model.groups.ids)
    sums = np.bincount(rows[placed], weights=cosines[placed], minlength=number)
    return np.asarray(sums / np.maximum(np.bincount(rows[placed], minlength=number), 1))


def _away(model: ThemeModel, pool: Labels, usual: Places) -> Places:
    """Return how much farther from its theme each is than the theme's members usually are."""
    return np.asarray(usual[model.nearness_.rows[pool, 0]] - model.nearness_.cosines[pool, 0])


def _pool(model: ThemeModel, documents: Sequence[Document], once: Labels, usual: Places) -> Labels:
    """Return the candidates: claims of some length, in rare words, far from their theme."""
    worth = np.fromiter(_worth(documents, once), dtype=np.int64)
    if len(worth) == 0 or len(usual) == 0:
        return worth[:0]
    weight = dict(zip(model.space.vocabulary, model.space.idf.tolist(), strict=True))
    rarity = np.array([_mean_of(documents[at].words, weight) for at in worth])
    worth_of = _z(_away(model, worth, usual)) + _z(rarity)
    order = worth[np.argsort(-np.round(worth_of, 6), kind="stable")[: 2 * _CANDIDATES]]
    claims = [at for at in order.tolist() if _claims(documents[at].text)]
    return np.array(claims[:_CANDIDATES], dtype=np.int64)


def _mean_of(words: Sequence[str], weight: Mapping[str, float]) -> float:
    own = set(words)
    return sum(weight.get(word, 0.0) for word in own) / max(1, len(own))


def _novelty(model: ThemeModel, documents: Sequence[Document], pool: Labels) -> Places:
    """Return how rare the words of each are, times how unlike the common words in meaning."""
    space = model.space
    weight = space.idf.astype(np.float64) * _UNKNOWN_MEANING
    used = {word for at in pool for word in documents[at].words}
    columns = [at for at, word in enumerate(space.vocabulary) if word in used]
    common = _common_words(space)
    if space.senses.size and columns and len(common) >= _NEAR_WORDS:
        meanings = vectors.unit(space.senses)
        likeness = meanings[columns] @ meanings[common].T
        likeness[np.array(columns)[:, None] == common[None, :]] = -1
        near = np.sort(likeness, axis=1)[:, -_NEAR_WORDS:].mean(axis=1)
        known = np.abs(meanings[columns]).sum(axis=1) > 0
        weight[columns] = space.idf[columns] * np.where(known, 1 - near, _UNKNOWN_MEANING)
    by_word = dict(zip(space.vocabulary, weight.tolist(), strict=True))
    return np.array([_mean_of(documents[at].words, by_word) for at in pool])


def _common_words(space: Space) -> Labels:
    """Return the columns of the commonest words, of those that are in three texts or more."""
    # A word of one text weighs most; one of three weighs less by the logarithm of two.
    in_three = space.idf <= space.idf.max(initial=0) - np.log(2) + 1e-6
    order = np.argsort(space.idf, kind="stable")
    return np.asarray(order[in_three[order]][:_COMMON_WORDS], dtype=np.int64)


def _z(values: Places) -> Places:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _worth(documents: Sequence[Document], once: Labels) -> Iterator[int]:
    for at in once.tolist():
        document = documents[at]
        if (
            _SHORTEST <= len(document.text.strip()) <= _LONGEST
            and len(set(document.words)) >= _FEWEST_WORDS
        ):
            yield at


def _claims(text: str) -> bool:
    """Tell whether something is asked for or judged when what is only polite is taken away.

    Names and addresses are rare words too: who gives them is not quoted.
    """
    if personal_data(text):
        return False
    said = [one for one in _SENTENCE.findall(text) if not _is_polite(one)]
    left = "".join(said)
    return not is_non_opinion(left) and stance(left).stance is not Stance.UNKNOWN


def _is_polite(sentence: str) -> bool:
    bare = plain(sentence).strip().rstrip("。.!?、…♪ ")
    return not bare or bool(_polite().fullmatch(bare))


@cache
def _polite() -> re.Pattern[str]:
    lines = [*lexicon.lines("courtesies"), *lexicon.lines("good_wishes")]
    return re.compile("|".join(f"(?:{line})" for line in lines))


def _rare(document: Document, spoken: Mapping[str, int]) -> tuple[str, ...]:
    """Return its longest words that few voices use, in their order."""
    rare = [word for word in dict.fromkeys(document.words) if spoken[word] <= _RARE]
    chosen: list[str] = []
    for word in sorted(rare, key=lambda word: (-len(word), document.words.index(word))):
        if not any(word in one for one in chosen):
            chosen.append(word)
    return tuple(sorted(chosen[:_WORDS], key=document.words.index))


def _described(
    model: ThemeModel,
    documents: Sequence[Document],
    at: int,
    others: Sequence[int],
    words: tuple[str, ...],
    usual: Places,
) -> Minority:
    row, cosine = int(model.nearness_.rows[at, 0]), float(model.nearness_.cosines[at, 0])
    return Minority(
        document=at,
        voices=1 + len({documents[one].voice for one in others} - {documents[at].voice}),
        theme=model.groups.ids[row] if row >= 0 else None,
        likeness=round(cosine, 4),
        usual=round(float(usual[row]), 4),
        words=words,
        others=tuple(sorted(others)),
    )
