"""How well stances are told: precision, recall and coverage on the labelled opinions.

    python -m benchmarks.stance [--splits tune,held_out] [--wrong]

The rules were written with the ``tune`` opinions in view, so their score there is flattering;
``held_out`` was not read, and its table is the one to quote: change no rule to please it. A
logistic regression over runs of letters, cross-validated in ten parts of ``tune`` (and for
``held_out`` trained on all of it), stands beside them: alone, and asked only where the rules find
nothing. It is not given the cues: on ``tune`` they would tell it the answer. All opinions are
invented, so real post will score lower. ``said`` is how often a stance is given, coverage the share
of opinions given any but 不明. ``--wrong`` lists the errors on ``tune`` only.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from analysis.stance import Stance, stance

_LABELLED = Path(__file__).parent.parent / "tests/data/labelled_opinions.csv"
_TUNE = "tune"
_BY_LABEL = {one.label: one for one in Stance}
_LEAST = 0.7


def labelled(split: str) -> tuple[list[str], list[Stance]]:
    """Return the texts of one split and the stance each was given by its author."""
    with _LABELLED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    return [row["text"] for row in rows], [_BY_LABEL[row["stance"]] for row in rows]


def by_rules(texts: Sequence[str]) -> list[Stance]:
    return [stance(text).stance for text in texts]


def by_model(split: str) -> list[Stance]:
    """Return what a small model says of a split, having never seen the text it judges."""
    texts, truth = labelled(_TUNE)
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2),
        LogisticRegression(C=20.0, class_weight="balanced", max_iter=2000),
    )
    classes = [str(one) for one in truth]
    if split == _TUNE:
        folds = StratifiedKFold(10, shuffle=True, random_state=0)
        chances = cross_val_predict(model, texts, classes, cv=folds, method="predict_proba")
    else:
        chances = model.fit(texts, classes).predict_proba(labelled(split)[0])
    names = sorted(set(classes))
    return [
        Stance(names[int(np.argmax(row))]) if row.max() >= _LEAST else Stance.UNKNOWN
        for row in chances
    ]


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", default="tune,held_out")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    for split in options.splits.split(","):
        texts, truth = labelled(split)
        rules, model = by_rules(texts), by_model(split)
        both = [
            guess if found is Stance.UNKNOWN else found
            for found, guess in zip(rules, model, strict=True)
        ]
        print_table(f"{split}: rules (what is used)", truth, rules)
        print_table(f"{split}: model alone", truth, model)
        print_table(f"{split}: rules, then the model", truth, both)
        if options.wrong and split == _TUNE:
            for text, true, found in zip(texts, truth, rules, strict=True):
                if true is not found:
                    print(f"{true} told as {found}: {text}")


if __name__ == "__main__":
    main()
