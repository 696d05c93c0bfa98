"""Who was heard against who lives there: over- and under-heard groups, with the uncertainty.

A group's *representation* is its share of the voices divided by its share of the people: 1 means
that it was heard in proportion, 0.5 half as much. Its interval is the exact one of Clopper and
Pearson (Biometrika 26, 1934) for the share of voices. Whether a group counts as over- or
under-heard is decided by exact binomial tests under a false discovery rate over all groups that are
compared (Benjamini and Hochberg, JRSS B 57, 1995), because among two hundred municipalities some
differ by chance alone.

The interval tells how far chance goes, no more: who writes is never a random sample, and nothing
here is used to weight voices anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.stats import binomtest, false_discovery_control

LEVEL = 0.95
#: A difference that is certain but smaller than a fifth is nothing to act on.
NOTABLE = 1.25


class Heard(StrEnum):
    """How a group was heard, as far as it can be told."""

    MORE = "more"
    LESS = "less"
    ALIKE = "alike"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the population and the voices that came from it."""

    key: str
    people: int
    voices: int


@dataclass(frozen=True, slots=True)
class Representation:
    """How a group was heard against its size."""

    key: str
    people: int
    voices: int
    expected: float
    """Voices if every group were heard in proportion."""
    ratio: float
    """Share of voices divided by share of people."""
    low: float
    high: float
    """Ends of the 95 % interval of ``ratio``."""
    heard: Heard


def representation(groups: Sequence[Group]) -> tuple[Representation, ...]:
    """How each of the groups was heard; they must be all parts of one whole, without overlap.

    Groups in which nobody lives are left out. Without any voice every group is ``UNKNOWN``.

    Raises:
        ValueError: when a count is negative.
    """
    if any(group.people < 0 or group.voices < 0 for group in groups):
        raise ValueError("people and voices are counts and cannot be negative")
    inhabited = [group for group in groups if group.people]
    people = sum(group.people for group in inhabited)
    voices = sum(group.voices for group in inhabited)
    if voices == 0:
        return tuple(_silent(group) for group in inhabited)
    tests = [binomtest(group.voices, voices, group.people / people) for group in inhabited]
    adjusted = false_discovery_control([test.pvalue for test in tests])
    found = []
    for group, test, p_value in zip(inhabited, tests, adjusted, strict=True):
        share = group.people / people
        interval = test.proportion_ci(LEVEL, method="exact")
        ratio, low, high = (each / share for each in (test.statistic, interval.low, interval.high))
        heard = _judged(ratio, low, high, is_certain=p_value < 1 - LEVEL)
        found.append(
            Representation(
                group.key, group.people, group.voices, voices * share, ratio, low, high, heard
            )
        )
    return tuple(found)


def _silent(group: Group) -> Representation:
    return Representation(group.key, group.people, 0, 0.0, 0.0, 0.0, float("inf"), Heard.UNKNOWN)


def _judged(ratio: float, low: float, high: float, *, is_certain: bool) -> Heard:
    if is_certain and ratio >= NOTABLE:
        return Heard.MORE
    if is_certain and ratio <= 1 / NOTABLE:
        return Heard.LESS
    if is_certain or (low > 1 / NOTABLE**2 and high < NOTABLE**2):
        return Heard.ALIKE
    return Heard.UNKNOWN
