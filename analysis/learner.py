"""What staff decided teaches where the rest belongs: ``fit`` with decisions, then ``place``.

Written after scikit-learn's manner. ``ThemeModel`` finds themes; ``Learner`` files into known ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import calibration, describe, emerging, meanings, sampling, teaching, themefile
from analysis.bags import Bags
from analysis.calibration import Calibration
from analysis.emerging import Emerging
from analysis.lessons import Directions, Known, Seen, Sight, Weights
from analysis.meanings import Meanings
from analysis.results import Document, Reason
from analysis.selftraining import Labels, Lesson, Matrix, learn, softmax
from analysis.vectors import Centres, Space, Towards

__all__ = ["Emerging", "Hint", "Known", "Learner", "Proposal"]

_AT_MOST = 6_000
_EXAMPLES_AT_MOST = 2_000
_OTHERS = 4
_NEAREST = 3
_CHUNK = 4_096


@dataclass(frozen=True, slots=True)
class Hint:
    """Where the last run placed a statement, and how surely."""

    theme: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a statement would go: the theme, how surely, and what came next.

    ``nearest`` are the decided statements most like it, by their place among ``examples_``.
    """

    theme: str
    confidence: float
    others: tuple[tuple[str, float], ...]
    nearest: tuple[int, ...]


