"""One spelling for one word: 貸し出し, 貸出し and 貸出; サーバ and サーバー; ウエブ and ウェブ.

The rules make other spellings of a word and ask IPADIC, always Janome's copy of it, so that both
engines get the same answer. Spellings belong together when they differ only in okurigana and the
dictionary has no reading of the shorter that the longest hasn't: 読書 is also read どくしょ, so it
is not 読み書き. Nouns are counted without okurigana where the dictionary has them so, as official
papers write（貸出）, all else with the most. A long vowel is added only where it has that word.
``variants.txt`` comes first and last.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise, product, zip_longest
from typing import Any

from janome.tokenizer import Tokenizer as Janome

from analysis import lexicon

_REMEMBERED = 100_000
_MOST_KANJI = 3
_KANJI = "\u3400-\u9fff々"
_HAS_KANJI = re.compile(f"[{_KANJI}]")
_GAP = re.compile(f"(?<=[{_KANJI}])(?=([{_KANJI}]|$)|[\u3041-\u3096](?![\u3041-\u3096]))")
_OKURIGANA = re.compile(f"(?<=[{_KANJI}])[\u3041-\u3096]+")
_STEM_ENDS = frozenset("いきぎしちじにびみりえけげせぜてねべめれっ")
_INFLECTS = frozenset("うくぐすつぬぶむるい")
_KATAKANA = re.compile("[ァ-ヺー]{3,}")
_MAY_BE_DRAWN_OUT = frozenset("カガサザタダナハバパマヤャラワリ")
_SMALL = str.maketrans("アイウエオヤユヨツ", "ァィゥェォャュョッ")
_LARGE = re.compile(
    "(?<=[ウフシジチツテデトドクグ])[アイエオユ]|(?<=[キシチニヒミリギジビピ])[ヤユヨ]|(?<=.)ツ(?=.)"
)
_VU = (
    ("ヴァ", "バ"),
    ("ヴィ", "ビ"),
    ("ヴェ", "ベ"),
    ("ヴォ", "ボ"),
    ("ヴュ", "ビュ"),
    ("ヴ", "ブ"),
)
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ"))}


@lexicon.forgetting
@lru_cache(maxsize=_REMEMBERED)
def canonical(word: str) -> str:
    """Return the one spelling that ``word`` is counted under."""
    variants = lexicon.pairs("variants")
    if word in variants:
        return variants[word]
    if word.isascii():
        return word
    if _KATAKANA.fullmatch(word):
        meant = _katakana(word)
    elif _HAS_KANJI.search(word):
        meant = _okurigana(word)
    else:
        return word
    return variants.get(meant, meant)


@lru_cache(maxsize=_REMEMBERED)
def spellings(word: str) -> tuple[str, ...]:
    """Return how ``word`` may be written with other okurigana, itself left out."""
    whole = longest(word)
    return tuple(one for one in (whole, *shorter(whole)) if one != word)


def shorter(word: str) -> list[str]:
    """Return ``word`` with less okurigana, known or not: 申込み and 申込 for 申し込み."""
    edges = [0, *(edge for span in _OKURIGANA.finditer(word) for edge in span.span()), len(word)]
    parts = [word[first:last] for first, last in pairwise(edges)]
    choices = [_may_stand(part) if at % 2 else [part] for at, part in enumerate(parts)]
    found = {"".join(chosen) for chosen in product(*choices)} - {word}
    return sorted(one for one in found if len(one) > 1)


def _may_stand(okurigana: str) -> list[str]:
    return list(dict.fromkeys((okurigana, okurigana[-1:], "")))


def _okurigana(word: str) -> str:
    whole = longest(word)
    if whole[-1] in _INFLECTS:
        return whole
    bare = _OKURIGANA.sub("", whole)
    same = len(bare) > 1 and _readings(bare) and _readings(bare) <= _readings(whole)
    return bare if same else whole


@lru_cache(maxsize=_REMEMBERED)
def longest(word: str) -> str:
    """Return the spelling with the most okurigana and the same letters and readings."""
    gaps = list(_GAP.finditer(word))
    readings = _readings(word) if gaps else frozenset()
    kanji = len(_HAS_KANJI.findall(word))
    if not readings or kanji > _MOST_KANJI or len(word) == 1:
        return word
    found = word
    for reading in sorted(readings):
        kana = reading.translate(_TO_HIRAGANA)
        if len(kana) <= len(word) or (kanji == len(word) and kana[-1] not in _STEM_ENDS):
            continue
        for one in _filled(word, gaps, kana):
            if (len(one), one) > (len(found), found) and readings <= _readings(one):
                found = one
    return found if found == word else longest(found)


def _filled(word: str, gaps: list[re.Match[str]], kana: str) -> Iterator[str]:
    """Yield ``word`` with one kana of its reading, or none, in each place that may lack one."""
    choices = []
    for gap in gaps:
        at_end_of_stem = gap.group(1) is not None
        possible = [one for one in dict.fromkeys(kana[1:]) if one not in "ゃゅょん"]
        chosen = [one for one in possible if not at_end_of_stem or one in _STEM_ENDS]
        choices.append(["", *(chosen if gap.start() < len(word) else chosen and [kana[-1]])])
    edges = [0, *(gap.start() for gap in gaps), len(word)]
    parts = [word[first:last] for first, last in pairwise(edges)]
    for added in product(*choices):
        filled = "".join(part + extra for part, extra in zip_longest(parts, added, fillvalue=""))
        if kana.endswith(filled[_last_kanji(filled) + 1 :]):
            yield filled


def _last_kanji(word: str) -> int:
    return max(match.start() for match in _HAS_KANJI.finditer(word))


def _katakana(word: str) -> str:
    for written, meant in _VU:
        word = word.replace(written, meant)
    variants = lexicon.pairs("variants")
    if not _readings(word):
        small = _LARGE.sub(lambda match: match.group().translate(_SMALL), word)
        if small in variants or small in variants.values() or _readings(small):
            word = small
    large = word.replace("ウィ", "ウイ")
    if large != word and _readings(large):
        word = large
    longer = f"{word}ー"
    return longer if word[-1] in _MAY_BE_DRAWN_OUT and _readings(longer) else word


@cache
def _dictionary() -> Any:
    return Janome(mmap=True)


@lru_cache(maxsize=_REMEMBERED)
def _readings(word: str) -> frozenset[str]:
    """Return the readings that IPADIC has for exactly this spelling; none when it hasn't it."""
    janome = _dictionary()
    found = janome.sys_dic.lookup(word.encode(), janome.matcher)
    own = (entry[0] for entry in found if entry[1] == word)
    return frozenset(janome.sys_dic.lookup_extra(at)[4] for at in own)
