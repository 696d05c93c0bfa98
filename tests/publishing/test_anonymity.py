"""Nobody is found: no rare combination, no small cell, none that can be worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.publishing.anonymity import NOTHING, Facts, K, generalised, hidden_cells
from feedback.theming.counts import Counts

PLACES = st.sampled_from(
    [(None, None), ("tokyo", "府中市"), ("tokyo", "町田市"), ("chiba", "市川市")]
)
FACTS = st.builds(
    lambda month, government, age, place: Facts(month, government, age, *place),
    st.sampled_from(["2026-09", "2026-10"]),
    st.sampled_from(["tokyo", "chiba"]),
    st.sampled_from([None, "20s", "80plus"]),
    PLACES,
)
SIZES = st.dictionaries(FACTS, st.integers(1, 9), max_size=12)
CELLS = st.builds(
    lambda n, voices: Counts(n, min(n, voices)), st.integers(0, 12), st.integers(1, 9)
)
ROWS = st.lists(CELLS, min_size=1, max_size=9).map(lambda row: dict(enumerate(row)))


def shared(published: Mapping[Facts, Facts], sizes: Mapping[Facts, int]) -> Counter[Facts]:
    counted: Counter[Facts] = Counter()
    for facts, coarse in published.items():
        counted[coarse] += sizes[facts]
    return counted


def counts(*numbers: int) -> dict[int, Counts]:
    return {place: Counts(each, each) for place, each in enumerate(numbers)}


def hidden_of(*numbers: int) -> list[object]:
    return sorted(hidden_cells(counts(*numbers)).cells, key=str)


@given(SIZES)
def test_no_combination_is_borne_by_fewer_than_k_opinions(sizes: dict[Facts, int]) -> None:
    published = generalised(sizes)
    assert set(published) == set(sizes)
    groups = shared(published, sizes)
    if sum(sizes.values()) < K:
        assert set(groups) <= {NOTHING}
    else:
        assert all(size >= K for size in groups.values())


@given(SIZES)
def test_what_is_published_is_true_or_blank(sizes: dict[Facts, int]) -> None:
    for facts, coarse in generalised(sizes).items():
        assert coarse in facts.coarser()


def test_the_municipality_goes_first_then_the_age() -> None:
    fuchu = Facts("2026-09", "tokyo", "20s", "tokyo", "府中市")
    machida = Facts("2026-09", "tokyo", "20s", "tokyo", "町田市")
    old = Facts("2026-09", "tokyo", "80plus", "tokyo", "町田市")
    published = generalised({fuchu: 3, machida: 2, old: 6})
    assert published[fuchu] == Facts("2026-09", "tokyo", "20s", "tokyo")
    assert published[old] == old
    published = generalised({fuchu: 3, old: 2})
    assert set(published.values()) == {Facts("2026-09", "tokyo", None, "tokyo")}


def test_a_lone_rare_row_is_not_the_only_blank_one() -> None:
    rare = Facts("2026-08", "chiba", "80plus", "chiba", "市川市")
    common = Facts("2026-09", "tokyo", "20s", "tokyo", "府中市")
    more = Facts("2026-09", "tokyo", "30s", "tokyo", "町田市")
    published = generalised({rare: 1, common: 6, more: 9})
    assert published == {rare: NOTHING, common: NOTHING, more: more}


@given(ROWS)
def test_no_small_cell_is_told(row: dict[int, Counts]) -> None:
    hidden = hidden_cells(row)
    assert {key for key, each in row.items() if 0 < each.submissions < K} <= hidden.cells


@given(ROWS)
def test_hidden_cells_hold_k_together_else_the_total_is_hidden(row: dict[int, Counts]) -> None:
    hidden = hidden_cells(row)
    if hidden.cells and not hidden.is_total:
        assert sum(row[key].submissions for key in row if key in hidden.cells) >= K
        assert len(hidden.cells) > 1
    if hidden.is_total:
        assert hidden.cells == set(row)


@given(ROWS)
def test_a_small_total_is_not_told(row: dict[int, Counts]) -> None:
    total = sum(each.submissions for each in row.values())
    if 0 < total < K:
        assert hidden_cells(row).is_total


@given(st.lists(CELLS, min_size=1, max_size=5).map(lambda row: dict(enumerate(row))))
def test_who_knows_the_rule_too_finds_no_hidden_cell(row: dict[int, Counts]) -> None:
    hidden = hidden_cells(row)
    if hidden.is_total:
        return
    places = [key for key in row if key in hidden.cells]
    possible: dict[int, set[Counts]] = {place: set() for place in places}
    for order in permutations([row[place] for place in places]):
        other = row | dict(zip(places, order, strict=True))
        assert hidden_cells(other) == hidden
        for place, each in zip(places, order, strict=True):
            possible[place].add(each)
    for values in possible.values():
        assert len({each.submissions for each in values}) > 1
        assert len({each.voices for each in values}) > 1


@pytest.mark.parametrize("total", range(13))
def test_every_small_table_is_safe(total: int) -> None:
    """All tables of three cells with a total, against all that look the same."""
    looks: dict[object, list[tuple[int, ...]]] = {}
    for row in product(range(total + 1), repeat=3):
        if sum(row) != total:
            continue
        hidden = hidden_cells(counts(*row))
        seen = tuple(None if place in hidden.cells else row[place] for place in range(3))
        looks.setdefault((seen, hidden.is_total), []).append(row)
    for (seen, is_total), rows in looks.items():  # type: ignore[misc]
        for place in range(3):
            if seen[place] is None and not is_total:
                assert len({row[place] for row in rows}) > 1, (seen, rows)


def test_one_small_cell_takes_the_next_larger_with_it() -> None:
    assert hidden_of(2, 9, 30) == [0, 1]
    assert hidden_of(2, 9, 9) == [0, 1, 2]
    assert hidden_of(2, 4, 30) == [0, 1]
    assert hidden_of(1, 1, 30) == [0, 1, 2]
    assert hidden_of(0, 5, 30) == []


def test_equal_small_cells_hide_among_the_empty_ones_else_the_total_goes() -> None:
    assert hidden_of(4, 4, 0) == [0, 1, 2]
    assert not hidden_cells(counts(4, 4, 0)).is_total
    assert hidden_cells(counts(4, 4)).is_total
    assert hidden_cells(counts(3, 0, 0)).is_total
