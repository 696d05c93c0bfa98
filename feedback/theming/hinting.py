"""What a run would have staff look at: themes that may be one, a theme that may be two.

Only proposals, with statements to read for each; nothing happens until somebody decides. A campaign
speaks once here too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from analysis import splitting, vectors
from analysis.themes import Assignment as Placed
from analysis.themes import Document, ThemeModel
from feedback.theming.material import Material
from feedback.theming.models import (
    Hint,
    HintKind,
    Run,
    Theme,
    ThemeState,
    apart_between,
    standing,
    themes_of,
)

#: More than are shown: a reader may see only those of some governments.
EVIDENCE = 12
MOST_OF_A_KIND = 6
#: A statement lies between two themes when the second is nearly as near as the first.
_BETWEEN = 0.65
_SHARE_BETWEEN = 0.15
_FEWEST_BETWEEN = 3
_SMALLEST_TO_SPLIT = 24
_READ_AT_MOST = 300
#: Any two halves of a small theme differ; these were chosen by reading the demo's.
_LEAST_SEPARATION = 0.33
_SMALLER_HALF = 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """A hint about the run's own themes, by their keys."""

    kind: HintKind
    key: str
    other_key: str | None
    share: float
    evidence: tuple[int, ...]
    other_evidence: tuple[int, ...]


def find(model: ThemeModel, material: Material) -> list[Found]:
    """Look at a fitted model's themes; what speaks most for a change comes first."""
    voices = _one_a_voice(material.documents, model.assignments_)
    found = [*_near_pairs(model, material, voices), *_two_in_one(model, material, voices)]
    return sorted(found, key=lambda each: (-each.share, each.key, each.other_key or ""))


def store(session: Session, run: Run, found: Sequence[Found], own: Mapping[str, int]) -> None:
    """Replace the call's hints by those that staff have not decided about."""
    themes = themes_of(session, run.call_id)
    session.execute(delete(Hint).where(Hint.call_id == run.call_id))
    rows: list[dict[str, Any]] = []
    for each in found:
        if sum(row["kind"] is each.kind for row in rows) >= MOST_OF_A_KIND:
            continue
        theme = standing(themes, own[each.key])
        other = standing(themes, own[each.other_key]) if each.other_key else None
        if _is_open_question(session, theme, other):
            rows.append(
                {
                    "call_id": run.call_id,
                    "kind": each.kind,
                    "theme_id": theme.id,
                    "other_id": other.id if other else None,
                    "share": each.share,
                    "evidence": list(each.evidence),
                    "other_evidence": list(each.other_evidence),
                }
            )
    if rows:
        session.execute(insert(Hint), rows)


def _is_open_question(session: Session, theme: Theme, other: Theme | None) -> bool:
    if theme.state is not ThemeState.OPEN:
        return False
    if other is None:
        return theme.whole_by is None
    return (
        other.state is ThemeState.OPEN
        and other.id not in (theme.id, theme.parent_id)
        and other.parent_id != theme.id
        and apart_between(session, theme.id, other.id) is None
    )


def _near_pairs(model: ThemeModel, material: Material, voices: Sequence[int]) -> list[Found]:
    """Pairs of themes between which many statements lie."""
    ids, nearness = model.groups.ids, model.nearness_
    sizes: Counter[int] = Counter()
    between: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for row in voices:
        if model.assignments_[row].theme is None:
            continue
        first, second = (int(each) for each in nearness.rows[row, :2])
        near, next_near = (float(each) for each in nearness.cosines[row, :2])
        sizes[first] += 1
        if second >= 0 and next_near >= _BETWEEN * near:
            between[first, second].append((next_near / max(near, 1e-6), row))
    found = []
    for one, other in sorted({(min(pair), max(pair)) for pair in between}):
        here, there = between[one, other], between[other, one]
        share = (len(here) + len(there)) / max(1, min(sizes[one], sizes[other]))
        if len(here) + len(there) >= _FEWEST_BETWEEN and share >= _SHARE_BETWEEN:
            found.append(
                Found(
                    HintKind.MERGE,
                    ids[one],
                    ids[other],
                    round(min(1.0, share), 4),
                    _nearest(here, material),
                    _nearest(there, material),
                )
            )
    return found


def _nearest(rows: Sequence[tuple[float, int]], material: Material) -> tuple[int, ...]:
    most = sorted(rows, key=lambda pair: (-pair[0], pair[1]))[:EVIDENCE]
    return tuple(material.statement_ids[row] for _, row in most)


def _two_in_one(model: ThemeModel, material: Material, voices: Sequence[int]) -> list[Found]:
    """Themes without subthemes, and subthemes, whose statements fall into two even parts."""
    with_subthemes = {theme.parent for theme in model.themes_}
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row in voices:
        place = model.assignments_[row]
        key = place.subtheme or place.theme
        if key is not None and key not in with_subthemes:
            rows_of[key].append(row)
    found = []
    for key, rows in sorted(rows_of.items()):
        if len(rows) >= _SMALLEST_TO_SPLIT:
            hint = _two(model, material, key, rows)
            if hint is not None:
                found.append(hint)
    return found


def _two(model: ThemeModel, material: Material, key: str, rows: Sequence[int]) -> Found | None:
    step = max(1, -(-len(rows) // _READ_AT_MOST))
    read = rows[::step]
    views = model.views([material.documents[row] for row in read])
    labels, separation = splitting.halves(views)
    sizes = np.bincount(labels, minlength=2)
    if separation < _LEAST_SEPARATION or sizes.min() < _SMALLER_HALF * len(read):
        return None
    likeness = vectors.similarity(views, vectors.centres(views, labels, 2))
    central = [
        tuple(
            material.statement_ids[read[at]]
            for at in np.argsort(-np.where(labels == half, likeness[:, half], -2), kind="stable")[
                :EVIDENCE
            ]
        )
        for half in (0, 1)
    ]
    return Found(HintKind.SPLIT, key, None, round(separation, 4), central[0], central[1])


def _one_a_voice(documents: Sequence[Document], places: Sequence[Placed]) -> list[int]:
    """The rows to look at: of a campaign's copies one in each theme."""
    seen: set[tuple[object, ...]] = set()
    rows = []
    for row, (document, place) in enumerate(zip(documents, places, strict=True)):
        said = (document.campaign, place.theme, place.subtheme)
        if document.words and (document.campaign is None or said not in seen):
            seen.add(said)
            rows.append(row)
    return rows
