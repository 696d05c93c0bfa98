"""Which words of a text carry its theme: nouns, compounds, verbs and adjectives that say something.

Kept apart from ``tokens`` so that the engines know nothing of what is done with their words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from analysis import lexicon
from analysis.spelling import canonical
from analysis.tokens import Token

_UNIT_NOUNS = ("一般", "固有名詞", "サ変接続", "形容動詞語幹", "ナイ形容詞語幹", "未知語")
_LONGEST_COMPOUND = 5
_REMEMBERED = 100_000
_KANJI = re.compile(r"[\u3400-\u9fff]")
_COMPOUND_STEM = re.compile(r"[\u3400-\u9fff]+[\u3041-\u3096]?[\u3400-\u9fff]+[\u3041-\u3096]")
_JAPANESE_LETTER = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々]")


@dataclass(slots=True)
class _Unit:
    """A noun with its suffix, as one part of a compound: オンライン + 化."""

    surface: str
    stem: str
    end: int


def content_words(tokens: Sequence[Token]) -> list[str]:
    """Return theme words in text order: nouns, compound nouns, verbs, adjectives; no stop words."""
    return [word for word in _words(tokens) if _carries_theme(word)]


def search_words(tokens: Sequence[Token]) -> list[str]:
    """Return all words worth finding again, stop words and numbers included."""
    found = list(_words(tokens))
    found += [token.base for token in tokens if token.pos.startswith("名詞,数")]
    return found


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    units: list[_Unit] = []
    prefix: Token | None = None
    for token, following in zip_longest(tokens, tokens[1:]):
        kind, _, detail = token.pos.partition(",")
        if kind == "接頭詞" and detail.startswith("名詞接続"):
            yield from _compound(units)
            units, prefix = [], token
            continue
        adjoining = not units or units[-1].end == token.start
        if kind == "名詞" and detail.startswith(_UNIT_NOUNS):
            if not adjoining:
                yield from _compound(units)
                units = []
            units.append(_unit(token, prefix))
        elif kind == "名詞" and detail.startswith("接尾") and units and adjoining:
            _take_suffix(units[-1], token)
        else:
            yield from _compound(units)
            units = []
            if token.pos.startswith(("動詞,自立", "形容詞,自立")):
                yield canonical(token.surface if _is_a_noun(token, following) else token.base)
        prefix = None
    yield from _compound(units)


def _is_a_noun(verb: Token, following: Token | None) -> bool:
    """Tell whether a verb's stem stands for its noun: 貸出しの予約, 受付けを始める."""
    return (
        following is not None
        and following.surface in "をのがへ"
        and following.start == verb.end
        and bool(_COMPOUND_STEM.fullmatch(verb.surface))
    )


def _unit(token: Token, prefix: Token | None) -> _Unit:
    base = canonical(token.base)
    if prefix is not None and prefix.end == token.start and prefix.surface not in "おご御":
        return _Unit(prefix.surface + base, base, token.end)
    return _Unit(base, base, token.end)


@lexicon.remembered
def _kept_suffix(suffix: str) -> bool:
    return suffix not in lexicon.words("dropped_suffixes")


def _take_suffix(unit: _Unit, token: Token) -> None:
    if _kept_suffix(token.base) and not token.pos.startswith("名詞,接尾,助数詞"):
        unit.surface += token.base
    unit.end = token.end


def _compound(units: Sequence[_Unit]) -> Iterator[str]:
    """Yield the parts of a compound, its neighbouring pairs, and the whole."""
    for unit in units:
        yield unit.stem
        if unit.surface != unit.stem:
            yield canonical(unit.surface)
    if len(units) < 2:
        return
    for size in range(2, min(len(units), _LONGEST_COMPOUND) + 1):
        if size not in (2, len(units)):
            continue
        for first in range(len(units) - size + 1):
            yield canonical("".join(unit.surface for unit in units[first : first + size]))


@lexicon.forgetting
@lru_cache(maxsize=_REMEMBERED)
def _carries_theme(word: str) -> bool:
    return word not in _stopwords() and _says_something(word)


@lexicon.remembered
def _stopwords() -> frozenset[str]:
    """The stop words, also in the spelling that the rules count them under."""
    listed, variants = lexicon.words("stopwords"), lexicon.pairs("variants")
    return listed | {canonical(word) for word in listed if word not in variants}


def _says_something(word: str) -> bool:
    """A single letter says something only when the list of such words holds it."""
    if len(word) == 1:
        return word in lexicon.words("single_letters")
    if word.isascii():
        return len(word) >= 2
    if not _JAPANESE_LETTER.search(word):
        return False
    return len(word) > 2 or bool(_KANJI.search(word)) or _is_katakana(word)


def _is_katakana(word: str) -> bool:
    return all("ァ" <= letter <= "ー" for letter in word)
