"""How well themes are named: figures on labels, and with ``--read`` the labels themselves.

    python -m benchmarks.labels [--sets tune,demo,statements] [--themes 8,15,25,40,auto]
                                [--read] [--texts FILE.csv …] [--cost 200000]

First the groups that people made are named (``tune``, ``demo``: as in benchmarks.agreement), so
that the naming is judged alone; then the groups that are found at several numbers. ``--texts``
adds CSV files with a column ``text``. ``--cost`` prints how long it takes to name 100 themes with
four subthemes each among so many statements (20,000 made-up ones, over and over).

=========== ===================================================================================
official    labels that share a content word with the official name (tune alone has names)
short       labels of at most 14 letters
asked       labels that say what is asked or complained of: a noun, and then a verb, an
            adjective or a noun of action
one word    labels of one dictionary word
held        mean share of a theme's statements that hold at least one content word of its label
precise     mean share of the statements holding a label's words, half of them or more, that are
            of its theme
apart       labels that share no content word with a sibling's, nor are all in their parent's
easy        quotes that are whole statements of 12 to 110 letters
=========== ===================================================================================
"""

import argparse
import csv
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis import describe, labels, pipeline
from analysis.bags import Bags
from analysis.campaigns import find_campaigns
from analysis.results import Document, Theme
from analysis.themes import ThemeModel
from analysis.tokens import content_words, tokenizer
from analysis.vectors import Space, centres
from benchmarks import synthetic
from benchmarks.agreement import Labelled, demo, labelled

_ASKED = re.compile("[のをがにで]")
_ACTS = ("動詞", "形容詞", "助動詞", "名詞,サ変", "名詞,接尾,サ変", "名詞,形容動詞")
_SETS = {"tune": lambda: labelled("tune"), "demo": demo}
_FIGURES = ("official", "short", "asked", "one word", "held", "precise", "apart", "easy")


@dataclass(frozen=True, slots=True)
class Named:
    """Themes with their documents, and the official name of each where there is one."""

    themes: Sequence[Theme]
    members: dict[str, list[int]]
    official: dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="tune,demo,statements")
    parser.add_argument("--themes", default="8,15,25,40,auto")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--texts", nargs="*", type=Path, default=[])
    parser.add_argument("--cost", type=int, default=0)
    asked = parser.parse_args()
    if asked.cost:
        print(f"{asked.cost:,} statements, 500 groups: named in {_seconds(asked.cost):.1f} s")
        return
    print(f"{'':<34}themes {' '.join(f'{one:>8}' for one in _FIGURES)}")
    given = {name: _SETS[name]() for name in asked.sets.split(",") if name in _SETS}
    for name, data in given.items():
        _print(f"{name}, groups as given", data.documents, as_given(data), read=asked.read)
    found = {name: data.documents for name, data in given.items() if name == "tune"}
    if "statements" in asked.sets:
        found["demo by statement"] = demo(whole=False).documents
    found |= {path.stem: _documents(path) for path in asked.texts}
    for name, documents in found.items():
        for number in asked.themes.split(","):
            _print(
                f"{name}, {number} asked", documents, as_found(documents, number), read=asked.read
            )


def as_given(data: Labelled) -> Named:
    """Name the groups that people made."""
    names = sorted(set(data.reference))
    rows = np.array([names.index(one) for one in data.reference])
    core = describe.distinct(data.documents)
    bags = Bags.of([document.words for document in data.documents])
    space = Space.learn(bags.rows(core), seed=0)
    views = space.views(bags)
    material = describe.Material(space, data.documents, views, core)
    nowhere = np.full(len(rows), -1)
    ids, themes = describe.themes(
        material, rows, nowhere, [-1] * len(names), centres(views, rows, len(names))
    )
    members = {ids[row]: [int(at) for at in np.flatnonzero(rows == row)] for row in range(len(ids))}
    official = {ids[row]: name for row, name in enumerate(names) if not name.startswith("T")}
    return Named(themes, members, official)


def as_found(documents: Sequence[Document], number: str) -> Named:
    """Name the groups that are found when so many are asked for."""
    model = ThemeModel(themes="auto" if number == "auto" else int(number)).fit(documents)
    members: dict[str, list[int]] = {theme.id: [] for theme in model.themes_}
    for at, one in enumerate(model.assignments_):
        for theme in (one.theme, one.subtheme):
            if theme is not None:
                members[theme].append(at)
    return Named(model.themes_, members, {})


