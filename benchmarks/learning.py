"""How much each decision of staff teaches: the curve of a learner beside a plain classifier.

    python -m benchmarks.learning [--sets filed,smoking,digital,waste,labelled] [--draws 10]
           [--largest N] [--input FILE --text-column COL --label-column COL]

Of each class ``k`` texts are drawn as decided (one is always left to be asked), the rest is asked
for. ``plain`` is scikit-learn's logistic regression on TF-IDF of the same words. With 0 decisions
there are only the names of the classes, or the groups that ``ThemeModel`` finds by itself, each
taken for the class that fits best one to one (``found``), which favours it. Figures are means over
the draws with the standard deviation. ``--largest 38`` keeps the 38 largest classes.

``filed`` and ``waste`` are held out: nothing in the learner was chosen by them. ``smoking``,
``digital`` and ``tune`` were in view. All are invented opinions.
"""

import argparse
import csv
import hashlib
import tempfile
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from analysis import calibration, meanings, pipeline, teaching
from analysis.lessons import Directions, Known, Sight
from analysis.meanings import Meanings
from analysis.results import Document
from analysis.selftraining import Lesson, Matrix, learn, softmax
from analysis.themes import ThemeModel

_ROOT = Path(__file__).parent.parent / "tests/data"
_DECISIONS = (0, 1, 3, 5, 10)
_HELD_OUT = ("filed", "waste", "held_out")
_ROUND = 20
_TEMPERATURE = 0.5

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Filed:
    """Texts and the class that a person filed each under."""

    title: str
    documents: list[Document]
    classes: Labels
    themes: list[Known]
    read: Meanings

    def decided(self, taught: Labels) -> list[str | None]:
        """Return the decisions that a learner is told."""
        told: list[str | None] = [None] * len(self.classes)
        for at in taught:
            told[at] = self.themes[self.classes[at]].key
        return told

    @cached_property
    def points(self) -> tuple[Matrix, Matrix]:
        """Return texts and names as a learner sees them, which no decision changes."""
        sight = Sight.learn(self.documents, range(len(self.documents)), self.read, seed=0)
        seen = sight.of(self.documents, self.read)
        directions = Directions.of(seen, seed=0)
        named = sight.of_names(self.themes, meanings.of_names([one.name for one in self.themes]))
        return directions.points(seen), directions.points(named)

    def lesson(self, taught: Labels, *, names: bool) -> Lesson:
        """Return what ``Learner`` makes of these decisions."""
        texts, named = self.points
        decided = np.full(len(self.classes), -1, dtype=np.int64)
        decided[taught] = self.classes[taught]
        nowhere = np.full(len(self.classes), -1, dtype=np.int64)
        unsure = np.zeros(len(self.classes), dtype=np.float32)
        return Lesson(texts, named if names else np.zeros_like(named), decided, nowhere, unsure)


def filed(title: str, texts: Sequence[str], labels: Sequence[str], largest: int | None) -> Filed:
    """Read texts once; classes of a single text cannot be asked for and are left out."""
    sizes = Counter(labels)
    kept = sorted(name for name, size in sizes.most_common(largest) if size > 1)
    rows = [at for at, label in enumerate(labels) if label in kept]
    texts = [texts[at] for at in rows]
    documents = [
        Document(piece.text, piece.words, piece.row) for piece in pipeline.read(texts, whole=True)
    ]
    named = pipeline.read(kept, whole=True)
    themes = [Known(piece.text, piece.text, piece.words) for piece in named]
    classes = np.array([kept.index(labels[at]) for at in rows], dtype=np.int64)
    return Filed(title, documents, classes, themes, _read(texts))


def _read(texts: Sequence[str]) -> Meanings:
    """Ask the encoders once on this machine: the second one takes tens of milliseconds a text."""
    digest = hashlib.sha256("\0".join([meanings.version(), *texts]).encode()).hexdigest()
    kept = Path(tempfile.gettempdir()) / f"meyasubako-meanings-{digest[:16]}.npz"
    if not kept.exists():
        read = meanings.read(texts)
        np.savez(kept, whole=read.whole, second=read.second)
    with np.load(kept, allow_pickle=False) as arrays:
        return Meanings(arrays["whole"], arrays["second"])


def drawn(classes: Labels, number: int, seed: int) -> tuple[Labels, Labels]:
    """Return which texts are decided, and which are asked for."""
    generator = np.random.Generator(np.random.PCG64(seed))
    taught: list[int] = []
    for each in np.unique(classes):
        at = generator.permutation(np.flatnonzero(classes == each))
        taught += at[: min(number, len(at) - 1)].tolist()
    return np.array(sorted(taught), dtype=np.int64), np.setdiff1d(np.arange(len(classes)), taught)


@dataclass(frozen=True)
class Score:
    """How well the asked texts were filed in one draw."""

    accuracy: float
    macro_f1: float
    calibration: float = float("nan")


def ours(data: Filed, taught: Labels, asked: Labels, *, names: bool = True) -> Score:
    """Learn from the decided texts and say where the others go: the steps of ``Learner.fit``."""
    lesson = data.lesson(taught, names=names)
    told = calibration.calibrate(lesson, seed=0)
    shares = softmax(learn(lesson).scores(lesson.points[asked]), told.temperature)
    said = shares.argmax(axis=1)
    right = said == data.classes[asked]
    error = calibration.calibration_error(shares.max(axis=1), right)
    return Score(float(right.mean()), calibration.macro_f1(data.classes[asked], said), error)


