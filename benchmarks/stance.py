"""How well stances are told: precision, recall and coverage on invented texts with known stances.

    python -m benchmarks.stance [--splits examples,tune,held_out] [--wrong]

Three tables each: the rules alone, the learned model alone, and both as they are used. The model
learned from ``examples`` (analysis/lexicon/stance_examples.csv) and ``tune``, so what it says of
those is cross-validated in ten parts; ``held_out`` is judged by the model that ships. The rules
were written with ``tune`` and ``examples`` in view, so their score there is flattering;
``held_out`` was not read, and its table is the one to quote: change nothing to please it. All texts
are invented, so real post will score lower. ``said`` is how often a stance is given, coverage the
share of texts given any but 不明. ``--wrong`` lists the errors, except those on ``held_out``.
"""

import argparse
import csv
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

from analysis import stance_cues, stance_model, stance_rules, stance_training
from analysis.normalize import plain
from analysis.stance import Stance, completed
from analysis.stance_model import STANCES, Opinion

_LABELLED = Path(__file__).parent.parent / "tests/data/labelled_opinions.csv"
_BY_LABEL = {one.label: one for one in Stance}
_HELD_OUT = "held_out"
_PARTS = 10
_ALONE = 0.6


def labelled(split: str) -> tuple[list[str], list[Stance]]:
    """Return the texts of one split and the stance each was given by its author."""
    with _LABELLED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    return [row["text"] for row in rows], [_BY_LABEL[row["stance"]] for row in rows]


def examples() -> tuple[list[str], list[Stance]]:
    """Return the texts that were written for the model to learn from, and their stances."""
    path = files("analysis.lexicon") / "stance_examples.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return [row["text"] for row in rows], [_BY_LABEL[row["stance"]] for row in rows]


def training_texts() -> tuple[list[str], list[Stance]]:
    """Return all that the model learns from: the examples and the tune half of the opinions."""
    texts, stances = examples()
    more, theirs = labelled("tune")
    return texts + more, stances + theirs


def cross_validated() -> dict[str, Opinion]:
    """Return what the model says of each text it learns from, learned without that text."""
    texts, stances = training_texts()
    numbers = [STANCES.index(one) for one in stances]
    opinions: dict[str, Opinion] = {}
    folds = StratifiedKFold(_PARTS, shuffle=True, random_state=0)
    for learned, left_out in folds.split(texts, numbers):
        table = stance_training.table(
            [texts[at] for at in learned], [stances[at] for at in learned]
        )
        judged = stance_model.parsed(table).judge([_lines(texts[at]) for at in left_out])
        for row, at in enumerate(left_out):
            opinions[texts[at]] = Opinion(
                judged.chances[row : row + 1], judged.sentences[row : row + 1]
            )
    return opinions


def judged(texts: Sequence[str], opinions: dict[str, Opinion]) -> dict[str, list[Stance]]:
    """Return what is said of the texts by each of the three ways."""
    said: dict[str, list[Stance]] = {"rules": [], "model": [], "both (what is used)": []}
    for text in texts:
        cues = stance_cues.find(_lines(text))
        verdict = stance_rules.verdict(cues)
        opinion = opinions.get(text) or stance_model.model().judge([_lines(text)])
        chances = opinion.chances[0]
        best = STANCES[int(np.argmax(chances))]
        said["rules"].append(verdict[0] if verdict[1] >= _ALONE else Stance.UNKNOWN)
        said["model"].append(best if chances.max() >= _ALONE else Stance.UNKNOWN)
        said["both (what is used)"].append(completed(verdict, cues, opinion, 0)[0])
    return said


def print_table(title: str, truth: Sequence[Stance], said: Sequence[Stance]) -> None:
    pairs = list(zip(truth, said, strict=True))
    told = [(true, found) for true, found in pairs if found is not Stance.UNKNOWN]
    right = sum(true is found for true, found in told)
    print(f"\n{title}")
    print("stance           texts   said  precision  recall")
    for one in Stance:
        texts = sum(true is one for true in truth)
        given = sum(found is one for found in said)
        both = sum(true is found is one for true, found in pairs)
        precision = f"{both / given:.3f}" if given else "–"
        print(f"{one:<15} {texts:>6} {given:>6} {precision:>10} {both / max(texts, 1):>7.3f}")
    print(
        f"told {len(told)} of {len(pairs)} (coverage {len(told) / len(pairs):.3f}), "
        f"right {right} of those told ({right / max(len(told), 1):.3f})"
    )


def _lines(text: str) -> str:
    return stance_cues.sentences(plain(text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", default="examples,tune,held_out")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    splits = options.splits.split(",")
    opinions = {} if splits == [_HELD_OUT] else cross_validated()
    for split in splits:
        texts, truth = examples() if split == "examples" else labelled(split)
        said = judged(texts, {} if split == _HELD_OUT else opinions)
        for way, found in said.items():
            print_table(f"{split}: {way}", truth, found)
        if options.wrong and split != _HELD_OUT:
            for text, true, one in zip(texts, truth, said["both (what is used)"], strict=True):
                if one not in (true, Stance.UNKNOWN):
                    print(f"{true.label} told as {one.label}: {text}")


if __name__ == "__main__":
    main()
