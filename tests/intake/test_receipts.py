"""Receipt numbers survive a phone call and catch every slip of the tongue."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from feedback.intake import receipts

BODIES = st.text(receipts.ALPHABET, min_size=receipts.LENGTH - 1, max_size=receipts.LENGTH - 1)


def completed(body: str) -> str:
    """The number that these symbols begin."""
    found = [body + last for last in receipts.ALPHABET if receipts.parse(body + last)]
    assert len(found) == 1
    return found[0]


def test_a_number_is_read_back_as_it_is_shown() -> None:
    number = receipts.new()
    shown = receipts.display(number)
    assert len(shown.split("-")) == 3
    assert receipts.parse(shown) == number


def test_typing_habits_are_forgiven() -> None:
    number = receipts.new()
    shown = receipts.display(number)
    wide = shown.translate({ord(symbol): ord(symbol) + 0xFEE0 for symbol in receipts.ALPHABET})
    hyphens = (shown.replace("-", hyphen) for hyphen in ("ー", "ｰ", "－", "‐", "−", "　"))
    for typed in (shown.lower(), f" {shown} ", *hyphens, wide, number):
        assert receipts.parse(typed) == number


@given(BODIES)
def test_every_single_wrong_symbol_is_caught(body: str) -> None:
    number = completed(body)
    for place in range(receipts.LENGTH):
        for other in receipts.ALPHABET.replace(number[place], ""):
            assert receipts.parse(number[:place] + other + number[place + 1 :]) is None


@given(BODIES)
def test_every_swap_of_two_symbols_is_caught(body: str) -> None:
    number = completed(body)
    for first, second in combinations(range(receipts.LENGTH), 2):
        swapped = list(number)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        assert ("".join(swapped) == number) is (receipts.parse("".join(swapped)) is not None)


@given(st.text(max_size=30))
def test_anything_else_is_no_number(text: str) -> None:
    parsed = receipts.parse(text)
    assert parsed is None or len(parsed) == receipts.LENGTH


def test_numbers_do_not_repeat() -> None:
    assert len({receipts.new() for _ in range(2000)}) == 2000