def chosen_by_itself(data: Filed, number: int) -> tuple[Score, Score]:
    """As many decisions in all, but of the texts that the learner asks for, in rounds of 20.

    First how well all the rest is filed, then all texts, decided ones counted as right.
    """
    budget = number * len(data.themes)
    taught = np.zeros(0, dtype=np.int64)
    while len(taught) < min(budget, len(data.classes) - 1):
        lesson = data.lesson(taught, names=True)
        shares = softmax(learn(lesson).scores(lesson.points), _TEMPERATURE)
        free = np.setdiff1d(np.arange(len(data.classes)), taught)
        worth = teaching.order(lesson.points, shares, free)
        asked = np.argsort(-worth, kind="stable")[: min(_ROUND, budget - len(taught))]
        taught = np.union1d(taught, asked)
    rest = np.setdiff1d(np.arange(len(data.classes)), taught)
    found = ours(data, taught, rest)
    share = len(rest) / len(data.classes)
    return found, Score(1 - share + share * found.accuracy, found.macro_f1)


def plain(data: Filed, taught: Labels, asked: Labels) -> Score:
    """What scikit-learn's usual way gets from the same decisions."""
    words = [document.words for document in data.documents]
    vectorizer = TfidfVectorizer(analyzer=list)
    known = vectorizer.fit_transform([words[at] for at in taught])
    model = LogisticRegression(max_iter=1000).fit(known, data.classes[taught])
    said = model.predict(vectorizer.transform([words[at] for at in asked]))
    right = float((said == data.classes[asked]).mean())
    return Score(right, calibration.macro_f1(data.classes[asked], said))


def found(data: Filed) -> Score:
    """The groups found without any decision, each taken for the class that fits best."""
    model = ThemeModel(themes=len(data.themes), subthemes=0).fit(data.documents)
    names = sorted({each.theme or "" for each in model.assignments_})
    table = np.zeros((len(names), len(data.themes)))
    for each, own in zip(model.assignments_, data.classes, strict=True):
        table[names.index(each.theme or ""), own] += bool(each.theme)
    match = dict(zip(*linear_sum_assignment(-table), strict=True))
    groups = [names.index(each.theme or "") for each in model.assignments_]
    said = np.array([match.get(group, -1) for group in groups])
    return Score(float((said == data.classes).mean()), calibration.macro_f1(data.classes, said))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--sets", default="filed,waste,held_out,smoking,digital,tune")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--largest", type=int)
    parser.add_argument("--input", type=Path)
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--label-column", default="label")
    options = parser.parse_args()
    print(f"encoders: {meanings.version()}")
    if options.input:
        table = _columns(options.input, options.text_column, options.label_column)
        _print_curve(filed(options.input.name, *table, options.largest), options.draws)
        return
    for name in options.sets.split(","):
        texts, labels = known_set(name)
        note = " (held out)" if name in _HELD_OUT else ""
        _print_curve(filed(name + note, texts, labels, options.largest), options.draws)


def _print_curve(data: Filed, draws: int) -> None:
    texts, classes = len(data.documents), len(data.themes)
    print(f"\n{data.title}: {texts} texts, {classes} classes, {draws} draws")
    print(
        f"{'decisions':>9} {'asked':>6} | {'plain':>13} {'F1':>6} | {'no names':>13} | "
        f"{'ours':>13} {'F1':>6} {'ECE':>6} | ratio"
    )
    for number in _DECISIONS:
        if number == 0:
            _print_nothing_decided(data)
        else:
            _print_row(data, number, draws)
    rest, everything = chosen_by_itself(data, 3)
    print(
        f"{3 * classes} decisions that the learner asks for: {rest.accuracy:.3f} of the rest, "
        f"{everything.accuracy:.3f} of all with the decided ones"
    )


def _print_nothing_decided(data: Filed) -> None:
    everything = np.arange(len(data.classes))
    alone = found(data)
    named = ours(data, everything[:0], everything)
    print(
        f"{0:>9} {len(everything):>6} | {'–':>13} {'–':>6} | {'–':>13} | "
        f"{named.accuracy:>13.3f} {named.macro_f1:>6.3f} {named.calibration:>6.3f} "
        f"| groups found alone: {alone.accuracy:.3f}, F1 {alone.macro_f1:.3f}"
    )


def _print_row(data: Filed, number: int, draws: int) -> None:
    rows = [drawn(data.classes, number, seed) for seed in range(draws)]
    usual = [plain(data, *row) for row in rows]
    blind = [ours(data, *row, names=False) for row in rows]
    known = [ours(data, *row) for row in rows]
    base, best = (_mean([each.accuracy for each in scores]) for scores in (usual, known))
    print(
        f"{number:>9} {len(rows[0][1]):>6} | {_spread(usual)} {_f1(usual)} | {_spread(blind)} | "
        f"{_spread(known)} {_f1(known)} {_mean([each.calibration for each in known]):>6.3f} "
        f"| {best / base:.2f}",
        flush=True,
    )


def _spread(scores: Sequence[Score]) -> str:
    values = [each.accuracy for each in scores]
    return f"{_mean(values):>7.3f} ±{np.std(values):.3f}"


def _f1(scores: Sequence[Score]) -> str:
    return f"{_mean([each.macro_f1 for each in scores]):>6.3f}"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def known_set(name: str) -> tuple[list[str], list[str]]:
    """Return the texts and labels of one of our sets."""
    if name == "filed":
        return _columns(_ROOT / "filed_opinions.csv", "text", "theme")
    if name in ("tune", "held_out"):
        return _columns(_ROOT / "labelled_opinions.csv", "text", "theme", split=name)
    return _columns(_ROOT / f"comments/{name}.csv", "text", "class")


def _columns(
    path: Path, text: str, label: str, *, split: str | None = None
) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if split in (None, row.get("split"))]
    return [row[text] for row in rows], [row[label] for row in rows]


class _Plain(argparse.RawDescriptionHelpFormatter):
    pass


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
