"""The files that a run leaves: assignments, campaigns and stances (.csv), themes and identity."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.campaigns import CampaignMember
from analysis.dissent import Leaning
from analysis.identity import match
from analysis.io import write_csv
from analysis.pipeline import Piece
from analysis.reading import read_columns
from analysis.results import Assignment, Quote, StanceFound, Theme
from analysis.themes import ThemeModel

_ASSIGNMENT_COLUMNS = (
    "row", "statement", "text", "theme_id", "subtheme_id", "confidence", "campaign_id",
)  # fmt: skip
_CAMPAIGN_COLUMNS = ("row", "campaign_id", "similarity", "is_representative", "kind")
_STANCE_COLUMNS = ("row", "statement", "stance", "certainty", "cue")


@dataclass(frozen=True)
class Stances:
    """What each statement wants, in their order, and what that comes to in each theme, by id."""

    found: Sequence[StanceFound]
    leanings: Mapping[str, Leaning]


def write_themes(
    folder: Path,
    pieces: Sequence[Piece],
    members: Sequence[CampaignMember],
    model: ThemeModel,
    stances: Stances,
) -> None:
    """Write assignments.csv, campaigns.csv, stances.csv and themes.json."""
    write_csv(
        folder / "assignments.csv",
        _ASSIGNMENT_COLUMNS,
        (
            _assignment_row(piece, one, members[piece.row])
            for piece, one in zip(pieces, model.assignments_, strict=True)
        ),
    )
    write_campaigns(folder, members)
    write_csv(folder / "stances.csv", _STANCE_COLUMNS, map(_stance_row, pieces, stances.found))
    write_json(folder / "themes.json", {"themes": _theme_tree(model.themes_, pieces, stances)})


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


def _stance_row(piece: Piece, one: StanceFound) -> list[object]:
    cue = piece.text[slice(*one.cue)] if one.cue else ""
    return [piece.row, piece.number, one.stance.label, f"{one.confidence:.4f}", cue]


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


def _theme_tree(
    themes: Sequence[Theme], pieces: Sequence[Piece], stances: Stances
) -> list[dict[str, Any]]:
    def quoted(quote: Quote) -> dict[str, Any]:
        return {
            "row": pieces[quote.document].row,
            "statement": pieces[quote.document].number,
            "text": quote.text,
            "stance": stances.found[quote.document].stance.label,
        }

    def described(theme: Theme) -> dict[str, Any]:
        leaning = stances.leanings[theme.id]
        return {
            "id": theme.id,
            "label": theme.label,
            "keywords": theme.keywords,
            "statements": theme.documents,
            "submissions": theme.submissions,
            "voices": theme.voices,
            "stances": {one.label: number for one, number in leaning.voices.items()},
            "quotes": [quoted(quote) for quote in theme.quotes],
            "dissent": [quoted(quote) for quote in leaning.dissent],
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
