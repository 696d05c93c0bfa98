"""What the voices in a theme want, and the quotes that go against its leaning.

A voice counts once, however many statements or copies it has. A theme leans towards its measure
when most who take a side welcome it or ask for more of it, and away from it when most reject it or
set conditions. Dissent is shown only where both the leaning and the statement are certain: a
rejection of an ending (「廃止に反対」) among people who ask for things to be kept is none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis import lexicon
from analysis.personal import personal_data
from analysis.results import Assignment, Document, Quote, Stance, StanceFound, Theme

_QUOTES = 2
_MOSTLY = 2 / 3
_ENOUGH_VOICES = 4
_CERTAIN = 0.75
_LENGTHS = range(8, 201)
_ALIKE = 0.5

_RESERVED = frozenset({Stance.AGAINST, Stance.CONDITIONAL})


@dataclass(frozen=True, slots=True)
class Leaning:
    """How many voices of a theme have each stance, and quotes against what most of them want."""

    voices: Mapping[Stance, int]
    dissent: tuple[Quote, ...]


class _Member(NamedTuple):
    """A statement of the theme: whose voice it is, its stance, and how surely it belongs there."""

    at: int
    voice: tuple[str, int]
    text: str
    found: StanceFound
    belongs: float


def by_theme(
    themes: Sequence[Theme],
    assignments: Sequence[Assignment],
    documents: Sequence[Document],
    stances: Sequence[StanceFound],
) -> dict[str, Leaning]:
    """Return the leaning of each theme and subtheme, by its id.

    Assignments, documents and stances are those of the same statements in the same order.
    """
    members: dict[str, list[_Member]] = defaultdict(list)
    for at, (place, document, found) in enumerate(
        zip(assignments, documents, stances, strict=True)
    ):
        member = _Member(at, document.voice, document.text, found, place.confidence)
        for theme in (place.theme, place.subtheme):
            if theme is not None:
                members[theme].append(member)
    return {theme.id: _leaning(theme, members[theme.id]) for theme in themes}


def _leaning(theme: Theme, members: Sequence[_Member]) -> Leaning:
    statements: dict[tuple[str, int], list[_Member]] = defaultdict(list)
    for member in members:
        statements[member.voice].append(member)
    speakers = [_spokesman(own) for own in statements.values()]
    counts = Counter(one.found.stance for one in speakers)
    voices = {stance: counts[stance] for stance in Stance if counts[stance]}
    return Leaning(voices, _quotes(theme, _contrary(counts, speakers)))


def _spokesman(statements: Sequence[_Member]) -> _Member:
    """Return the statement that shows the voice's stance: the commonest one that is known."""
    if len(statements) == 1:
        return statements[0]
    known = [one for one in statements if one.found.stance is not Stance.UNKNOWN]
    counts = Counter(one.found.stance for one in known)
    order = list(Stance)
    return min(
        known or statements,
        key=lambda one: (
            -counts[one.found.stance],
            -one.found.confidence,
            order.index(one.found.stance),
            one.at,
        ),
    )


def _contrary(counts: Counter[Stance], speakers: Sequence[_Member]) -> list[_Member]:
    """Return the certain statements against the leaning; none where there is no clear one."""
    asked = [one for one in speakers if one.found.stance is Stance.REQUEST]
    more = sum(_asks("more", one.text) and not _asks("less", one.text) for one in asked)
    reserved = sum(counts[stance] for stance in _RESERVED)
    welcomed = counts[Stance.FOR] + more
    sided = welcomed + reserved
    if sided < _ENOUGH_VOICES:
        return []
    certain = [one for one in speakers if one.found.confidence >= _CERTAIN]
    if welcomed >= sided * _MOSTLY:
        return [
            one
            for one in certain
            if one.found.stance in _RESERVED
            and (counts[Stance.FOR] >= more or not _asks("less", one.text))
        ]
    if reserved >= sided * _MOSTLY and counts[Stance.AGAINST] >= counts[Stance.CONDITIONAL]:
        return [one for one in certain if one.found.stance is Stance.FOR]
    return []


def _asks(way: str, text: str) -> bool:
    return _wordings()[way].search(text) is not None


@lexicon.remembered
def _wordings() -> dict[str, re.Pattern[str]]:
    """Return the wordings that ask for more of a measure, or for less, as one pattern each."""
    found: dict[str, list[str]] = defaultdict(list)
    for wording, way in lexicon.pairs("directions").items():
        found[way].append(re.escape(wording))
    return {way: re.compile("|".join(wordings)) for way, wordings in found.items()}


def _quotes(theme: Theme, contrary: Iterable[_Member]) -> tuple[Quote, ...]:
    """Pick those that name most of what the theme is about and say something of their own."""

    def named(one: _Member) -> int:
        return sum(word in one.text for word in theme.keywords)

    def order(one: _Member) -> tuple[bool, int, float, str]:
        mild = one.found.stance is Stance.CONDITIONAL
        return mild, -named(one), -one.belongs, one.text

    used = [_pairs(quote.text) for quote in theme.quotes]
    picked: list[Quote] = []
    for one in sorted(filter(named, contrary), key=order):
        text = one.text
        pairs = _pairs(text)
        if len(text.strip()) not in _LENGTHS or any(_alike(pairs, each) for each in used):
            continue
        if personal_data(text):
            continue
        picked.append(Quote(one.at, text))
        used.append(pairs)
        if len(picked) == _QUOTES:
            break
    return tuple(picked)


def _pairs(text: str) -> frozenset[str]:
    letters = "".join(text.split())
    return frozenset(letters[at : at + 2] for at in range(max(1, len(letters) - 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)
