"""Opinions pasted as one text, told apart by blank lines or by lines."""

from __future__ import annotations

import csv
import io
import re
from enum import StrEnum

HEADER = "意見"
_BLANK_LINES = re.compile(r"\n[ \t\u3000]*\n\s*")


class Separator(StrEnum):
    """What stands between two opinions."""

    BLANK_LINE = "blank_line"
    LINE = "line"

    @property
    def label(self) -> str:
        """The separator in Japanese."""
        return _LABELS[self]


_LABELS = {
    Separator.BLANK_LINE: "空行で区切られたまとまりを、1件の意見とする",
    Separator.LINE: "1行を、1件の意見とする",
}


def opinions(text: str, separator: Separator) -> list[str]:
    """The opinions of a text, in their order."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    pieces = (
        _BLANK_LINES.split(unified) if separator is Separator.BLANK_LINE else unified.split("\n")
    )
    return [piece.strip() for piece in pieces if piece.strip()]


def as_file(found: list[str]) -> bytes:
    """Opinions as the file of an import: a table of one column without headers."""
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([each] for each in found)
    return stream.getvalue().encode("utf-8", "replace")
