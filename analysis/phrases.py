"""Short phrases as citizens wrote them: 押印の廃止, 文字が小さい, 画面が開けない.

Works on the text and its content words alone, so that naming themes needs no second pass of the
tokenizer over every text, and so that both engines give the same phrases.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis import asked, lexicon
from analysis.asked import Asked
from analysis.normalize import plain
from analysis.spelling import spellings

_OF = re.compile(r"の|への|との|での|からの|による")
_PARTICLE = re.compile(r"(を|が|は|も|に|へ|から|で)(?:もっと|ぜひ|是非|すべて|早く|すぐに?|、)?")
_ADJOINS = re.compile(r"[\u3400-\u9fff々]")
_KATAKANA = re.compile(r"[ァ-ヶー]")
_VERB_ENDS = frozenset("うくぐすつぬぶむるい")
# Nouns that end as adjectives do: 支払い, 取扱い, 話し合い, 手伝い.
_NOUN_IN_I = re.compile(r"[払扱違使拾願伝舞匂占集笑戦争問救狙習償洗買合会追祝]い$")
_STANCES = frozenset(("賛成", "反対"))
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, the content words that it is made of, and what they are counted as.

    ``asks`` when it ends in what is asked or complained of; then the last of ``words`` says so.
    ``wish`` when it stands in a request or a complaint here.
    """

    text: str
    words: tuple[str, ...]
    key: str
    asks: bool = False
    wish: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    start: int
    end: int
    word: str
    base: str
    surface: str
    inflects: bool


@dataclass(frozen=True, slots=True)
class _Head:
    """A noun, or a noun of a noun, about which something may be said."""

    end: int
    text: str
    key: str
    words: tuple[str, ...]


def phrases(text: str, words: Sequence[str]) -> list[Phrase]:
    """Return the nouns, nouns of nouns, and what is asked of them, in order."""
    even = plain(text)
    spots = list(_spots(even, words))
    at_start = {spot.start: spot for spot in spots}
    found: list[Phrase] = []
    before: _Spot | None = None
    for spot in spots:
        if spot.inflects or not _stands_alone(even, spot):
            before = None
            continue
        head = _Head(spot.end, spot.surface, spot.word, (spot.word,))
        if spot.word not in _STANCES:
            found.append(Phrase(head.text, head.words, head.key))
        found += _said(even, head, at_start)
        joined = _joined(even, before, head, spot.start)
        if joined:
            if not asked.denied(even, joined.end):
                wanted = asked.wanted(even, joined.end)
                found.append(Phrase(joined.text, joined.words, joined.key, wanted, wanted))
            found += _said(even, joined, at_start)
        before = spot
    return found


def _joined(text: str, before: _Spot | None, head: _Head, start: int) -> _Head | None:
    """Return noun の noun when only such a particle stands between them."""
    if before is None or before.word in head.words:
        return None
    between = text[before.end : start]
    if not _OF.fullmatch(between) or len(before.surface) + len(head.text) >= _LONGEST:
        return None
    return _Head(
        head.end,
        before.surface + between + head.text,
        f"{before.word}{between}{head.key}",
        (before.word, *head.words),
    )


def _said(text: str, head: _Head, at_start: dict[int, _Spot]) -> Iterator[Phrase]:
    """Yield the head with what is asked of it, or complained of, straight after it."""
    said = asked.against(text, head.end)
    particle = _PARTICLE.match(text, head.end)
    if not said and particle:
        spot = at_start.get(particle.end())
        said = (
            _by_spot(text, particle.group(1), spot)
            if spot
            else asked.common(text, particle.group(1), particle.end())
        )
    if said and said.word not in head.words and len(head.text + said.form) < _LONGEST:
        yield Phrase(
            head.text + said.before + said.form,
            (*head.words, said.word),
            f"{head.key}{said.before}{said.form}",
            asks=True,
            wish=said.wish,
        )


def _by_spot(text: str, particle: str, spot: _Spot) -> Asked | None:
    if spot.inflects:
        return asked.of_verb(text, particle, spot.base, spot.word, spot.start)
    return asked.of_noun(text, particle, spot.surface, spot.word, spot.end)


def _stands_alone(text: str, spot: _Spot) -> bool:
    """Tell whether a noun is not cut out of a longer run of kanji or katakana."""
    for edge, beside in (
        (spot.surface[0], text[max(0, spot.start - 1) : spot.start]),
        (spot.surface[-1], text[spot.end : spot.end + 1]),
    ):
        if any(kind.match(edge) and kind.match(beside) for kind in (_ADJOINS, _KATAKANA)):
            return False
    return True


def _spots(text: str, words: Sequence[str]) -> Iterator[_Spot]:
    """Find where the words stand, longest first; inflected words by their stem."""
    by_form: dict[str, tuple[str, str, bool]] = {}
    lowered = text.lower()
    for word in dict.fromkeys(words):
        for base in written_as(word):
            inflects = _inflects(word) and _inflects(base)
            form = base[:-1] if inflects else base.lower()
            if form in lowered:
                by_form.setdefault(form, (word, base, inflects))
    for start, end in _places(lowered, by_form):
        word, base, inflects = by_form[lowered[start:end]]
        yield _Spot(start, end, word, base, text[start:end], inflects)


def _inflects(word: str) -> bool:
    return word[-1] in _VERB_ENDS and len(word) > 1 and not _NOUN_IN_I.search(word)


@lexicon.forgetting
@lru_cache(maxsize=100_000)
def written_as(word: str) -> tuple[str, ...]:
    """Return the spellings under which a word may stand in a text, its own first."""
    return tuple(dict.fromkeys((word, *_variants().get(word, ()), *spellings(word))))


@lexicon.remembered
def _variants() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for written, meant in lexicon.pairs("variants").items():
        found.setdefault(meant, []).append(written)
    return found


def _places(text: str, forms: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Find forms from left to right, the longest first, none overlapping another."""
    by_first: dict[str, list[str]] = {}
    for form in sorted(forms, key=len, reverse=True):
        by_first.setdefault(form[:1], []).append(form)
    at = 0
    while at < len(text):
        for form in by_first.get(text[at], ()):
            if text.startswith(form, at):
                yield at, at + len(form)
                at += len(form) - 1
                break
        at += 1
