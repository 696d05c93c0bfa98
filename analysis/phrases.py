"""Short phrases as citizens wrote them: 押印の廃止, 文字が小さい, 画面が開けない.

Works on the text and its content words alone, so that naming themes needs no second pass of the
tokenizer over every text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from analysis import lexicon
from analysis.normalize import plain

_KANA_END = re.compile(r"[\u3041-\u3096]$")
_GAP = re.compile(r"(の|を|が|は|も|に|への|との|での|からの|による)?")
_MADE_NOUN = re.compile(r"を|が|の|は|も|し|す|さ|せ|でき|出来|に(?:し|な)|、|。|$|!|\?|化")
_NOT = re.compile(
    r"([かがさたなばまらわきぎしちにびみり]?)(?:な(?:い|く|かっ|けれ)|ません|ず(?:に)?)"
)
_TO_A_ROW = dict(zip("きぎしちにびみりい", "かがさたなばまらわ", strict=True))
_LEFT_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, and the one or two content words that it is made of."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Spot:
    start: int
    end: int
    word: str
    surface: str
    inflects: bool


def phrases(text: str, words: Sequence[str]) -> list[Phrase]:
    """Return the nouns and two-word phrases of a text, in order."""
    even = _one_spelling(plain(text))
    spots = list(_spots(even, words))
    found = [Phrase(spot.surface, (spot.word,)) for spot in spots if not spot.inflects]
    for left, right in pairwise(spots):
        phrase = None if left.inflects else _pair(even, left, right)
        if phrase:
            found.append(Phrase(phrase, (left.word, right.word)))
    return found


def _one_spelling(text: str) -> str:
    """Write variants in the spelling their words are counted under."""
    variants = lexicon.pairs("variants")
    return _variants().sub(lambda match: variants[match.group()], text)


@cache
def _variants() -> re.Pattern[str]:
    long_ones = [one for one in lexicon.pairs("variants") if len(one) > 2]
    return re.compile("|".join(map(re.escape, sorted(long_ones, key=len, reverse=True))))


def _spots(text: str, words: Sequence[str]) -> Iterator[_Spot]:
    """Find where the words stand, longest first; inflected words by their stem."""
    by_form: dict[str, tuple[str, bool]] = {}
    lowered = text.lower()
    for word in dict.fromkeys(words):
        if word.lower() in lowered:
            by_form.setdefault(
                word.lower(), (word, bool(_KANA_END.search(word)) and word[-1] in _VERB_ENDS)
            )
        elif _KANA_END.search(word) and len(word) > 1:
            by_form.setdefault(word[:-1], (word, True))
    for start, end in _places(lowered, by_form):
        word, inflects = by_form[lowered[start:end]]
        yield _Spot(start, end, word, text[start:end], inflects)


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


_VERB_ENDS = frozenset("うくぐすつぬぶむるい")


def _pair(text: str, left: _Spot, right: _Spot) -> str | None:
    between = text[left.end : right.start]
    if not _GAP.fullmatch(between) or not between or len(left.surface) > _LEFT_AT_MOST:
        return None
    if right.inflects:
        return _with_verb(text, left, right, between)
    if between in ("の", "への", "との", "での", "からの", "による"):
        return left.surface + between + right.surface
    if between in ("を", "が", "は") and _MADE_NOUN.match(text, right.end):
        return f"{left.surface}の{right.surface}"
    return None


def _with_verb(text: str, left: _Spot, right: _Spot, between: str) -> str | None:
    adjective = right.word.endswith("い")
    particle = {"を": "を", "が": "が", "に": "に", "は": "が", "も": "が"}.get(between)
    if particle is None or (between in "はも" and not adjective):
        return None
    stem = right.word[:-1]
    denied = (
        _NOT.match(text, right.start + len(stem)) if text.startswith(stem, right.start) else None
    )
    if not denied and adjective and between == "を":
        return f"{left.surface}を{stem}く"
    if not denied:
        return f"{left.surface}{particle}{right.word}"
    if adjective:
        return None
    mora = denied.group(1)
    return f"{left.surface}{particle}{stem}{_TO_A_ROW.get(mora, mora)}ない"
