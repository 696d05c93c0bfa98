"""The files that a run leaves: tables, themes.json, identity.json, the map and the model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis import picture
from analysis.campaigns import CampaignMember
from analysis.dissent import Leaning
from analysis.findings import Before, Findings, reason
from analysis.finished import MODEL
from analysis.io import InputError, write_csv
from analysis.lineage import Stood
from analysis.pipeline import Piece
from analysis.reading import read_columns
from analysis.results import Assignment, Quote, StanceFound, Theme
from analysis.themes import ThemeModel

_ASSIGNMENT_COLUMNS = (
    "row", "statement", "text", "theme_id", "subtheme_id", "confidence", "campaign_id",
)  # fmt: skip
_MAP_COLUMNS = ("row", "statement", "x", "y", "theme_id")
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
    findings: Findings,
    stances: Stances,
) -> None:
    """Write the tables, themes.json, the map, the model and, after a last run, identity.json."""
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
    facts = {
        "themes": _theme_tree(model.themes_, pieces, findings, stances),
        "minority": _minority(model.themes_, pieces, findings),
    }
    write_json(folder / "themes.json", facts)
    _write_map(folder, pieces, model, findings)
    (folder / MODEL).write_bytes(model.to_bytes())
    if findings.links is not None:
        write_json(folder / "identity.json", [asdict(link) for link in findings.links])


def _write_map(
    folder: Path, pieces: Sequence[Piece], model: ThemeModel, findings: Findings
) -> None:
    """Write map.csv, one line a statement, and map.svg."""
    points = findings.plane.points.tolist()
    write_csv(
        folder / "map.csv",
        _MAP_COLUMNS,
        (
            [piece.row, piece.number, f"{x:.4f}", f"{y:.4f}", one.theme or ""]
            for piece, one, (x, y) in zip(pieces, model.assignments_, points, strict=True)
        ),
    )
    drawing = picture.svg(findings.plane, model.themes_)
    (folder / "map.svg").write_text(drawing, encoding="utf-8", newline="\n")


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
    themes: Sequence[Theme], pieces: Sequence[Piece], findings: Findings, stances: Stances
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
            **findings.about(theme.id),
        }

    return [described(theme) for theme in themes if theme.parent is None]


def _minority(
    themes: Sequence[Theme], pieces: Sequence[Piece], findings: Findings
) -> list[dict[str, Any]]:
    labels = {theme.id: theme.label for theme in themes}

    def place(document: int) -> dict[str, int]:
        return {"row": pieces[document].row, "statement": pieces[document].number}

    return [
        {
            **place(one.document),
            "text": pieces[one.document].text,
            "voices": one.voices,
            "nearest": one.theme,
            "likeness": one.likeness,
            "likeness_usual": one.usual,
            "words": one.words,
            "reason": reason(one, labels.get(one.theme or "")),
            "similar": [place(other) for other in one.others],
        }
        for one in findings.minority
    ]


def previous(folder: Path) -> Before:
    """Return an earlier run's statements, and its themes' places if it drew a map."""
    columns = read_columns(folder / "assignments.csv", ("theme_id", "text"))
    statements = [
        Stood(text.removeprefix("'"), theme) for theme, text in zip(*columns, strict=True) if theme
    ]
    return Before(statements, _places(folder / "themes.json"))


def _places(path: Path) -> dict[str, tuple[float, float]]:
    """Return where themes lay; none when the run was made before there were maps."""
    if not path.exists():
        return {}
    try:
        themes = json.loads(path.read_text(encoding="utf-8"))["themes"]
        return {one["id"]: (float(one["x"]), float(one["y"])) for one in themes if "x" in one}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"前回の themes.json を読めません: {path}") from error


def write_json(path: Path, facts: object) -> None:
    """Write readable JSON with Japanese as it is."""
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
