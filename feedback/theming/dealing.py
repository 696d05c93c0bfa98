"""What staff keep apart stays apart, also where a run sees one theme.

A theme that staff touched and that the run did not find again has its statements inside one or
more of the run's groups. There each statement goes to whichever lies nearer: the middle of what
is the group's own, or the middle of what stood in the theme before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from analysis import vectors
from analysis.themes import Assignment as Placed
from analysis.themes import ThemeModel
from feedback.theming.heirs import WEIGHT_OF_STAFF, Before, Heirs
from feedback.theming.material import Material

#: A theme has a claim where at least this share of it lies.
_CLAIM = 0.2
_OWN = 0
_CHUNK = 8192

Rows = list[int]


def deal(
    model: ThemeModel,
    material: Material,
    places: Sequence[Placed],
    before: Before,
    heirs: Heirs,
) -> dict[int, int]:
    """Statement → the kept theme, for those that lie nearer to it than to their own group."""
    groups = _groups(material.statement_ids, places, before, heirs)
    if not groups:
        return {}
    claims = _claims(groups, places)
    inside: dict[str, Rows] = defaultdict(list)
    for row, place in enumerate(places):
        if place.theme in claims:
            inside[place.subtheme or place.theme or ""].append(row)
    dealt: dict[int, int] = {}
    for rows in inside.values():
        top = places[rows[0]].theme or ""
        dealt |= _deal_group(model, material, rows, {x: groups[x] for x in claims[top]}, before)
    return {
        statement: theme for statement, theme in dealt.items() if statement not in before.decided
    }


def _groups(
    statement_ids: Sequence[int], places: Sequence[Placed], before: Before, heirs: Heirs
) -> dict[int, Rows]:
    """The rows that stood in each kept theme that was not found; its ended subthemes' too."""
    lost = heirs.lost(before)
    found = {before.standing(theme_id) for theme_id in heirs.known.values()}
    groups: dict[int, Rows] = defaultdict(list)
    for row, statement in enumerate(statement_ids):
        if places[row].theme is None:
            continue
        theme = before.stood.get(statement)
        if theme is None:
            continue
        above = before.parents.get(theme)
        if theme not in lost and theme not in found and above in lost:
            theme = above
        if theme in lost:
            groups[theme].append(row)
    return dict(groups)


def _claims(groups: Mapping[int, Rows], places: Sequence[Placed]) -> dict[str, list[int]]:
    """The run's top groups in which a theme has a claim, with those themes."""
    claims: dict[str, list[int]] = defaultdict(list)
    for theme, rows in sorted(groups.items()):
        tops = [places[row].theme or "" for row in rows]
        for top in sorted(set(tops)):
            if tops.count(top) >= _CLAIM * len(tops):
                claims[top].append(theme)
    return dict(claims)


def _deal_group(
    model: ThemeModel,
    material: Material,
    rows: Rows,
    claimants: Mapping[int, Rows],
    before: Before,
) -> dict[int, int]:
    """Deal out one group's rows between the group itself and the claimants."""
    themes = [*claimants]
    taken = {row for claimed in claimants.values() for row in claimed}
    own = [row for row in rows if row not in taken]
    anchors = [own, *(claimants[theme] for theme in themes)]
    centres = _centres(model, material, anchors, before)
    dealt: dict[int, int] = {}
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        views = model.views([material.documents[row] for row in chunk])
        likeness = vectors.similarity(views, centres)
        if not own:
            likeness[:, _OWN] = -2
        for row, best in zip(chunk, likeness.argmax(axis=1), strict=True):
            if best != _OWN:
                dealt[material.statement_ids[row]] = themes[int(best) - 1]
    return dealt


def _centres(
    model: ThemeModel, material: Material, anchors: Sequence[Rows], before: Before
) -> vectors.Centres:
    rows: Rows = []
    labels: list[int] = []
    for label, group in enumerate(anchors):
        for row in group[:_CHUNK]:
            is_decided = material.statement_ids[row] in before.decided
            turns = WEIGHT_OF_STAFF if is_decided else 1
            rows += [row] * turns
            labels += [label] * turns
    views = model.views([material.documents[row] for row in rows])
    return vectors.centres(views, np.array(labels, dtype=np.int64), len(anchors))
