"""Figures and facts about people, made so coarse that nobody is found in them. Pure.

*k-anonymity*: whatever may be known of a person from elsewhere (the quasi-identifiers) fits at
least k rows of what is published. L. Sweeney, "k-anonymity: a model for protecting privacy",
International Journal on Uncertainty, Fuzziness and Knowledge-based Systems 10 (5), 2002, 557–570.
Rows are made coarser one by one (local recoding), and blank where nothing coarser is left.

*Small cells* of a count are hidden together with some larger ones（complementary suppression）, so
that the total of the row does not tell them. The rule never looks at where a cell stands and hides
cells that differ: whoever knows the rule too could still exchange any two hidden cells and would
see the same table, hence no hidden cell can be worked out (no "minimality attack").

Not covered: what a text says itself, and the difference between the files of two days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from feedback.theming.counts import Counts

K = 5

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be known of a writer from elsewhere; None is not said, or not published."""

    month: str | None = None
    government: str | None = None
    age_band: str | None = None
    prefecture: str | None = None
    municipality: str | None = None

    def coarser(self) -> tuple[Facts, ...]:
        """These facts and ever fewer of them, nothing at the end."""
        no_municipality = replace(self, municipality=None)
        no_age = replace(no_municipality, age_band=None)
        no_place = replace(no_age, prefecture=None)
        return (self, no_municipality, no_age, no_place, replace(no_place, month=None), NOTHING)


NOTHING = Facts()


def generalised(sizes: Mapping[Facts, int], k: int = K) -> dict[Facts, Facts]:
    """What to publish for each combination of facts, given how many opinions bear it.

    Every combination that is published stands for at least k opinions; only where there are
    fewer than k opinions in all, all of them are blank.
    """
    published: dict[Facts, Facts] = {}
    waiting = list(sizes)
    for level in range(len(NOTHING.coarser())):
        shared: Counter[Facts] = Counter()
        for facts in waiting:
            shared[facts.coarser()[level]] += sizes[facts]
        for facts in waiting:
            coarse = facts.coarser()[level]
            if shared[coarse] >= k or coarse == NOTHING:
                published[facts] = coarse
        waiting = [facts for facts in waiting if facts not in published]
    return _without_few_blanks(published, sizes, k)


def _without_few_blanks(
    published: dict[Facts, Facts], sizes: Mapping[Facts, int], k: int
) -> dict[Facts, Facts]:
    """Hide a few blank rows among others: a lone blank is as telling as a rare combination."""
    shared: Counter[Facts] = Counter()
    for facts, coarse in published.items():
        shared[coarse] += sizes[facts]
    if not 0 < shared[NOTHING] < k or len(shared) == 1:
        return published
    smallest = min((each for each in shared if each != NOTHING), key=lambda e: (shared[e], repr(e)))
    return {facts: NOTHING if coarse == smallest else coarse for facts, coarse in published.items()}


@dataclass(frozen=True, slots=True)
class Hidden:
    """Which cells of one row are not published."""

    cells: frozenset[object] = frozenset()
    is_total: bool = False
    """The total of the row must not be told either, nor any other part of it."""


def hidden_cells(row: Mapping[Key, Counts], k: int = K) -> Hidden:
    """The cells below k opinions, none excepted but the empty ones, and those that cover them.

    The next larger cells join, equal ones all at once, until the hidden ones hold k opinions
    together and are not all alike; then the empty ones; where that does not help, the total.
    """
    bound = k - 1
    while True:
        inside = [each for each in row.values() if 0 < each.submissions <= bound]
        if not inside or _covers(inside, k):
            break
        larger = [each.submissions for each in row.values() if each.submissions > bound]
        if not larger:
            return Hidden(frozenset(row), is_total=not _covers(list(row.values()), k))
        bound = min(larger)
    cells = [key for key, each in row.items() if 0 < each.submissions <= bound]
    return Hidden(frozenset(cells))


def _covers(cells: list[Counts], k: int) -> bool:
    """Whether these cells hide one another: many enough, and exchangeable with a difference."""
    kinds = {each.submissions for each in cells}, {each.voices for each in cells}
    return sum(each.submissions for each in cells) >= k and min(map(len, kinds)) > 1
