"""Who was heard against who lives there: told when it is certain, left open when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage import NOTABLE, Group, Heard, representation


def test_a_group_that_is_half_as_loud_as_it_is_large_is_heard_less() -> None:
    young, old = representation([Group("young", 5000, 60), Group("old", 5000, 240)])
    assert young.ratio == pytest.approx(0.4)
    assert young.expected == pytest.approx(150)
    assert (young.heard, old.heard) == (Heard.LESS, Heard.MORE)
    assert young.low < 0.4 < young.high < 1 < old.low


def test_the_interval_is_the_exact_one() -> None:
    # Clopper and Pearson for 0 of 20: (0, 0.1684), here against half of the people.
    silent, _ = representation([Group("silent", 100, 0), Group("rest", 100, 20)])
    assert (silent.low, silent.high) == (0, pytest.approx(0.1684 / 0.5, abs=1e-3))


def test_too_few_voices_prove_nothing() -> None:
    found = representation([Group("a", 900, 1), Group("b", 1100, 3)])
    assert {each.heard for each in found} == {Heard.UNKNOWN}


def test_a_certain_but_small_difference_is_nothing_to_act_on() -> None:
    found = representation([Group("a", 500_000, 52_000), Group("b", 500_000, 48_000)])
    assert [each.heard for each in found] == [Heard.ALIKE, Heard.ALIKE]


def test_chance_among_many_towns_raises_no_alarm() -> None:
    """One town of two hundred with a p-value just below 0.05 is what chance gives."""
    towns = [Group(f"town {at}", 1000, 10) for at in range(199)]
    found = representation([*towns, Group("loud", 1000, 19)])
    assert found[-1].low > 1, "on its own it would count"
    assert found[-1].heard is not Heard.MORE


def test_without_voices_nothing_can_be_told() -> None:
    found = representation([Group("a", 10, 0), Group("b", 20, 0)])
    assert [each.heard for each in found] == [Heard.UNKNOWN, Heard.UNKNOWN]


def test_where_nobody_lives_nobody_is_missed() -> None:
    assert [each.key for each in representation([Group("a", 0, 0), Group("b", 20, 4)])] == ["b"]


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        representation([Group("a", -1, 0)])


@given(st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**4)), min_size=1, max_size=30))
def test_ratios_lie_in_their_intervals_and_verdicts_follow_them(
    counts: list[tuple[int, int]],
) -> None:
    groups = [Group(str(at), people, voices) for at, (people, voices) in enumerate(counts)]
    found = representation(groups)
    assert [each.key for each in found] == [group.key for group in groups]
    assert sum(each.expected for each in found) == pytest.approx(sum(v for _, v in counts))
    for each in found:
        assert each.low <= each.ratio <= each.high
        if each.heard is Heard.MORE:
            assert each.ratio >= NOTABLE
        if each.heard is Heard.LESS:
            assert each.ratio <= 1 / NOTABLE
