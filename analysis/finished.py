"""A finished run, opened again to be asked why a statement lies where it lies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis import explain, pipeline
from analysis.io import InputError
from analysis.reading import read_columns
from analysis.results import Reason
from analysis.themefile import ModelFileError
from analysis.themes import ThemeModel
from analysis.tokens import Tokenizer

MODEL = "model.zip"


def model(folder: Path) -> ThemeModel:
    """Return the model that a run left in its folder."""
    path = folder / MODEL
    if not path.exists():
        raise InputError(f"{path} がありません。themes を実行し直してください。")
    try:
        return ThemeModel.from_bytes(path.read_bytes())
    except ModelFileError as error:
        raise InputError(str(error)) from error


def why_row(folder: Path, row: int, cutter: Tokenizer) -> list[dict[str, Any]]:
    """Explain each statement of an input row of the run, in order."""
    opened = model(folder)
    rows, texts = read_columns(folder / "assignments.csv", ("row", "text"))
    own = [text.removeprefix("'") for at, text in zip(rows, texts, strict=True) if at == str(row)]
    if not own:
        raise InputError(f"{row} 行目の意見文はありません（0 から数えます）。")
    words = [pipeline.theme_words(text, cutter) for text in own]
    return [
        {"row": row, "statement": at, **_told(opened, _first(own, at), _first(words, at))}
        for at in range(len(own))
    ]


def why_text(folder: Path, text: str, cutter: Tokenizer) -> list[dict[str, Any]]:
    """Explain where a new text would go, as one statement."""
    return [_told(model(folder), [text], [pipeline.theme_words(text, cutter)])]


def _first(all_of_row: Sequence[Any], at: int) -> list[Any]:
    """Return one and then the others."""
    return [all_of_row[at], *all_of_row[:at], *all_of_row[at + 1 :]]


def _told(
    opened: ThemeModel, texts: Sequence[str], words: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """Explain the first of a row's statements beside the others."""
    found = explain.statement(opened, words[0], words[1:], texts)
    labels = {theme.id: theme.label for theme in opened.themes_}

    def group(identity: str | None, reasons: Sequence[Reason]) -> dict[str, Any] | None:
        if identity is None:
            return None
        listed = [{"word": one.word, "weight": one.weight} for one in reasons]
        return {"id": identity, "label": labels.get(identity, ""), "words": listed}

    return {
        "text": texts[0],
        "theme": group(found.subtheme or found.theme, found.reasons),
        "confidence": found.confidence,
        "runner_up": group(found.runner_up, found.rival_reasons),
    }
