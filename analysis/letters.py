"""Letters made even before words are looked up: what NFKC leaves and a reader doesn't notice.

Old and variant kanji, iteration marks, hyphens meant as long vowels（ホ-ムペ-ジ）, dots inside one
katakana word（マイナンバー・カード）, voicing marks typed apart（ハ゛ス）, drawn-out（すごーい）and
doubled kana（をを）. A missing voicing mark can be told only in known words, see ``tokens``;
whether 移行 or 以降 was meant cannot be told from letters at all, and stays as written.
"""

import re
import unicodedata

from analysis import lexicon
from analysis.normalize import Normalized

_KATAKANA = "ァ-ヺー"
_BAR = "[-‐‑‒–—―─━−~〜]"
_FIXES = (
    # A bar inside a katakana word; a lone ア-ウ is a range.
    f"(?<=[{_KATAKANA}]){_BAR}(?=[{_KATAKANA}]{{2}})"
    f"|(?<=[{_KATAKANA}]{{2}}){_BAR}(?=[{_KATAKANA}])"
    f"|(?<=[カ-ヺ]){_BAR}(?=[{_KATAKANA}](?![{_KATAKANA}]))"
    f"|(?<=[{_KATAKANA}]{{2}})-(?=[\u3041-\u3096])",
    f"[{_KATAKANA}]{{2,}}(?:・[{_KATAKANA}]{{2,}})+",
    "[ゝヽ]|[ゞヾ]",
    "[\u3041-\u30fa] ?[\u3099\u309a]",
    "(?<=[\u3041-\u3096])ー+(?=[いくかっ])",
    "を(?=を)|[っッ](?=[っッ])",
)
_SAME_MARKS = frozenset("ゝヽ")
_MARKED = "-‐‑‒–—―─━−~〜・ゝヽゞヾ\u3099\u309a"


def corrected(even: Normalized) -> Normalized:
    """Return the text with letters as they were meant; most texts are returned as they are."""
    text = even.text
    if not _suspicious().search(text):
        return even
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in _fix().finditer(text):
        written = match.group()
        meant = _meant(written, match.start(), text)
        if meant == written:
            continue
        _copy(even, at, match.start(), letters, starts, ends)
        start, end = even.span(*match.span())
        letters += meant
        starts += [start] * len(meant)
        ends += [end] * len(meant)
        at = match.end()
    if not at:
        return even
    _copy(even, at, len(text), letters, starts, ends)
    return Normalized("".join(letters), tuple(starts), tuple(ends))


def _copy(
    even: Normalized, first: int, last: int, letters: list[str], starts: list[int], ends: list[int]
) -> None:
    letters += even.text[first:last]
    starts += even.starts[first:last] if even.starts else range(first, last)
    ends += even.ends[first:last] if even.ends else range(first + 1, last + 1)


@lexicon.remembered
def _old_kanji() -> dict[str, str]:
    return {pair[0]: pair[1:] for pair in sorted(lexicon.words("kanji"))}


@lexicon.remembered
def _suspicious() -> re.Pattern[str]:
    """Return a quick look for texts that may hold something to correct."""
    single = re.escape(_MARKED + "".join(_old_kanji()))
    return re.compile(f"[{single}]|を(?=を)|[っッ](?=[っッ])|ー(?=[ーいくかっ])")


@lexicon.remembered
def _fix() -> re.Pattern[str]:
    return re.compile("|".join((*_FIXES, f"[{re.escape(''.join(_old_kanji()))}]")))


def _meant(written: str, at: int, text: str) -> str:
    """Return what was meant; ``written`` itself when nothing speaks for another reading."""
    first = written[0]
    if first in _old_kanji():
        return _old_kanji()[first]
    if "・" in written:
        joined = written.replace("・", "")
        return joined if joined in _known_as_one() else written
    if written[-1] in "\u3099\u309a":
        composed = unicodedata.normalize("NFC", first + written[-1])
        return composed if len(composed) == 1 else first
    if first in "ゝヽゞヾ":
        before = text[at - 1] if at else ""
        if not "\u3041" <= before <= "\u30fa":
            return written
        voiced = unicodedata.normalize("NFC", before + "\u3099")
        return before if first in _SAME_MARKS or len(voiced) > 1 else voiced
    return "" if first in "をっッー" else "ー"


@lexicon.remembered
def _known_as_one() -> frozenset[str]:
    """Words that are one although some write them with dots inside."""
    pairs = lexicon.pairs("variants")
    return lexicon.words("terms") | set(pairs) | set(pairs.values())
