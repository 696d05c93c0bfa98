"""The files that a run leaves: assignments.csv, campaigns.csv, themes.json, identity.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.campaigns import CampaignMember
from analysis.identity import match
from analysis.io import write_csv
from analysis.pipeline import Piece
from analysis.reading import read_columns
from analysis.results import Assignment, Theme
from analysis.themes import ThemeModel

_ASSIGNMENT_COLUMNS = (
    "row", "statement", "text", "theme_id", "subtheme_id", "confidence", "campaign_id",
)  # fmt: skip
_CAMPAIGN_COLUMNS = ("row", "campaign_id", "similarity", "is_representative", "kind")


def write_themes(
    folder: Path, pieces: Sequence[Piece], members: Sequence[CampaignMember], model: ThemeModel
) -> None:
    """Write assignments.csv, campaigns.csv and themes.json."""
    write_csv(
        folder / "assignments.csv",
        _ASSIGNMENT_COLUMNS,
        (
            _assignment_row(piece, one, members[piece.row])
            for piece, one in zip(pieces, model.assignments_, strict=True)
        ),
    )
    write_campaigns(folder, members)
    write_json(folder / "themes.json", {"themes": _theme_tree(model.themes_, pieces)})


def _assignment_row(piece: Piece, one: Assignment, member: CampaignMember) -> list[object]:
    return [
        piece.row,
        piece.number,
        piece.text,
        one.theme or "",
        one.subtheme or "",
        f"{one.confidence:.4f}",
        _campaign_name(member),
    ]


def write_campaigns(folder: Path, members: Sequence[CampaignMember]) -> None:
    """Write campaigns.csv: one line for each row that is not alone."""
    write_csv(
        folder / "campaigns.csv",
        _CAMPAIGN_COLUMNS,
        (
            [
                one.row,
                _campaign_name(one),
                f"{one.similarity:.4f}",
                int(one.is_representative),
                one.kind,
            ]
            for one in members
            if one.campaign is not None
        ),
    )


def _campaign_name(member: CampaignMember) -> str:
    return "" if member.campaign is None else f"c{member.campaign + 1:03d}"


def _theme_tree(themes: Sequence[Theme], pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    def described(theme: Theme) -> dict[str, Any]:
        return {
            "id": theme.id,
            "label": theme.label,
            "keywords": theme.keywords,
            "statements": theme.documents,
            "submissions": theme.submissions,
            "voices": theme.voices,
            "quotes": [
                {
                    "row": pieces[quote.document].row,
                    "statement": pieces[quote.document].number,
                    "text": quote.text,
                }
                for quote in theme.quotes
            ],
            "children": [described(child) for child in themes if child.parent == theme.id],
        }

    return [described(theme) for theme in themes if theme.parent is None]


def previous(folder: Path) -> dict[str, set[str]]:
    """Return theme → statement texts of an earlier run."""
    themes: dict[str, set[str]] = {}
    columns = read_columns(folder / "assignments.csv", ("theme_id", "text"))
    for theme, text in zip(*columns, strict=True):
        if theme:
            themes.setdefault(theme, set()).add(text.removeprefix("'"))
    return themes


def identity(
    before: dict[str, set[str]], pieces: Sequence[Piece], model: ThemeModel
) -> list[dict[str, Any]]:
    """Link this run's themes to the last one's by the statements that both hold."""
    current: dict[str, set[str]] = {t.id: set() for t in model.themes_ if t.parent is None}
    for piece, one in zip(pieces, model.assignments_, strict=True):
        if one.theme is not None:
            current[one.theme].add(piece.text)
    return [asdict(link) for link in match(before, current)]


def write_json(path: Path, facts: object) -> None:
    """Write readable JSON with Japanese as it is."""
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
