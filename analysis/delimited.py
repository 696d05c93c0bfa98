"""Rows of a text with commas or tabs, read line by line within bounds."""

import csv
from collections.abc import Callable, Iterator
from typing import TextIO

_LONGEST_CELL = 1_000_000
_LONGEST_LINE = 4_000_000


class DelimitedError(ValueError):
    """The text is no table from some line on; ``is_too_long`` when that line has no end."""

    def __init__(self, line: int, *, is_too_long: bool = False) -> None:
        self.line = line
        self.is_too_long = is_too_long
        super().__init__(f"line {line}")


def rows(file: TextIO, delimiter: str) -> Iterator[list[str]]:
    """Yield every row, blank ones included; quotes must be closed and NUL is left out."""
    csv.field_size_limit(_LONGEST_CELL)
    lines = (line.replace("\0", "") for line in _lines(file.readline))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise DelimitedError(reader.line_num) from error


def _lines(readline: Callable[[int], str]) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: readline(_LONGEST_LINE), ""), start=1):
        if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
            raise DelimitedError(number, is_too_long=True)
        yield line
