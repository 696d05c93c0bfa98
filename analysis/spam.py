"""Advertising, letters typed at random, and the same again and again."""

import re

from analysis import lexicon
from analysis.emptiness import letters_of

Span = tuple[int, int]

_PAGE = re.compile(r"(?:https?://|www\.)[!-~]+|\[url=|<a href")
_REPEATED = re.compile(r"(.{1,8}?)\1{3,}", re.DOTALL)
_ROWS = re.compile(
    "あいうえおかきくけこ|アイウエオカキクケコ|いろはにほへと|abcdefghij|ふじこ|くぁw?せ|くぁせ",
    re.IGNORECASE,
)
_LATIN = re.compile("[a-z]+")
_CLUSTER = re.compile("[bcdfghjklmnpqrstvwxz]{4,}|qw|zx|asdf|jkl|hjk")
_ENGLISH = frozenset(
    (  # noqa: SIM905
        "the a an i you we he it is are was be to of in and or not no for on with this that my"
        " your please can could do does have has need want make more from at by as so but how"
        " what when why all good bad"
    ).split()
)
_ENOUGH_LETTERS = 12
_MOST = 0.6
_CLUSTERS = 2
_STRONG_ALONE = 2
_WEAK_ALONE = 3


def spam(text: str) -> tuple[Span, ...] | None:
    """Return what makes normalised text spam (may be no part in particular), or None."""
    if (span := _repeats(text)) is not None:
        return (span,)
    if _is_random(text):
        return ()
    return _advertises(text)


def _repeats(text: str) -> Span | None:
    """The same few letters over and over are most of the text."""
    if len(text) < _ENOUGH_LETTERS:
        return None
    longest = max(
        (match.span() for match in _REPEATED.finditer(text)),
        key=lambda span: span[1] - span[0],
        default=(0, 0),
    )
    length = longest[1] - longest[0]
    return longest if length >= _ENOUGH_LETTERS and length > _MOST * len(text) else None


def _is_random(text: str) -> bool:
    letters = letters_of(text)
    if _ROWS.search(letters) and len(letters) <= 4 * _ENOUGH_LETTERS:
        return True
    if letters.isdecimal() and len(letters) >= _ENOUGH_LETTERS:
        return True
    words = _LATIN.findall(text.lower())
    latin = "".join(words)
    if len(latin) < _ENOUGH_LETTERS or len(latin) < 0.8 * len(letters) or _ENGLISH & set(words):
        return False
    return len(_CLUSTER.findall(" ".join(words))) >= _CLUSTERS and not _PAGE.search(text)


def _advertises(text: str) -> tuple[Span, ...] | None:
    found: dict[str, list[Span]] = {"CERTAIN": [], "STRONG": [], "WEAK": []}
    for kind, start, end in lexicon.cues("spam_cues").find(text):
        found[kind].append((start, end))
    strong, weak = len(set(found["STRONG"])), len(set(found["WEAK"]))
    address = _PAGE.search(text)
    if (
        found["CERTAIN"]
        or strong >= _STRONG_ALONE
        or (strong and (address or weak))
        or weak >= _WEAK_ALONE
        or (weak > 1 and address)
    ):
        spans = sorted(span for spans in found.values() for span in spans)
        return tuple(spans)
    return None
