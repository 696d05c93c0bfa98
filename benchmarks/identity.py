"""How often "new", "gone" and "continued" are right when themes are followed from month to month.

    python -m benchmarks.identity [--sets demo,synthetic] [--rounds 10]

Months are drawn from opinions whose topic is known: the demo's, cut into statements, and made-up
ones. Nothing of a topic that is *added* stands in the
first month, nothing of one that is *removed* in the second. A theme speaks of the topic that most
of its statements have, if one has at least half; only such themes are judged. So a theme should be
called new when its topic was added, and at no other time. ``statements`` is the matching by common
statements alone.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from analysis import pipeline
from analysis.campaigns import find_campaigns
from analysis.identity import Fate, Match, match
from analysis.lineage import Stood
from analysis.lineage import of as lineage
from analysis.results import Document
from analysis.themes import Number, ThemeModel
from benchmarks import synthetic
from benchmarks.agreement import demo

_ADDED = 2
_SYNTHETIC = 3_000


@dataclass(frozen=True, slots=True)
class Told:
    """A document and what it is about."""

    document: Document
    topic: str


@dataclass(frozen=True, slots=True)
class Months:
    """Two months and what should be said of them."""

    first: list[Told]
    second: list[Told]
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    fewer: bool = False


@dataclass(slots=True)
class Tally:
    """Counts over all rounds."""

    called: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    themes: int = 0

    def __str__(self) -> str:
        return "   ".join(
            [
                *(self._line(name) for name in ("new", "gone")),
                f"same topic {self._share(self.right['heir'], self.called['heir'])}",
                f"falsely new {self._share(self.called['new'] - self.right['new'], self.themes)}",
            ]
        )

    def _line(self, name: str) -> str:
        precision = self._share(self.right[name], self.called[name])
        return f"{name} {precision} right, {self._share(self.right[name], self.wanted[name])} found"

    @staticmethod
    def _share(part: int, whole: int) -> str:
        return f"{part / whole:4.0%} of {whole:<3}" if whole else "   –       "


def _demo() -> list[Told]:
    found = demo(whole=False)
    return [Told(*pair) for pair in zip(found.documents, found.reference, strict=True)]


def _synthetic() -> list[Told]:
    texts = synthetic.statements(_SYNTHETIC)
    documents = pipeline.documents(pipeline.read(texts, whole=True), find_campaigns(texts))
    return [Told(document, synthetic.subject_of(document.text)) for document in documents]


_SETS: dict[str, Callable[[], list[Told]]] = {
    "demo": _demo,
    "synthetic": _synthetic,
}


def _bootstrap(told: Sequence[Told], dice: random.Random) -> Months:
    """The same opinions, nine tenths of them each month."""
    size = round(len(told) * 0.9)
    return Months(dice.sample(told, size), dice.sample(told, size))


def _cumulative(told: Sequence[Told], dice: random.Random) -> Months:
    """The second month holds the first, and as much again."""
    first, second = _halves(told, dice)
    return Months(first, first + second)


def _disjoint(told: Sequence[Told], dice: random.Random) -> Months:
    """No opinion stands in both months."""
    return Months(*_halves(told, dice))


def _cumulative_added(told: Sequence[Told], dice: random.Random) -> Months:
    """The second month holds the first, as much again, and two more topics."""
    months, added = _cumulative(told, dice), _topics(told, dice)
    return Months(_without(months.first, added), months.second, added=added)


def _disjoint_added(told: Sequence[Told], dice: random.Random) -> Months:
    """No opinion stands in both months, and two topics come up in the second."""
    months, added = _disjoint(told, dice), _topics(told, dice)
    return Months(_without(months.first, added), months.second, added=added)


def _disjoint_removed(told: Sequence[Told], dice: random.Random) -> Months:
    """No opinion stands in both months, and two topics are over in the second."""
    months, removed = _disjoint(told, dice), _topics(told, dice)
    return Months(months.first, _without(months.second, removed), removed=removed)


def _fewer_themes(told: Sequence[Told], _: random.Random) -> Months:
    """The same opinions, but two thirds of the themes are asked for in the second month."""
    return Months(list(told), list(told), fewer=True)


_SCENES = (
    _bootstrap, _cumulative, _disjoint, _cumulative_added, _disjoint_added, _disjoint_removed,
    _fewer_themes,
)  # fmt: skip


def _halves(told: Sequence[Told], dice: random.Random) -> tuple[list[Told], list[Told]]:
    senders = sorted({one.document.submission for one in told})
    early = set(dice.sample(senders, len(senders) // 2))
    first = [one for one in told if one.document.submission in early]
    return first, [one for one in told if one.document.submission not in early]


def _topics(told: Sequence[Told], dice: random.Random) -> frozenset[str]:
    """Two of the ten largest topics: large enough to have a theme of their own."""
    largest = [topic for topic, _ in Counter(one.topic for one in told).most_common(10)]
    return frozenset(dice.sample(largest, _ADDED))


def _without(told: Sequence[Told], topics: frozenset[str]) -> list[Told]:
    return [one for one in told if one.topic not in topics]


def _judge(months: Months, tallies: dict[str, Tally]) -> None:
    first = ThemeModel(subthemes=0).fit([one.document for one in months.first])
    number: Number = max(2, first.choice_.number * 2 // 3) if months.fewer else "auto"
    second = ThemeModel(themes=number, subthemes=0).fit([one.document for one in months.second])
    then, now = _about(first, months.first), _about(second, months.second)
    for name, follow in (("statements", _by_statements), ("lineage", _by_lineage)):
        links = follow(first, second, months)
        _count(links, then, now, months, tallies[name])


def _about(model: ThemeModel, told: Sequence[Told]) -> dict[str, str | None]:
    """Return each theme's topic: that of at least half of its statements, or None."""
    topics: dict[str, Counter[str]] = {}
    for one, place in zip(told, model.assignments_, strict=True):
        if place.theme:
            topics.setdefault(place.theme, Counter())[one.topic] += 1
    return {
        theme: max(counts, key=lambda topic: counts[topic])
        if 2 * max(counts.values()) >= counts.total()
        else None
        for theme, counts in topics.items()
    }


