"""Which theme of a call each theme of a new run is: the identity that survives runs.

What is compared is which statements lie together: as the last run placed them, and as they were
moved since. A decision of staff weighs as much as ``WEIGHT_OF_STAFF`` placements by machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis import identity
from analysis.identity import Fate, Match
from analysis.themes import Assignment as Placed
from analysis.themes import Theme as ModelTheme

WEIGHT_OF_STAFF = 3
_MOSTLY = 0.5

Keys = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Before:
    """How the call stood before the run: statement → theme, at each level of the last run."""

    tops: Mapping[int, int]
    subthemes: Mapping[int, int]
    decided: Mapping[int, int | None]
    """The statements whose place staff decided, and where they put them."""
    stood: Mapping[int, int] = field(default_factory=dict)
    """Statement → the finest theme that it stood in, merges followed."""
    parents: Mapping[int, int | None] = field(default_factory=dict)
    """Every standing theme → the theme above it."""
    kept: frozenset[int] = frozenset()
    """Standing themes that staff touched: no run ends them or unites them."""
    whole: frozenset[int] = frozenset()
    """Standing themes that staff decided not to split."""
    gathered: frozenset[int] = frozenset()
    """Standing themes that staff fixed, or merged others into: no run makes two of them."""
    merged: Mapping[int, int] = field(default_factory=dict)
    """What was merged → what stands in its place."""

    def standing(self, theme_id: int) -> int:
        """The theme itself, or what it was merged into."""
        return self.merged.get(theme_id, theme_id)


@dataclass(slots=True)
class Heirs:
    """What the run's themes are called in the database, and what became of the others."""

    known: dict[str, int] = field(default_factory=dict)
    """Model key → the theme that continues in it; a key that is not here is a new theme."""
    changes: dict[str, Fate] = field(default_factory=dict)
    """Model key → what became of it against the run before."""
    merged: dict[int, str] = field(default_factory=dict)
    """Theme that lost its place → the model key that took its statements in."""
    joined: dict[str, int] = field(default_factory=dict)
    """Model key → the theme that staff keep whole, of which it would only be a part."""

    def lost(self, before: Before) -> set[int]:
        """The themes that staff keep and that the run did not find."""
        found = {before.standing(theme_id) for theme_id in self.known.values()}
        return set(before.kept - found)


def find(
    before: Before,
    model_themes: Sequence[ModelTheme],
    statement_ids: Sequence[int],
    placed: Sequence[Placed],
) -> Heirs:
    """Match both levels, each with its own kind; then what staff keep with either."""
    found = Heirs()
    now: Keys = {}
    for is_top in (True, False):
        keys = [theme.id for theme in model_themes if (theme.parent is None) is is_top]
        level = _now(keys, statement_ids, placed, before, is_top=is_top)
        now |= level
        _take(found, identity.match(_then(before, is_top=is_top), level))
    _take_kept(found, before, now)
    _join(found, before, now, {theme.id for theme in model_themes if theme.parent is None})
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


def _take_kept(found: Heirs, before: Before, now: Keys) -> None:
    """Let what staff keep continue in a group of either level that nothing else continues in.

    Staff may have made a theme of a subtheme, or the other way round; the run knows nothing of it.
    """
    lost = found.lost(before)
    then: dict[int, set[str]] = defaultdict(set)
    for statement, theme in before.stood.items():
        if theme in lost:
            then[theme] |= _keys(statement, before)
    every = {each for group in now.values() for each in group}
    then = {theme: group & every for theme, group in then.items()}
    free = {key: group for key, group in now.items() if key not in found.known}
    shares = {
        (theme, key): len(old & new) / len(old | (new & known))
        for known in [_known(before)]
        for theme, old in then.items()
        for key, new in free.items()
        if 2 * len(old & new) > max(len(old), len(new & known))
    }
    for theme, key in sorted(shares, key=lambda pair: (-shares[pair], pair)):
        if key not in found.known and theme in found.lost(before):
            found.known[key] = theme
            found.changes[key] = Fate.CONTINUED
            found.merged.pop(theme, None)


def _known(before: Before) -> set[str]:
    return {key for statement in before.stood for key in _keys(statement, before)}


def _join(found: Heirs, before: Before, now: Keys, tops: Collection[str]) -> None:
    """Leave whole what staff keep whole: a new group that comes from it joins it."""
    for key, group in now.items():
        if key in found.known or not group:
            continue
        statements = _statements(group)
        theme, share = _mostly_from(statements, before.stood)
        is_level = (theme is not None and before.parents.get(theme) is None) is (key in tops)
        is_kept = theme in before.whole or (theme in before.gathered and is_level)
        if theme is None or share <= _MOSTLY or not is_kept:
            theme, share = _mostly_from(statements, before.decided)
        if theme is not None and share > _MOSTLY:
            found.joined[key] = theme


def _mostly_from(
    statements: Collection[int], places: Mapping[int, int | None]
) -> tuple[int | None, float]:
    """The theme that most of these statements come from, and how large a share of all."""
    count: Counter[int] = Counter()
    for each in statements:
        theme = places.get(each)
        if theme is not None:
            count[theme] += 1
    if not count:
        return None, 0.0
    theme, most = min(count.items(), key=lambda pair: (-pair[1], pair[0]))
    return theme, most / len(statements)


def _statements(group: Iterable[str]) -> set[int]:
    return {int(key.split(".")[0]) for key in group}
