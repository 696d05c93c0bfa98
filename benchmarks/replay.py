"""Hours and keystrokes per 1,000 opinions: an oracle works through a month of the demo.

    python -m benchmarks.replay [--month -1] [--careful 0.9]

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
  theme by theme: either every word of them is read too (``read``), or each is skimmed, its first
  30 letters (``skimmed``). An opinion is 整理済み by itself once its themes are decided.

Not in it: writing answers, meetings, reports. A prefecture's own estimate of some ten minutes an
opinion（広島県, 3,000 opinions in 500 hours）holds those too, and is no measure of this.
"""

import argparse
import csv
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
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
_STATUS_KEYS = 3
_EVERY = 20


@dataclass(frozen=True)
class Opinion:
    """One opinion of the demo with its concern: T.. a theme, X another, N nothing, campaign."""

    body: str
    month: int
    concern: str

    @property
    def seconds(self) -> float:
        """How long reading it takes."""
        return len(self.body) / _LETTERS_A_SECOND


@dataclass
class Bill:
    """What the work cost."""

    keys: int = 0
    seconds: float = 0.0
    skims: float = 0.0
    """Seconds that skimming saves."""
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
                yield Opinion(row["body"], int(row["month"]), concerns[row["key"]])


def by_hand(month: list[Opinion], keys: dict[str, int]) -> Bill:
    """Every opinion is opened, read and filed."""
    bill = Bill()
    longest = max(keys.values())
    for one in month:
        bill.decide(keys.get(one.concern, longest) + _STATUS_KEYS + 1, one.seconds)
    return bill


def with_us(
    month: list[Opinion], data: Filed, known: int, hand: dict[str, int], careful: float
) -> Bill:
    """Copies once, proposals for the rest; ``known`` are the documents of earlier months."""
    bill = Bill()
    for one in _once([each for each in month if not each.concern.startswith("T")]):
        proposed = screening.set_aside_proposal("", one.body) is not None
        is_known = proposed == (one.concern == "N")
        bill.decide(1 if is_known else 2 + _STATUS_KEYS, one.seconds)
    _file(bill, data, known, hand, careful)
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


def _file(bill: Bill, data: Filed, known: int, hand: dict[str, int], careful: float) -> None:
    generator = np.random.Generator(np.random.PCG64(0))
    keys = [theme.key for theme in data.themes]
    truth = [keys[at] for at in data.classes]
    told: list[str | None] = [*truth[:known], *([None] * (len(truth) - known))]
    seconds = [len(each.text) / _LETTERS_A_SECOND for each in data.documents]
    while None in told:
        learner = Learner(seed=0).fit(data.documents, told, data.themes, read=data.read)
        line = learner.calibration_.line
        for at, proposal in enumerate(learner.proposals_):
            if told[at] is None and proposal and line is not None and proposal.confidence >= line:
                told[at] = proposal.theme
                bill.seconds += seconds[at]
                bill.skims += max(0.0, seconds[at] - _SKIMMED / _LETTERS_A_SECOND)
                if proposal.theme != truth[at] and generator.random() < careful:
                    told[at] = truth[at]
                    bill.decide(5 + hand[truth[at]], 0.0)
                bill.wrong += told[at] != truth[at]
        lists = {told[at] for at in range(known, len(told)) if told[at] is not None}
        bill.decide(len(lists), 0.0)
        asked = [at for at in np.argsort(-learner.teaches_, kind="stable") if told[at] is None]
        for at in asked[:_EVERY]:
            bill.decide(_keys(learner.proposals_[at], truth[at], hand), seconds[at])
            told[at] = truth[at]


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
    parser.add_argument("--careful", type=float, default=0.9)
    options = parser.parse_args()
    every = list(opinions())
    month = [one for one in every if one.month == options.month]
    before = [one for one in every if one.month < options.month and one.concern.startswith("T")]
    now = [one for one in month if one.concern.startswith("T")]
    both = [*before, *now]
    data = learning.filed("demo", [each.body for each in both], [e.concern for e in both], None)
    names = [theme.key for theme in data.themes]
    hand = dict(zip(names, filing.by_hand(data), strict=True))
    rows = {
        "by hand": (by_hand(month, hand), 0.0),
        "with us, every word read": (with_us(month, data, len(before), hand, options.careful), 0.0),
    }
    ours = rows["with us, every word read"][0]
    rows["with us, lists above the line skimmed"] = (ours, ours.skims)
    kinds = Counter(one.concern[0] for one in month)
    print(f"{len(month)} opinions, {dict(kinds)}; {len(before)} decisions from earlier months")
    for name, (bill, saved) in rows.items():
        hours = (bill.seconds - saved) / 3600 / len(month) * 1000
        right = 1 - bill.wrong / len(month)
        print(
            f"{name:<40} {hours:5.1f} h and {bill.keys / len(month) * 1000:6,.0f} keys "
            f"per 1,000 opinions; right {right:.1%}"
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
