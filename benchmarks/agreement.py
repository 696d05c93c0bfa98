"""How well themes agree with people's classification: ours beside other methods.

    python -m benchmarks.agreement [--sets tune,held_out,demo,statements]

``smoking``, ``mass`` (the same with 110 paraphrases of one demand), ``digital`` and ``waste`` (held
out: choose nothing by it) are comments filed by official-style classes, tests/data/comments.
``tune`` and ``held_out`` are the two parts of tests/data/labelled_opinions.csv, ``demo`` the demo's
opinions with the theme each was written to have; every method is told the number of themes.
``statements`` is ``demo`` cut into statements, each with its opinion's theme: ours finds the number
itself, the others are given the one that ours found. All are invented opinions. The seconds are
those of the grouping alone, from the words on; finding the words is the same for all.
"""

import argparse
import csv
import time
import warnings
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis import encoder, pipeline, quality, senses
from analysis.campaigns import find_campaigns
from analysis.results import Document
from analysis.themes import Number, ThemeModel
from benchmarks import peers

_ROOT = Path(__file__).parent.parent
_LABELLED = _ROOT / "tests/data/labelled_opinions.csv"
_COMMENTS = _ROOT / "tests/data/comments"
_CONCERNS = _ROOT / "tests/data/demo_concerns.csv"
_OPINIONS = _ROOT / "feedback/demo/opinions"
_MASS_ID = "am-"
_WIDTH = 33
_NO_BERTOPIC = """
BERTopic is not installed, so it is left out. To see it beside the others, without its neural part:
    pip install --no-deps bertopic && pip install umap-learn hdbscan pandas plotly tqdm pyyaml"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Documents and the theme a person gave to each; ``themes`` is what ours is told."""

    title: str
    documents: list[Document]
    reference: list[str]
    themes: Number
    mass: int = 0
    """How many of the last documents put one mass-mailed demand in other words."""


def labelled(split: str) -> Labelled:
    """Return one part of the labelled opinions, one document each."""
    rows = [row for row in _rows(_LABELLED) if row["split"] == split]
    reference = [row["theme"] for row in rows]
    documents, _ = _documents([row["text"] for row in rows], whole=True)
    return Labelled(f"labelled opinions, {split}", documents, reference, len(set(reference)))


def comments(title: str, *names: str) -> Labelled:
    """Return comments with the class that was given to each, one document each."""
    rows = [row for name in names for row in _rows(_COMMENTS / f"{name}.csv")]
    reference = [row["class"] for row in rows]
    documents, _ = _documents([row["text"] for row in rows], whole=True)
    mass = sum(row["id"].startswith(_MASS_ID) for row in rows)
    return Labelled(title, documents, reference, len(set(reference)), mass)


def demo(*, whole: bool = True) -> Labelled:
    """Return the demo's opinions on a theme: whole with the number told, or cut without."""
    bodies = {row["key"]: row["body"] for file in _OPINIONS.glob("*.csv") for row in _rows(file)}
    concerns = {
        row["key"]: row["concern"].removesuffix("+PII")
        for row in _rows(_CONCERNS)
        if row["concern"].startswith("T")
    }
    keys = sorted(concerns)
    documents, places = _documents([bodies[key] for key in keys], whole=whole)
    reference = [concerns[keys[at]] for at in places]
    if whole:
        return Labelled("demo opinions", documents, reference, len(set(reference)))
    return Labelled("demo opinions by statement", documents, reference, "auto")


def ours(data: Labelled, *, with_senses: bool = True) -> list[Hashable]:
    """Return our theme for each document; what fits nowhere is one group, None."""
    model = ThemeModel(themes=data.themes, subthemes=0, senses=with_senses)
    return [one.theme for one in model.fit(data.documents).assignments_]


_SETS: dict[str, Callable[[], Labelled]] = {
    "smoking": lambda: comments("comments on smoking", "smoking"),
    "mass": lambda: comments("the same with mass posts", "smoking", "smoking_mass"),
    "digital": lambda: comments("comments on a digital plan", "digital"),
    "waste": lambda: comments("comments on waste, held out", "waste"),
    "tune": lambda: labelled("tune"),
    "held_out": lambda: labelled("held_out"),
    "demo": demo,
    "statements": lambda: demo(whole=False),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(_SETS))
    chosen = parser.parse_args().sets.split(",")
    print(f"word vectors: {senses.version()}; sentence encoder: {encoder.version()}")
    for name in chosen:
        _print_table(_SETS[name]())
    if not any(name.startswith("BERTopic") for name in peers.methods()):
        print(_NO_BERTOPIC)


def _print_table(data: Labelled) -> None:
    texts, classes = len(data.documents), len(set(data.reference))
    told = "number found" if data.themes == "auto" else "number given"
    print(f"\n{data.title}: {texts} texts, {classes} themes, {told}")
    print(f"{'':<{_WIDTH}} groups    AMI    ARI      V     B³  seconds")
    found = _print_row("ours", data, lambda: ours(data))
    _print_row("ours, words alone", data, lambda: ours(data, with_senses=False))
    number = len(set(found) - {None}) if data.themes == "auto" else data.themes
    for name, method in peers.methods().items():
        _print_row(name, data, lambda method=method: peers.grouped(method, data.documents, number))


def _print_row(
    name: str, data: Labelled, run: Callable[[], Sequence[Hashable]]
) -> Sequence[Hashable]:
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = run()
    seconds = time.perf_counter() - start
    score = quality.agreement(data.reference, found)
    figures = (score.ami, score.ari, score.v_measure, score.b_cubed)
    groups = len(set(found) - {None, -1})
    print(
        f"{name:<{_WIDTH}} {groups:>6} {' '.join(f'{each:>6.3f}' for each in figures)} "
        f"{seconds:>8.2f}{_spread(data, found)}",
        flush=True,
    )
    return found


def _spread(data: Labelled, found: Sequence[Hashable]) -> str:
    if not data.mass:
        return ""
    return f"  the mass post in {len(set(found[-data.mass :]))} themes"


def _documents(texts: Sequence[str], *, whole: bool) -> tuple[list[Document], list[int]]:
    """Return the documents of ``texts``, and which text each is of."""
    pieces = pipeline.read(texts, whole=whole)
    members = find_campaigns(texts, words=pipeline.words_of_rows(pieces))
    return pipeline.documents(pieces, members), [piece.row for piece in pieces]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
