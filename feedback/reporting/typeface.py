"""The Japanese typeface of charts and PDF, and what it cannot show.

It comes with a package, so that no machine needs a font of its own. It has no emoji, no hangul
and not every Chinese character; a citizen may have typed any of them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from unicodedata import category

#: The printers' mark for a character that the case does not hold（ゲタ）.
GETA = "〓"
KEPT = frozenset("\n")
#: Marks and joiners that only shape the character before them, and controls, leave no gap.
UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Cs", "Cn"})


@cache
def font_path() -> Path:
    """The font's file."""
    import matplotlib_fontja

    return Path(matplotlib_fontja.__file__).parent / "fonts" / "ipaexg.ttf"


def printable(text: str) -> str:
    """The text as this typeface can set it: what it lacks becomes 〓, what is unseen goes."""
    return "".join(_set(char) for char in text)


def _set(char: str) -> str:
    if char in KEPT:
        return char
    if category(char) in UNSEEN:
        return ""
    return char if ord(char) in _glyphs() else GETA


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(font_path())).get_charmap())
