"""Hours and keystrokes per 1,000 opinions: an oracle works through a month of the demo.

    python -m benchmarks.replay [--month -1] [--careful 0.9] [--set demo]

The month's opinions of the three prefectures whose demo opinions carry a concern by hand
(tests/data/demo_concerns.csv). Earlier months' concerns are decisions that staff took then; the
oracle decides the month's opinions as their concern says, through the same parts as the pages:
copies are found and decided once, what says nothing is proposed, the learner proposes themes, asks
first for what teaches most, and learns anew after every 20 decisions.

Time is the keystroke-level model of Card, Moran and Newell (CACM 23, 1980): 0.2 s a key for a
practised typist, 1.35 s to make up one's mind once for each decision; reading takes one second for
ten letters, about what adults read in Japanese (600 letters a minute). Waiting for a page (0.5 s)
is added for each opinion that is opened.

- by hand: each opinion is opened, read, filed with the keys of ``benchmarks.filing`` and moved to
  整理済み with three keys; copies are opinions like others.
- with us: statements under the line are read and decided one by one. Those above it are accepted
  theme by theme: every word of them is read too (``read``); or each is skimmed, its first 30
  letters (``skimmed``); or five of a list are read, and all of it when one of them is wrong
  (``sampled``: rectifying inspection, Dodge and Romig 1929). An opinion is 整理済み by itself once
  its themes are decided.

``--set filed`` (or another set of ``benchmarks.learning``) takes a labelled set for the month, with
nothing decided before: larger lists, as a large call has them.

Not in it: writing answers, meetings, reports. A prefecture's own estimate of some ten minutes an
opinion（広島県, 3,000 opinions in 500 hours）holds those too, and is no measure of this.
"""

import argparse
import csv
import math
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from analysis import screening
from analysis.campaigns import find_campaigns
from analysis.learner import Learner, Proposal
from benchmarks import filing, learning
from benchmarks.learning import Filed

_ROOT = Path(__file__).parent.parent
_CONCERNS = _ROOT / "tests/data/demo_concerns.csv"
_OPINIONS = _ROOT / "feedback/demo/opinions"

_KEY, _MIND, _LETTERS_A_SECOND, _PAGE = 0.2, 1.35, 10, 0.5
_SKIMMED = 30
_SAMPLE = 5
_STATUS_KEYS = 3
_EVERY = 20


@dataclass(frozen=True)
class Opinion:
    """One opinion of the demo with its concern: T.. a theme, X another, N nothing, campaign."""

    body: str
    month: int
    concern: str
    is_of_theme: bool

    @property
    def seconds(self) -> float:
        """How long reading it takes."""
        return len(self.body) / _LETTERS_A_SECOND


class Look(Enum):
    """How the lists above the line are looked at."""

    READ = "every word read"
    SKIMMED = "lists above the line skimmed"
    SAMPLED = "five of each list above the line read"


_LONGEST_LOOK = {
    Look.READ: math.inf,
    Look.SKIMMED: _SKIMMED / _LETTERS_A_SECOND,
    Look.SAMPLED: math.inf,
}


@dataclass
class Bill:
    """What the work cost."""

    keys: int = 0
    seconds: float = 0.0
    wrong: int = 0

    def decide(self, keys: int, read: float) -> None:
        """One decision about what was read."""
        self.keys += keys
        self.seconds += _PAGE + read + _MIND + keys * _KEY


def opinions() -> Iterator[Opinion]:
    """Yield the demo's opinions that have a concern."""
    concerns = {row["key"]: row["concern"].removesuffix("+PII") for row in _rows(_CONCERNS)}
    for file in sorted(_OPINIONS.glob("*.csv")):
        for row in _rows(file):
            if row["key"] in concerns:
                concern = concerns[row["key"]]
                yield Opinion(row["body"], int(row["month"]), concern, concern.startswith("T"))


def by_hand(month: list[Opinion], keys: dict[str, int]) -> Bill:
    """Every opinion is opened, read and filed."""
    bill = Bill()
    longest = max(keys.values())
    for one in month:
        bill.decide(keys.get(one.concern, longest) + _STATUS_KEYS + 1, one.seconds)
    return bill


def with_us(
    month: list[Opinion], data: Filed, known: int, hand: dict[str, int], careful: float, look: Look
) -> Bill:
    """Copies once, proposals for the rest; ``known`` are the documents of earlier months."""
    bill = Bill()
    for one in _once([each for each in month if not each.is_of_theme]):
        proposed = screening.set_aside_proposal("", one.body) is not None
        is_known = proposed == (one.concern == "N")
        bill.decide(1 if is_known else 2 + _STATUS_KEYS, one.seconds)
    _file(bill, data, known, hand, careful, look)
    return bill


