"""The statements of a case as its page shows them: where each stands, why, what else fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.tokens import Tokenizer
from feedback.theming import service as theming
from feedback.triage import decisions
from feedback.triage.excerpts import Piece, marked

REASONS_SHOWN = 6
CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that pulled a statement to its theme."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A theme that a statement may belong to, and the key that picks it."""

    key: int
    theme_id: int
    name: str
    hint: str
    """Why it is offered: how sure the machine is, or where it stands already."""
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement, where it stands, what else it could be and why."""

    place: theming.StatementPlace
    pieces: tuple[Piece, ...]
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]

    @property
    def mark(self) -> str:
        """When a person last decided about it: a later decision is not overwritten unseen."""
        return decisions.mark_of(self.place.decided_at)


def views_of(
    places: Sequence[theming.StatementPlace], tokenizer: Tokenizer
) -> tuple[StatementView, ...]:
    """Each statement with its candidates and reasons."""
    return tuple(_view(place, _elsewhere(places, place), tokenizer) for place in places)


def _view(
    place: theming.StatementPlace, elsewhere: Mapping[int, str], tokenizer: Tokenizer
) -> StatementView:
    reasons = tuple(
        Reason(str(each["word"]), float(each["weight"])) for each in place.reasons[:REASONS_SHOWN]
    )
    pieces = marked(place.text, [each.word for each in reasons], tokenizer)
    return StatementView(place, pieces, reasons, _candidates(place, elsewhere))


def _elsewhere(
    places: Sequence[theming.StatementPlace], own: theming.StatementPlace
) -> dict[int, str]:
    """The themes in which the other statements of the opinion stand."""
    others = (each for each in places if each.statement_id != own.statement_id)
    return {each.theme_id: each.theme_name for each in others if each.theme_id and each.theme_name}


def _candidates(
    place: theming.StatementPlace, elsewhere: Mapping[int, str]
) -> tuple[Candidate, ...]:
    """The proposal, the runner-up, then where the opinion's other statements stand."""
    offered = [
        (place.proposed_theme_id, place.proposed_name, f"確からしさ {place.confidence:.0%}"),
        (place.runner_up_id, place.runner_up_name, "次の候補"),
        *((at, name, "ほかの意見文と同じ") for at, name in elsewhere.items()),
    ]
    found: dict[int, tuple[str, str]] = {}
    for theme_id, name, hint in offered:
        if theme_id is not None and name is not None:
            found.setdefault(theme_id, (name, hint))
    return tuple(
        Candidate(key, at, name, hint, at == place.proposed_theme_id)
        for key, (at, (name, hint)) in enumerate(found.items(), start=1)
    )[:CANDIDATES]
