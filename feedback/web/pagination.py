"""Pages of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list: its rows and where it stands."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The 1-based place of the first row; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The 1-based place of the last row."""
        return self.first + len(self.rows) - 1 if self.total else 0

    def url(self, number: int) -> str:
        """The address of another page of the list that this request shows."""
        arguments = {**request.args.to_dict(flat=False), "page": [str(number)]}
        return f"{request.path}?{urlencode(arguments, doseq=True)}"

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after this one."""
        return self.number < self.pages


def page_number(text: str | None) -> int:
    """The page asked for; anything that is not a page is the first."""
    if text and text.isascii() and text.isdigit() and len(text) < 9:
        return max(1, int(text))
    return 1
