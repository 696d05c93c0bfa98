"""Place new statements with the last run's model, until the next run learns from them."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from analysis.themes import ThemeModel
from feedback.theming.material import Piece
from feedback.theming.models import (
    Assignment,
    Run,
    assignments_of,
    last_run,
    run_themes,
    standing,
    themes_of,
)

REASONS = 6
CHUNK = 1000
_MODELS_KEPT = 4

_opened: OrderedDict[str, ThemeModel] = OrderedDict()
_opening = Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the machine would put a statement; no theme is 未分類."""

    statement_id: int
    theme_id: int | None
    runner_up_id: int | None
    confidence: float
    reasons: list[dict[str, Any]]
    evidence: list[int] = field(default_factory=list)
    """Decided statements that are like it; a run has none to show."""
    teaches: float = 0.0


@dataclass(frozen=True, slots=True)
class Placer:
    """One run's model and the themes that its keys stand for now."""

    run_id: int
    model: ThemeModel
    themes: Mapping[str, int]

    def place(self, piece: Piece, beside: Sequence[Piece] = ()) -> Place:
        """Place a statement and say which words pulled it there.

        ``beside`` are the other statements of its submission, in whose light it is read.
        """
        found = self.model.assign(
            piece.words,
            [each.words for each in beside],
            [piece.text, *(each.text for each in beside)],
        )
        key = found.subtheme or found.theme
        return Place(
            statement_id=piece.statement_id,
            theme_id=self.themes[key] if key else None,
            runner_up_id=self.themes[found.runner_up] if found.runner_up else None,
            confidence=found.confidence,
            reasons=reasons(self.model, piece.words, key),
        )


def reasons(model: ThemeModel, words: Sequence[str], key: str | None) -> list[dict[str, Any]]:
    """The few words that pulled a statement to a theme, strongest first."""
    if key is None:
        return []
    strongest = model.explain(words, key)[:REASONS]
    return [{"word": each.word, "weight": each.weight} for each in strongest if each.weight > 0]


def placer_of(session: Session, call_id: int) -> Placer | None:
    """The last run's placer; None before the first run."""
    run = last_run(session, call_id)
    if run is None:
        return None
    themes = themes_of(session, call_id)
    return Placer(
        run_id=run.id,
        model=_model_of(session, run),
        themes={
            key: standing(themes, theme_id).id
            for key, theme_id in [
                *((each.model_key, each.theme_id) for each in run_themes(session, run.id)),
                *run.joined.items(),
            ]
        },
    )


def place_all(placer: Placer | None, pieces: Sequence[Piece]) -> list[Place]:
    """Place statements, each beside the others of its submission; nowhere before the first run."""
    if placer is None:
        return [Place(piece.statement_id, None, None, 0.0, []) for piece in pieces]
    of_submission: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.words:
            of_submission[piece.submission_id].append(piece)
    return [
        placer.place(
            piece, [other for other in of_submission[piece.submission_id] if other is not piece]
        )
        for piece in pieces
    ]


def store(session: Session, run_id: int | None, places: Sequence[Place]) -> None:
    """Store places as the machine's; what staff decided stays, with the new proposal beside it."""
    for start in range(0, len(places), CHUNK):
        _store_chunk(session, run_id, places[start : start + CHUNK])


def _store_chunk(session: Session, run_id: int | None, places: Sequence[Place]) -> None:
    before = assignments_of(session, [place.statement_id for place in places])
    decided = {key: row for key, row in before.items() if row.decided_by is not None}
    machine = [row.id for row in before.values() if row.decided_by is None]
    session.execute(delete(Assignment).where(Assignment.id.in_(machine)))
    fresh = [place for place in places if place.statement_id not in decided]
    if fresh:
        session.execute(insert(Assignment), [_row(run_id, place) for place in fresh])
    beside = [
        {"id": decided[place.statement_id].id, **_proposal(run_id, place)}
        for place in places
        if place.statement_id in decided
    ]
    if beside:
        session.execute(update(Assignment), beside)


def _row(run_id: int | None, place: Place) -> dict[str, Any]:
    return {
        "statement_id": place.statement_id,
        "theme_id": place.theme_id,
        "decided_by": None,
        "decided_at": None,
        **_proposal(run_id, place),
    }


def _proposal(run_id: int | None, place: Place) -> dict[str, Any]:
    return {
        "proposed_theme_id": place.theme_id,
        "runner_up_id": place.runner_up_id,
        "confidence": place.confidence,
        "reasons": place.reasons,
        "evidence": place.evidence,
        "teaches": place.teaches,
        "run_id": run_id,
    }


def _model_of(session: Session, run: Run) -> ThemeModel:
    """The run's model, opened once per process; equal result hashes mean equal models."""
    with _opening:
        if run.result_hash not in _opened:
            data = session.scalars(select(Run.model).where(Run.id == run.id)).one()
            _opened[run.result_hash] = ThemeModel.from_bytes(data)
            while len(_opened) > _MODELS_KEPT:
                _opened.popitem(last=False)
        _opened.move_to_end(run.result_hash)
        return _opened[run.result_hash]
