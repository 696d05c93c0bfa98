"""Which theme of a call each theme of a new run is: the identity that survives runs.

What is compared is which statements lie together: as the last run placed them, and as staff
decided since. A decision of staff weighs as much as ``WEIGHT_OF_STAFF`` placements by machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from analysis import identity
from analysis.identity import Fate, Match
from analysis.themes import Assignment as Placed
from analysis.themes import Theme as ModelTheme

WEIGHT_OF_STAFF = 3

Keys = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Before:
    """How the call stood before the run: statement → theme, at each level."""

    tops: Mapping[int, int]
    subthemes: Mapping[int, int]
    decided: Collection[int]
    """The statements whose place staff decided."""


@dataclass(slots=True)
class Heirs:
    """What the run's themes are called in the database, and what became of the others."""

    known: dict[str, int] = field(default_factory=dict)
    """Model key → the theme that continues in it; a key that is not here is a new theme."""
    changes: dict[str, Fate] = field(default_factory=dict)
    """Model key → what became of it against the run before."""
    merged: dict[int, str] = field(default_factory=dict)
    """Theme that lost its place → the model key that took its statements in."""


def find(
    before: Before,
    model_themes: Sequence[ModelTheme],
    statement_ids: Sequence[int],
    placed: Sequence[Placed],
) -> Heirs:
    """Match both levels, each with its own kind."""
    found = Heirs()
    for is_top in (True, False):
        keys = [theme.id for theme in model_themes if (theme.parent is None) is is_top]
        now = _now(keys, statement_ids, placed, before, is_top=is_top)
        _take(found, identity.match(_then(before, is_top=is_top), now))
    return found


def _then(before: Before, *, is_top: bool) -> Keys:
    groups: Keys = defaultdict(set)
    for statement, theme in (before.tops if is_top else before.subthemes).items():
        groups[str(theme)] |= _keys(statement, before)
    return dict(groups)


def _now(
    keys: Sequence[str],
    statement_ids: Sequence[int],
    placed: Sequence[Placed],
    before: Before,
    *,
    is_top: bool,
) -> Keys:
    groups: Keys = {key: set() for key in keys}
    for statement, place in zip(statement_ids, placed, strict=True):
        key = place.theme if is_top else place.subtheme
        if key is not None:
            groups[key] |= _keys(statement, before)
    return groups


def _keys(statement: int, before: Before) -> set[str]:
    if statement not in before.decided:
        return {str(statement)}
    return {f"{statement}.{turn}" for turn in range(WEIGHT_OF_STAFF)}


def _take(found: Heirs, matches: Sequence[Match]) -> None:
    for each in matches:
        if each.current is None:
            continue
        if each.heir and each.previous is not None:
            found.known[each.current] = int(each.previous)
        # An heir's own fate comes before that of the links beside it.
        if each.heir or each.current not in found.changes:
            found.changes[each.current] = each.fate
    heirs = set(found.known.values())
    for each in matches:
        is_lost = each.previous is not None and int(each.previous) not in heirs
        if is_lost and each.current is not None and each.fate is Fate.MERGED:
            found.merged.setdefault(int(each.previous or 0), each.current)