def _once(rest: list[Opinion]) -> list[Opinion]:
    """A campaign's copies are decided with the first of them."""
    seen: set[int] = set()
    kept = []
    for one, member in zip(rest, find_campaigns([each.body for each in rest]), strict=True):
        if member.campaign is None or member.campaign not in seen:
            kept.append(one)
        if member.campaign is not None:
            seen.add(member.campaign)
    return kept


def _file(
    bill: Bill, data: Filed, known: int, hand: dict[str, int], careful: float, look: Look
) -> None:
    generator = np.random.Generator(np.random.PCG64(0))
    keys = [theme.key for theme in data.themes]
    truth = [keys[at] for at in data.classes]
    told: list[str | None] = [*truth[:known], *([None] * (len(truth) - known))]
    seconds = [len(each.text) / _LETTERS_A_SECOND for each in data.documents]
    while None in told:
        learner = Learner(seed=0).fit(data.documents, told, data.themes, read=data.read)
        for theme, rows in _above(learner, told).items():
            bill.decide(1, 0.0)
            for at in rows:
                told[at] = theme
            for at in _looked_at(rows, theme, truth, look, generator):
                bill.seconds += min(seconds[at], _LONGEST_LOOK[look])
                if theme != truth[at] and generator.random() < careful:
                    told[at] = truth[at]
                    bill.decide(5 + hand[truth[at]], 0.0)
            bill.wrong += sum(told[at] != truth[at] for at in rows)
        asked = [at for at in np.argsort(-learner.teaches_, kind="stable") if told[at] is None]
        for at in asked[:_EVERY]:
            bill.decide(_keys(learner.proposals_[at], truth[at], hand), seconds[at])
            told[at] = truth[at]


def _above(learner: Learner, told: list[str | None]) -> dict[str, list[int]]:
    """The lists that can be accepted at once."""
    lists: dict[str, list[int]] = {}
    line = learner.calibration_.line
    for at, proposal in enumerate(learner.proposals_):
        if told[at] is None and proposal and line is not None and proposal.confidence >= line:
            lists.setdefault(proposal.theme, []).append(at)
    return lists


def _looked_at(
    rows: list[int], theme: str, truth: list[str], look: Look, generator: np.random.Generator
) -> list[int]:
    if look is not Look.SAMPLED or len(rows) <= _SAMPLE:
        return rows
    sample = [int(at) for at in generator.choice(rows, _SAMPLE, replace=False)]
    return sample if all(truth[at] == theme for at in sample) else rows


def _keys(proposal: Proposal | None, truth: str, hand: dict[str, int]) -> int:
    if proposal is None:
        return hand[truth]
    is_offered = truth == proposal.theme or truth in [theme for theme, _ in proposal.others]
    return 1 if is_offered else hand[truth]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--month", type=int, default=-1)
    parser.add_argument("--set", default="demo", help="demo, or a set of benchmarks.learning")
    parser.add_argument("--careful", type=float, default=0.9)
    options = parser.parse_args()
    if options.set == "demo":
        every = list(opinions())
        month = [one for one in every if one.month == options.month]
        before = [one for one in every if one.month < options.month and one.is_of_theme]
    else:
        month = [Opinion(*each, is_of_theme=True) for each in _filed_by_others(options.set)]
        before = []
    both = [*before, *(one for one in month if one.is_of_theme)]
    data = learning.filed("", [each.body for each in both], [e.concern for e in both], None)
    names = [theme.key for theme in data.themes]
    hand = dict(zip(names, filing.by_hand(data), strict=True))
    bills = {"by hand": by_hand(month, hand)}
    for look in Look:
        ours = with_us(month, data, len(before), hand, options.careful, look)
        bills[f"with us, {look.value}"] = ours
    of_theme = sum(one.is_of_theme for one in month)
    print(
        f"{len(month)} opinions, {of_theme} of a theme; {len(before)} decisions of earlier months"
    )
    for name, bill in bills.items():
        hours = bill.seconds / 3600 / len(month) * 1000
        right = 1 - bill.wrong / len(month)
        print(
            f"{name:<48} {hours:5.2f} h and {bill.keys / len(month) * 1000:6,.0f} keys "
            f"per 1,000 opinions; right {right:.1%}"
        )


def _filed_by_others(name: str) -> Iterator[tuple[str, int, str]]:
    """A labelled set as a month; what is alone in its class cannot be learnt and is left out."""
    texts, labels = learning.known_set(name)
    sizes = Counter(labels)
    for text, label in zip(texts, labels, strict=True):
        if sizes[label] > 1:
            yield text, 0, label


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
