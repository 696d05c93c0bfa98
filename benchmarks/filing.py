"""How many keystrokes the learner saves an officer who files every statement, and at what cost.

    python -m benchmarks.filing [--sets filed,smoking,digital,waste] [--draws 3]

An oracle files one statement after the other as its label says, and counts keys. The model, made
not to flatter us (moving to the next statement is free for both; a Japanese letter of a theme's
name costs one key, although an input method asks for more):

- by hand: one key opens the choice, then either the letters that leave the theme alone in the list
  (themes whose names hold the letters, in the order of names, one arrow key for each that stands
  before it), or the arrow keys down to it in the list of all themes by size, whichever is less;
  then Enter.
- with us: one key accepts the first proposal; one digit takes the second to the fifth; otherwise
  as by hand. The order is the learner's (what teaches most comes first). After every ``--every``
  decisions it learns anew, from nothing at the start but the themes' names.
- once its line（境目）says so, all that lies above it is accepted at once: one key for each theme
  that has any. The officer reads these lists and puts right what is wrong: arrow keys to it, at
  most ten, and then the keys by hand. ``--careful 0.9`` is the share of wrong ones that are
  noticed; what is not stays wrong, and shows in the accuracy at the end.
"""

import argparse
import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np

from analysis.learner import Learner, Proposal
from benchmarks import learning
from benchmarks.learning import Filed

_TO_A_WRONG_ONE = 10
_EVERY = 20
_FEWEST_ABOVE = 10


@dataclass
class Bill:
    """Keys pressed, and where each statement went."""

    keys: int = 0
    first: int = 0
    other: int = 0
    typed: int = 0
    at_once: int = 0
    put_right: int = 0
    wrong: int = 0


def by_hand(data: Filed) -> list[int]:
    """Return the keys that filing into each theme takes by hand."""
    names = [theme.name for theme in data.themes]
    sizes = Counter(data.classes.tolist())
    ranks = sorted(range(len(names)), key=lambda at: (-sizes[at], names[at]))
    arrows = {at: rank for rank, at in enumerate(ranks)}
    return [2 + min(arrows[at], _typed(names, name)) for at, name in enumerate(names)]


def _typed(names: list[str], name: str) -> int:
    """Return the fewest letters, with arrow keys, after which ``name`` is chosen."""
    best = len(name)
    for length in range(1, len(name) + 1):
        left = sorted(each for each in names if name[:length] in each)
        best = min(best, length + left.index(name))
    return best


def replay(data: Filed, *, every: int, careful: float, seed: int) -> Bill:
    """File everything with the learner's help; the bill."""
    generator = np.random.Generator(np.random.PCG64(seed))
    hand, bill = by_hand(data), Bill()
    told: list[str | None] = [None] * len(data.classes)
    row = {theme.key: at for at, theme in enumerate(data.themes)}
    while None in told:
        learner = Learner(seed=seed).fit(data.documents, told, data.themes, read=data.read)
        _accept_above(learner, data, told, hand, bill, careful, generator)
        asked = [at for at in np.argsort(-learner.teaches_, kind="stable") if told[at] is None]
        for at in asked[:every]:
            truth = int(data.classes[at])
            _decide(learner.proposals_[at], truth, hand[truth], bill, row)
            told[at] = data.themes[truth].key
    return bill


def _decide(
    proposal: Proposal | None, truth: int, hand: int, bill: Bill, row: dict[str, int]
) -> None:
    if proposal is not None and row[proposal.theme] == truth:
        bill.first += 1
        bill.keys += 1
    elif proposal is not None and truth in [row[theme] for theme, _ in proposal.others]:
        bill.other += 1
        bill.keys += 1
    else:
        bill.typed += 1
        bill.keys += hand


def _accept_above(
    learner: Learner,
    data: Filed,
    told: list[str | None],
    hand: list[int],
    bill: Bill,
    careful: float,
    generator: np.random.Generator,
) -> None:
    line = learner.calibration_.line
    if line is None:
        return
    above: dict[str, list[int]] = {}
    for at, proposal in enumerate(learner.proposals_):
        if told[at] is None and proposal is not None and proposal.confidence >= line:
            above.setdefault(proposal.theme, []).append(at)
    if sum(map(len, above.values())) < _FEWEST_ABOVE:
        return
    for theme, rows in above.items():
        bill.keys += 1
        for at in rows:
            truth = int(data.classes[at])
            told[at] = theme
            if data.themes[truth].key == theme:
                bill.at_once += 1
            elif generator.random() < careful:
                bill.put_right += 1
                bill.keys += min(len(rows), _TO_A_WRONG_ONE) + hand[truth]
                told[at] = data.themes[truth].key
            else:
                bill.wrong += 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default="filed,waste,held_out,smoking,digital")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--every", type=int, default=_EVERY)
    parser.add_argument("--careful", type=float, default=0.9)
    options = parser.parse_args()
    print(
        f"{'set':<10} {'texts':>5} {'themes':>6} {'hand':>6} {'ours':>6} {'saved':>6} "
        f"{'first':>6} {'2nd–5th':>7} {'typed':>6} {'at once':>7} {'put right':>9} {'accuracy':>8}"
    )
    for name in options.sets.split(","):
        data = learning.filed(name, *learning.known_set(name), None)
        bills = [
            replay(data, every=options.every, careful=options.careful, seed=seed)
            for seed in range(options.draws)
        ]
        _print_row(name, data, bills)


def _print_row(name: str, data: Filed, bills: list[Bill]) -> None:
    hand = sum(by_hand(data)[at] for at in data.classes)
    count = len(data.classes)
    ours = np.mean([bill.keys for bill in bills])
    parts = [
        np.mean([getattr(bill, part) for bill in bills]) / count
        for part in ("first", "other", "typed", "at_once", "put_right")
    ]
    shares = " ".join(
        f"{part:>{width}.0%}" for part, width in zip(parts, (6, 7, 6, 7, 9), strict=True)
    )
    accuracy = 1 - np.mean([bill.wrong for bill in bills]) / count
    print(
        f"{name:<10} {count:>5} {len(data.themes):>6} {hand:>6} {ours:>6.0f} "
        f"{1 - ours / hand:>6.0%} {shares} {accuracy:>8.1%}",
        flush=True,
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
