"""How well opinions are cut into statements, against boundaries marked by hand.

    python -m benchmarks.statements [--wrong]

``tests/data/statements.txt`` holds the opinions and its README says how they were marked. A
boundary is where a statement begins or ends, the two ends of the whole opinion left out; an
opinion counts as right when all its statements are. ``--wrong`` shows what was cut otherwise in
the part for tuning; the part held out is never shown.
"""

import argparse
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from analysis.statements import split
from benchmarks import synthetic

_MARKED = Path(__file__).parent.parent / "tests/data/statements.txt"
_HEAD = re.compile(r"^== (\d+) (\S+)\n", re.MULTILINE)
_HELD_OUT_BELOW = 85
_TIMED = 4_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """An opinion as written, and where a person saw its statements."""

    number: str
    kind: str
    text: str
    spans: tuple[Span, ...]

    @property
    def held_out(self) -> bool:
        """A third of the opinions, drawn by the hash of what they say."""
        return sha256(self.text.encode()).digest()[0] < _HELD_OUT_BELOW


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement of cuts with the marks of some opinions."""

    opinions: int
    right: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def marked_opinions() -> list[Marked]:
    """Return all opinions of the file."""
    _, *fields = _HEAD.split(_MARKED.read_text(encoding="utf-8"))
    return [
        _marked(number, kind, body.removesuffix("\n"))
        for number, kind, body in zip(fields[::3], fields[1::3], fields[2::3], strict=True)
    ]


def _marked(number: str, kind: str, body: str) -> Marked:
    text, spans = "", []
    for piece in re.split("(⟦[^⟧]*⟧)", body):
        if piece.startswith("⟦"):
            spans.append((len(text), len(text) + len(piece) - 2))
        text += piece.strip("⟦⟧")
    return Marked(number, kind, text, tuple(spans))


def found_spans(text: str) -> tuple[Span, ...]:
    """Return where our statements stand."""
    return tuple((one.start, one.end) for one in split(text))


def score(opinions: Iterable[Marked]) -> Score:
    """Return how well our cuts agree with the marks."""
    wanted, found, shared, right, count = 0, 0, 0, 0, 0
    for opinion in opinions:
        ours = found_spans(opinion.text)
        a, b = _boundaries(opinion.text, opinion.spans), _boundaries(opinion.text, ours)
        wanted, found, shared = wanted + len(a), found + len(b), shared + len(a & b)
        right += _says_the_same(opinion, ours)
        count += 1
    precision = shared / found if found else float(not wanted)
    return Score(count, right / count, precision, shared / wanted if wanted else 1.0)


def _boundaries(text: str, spans: Iterable[Span]) -> set[tuple[str, int]]:
    ends = {("begins", start) for start, _ in spans} | {("ends", end) for _, end in spans}
    return ends - {("begins", 0), ("ends", len(text))}


def _says_the_same(opinion: Marked, ours: tuple[Span, ...]) -> bool:
    """Where a person saw no statement, the one that every text gets is no error."""
    return ours == opinion.spans or (not opinion.spans and len(ours) == 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    wrong = parser.parse_args().wrong
    opinions = marked_opinions()
    parts = {
        "tune": [one for one in opinions if not one.held_out],
        "held out": [one for one in opinions if one.held_out],
    }
    print(f"{'':<12} opinions  precision  recall     F1  cut right")
    for name, part in parts.items():
        _print(name, score(part))
    for kind in dict.fromkeys(one.kind for one in parts["tune"]):
        _print(f"  {kind}", score(one for one in parts["tune"] if one.kind == kind))
    _print_speed()
    for one in parts["tune"] if wrong else ():
        if not _says_the_same(one, found_spans(one.text)):
            print(f"\n{one.number} {one.kind}: {one.text}")
            for each in split(one.text):
                print(f"    {each.text!r}")


def _print(name: str, part: Score) -> None:
    print(
        f"{name:<12} {part.opinions:>8} {part.precision:>10.3f} {part.recall:>7.3f} "
        f"{part.f1:>6.3f} {part.right:>10.1%}"
    )


def _print_speed() -> None:
    texts = synthetic.statements(_TIMED)
    start = time.perf_counter()
    for text in texts:
        split(text)
    spent = (time.perf_counter() - start) / len(texts) * 1e6
    print(f"{spent:.0f} microseconds a text of about 80 letters")


if __name__ == "__main__":
    main()