def _print(title: str, documents: Sequence[Document], named: Named, *, read: bool) -> None:
    figures = _figures(documents, named)
    written = " ".join("       –" if one is None else f"{one:>8.2f}" for one in figures)
    print(f"{title:<34}{len(named.themes):>6} {written}", flush=True)
    for theme in named.themes if read else ():
        indent = "    " if theme.parent else "  "
        official = f"  ({named.official[theme.id]})" if theme.id in named.official else ""
        print(f"{indent}{theme.id} {theme.label}{official} [{theme.documents}]")
        print(f"{indent}    {' '.join(theme.keywords)}")
        for quote in theme.quotes:
            print(f"{indent}    「{quote.text}」")


def _figures(documents: Sequence[Document], named: Named) -> list[float | None]:
    words = {theme.id: _words(theme.label) for theme in named.themes}
    share = [bool(words[at] & _words(name)) for at, name in named.official.items()]
    quotes = [len(quote.text) in range(12, 111) for one in named.themes for quote in one.quotes]
    given = [theme.label for theme in named.themes]
    return [
        float(np.mean(share)) if share else None,
        float(np.mean([len(label) <= 14 for label in given])),
        float(np.mean([_asks(label) for label in given])),
        float(np.mean([len(tokenizer().tokens(label)) == 1 for label in given])),
        float(np.mean([_held(documents, named.members[at], words[at]) for at in words])),
        float(np.mean([_precise(documents, named.members[at], words[at]) for at in words])),
        float(np.mean([_apart(theme, named.themes, words) for theme in named.themes])),
        float(np.mean(quotes)),
    ]


def _words(text: str) -> frozenset[str]:
    """Return the shortest content words of a text: a compound's parts stand for it."""
    found = content_words(tokenizer().tokens(text))
    return frozenset(one for one in found if not any(one != each and each in one for each in found))


def _asks(label: str) -> bool:
    last = tokenizer().tokens(label)[-1].pos
    acts = last.startswith(
        ("動詞", "形容詞", "助動詞", "名詞,サ変", "名詞,接尾,サ変", "名詞,形容動詞")
    )
    return bool(_ASKED.search(label)) and acts


def _held(documents: Sequence[Document], inside: Sequence[int], words: frozenset[str]) -> float:
    return float(np.mean([bool(words & set(documents[at].words)) for at in inside]))


def _precise(documents: Sequence[Document], inside: Sequence[int], words: frozenset[str]) -> float:
    here = set(inside)
    holding = [
        at
        for at, document in enumerate(documents)
        if words and 2 * len(words & set(document.words)) >= len(words)
    ]
    return sum(at in here for at in holding) / len(holding) if holding else 0.0


def _apart(theme: Theme, themes: Sequence[Theme], words: dict[str, frozenset[str]]) -> bool:
    own = words[theme.id]
    beside = [one.id for one in themes if one.parent == theme.parent and one.id != theme.id]
    above = words.get(theme.parent or "", frozenset())
    return not any(own & words[one] for one in beside) and not (own and own <= above)


def _seconds(size: int) -> float:
    """Return the processor's seconds for naming; groups are runs of statements with like words."""
    pieces = pipeline.read(synthetic.statements(min(size, 20_000)), whole=True)
    told = [pieces[at % len(pieces)] for at in range(size)]
    documents = [Document(one.text, one.words, at) for at, one in enumerate(told)]
    order = np.array(sorted(range(size), key=lambda at: (documents[at].words[:3], at)))
    tops = [np.sort(rows) for rows in np.array_split(order, 100)]
    leaves = [part for rows in tops for part in np.array_split(rows, 4)]
    parents = [-1] * len(tops) + [at // 4 for at in range(len(leaves))]
    start = time.process_time()
    labels.names(documents, range(size), dict(enumerate(tops + leaves)), parents)
    return time.process_time() - start


def _documents(path: Path) -> list[Document]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    return pipeline.documents(pipeline.read(texts), find_campaigns(texts))


if __name__ == "__main__":
    main()