class Learner:
    """Learns from decisions; equal input gives equal bytes."""

    classes_: tuple[str, ...]
    examples_: tuple[int, ...]
    """The decided documents that serve as evidence, by their place in what was fitted."""
    calibration_: Calibration
    proposals_: tuple[Proposal | None, ...]
    """Of the documents that were fitted; None for one without a word to go by."""
    teaches_: Matrix
    """How much a decision on each fitted document would teach; 0 for decided ones."""
    emerging_: tuple[Emerging, ...]
    """Groups of fitted documents that resemble nothing known（芽生え）."""

    def __init__(self, *, seed: int = 0) -> None:
        """Make a learner that knows nothing yet."""
        self.seed = seed
        self._towards: dict[int, Towards] = {}

    def fit(
        self,
        documents: Sequence[Document],
        decided: Sequence[str | None],
        themes: Sequence[Known],
        *,
        hints: Sequence[Hint | None] = (),
        read: Meanings | None = None,
    ) -> Self:
        """Learn from the ``decided`` theme of each document; None is one that waits for a person.

        ``hints`` say where a run placed them, ``read`` what the encoders said of them (which is
        asked when it is left out). A decision for none of ``themes`` counts as no decision.
        """
        if not themes:
            raise ValueError("there is no theme to file into")
        read = meanings.read([document.text for document in documents]) if read is None else read
        with threadpool_limits(1):  # sums in one fixed order: equal bytes on any number of cores
            self._fit(documents, decided, themes, hints, read)
        return self

    def place(
        self, documents: Sequence[Document], read: Meanings | None = None
    ) -> list[Proposal | None]:
        """Say where more documents would go, each beside the others of its submission."""
        read = meanings.read([document.text for document in documents]) if read is None else read
        return self._placed(documents, self._sight.of(documents, read))

    def predict(self, documents: Sequence[Document]) -> list[str | None]:
        """Return the theme of each document alone, as scikit-learn would."""
        apart = [replace(each, submission=at) for at, each in enumerate(documents)]
        return [found.theme if found else None for found in self.place(apart)]

    def explain(self, words: Sequence[str], theme: str) -> list[Reason]:
        """Return the words that pull a statement to ``theme``, strongest first."""
        if theme not in self.classes_:
            raise KeyError(f"no theme {theme!r} was learnt")
        row, space = self.classes_.index(theme), self._sight.space
        line = self._weights.centres.row(row)
        if row not in self._towards:
            self._towards[row] = space.towards(line)
        tfidf = space.tfidf(Bags.of([words]))
        pulls = space.pulls(tfidf, line, self._towards[row])
        reasons = [
            Reason(space.vocabulary[at], round(float(pull), 4))
            for at, pull in zip(tfidf.indices, pulls, strict=True)
        ]
        return sorted(reasons, key=lambda reason: (-reason.weight, reason.word))

    def to_bytes(self) -> bytes:
        """Return what was learnt, equal bytes for equal learners; what was fitted stays behind."""
        space, weights = self._sight.space, self._weights
        arrays: dict[str, NDArray[Any]] = {
            "idf": space.idf,
            "components": space.components,
            "senses": space.senses,
            "origin": space.origin,
            "common": space.common,
            "common_second": self._sight.common,
            "words": weights.centres.words,
            "reduced": weights.centres.reduced,
            "second": weights.second,
            "base": weights.base,
            "example_rows": self._example_rows.astype(np.float16),
            "example_themes": self._example_themes,
        }
        facts = {
            "seed": self.seed,
            "vocabulary": space.vocabulary,
            "classes": self.classes_,
            "examples": self.examples_,
            "calibration": asdict(self.calibration_),
        }
        return themefile.pack(arrays, facts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the learner that ``to_bytes`` wrote; it can ``place`` and ``explain``."""
        arrays, facts = themefile.unpack(data)
        learner = cls(seed=facts["seed"])
        reductions = [arrays[name] for name in ("idf", "components", "senses", "origin", "common")]
        space = Space(tuple(facts["vocabulary"]), *reductions)
        learner._sight = Sight(space, arrays["common_second"])
        centres = Centres(arrays["words"], arrays["reduced"])
        learner._weights = Weights(centres, arrays["second"], arrays["base"])
        learner._example_rows = arrays["example_rows"].astype(np.float32)
        learner._example_themes = arrays["example_themes"]
        learner.classes_, learner.examples_ = tuple(facts["classes"]), tuple(facts["examples"])
        learner.calibration_ = Calibration(**facts["calibration"])
        learner.proposals_, learner.emerging_ = (), ()
        learner.teaches_ = np.zeros(0, dtype=np.float32)
        return learner

    def _fit(
        self,
        documents: Sequence[Document],
        decided: Sequence[str | None],
        themes: Sequence[Known],
        hints: Sequence[Hint | None],
        read: Meanings,
    ) -> None:
        self.classes_ = tuple(theme.key for theme in themes)
        self._towards = {}
        row = {key: at for at, key in enumerate(self.classes_)}
        own = np.array([row.get(key or "", -1) for key in decided], dtype=np.int64)
        core = _core(documents, own)
        self._sight = Sight.learn(documents, core.tolist(), read, seed=self.seed)
        seen = self._sight.of(documents, read)
        core = core[_drawn(seen, core, own, seed=self.seed)]
        directions = Directions.of(seen.rows(core), seed=self.seed)
        named = self._sight.of_names(themes, meanings.of_names([theme.name for theme in themes]))
        lesson = Lesson(
            directions.points(seen.rows(core)),
            directions.points(named),
            own[core],
            *_hinted(hints, core, row),
        )
        lines = learn(lesson)
        self._weights = directions.weights(lines)
        self.calibration_ = calibration.calibrate(lesson, seed=self.seed)
        self._keep_examples(seen, own, core)
        self.proposals_ = tuple(self._placed(documents, seen))
        self._ask(lesson, lines.scores(lesson.points), core, len(documents))
        found = [core[rows] for rows in emerging.groups(lesson)]
        self.emerging_ = emerging.named(self._sight.space, documents, seen.views, found)

    def _keep_examples(self, seen: Seen, own: Labels, core: Labels) -> None:
        taught = core[own[core] >= 0][:_EXAMPLES_AT_MOST]
        self.examples_ = tuple(int(at) for at in taught)
        # As they are kept, so that what was written and read again says the same.
        self._example_rows = _in_few(seen.rows(taught)).astype(np.float16).astype(np.float32)
        self._example_themes = own[taught]

    def _ask(self, lesson: Lesson, scores: Matrix, core: Labels, count: int) -> None:
        shares = softmax(scores, self.calibration_.temperature)
        teaches = teaching.order(lesson.points, shares, np.flatnonzero(lesson.decided < 0))
        self.teaches_ = np.zeros(count, dtype=np.float32)
        self.teaches_[core] = teaches

    def _placed(self, documents: Sequence[Document], seen: Seen) -> list[Proposal | None]:
        found: list[Proposal | None] = []
        for at in range(0, len(documents), _CHUNK):
            rows = np.arange(at, min(at + _CHUNK, len(documents)))
            part = seen.rows(rows)
            shares = softmax(self._weights.scores(part), self.calibration_.temperature)
            near = _in_few(part) @ self._example_rows.T
            found += [
                self._proposal(own, cosines) if documents[row].words else None
                for row, own, cosines in zip(rows.tolist(), shares, near, strict=True)
            ]
        return found

    def _proposal(self, shares: Matrix, cosines: Matrix) -> Proposal:
        best = np.argsort(-shares, kind="stable")[: 1 + _OTHERS]
        of_theme = np.flatnonzero(self._example_themes == best[0])
        near = of_theme[np.argsort(-cosines[of_theme], kind="stable")[:_NEAREST]]
        return Proposal(
            theme=self.classes_[best[0]],
            confidence=round(float(shares[best[0]]), 4),
            others=tuple((self.classes_[at], round(float(shares[at]), 4)) for at in best[1:]),
            nearest=tuple(int(at) for at in near),
        )


def _core(documents: Sequence[Document], own: Labels) -> Labels:
    """Return the documents that stand in the learning, in order: distinct ones, and decided ones.

    Equal words decided in one way are one decision, and so are copies of one campaign.
    """
    kept = set(describe.distinct(documents))
    known: set[tuple[int, object]] = set()
    taught = set()
    said = set()
    for at in np.flatnonzero(own >= 0).tolist():
        document = documents[at]
        keys: set[tuple[int, object]] = {(int(own[at]), document.words)}
        if document.campaign is not None:
            keys.add((int(own[at]), document.campaign))
        if document.words and not keys & known:
            taught.add(at)
        known |= keys
        said.add(document.words)
    free = {at for at in kept if own[at] < 0 and documents[at].words not in said}
    return np.array(sorted(taught | free), dtype=np.int64)


def _drawn(seen: Seen, core: Labels, own: Labels, *, seed: int) -> Labels:
    """Return places in the core: all decided ones, and a draw of the others when many."""
    taught, free = np.flatnonzero(own[core] >= 0), np.flatnonzero(own[core] < 0)
    room = max(_AT_MOST - len(taught), _AT_MOST // 2)
    drawn = sampling.drawn(seen.views.tfidf[core[free]], room, seed=seed)
    return np.sort(np.concatenate([taught, free[drawn]]))


def _hinted(
    hints: Sequence[Hint | None], core: Labels, row: Mapping[str, int]
) -> tuple[Labels, Matrix]:
    where = np.full(len(core), -1, dtype=np.int64)
    sure = np.zeros(len(core), dtype=np.float32)
    for place, at in enumerate(core):
        hint = hints[at] if hints else None
        if hint is not None and hint.theme in row:
            where[place], sure[place] = row[hint.theme], hint.confidence
    return where, sure


def _in_few(seen: Seen) -> Matrix:
    """Return what nearness to decided statements goes by: the views that are not single words."""
    return np.asarray(np.hstack([seen.views.reduced, seen.second]) / np.sqrt(2), dtype=np.float32)