def _by_statements(first: ThemeModel, second: ThemeModel, months: Months) -> list[Match]:
    def keys(model: ThemeModel, told: Sequence[Told]) -> dict[str, set[str]]:
        groups: dict[str, set[str]] = {one.id: set() for one in model.themes_}
        for one, place in zip(told, model.assignments_, strict=True):
            if place.theme:
                groups[place.theme].add(one.document.text)
        return groups

    return match(keys(first, months.first), keys(second, months.second))


def _by_lineage(first: ThemeModel, second: ThemeModel, months: Months) -> list[Match]:
    words = {one.document.text: one.document.words for one in months.first}
    before = [
        Stood(one.document.text, place.theme)
        for one, place in zip(months.first, first.assignments_, strict=True)
        if place.theme
    ]
    documents = [one.document for one in months.second]
    return lineage(second, documents, before, lambda texts: [words[text] for text in texts])


def _count(
    links: Sequence[Match],
    then: dict[str, str | None],
    now: dict[str, str | None],
    months: Months,
    tally: Tally,
) -> None:
    fresh = {one.current for one in links if one.fate is Fate.NEW}
    gone = {one.previous for one in links if one.fate is Fate.GONE}
    for name, themes, called, topics in (
        ("new", now, fresh, months.added), ("gone", then, gone, months.removed),
    ):  # fmt: skip
        judged = {theme for theme, topic in themes.items() if topic}
        right = {theme for theme in judged if themes[theme] in topics}
        tally.called[name] += len(called & judged)
        tally.right[name] += len(called & right)
        tally.wanted[name] += len(right)
    tally.themes += sum(topic is not None for topic in now.values())
    for one in links:
        pair = then.get(one.previous or ""), now.get(one.current or "")
        if one.heir and all(pair):
            tally.called["heir"] += 1
            tally.right["heir"] += pair[0] == pair[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(_SETS))
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    for name in options.sets.split(","):
        told = _SETS[name]()
        print(f"\n{name}: {len(told)} statements, {len({one.topic for one in told})} topics")
        for scene in _SCENES:
            tallies = {"statements": Tally(), "lineage": Tally()}
            for turn in range(1 if scene is _fewer_themes else options.rounds):
                _judge(scene(told, random.Random(turn)), tallies)
            print(f"  {(scene.__doc__ or '').strip()}")
            for method, tally in tallies.items():
                print(f"    {method:<11} {tally}", flush=True)


if __name__ == "__main__":
    main()
