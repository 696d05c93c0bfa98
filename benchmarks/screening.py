"""How well personal data, urgency and what may be set aside are seen, on opinions marked by hand.

    python -m benchmarks.screening [--wrong]

``tests/data/screening`` holds the opinions and its README says who wrote and marked them. Figures
are for the part that the rules were made on (development) and for the part that they were not
(held out). ``--wrong`` shows what was missed or hidden too much in development only.
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from analysis import screening
from analysis.screening import PersonalDataKind
from benchmarks import synthetic

FOLDER = Path(__file__).parent.parent / "tests/data/screening"
PARTS = ("development", "held_out")
_MARK = re.compile("〔([^:〔〕]+):([^〔〕]*)〕")
_NONE = "否"
_TIMED = 4_000
K = PersonalDataKind
KINDS = {
    "電話": K.PHONE,
    "メール": K.EMAIL,
    "郵便": K.POSTAL_CODE,
    "個人番号": K.MY_NUMBER,
    "カード": K.CARD,
    "口座": K.ACCOUNT,
    "車両": K.PLATE,
    "SNS": K.SNS,
    "住所": K.ADDRESS,
    "氏名": K.NAME,
    "生年月日": K.BIRTH_DATE,
    "証明": K.DOCUMENT,
}
#: What has a shape of its own; of these, published text must not show one in a hundred.
STRUCTURED = tuple(KINDS.values())[:8]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion as written, what in it is personal data, and what only looks like it."""

    text: str
    personal: tuple[tuple[PersonalDataKind, Span], ...]
    harmless: tuple[Span, ...]


@dataclass(slots=True)
class Tally:
    """What was found of one kind."""

    marked: int = 0
    hidden: int = 0
    as_this_kind: int = 0
    found: int = 0
    rightly: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Marked stretches of which no letter and no digit is left to read."""
        return self.hidden / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """Found stretches that touch a marked one, of any kind."""
        return self.rightly / self.found if self.found else 1.0


def lines(name: str) -> Iterator[str]:
    """Yield the opinions of a file, comments dropped."""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line.replace("⏎", "\n")


def opinions(part: str) -> list[Opinion]:
    """Return the marked opinions of one part."""
    return [_opinion(line) for line in lines(f"personal_{part}")]


def _opinion(line: str) -> Opinion:
    text, personal, harmless, at = "", [], [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        span = (len(text), len(text) + len(match[2]))
        text, at = text + match[2], match.end()
        if match[1] == _NONE:
            harmless.append(span)
        else:
            personal.append((KINDS[match[1]], span))
    return Opinion(text + line[at:], tuple(personal), tuple(harmless))


def tallies(marked: Iterable[Opinion]) -> tuple[dict[PersonalDataKind, Tally], Tally]:
    """Return what was found of each kind, and of the harmless look-alikes what was hidden."""
    found = {kind: Tally() for kind in KINDS.values()}
    alike = Tally()
    for opinion in marked:
        spans = screening.personal_data(opinion.text)
        hidden = {at for span in spans for at in range(span.start, span.end)}
        for kind, (start, end) in opinion.personal:
            tally = found[kind]
            tally.marked += 1
            shown = _telling(kind, opinion.text, start, end) - hidden
            tally.hidden += not shown
            same = any(one.kind is kind and _touch(one, (start, end)) for one in spans)
            tally.as_this_kind += not shown and same
            if shown:
                tally.wrong.append(f"missed: {opinion.text[start:end]!r} in {opinion.text!r}")
        for span in spans:
            tally = found[span.kind]
            tally.found += 1
            right = any(_touch(span, place) for _, place in opinion.personal)
            tally.rightly += right
            if not right:
                words = opinion.text[span.start : span.end]
                tally.wrong.append(f"too much: {words!r} in {opinion.text!r}")
        alike.marked += len(opinion.harmless)
        alike.hidden += sum(any(_touch(one, place) for one in spans) for place in opinion.harmless)
    return found, alike


def _telling(kind: PersonalDataKind, text: str, start: int, end: int) -> set[int]:
    """Return the places of the letters that tell who it is: of a number, only its digits."""
    even = [normalize("NFKC", letter) for letter in text]
    if kind in (K.EMAIL, K.SNS):
        return {at for at in range(start, end) if even[at].isascii() and even[at].isalnum()}
    if kind in (K.ADDRESS, K.NAME, K.PLATE):
        return {at for at in range(start, end) if even[at].isalnum()}
    return {
        at for at in range(start, end) if even[at].isdecimal() or even[at] in "〇一二三四五六七八九"
    }


def _touch(span: screening.PersonalSpan, place: Span) -> bool:
    return span.start < place[1] and place[0] < span.end


def labelled(name: str, part: str) -> list[tuple[str, str]]:
    """Return label and text of each line of a file."""
    found = (line.partition("\t") for line in lines(f"{name}_{part}"))
    return [(label, text) for label, _, text in found]


def _urgent(text: str) -> set[str]:
    return {cue.kind.name for cue in screening.urgent_cues(text)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--peek", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for part in PARTS:
        show = options.wrong and (part == "development" or options.peek)
        _print_personal(part, show)


def _print_personal(part: str, wrong: bool) -> None:
    found, alike = tallies(opinions(part))
    print(f"\nPersonal data, {part.replace('_', ' ')}")
    print(
        f"{'':<16}{'marked':>7}{'hidden':>7}{'recall':>8}{'as kind':>8}{'found':>7}{'precision':>10}"
    )
    for kind, tally in found.items():
        _print_tally(kind.value, tally)
    _print_tally("structured", _sum(found[kind] for kind in STRUCTURED))
    _print_tally("all", _sum(found.values()))
    print(f"look-alikes hidden by mistake: {alike.hidden} of {alike.marked}")
    for tally in found.values() if wrong else ():
        for one in tally.wrong:
            print("   ", one)


def _sum(all_of: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in all_of:
        total.marked += one.marked
        total.hidden += one.hidden
        total.as_this_kind += one.as_this_kind
        total.found += one.found
        total.rightly += one.rightly
    return total


def _print_tally(name: str, tally: Tally) -> None:
    print(
        f"{name:<16}{tally.marked:>7}{tally.hidden:>7}{tally.recall:>8.1%}"
        f"{tally.as_this_kind:>8}{tally.found:>7}{tally.precision:>10.1%}"
    )


if __name__ == "__main__":
    main()
