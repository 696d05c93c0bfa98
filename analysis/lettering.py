"""How much room a label takes, and where it breaks; Japanese letters are as wide as high."""

from unicodedata import east_asian_width

_WIDE = frozenset("WFA")
_NARROW_LETTER = 0.58
_BREAKS_FROM = 10.0


def width(text: str) -> float:
    """Return the width of one line in letter heights; narrow letters by their usual width."""
    return sum(1.0 if east_asian_width(one) in _WIDE else _NARROW_LETTER for one in text)


def lines(text: str) -> list[str]:
    """Break a label into two lines of nearly equal width when one would be long."""
    if width(text) <= _BREAKS_FROM:
        return [text]
    at = min(range(1, len(text)), key=lambda cut: (_cost(text, cut), cut))
    return [text[:at], text[at:]]


def _cost(text: str, cut: int) -> float:
    """A line should not begin with a particle's tail or a mark, nor break a run of one script."""
    uneven = abs(width(text[:cut]) - width(text[cut:]))
    return uneven + 3.0 * (_kind(text[cut - 1]) == _kind(text[cut])) + 6.0 * (text[cut] in _LEANING)


_LEANING = frozenset("のをがはもにへとでやぁぃぅぇぉっゃゅょァィゥェォッャュョー、。・）」』")


def _kind(letter: str) -> str:
    if "\u3041" <= letter <= "\u3096":
        return "hiragana"
    if "\u30a1" <= letter <= "\u30ff":
        return "katakana"
    return "latin" if letter.isascii() else "kanji"
