"""Text for spreadsheets: what a citizen typed must never run when staff open the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain
from unicodedata import category

#: Spreadsheets take a text that begins so for a formula; some take the full-width forms too.
FORMULA_STARTS = tuple("=+-@＝＋－＠")
#: White space before such a sign is trimmed away by some programs on import.
BLANKS = " \t\r\n\u3000"
KEPT_CONTROLS = frozenset("\t\n")
BYTE_ORDER_MARK = "\ufeff"


def cleaned(text: str) -> str:
    """The text without control characters and lone surrogates; lines end in a line feed."""
    if text.isprintable():
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in unified if char in KEPT_CONTROLS or _is_storable(char))


def neutralised(text: str) -> str:
    """The text as a CSV field that no spreadsheet takes for a formula.

    A leading apostrophe is what spreadsheets themselves use to say "this is text".
    """
    safe = cleaned(text)
    starts_blank = text.startswith(("\t", "\r", "\n")) or safe.startswith(("\t", "\n"))
    begins_formula = safe.lstrip(BLANKS).startswith(FORMULA_STARTS)
    return f"'{safe}" if starts_blank or begins_formula else safe


def restored(field: str) -> str:
    """The text that ``neutralised`` was given; any other text stays as it is."""
    text = field.removeprefix("'")
    return text if text != field and neutralised(text) == field else field


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """A CSV file that Excel opens in Japanese and that never executes: UTF-8 with BOM, CRLF."""
    return b"".join(csv_parts(header, rows))


def csv_parts(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> Iterator[bytes]:
    """The same file line by line, for one too long to be held."""
    yield BYTE_ORDER_MARK.encode()
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in chain([header], rows):
        writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in row])
        yield stream.getvalue().encode()
        stream.seek(0)
        stream.truncate()


def _is_storable(char: str) -> bool:
    return category(char) not in ("Cc", "Cs") and char not in "\ufffe\uffff"
