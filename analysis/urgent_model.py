"""A second reader for urgency: wording that no cue knows, told by its letters.

People in need seldom use the words of a list. ``lexicon/urgent_weights.tsv`` holds what was learned
(``urgent_training``) from opinions that people marked: for each run of one or two letters a weight
for urgency and one for each kind, in hundredths. The score of one or two sentences is the sum over
their runs by the square root of the number of runs; above the line in the first row a person should
look, although most often nothing is there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from operator import add

Span = tuple[int, int]

SCALE = 100

_SENTENCE = re.compile(r"[^。!?\n]+[。!?\n]*")
_KANA = re.compile("[ぁ-んァ-ヶ]")
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of runs for urgency and for each kind, and from which score on to speak up."""

    kinds: tuple[str, ...]
    line: float
    urgency: dict[str, int]
    by_kind: dict[str, tuple[int, ...]]

    def suspect(self, text: str) -> tuple[str, Span] | None:
        """Return the kind and place of the most urgent wording in normalised text, if any is."""
        score, (start, end) = self.loudest(text)
        return (self._kind(text[start:end]), (start, end)) if score >= self.line else None

    def loudest(self, text: str) -> tuple[float, Span]:
        """Return the score and the place of the sentence, or of the two, that sound most urgent."""
        spans = sentences(text)
        sums = [sum(filter(None, map(self.urgency.get, runs(text[a:b])))) for a, b in spans]
        read = list(zip(sums, spans, strict=True))
        read += [
            (first + second, (start, end))
            for (first, (start, _)), (second, (_, end)) in pairwise(read)
        ]
        scores = ((total / SCALE / (2 * (b - a)) ** 0.5, (a, b)) for total, (a, b) in read)
        return max(scores, default=(0.0, (0, 0)))

    def _kind(self, text: str) -> str:
        nothing = (0,) * len(self.kinds)
        columns = zip(*(self.by_kind.get(run, nothing) for run in runs(text)), strict=True)
        sums = [sum(column) for column in columns]
        return self.kinds[sums.index(max(sums))]


def windows(text: str) -> list[Span]:
    """Return the places of the sentences, and of each two that follow each other."""
    spans = sentences(text)
    return spans + [(first[0], second[1]) for first, second in pairwise(spans)]


def sentences(text: str) -> list[Span]:
    """Return the places of the Japanese sentences."""
    return [
        match.span()
        for match in _SENTENCE.finditer(text)
        if match.end() - match.start() >= _SHORTEST and _KANA.search(text, *match.span())
    ]


def runs(text: str) -> list[str]:
    """Return the letters and the pairs of letters of a text."""
    return [*text, *map(add, text, text[1:])]


@cache
def model() -> Model:
    """Return the model that comes with the program."""
    return parsed((files("analysis.lexicon") / "urgent_weights.tsv").read_text(encoding="utf-8"))


def parsed(text: str) -> Model:
    """Read a table of weights: the line and the kinds first, then the runs."""
    (line, _, *kinds), *rows = (row.split("\t") for row in text.splitlines())
    urgency = {run: int(weight) for run, weight, *_ in rows}
    by_kind = {run: tuple(map(int, weights)) for run, _, *weights in rows}
    return Model(tuple(kinds), float(line), urgency, by_kind)


def table(kinds: Sequence[str], line: float, rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Write what ``parsed`` reads."""
    head = [f"{line:.2f}", "urgent", *kinds]
    lines = [head, *([run, *map(str, weights)] for run, weights in sorted(rows))]
    return "".join("\t".join(row) + "\n" for row in lines)
