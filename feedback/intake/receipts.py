"""Receipt numbers（受付番号）: short, unguessable, clear over a phone, and checked.

Twelve symbols of an alphabet of 23 without vowels or look-alikes: eleven random ones (about 50
bits) and one check symbol. The check is a weighted sum modulo 23 with weights 1 to 12. Since 23 is
prime and all weights differ and are non-zero, every single wrong symbol and every swap of two
symbols changes the sum (J. Verhoeff, Error Detecting Decimal Codes, 1969, on weighted sums).
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "23456789CFGHJKMPQRTVWXY"
LENGTH = 12
GROUP = 4
#: What a Japanese keyboard types for a hyphen.
LONG_VOWEL = "ー"

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
#: The inverse of the last weight, so that the last symbol brings the sum to zero.
_LAST_INVERSE = pow(LENGTH, -1, len(ALPHABET))


def new() -> str:
    """A fresh number, without hyphens."""
    drawn, body = secrets.randbelow(len(ALPHABET) ** (LENGTH - 1)), ""
    while len(body) < LENGTH - 1:
        drawn, value = divmod(drawn, len(ALPHABET))
        body += ALPHABET[value]
    check = -_weighted(body) * _LAST_INVERSE % len(ALPHABET)
    return body + ALPHABET[check]


def display(number: str) -> str:
    """As people see it: XXXX-XXXX-XXXX."""
    return "-".join(number[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def parse(text: str) -> str | None:
    """The number in what a person typed; None when it cannot be one.

    Forgives lower case, full width, spaces and every kind of hyphen.
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    number = "".join(symbol for symbol in folded if symbol.isalnum() and symbol != LONG_VOWEL)
    if len(number) != LENGTH or any(symbol not in _VALUES for symbol in number):
        return None
    return number if _weighted(number) == 0 else None


def _weighted(symbols: str) -> int:
    total = sum(weight * _VALUES[symbol] for weight, symbol in enumerate(symbols, start=1))
    return total % len(ALPHABET)
