"""Where a table's headers stand, and what its columns are called.

Offices begin their tables with a title, the day and remarks, and merge cells into headers of two
rows（回答者 above 年代 and 住所）. What is found here is only proposed; staff can say otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sheets import Merged
from feedback.intake.import_columns import guess

#: Headers are looked for in so many rows, and may be so many rows high.
SEARCHED_ROWS = 20
HIGHEST = 4

Lines = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the headers stand, as Excel numbers rows; 0 where a file has none."""

    top: int
    bottom: int


def find(lines: Lines, merged: Sequence[Merged] = ()) -> Layout:
    """The row whose words are headers most often; else the first with more than one cell."""
    lines = lines[:SEARCHED_ROWS]
    scores = [len(guess(headers_of([line])).headers) for line in lines]
    at = scores.index(max(scores)) if any(scores) else _first_with_several(lines)
    return _with_merged(at, merged, width=max((_filled(line) for line in lines), default=0))


def headers_of(tiers: Lines) -> tuple[str, ...]:
    """One name for each column, no two the same; an empty one is called by its letter.

    The lowest row's words name a column; those above it are added where two would be the same.
    """
    width = max((_width(tier) for tier in tiers), default=0)
    stacks = [_stack(tiers, place) for place in range(width)]
    counted = Counter(stack[-1] for stack in stacks if stack)
    names = [
        " ".join(stack) if stack and counted[stack[-1]] > 1 else (stack[-1] if stack else "")
        for stack in stacks
    ]
    twice = Counter(names)
    return tuple(
        name if name and twice[name] == 1 else f"{name}（{letter_of(place)}列）"
        for place, name in enumerate(names)
    )


def letter_of(place: int) -> str:
    """0 → A, 26 → AA, as Excel calls columns."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _stack(tiers: Lines, place: int) -> list[str]:
    """The words over one column from top to bottom; a merged cell's are over all its columns."""
    words: list[str] = []
    for number, tier in enumerate(tiers):
        cell = _plain(tier, place)
        is_above = number < len(tiers) - 1
        if not cell and is_above and any(_plain(lower, place) for lower in tiers[number + 1 :]):
            cell = next((found for at in range(place, -1, -1) if (found := _plain(tier, at))), "")
        if cell and cell not in words:
            words.append(cell)
    return words


def _plain(tier: Sequence[str], place: int) -> str:
    return " ".join(tier[place].split()) if place < len(tier) else ""


def _width(tier: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(tier) if cell.strip()), default=0)


def _filled(line: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in line)


def _first_with_several(lines: Lines) -> int:
    wanted = min(2, max((_filled(line) for line in lines), default=0))
    return next((at for at, line in enumerate(lines) if _filled(line) >= max(wanted, 1)), 0)


def _with_merged(at: int, merged: Sequence[Merged], *, width: int) -> Layout:
    """Take in the rows that merged cells tie to the one found."""
    top = bottom = at
    for each in sorted(merged, key=lambda one: one.top):
        is_title = each.right - each.left + 1 >= width and each.top == each.bottom
        if is_title:
            continue
        is_wide = each.right > each.left
        covers = each.top <= at <= each.bottom
        is_above = is_wide and each.bottom == at - 1
        if covers or is_above:
            top, bottom = min(top, each.top), max(bottom, each.bottom)
        if covers and is_wide and each.bottom == at:
            bottom = max(bottom, at + 1)
    return Layout(top + 1, min(bottom, top + HIGHEST - 1) + 1)
