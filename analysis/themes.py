"""The one front door: statements in, two levels of named themes out, and every reason shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Self

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analysis import copies, describe, encoder, many, sampling, themefile, vectors
from analysis.bags import Bags
from analysis.clusters import Choice, Labels
from analysis.nearness import Nearness
from analysis.placing import Placed
from analysis.results import NOWHERE, Assignment, Document, Quote, Reason, Theme
from analysis.vectors import Centres, Matrix, Space, Towards, Views

__all__ = ["Assignment", "Document", "Quote", "Reason", "Theme", "ThemeModel"]

Number = int | Literal["auto"]

_ROUNDS_OF = 8192
_ENCODED_FROM = 20
_ENCODED_AT_MOST = 100_000  # documents, copies too: each takes some 5 KB more


@dataclass(frozen=True, slots=True)
class Groups:
    """Themes and subthemes by row: id, the row of the theme above (-1 for none), and centre."""

    ids: tuple[str, ...]
    parents: tuple[int, ...]
    centres: Centres


class ThemeModel:
    """Finds two levels of themes in statements: ``fit``, then ``assign`` and ``explain``.

    Equal documents and parameters give equal results to the byte; the order of documents matters
    only where two texts are exactly as good as each other.
    """

    themes_: tuple[Theme, ...]
    assignments_: tuple[Assignment, ...]
    choice_: Choice
    nearness_: Nearness
    """Of the documents that were fitted; like ``assignments_`` not in the model's bytes."""

    def __init__(
        self,
        *,
        themes: Number = "auto",
        subthemes: Number = "auto",
        seed: int = 0,
        jobs: int = 1,
        senses: bool = True,
        read_whole: int = encoder.AT_MOST,
    ) -> None:
        """Ask for a number of themes, and of subthemes in each, or leave it to the data.

        ``read_whole`` is the most distinct texts that are read as wholes by the sentence encoder;
        of more, none is. ``senses=False`` goes by the words alone, even where packages that tell
        what words and texts mean are installed.
        """
        self.themes = themes
        self.subthemes = subthemes
        self.seed = seed
        self.jobs = jobs
        self.senses = senses
        self.read_whole = read_whole
        self._towards: dict[int, Towards] = {}
        self._read: dict[str, Matrix] = {}
        self._asked: dict[str, Matrix] = {}

    def fit(self, documents: Sequence[Document]) -> Self:
        """Learn themes from ``documents``; a campaign stands in the learning once."""
        with threadpool_limits(1):  # sums in one fixed order: equal bytes on any number of cores
            bags = Bags.of([document.words for document in documents])
            core = describe.distinct(documents)
            self._towards = {}
            meanings = self._meanings(documents)
            self._space = Space.learn(
                bags.rows(core),
                None if meanings is None else meanings[core],
                seed=self.seed,
                with_senses=self.senses,
            )
            together = [each.submission for each in documents]
            everything = self._space.views(bags, together, meanings)
            learnt = self._learnt_from(everything, core)
            self._learn(everything.rows(learnt))
            pairs = copies.pairs(documents, everything)
            while True:
                placed = self._place(everything)
                placed.doubt(learnt)
                placed.follow(*pairs)
                if not self._emptied(placed):
                    break
            self._ids, self.themes_ = describe.themes(
                describe.Material(self._space, documents, everything, core),
                placed.tops,
                placed.leaves,
                self._parents,
                self._centres,
            )
        self.assignments_ = tuple(self._named(placed))
        self.nearness_ = placed.nearness
        return self

    def assign(
        self,
        words: Sequence[str],
        beside: Sequence[Sequence[str]] = (),
        texts: Sequence[str] | None = None,
    ) -> Assignment:
        """Return the theme of one more statement, given its content words.

        ``beside`` are the words of the other statements of its submission; ``texts`` what all of
        them say, the statement first. Without texts it is placed by its words alone.
        """
        documents = Bags.of([words, *beside])
        meanings = self._whole(texts, [words, *beside]) if texts else None
        views = self._space.views(documents, [0] * len(documents), meanings)
        return self._named(self._place(views.rows([0])))[0]

    def explain(self, words: Sequence[str], theme: str) -> list[Reason]:
        """Return the words that pull a statement to ``theme``, strongest first."""
        if theme not in self._ids:
            raise KeyError(f"no theme {theme!r} in this model")
        row = self._ids.index(theme)
        centre = self._centres.row(row)
        if row not in self._towards:
            self._towards[row] = self._space.towards(centre)
        tfidf = self._space.tfidf(Bags.of([words]))
        pulls = self._space.pulls(tfidf, centre, self._towards[row])
        reasons = [
            Reason(self._space.vocabulary[at], round(float(pull), 4))
            for at, pull in zip(tfidf.indices, pulls, strict=True)
        ]
        return sorted(reasons, key=lambda reason: (-reason.weight, reason.word))

    @property
    def groups(self) -> Groups:
        """The centre of every theme and subtheme, with its id and its theme's row."""
        return Groups(tuple(self._ids), tuple(self._parents), self._centres)

    @property
    def space(self) -> Space:
        """The words and reductions that the centres are points of."""
        return self._space

    def views(self, documents: Sequence[Document]) -> Views:
        """Return documents as this model sees them, each beside the others of its submission."""
        words = [document.words for document in documents]
        return self._space.views(
            Bags.of(words),
            [document.submission for document in documents],
            self._whole([document.text for document in documents], words),
        )

    def to_bytes(self) -> bytes:
        """Return the learned model, equal bytes for equal models; assignments_ stay behind."""
        arrays = {
            "idf": self._space.idf,
            "components": self._space.components,
            "senses": self._space.senses,
            "origin": self._space.origin,
            "common": self._space.common,
            "centres_words": self._centres.words,
            "centres_reduced": self._centres.reduced,
        }
        facts = {
            "parameters": {
                "themes": self.themes,
                "subthemes": self.subthemes,
                "seed": self.seed,
                "jobs": self.jobs,
                "senses": self.senses,
                "read_whole": self.read_whole,
            },
            "vocabulary": self._space.vocabulary,
            "ids": self._ids,
            "parents": self._parents,
            "choice": asdict(self.choice_),
            "themes": [asdict(theme) for theme in self.themes_],
        }
        return themefile.pack(arrays, facts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the model that ``to_bytes`` wrote, without the documents' own assignments."""
        arrays, facts = themefile.unpack(data)
        model = cls(**facts["parameters"])
        model._space = Space(
            tuple(facts["vocabulary"]),
            arrays["idf"],
            arrays["components"],
            arrays["senses"],
            arrays["origin"],
            arrays.get("common", np.zeros(0, dtype=np.float32)),
        )
        model._centres = Centres(arrays["centres_words"], arrays["centres_reduced"])
        model._ids = facts["ids"]
        model._parents = facts["parents"]
        scores = tuple((number, score) for number, score in facts["choice"].pop("scores"))
        model.choice_ = Choice(**facts["choice"], scores=scores)
        model.themes_ = tuple(describe.theme_from(fields) for fields in facts["themes"])
        model.assignments_ = ()
        model.nearness_ = Nearness.empty(0)
        return model

    def _meanings(self, documents: Sequence[Document]) -> Matrix | None:
        """Read the texts to be fitted as wholes; a row for each document, zeros without words.

        None when there is no encoder, or when there are too few texts or too many for it.
        """
        texts = list(dict.fromkeys(one.text for one in documents if one.words))
        self._read = {}
        few = _ENCODED_FROM <= len(texts) <= self.read_whole and len(documents) <= _ENCODED_AT_MOST
        worth = self.senses and few
        source = encoder.installed() if worth else None
        if source is None:
            return None
        self._read = dict(zip(texts, source.of(texts), strict=True))
        return _rows(self._read, [(one.text, one.words) for one in documents])

    def _whole(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> Matrix | None:
        """Read texts as wholes if the model's own were; those without words have zeros.

        Those that were fitted are known, and so are those that were asked for just before: each
        statement of a submission is placed beside all the others.
        """
        source = encoder.installed() if self._space.common.size else None
        if source is None:
            return None
        spoken = [text for text, own in zip(texts, words, strict=True) if own]
        known = {text: row for text in spoken if (row := self._known(text)) is not None}
        new = [text for text in dict.fromkeys(spoken) if text not in known]
        known |= dict(zip(new, source.of(new), strict=True))
        self._asked = known
        return _rows(known, list(zip(texts, words, strict=True)))

    def _known(self, text: str) -> Matrix | None:
        found = self._read.get(text)
        return self._asked.get(text) if found is None else found

    def _learnt_from(self, everything: Views, core: Sequence[int]) -> Labels:
        """Return the documents of the core that have a known word; a draw of them when many."""
        rows = np.array(core, dtype=np.int64)
        known: Labels = rows[np.diff(everything.tfidf.indptr)[rows] > 0]
        drawn = sampling.drawn(everything.tfidf[known], sampling.LEARNT_FROM, seed=self.seed)
        return np.asarray(known[drawn])

    def _learn(self, views: Views) -> None:
        """Find groups at both levels and keep their centres; subthemes follow all themes."""
        tops, self.choice_ = many.group(views, _wanted(self.themes), seed=self.seed)
        number = int(tops.max(initial=-1)) + 1
        self._parents = [-1] * number
        leaves = np.full(len(views), -1, dtype=np.int64)
        for top in range(number):
            members = np.flatnonzero(tops == top)
            inner = many.subgroup(views.rows(members), _wanted(self.subthemes), seed=self.seed)
            for inside in range(int(inner.max(initial=-1)) + 1):
                leaves[members[inner == inside]] = len(self._parents)
                self._parents.append(top)
        first, second = (
            vectors.centres(views, each, len(self._parents)) for each in (tops, leaves)
        )
        self._centres = Centres(first.words + second.words, first.reduced + second.reduced)

    def _emptied(self, placed: Placed) -> bool:
        """Drop the groups in which nothing was placed; tell whether there were any."""
        members = np.bincount(
            np.concatenate([placed.tops, placed.leaves]) + 1, minlength=len(self._parents) + 1
        )[1:]
        kept = np.flatnonzero(members)
        if len(kept) == len(self._parents):
            return False
        row = {int(old): new for new, old in enumerate(kept)}
        self._parents = [row.get(self._parents[old], -1) for old in kept]
        self._centres = Centres(self._centres.words[kept], self._centres.reduced[kept])
        return True

    def _place(self, views: Views) -> Placed:
        placed = Placed(len(views))
        for start in range(0, len(views), _ROUNDS_OF):
            rows = np.arange(start, min(start + _ROUNDS_OF, len(views)))
            placed.take(rows, vectors.similarity(views.rows(rows), self._centres), self._parents)
        return placed

    def _named(self, placed: Placed) -> list[Assignment]:
        ids: list[str | None] = [*self._ids, None]  # so that -1 is None
        return [
            Assignment(ids[top], ids[leaf], round(float(sure), 4), ids[second])
            if top >= 0
            else NOWHERE
            for top, leaf, sure, second in zip(
                placed.tops, placed.leaves, placed.confidence, placed.runners_up, strict=True
            )
        ]


def _wanted(number: Number) -> int | None:
    return None if number == "auto" else number


def _rows(read: Mapping[str, Matrix], said: Sequence[tuple[str, Sequence[str]]]) -> Matrix:
    """Return what each text means, given its words; zeros for one without."""
    nothing = np.zeros(encoder.Encoder.SIZE, dtype=np.float32)
    return np.array([read[text] if words else nothing for text, words in said])
