"""What staff do first with an urgent opinion. It proposes; the office's own procedure decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.screening import UrgentKind, urgent_cues

STEPS = {
    UrgentKind.SELF_HARM: (
        "今まさに命の危険が読み取れるときは、110番・119番に通報してください。",
        "上司に報告し、保健所または精神保健福祉センターに連絡してください。",
    ),
    UrgentKind.THREAT: (
        "日時や場所を示した予告は、110番に通報してください。判断に迷うときは警察相談専用電話（#9110）へ。",
        "庁舎管理の担当に知らせ、原文と受付日時を消さずに残してください。",
    ),
    UrgentKind.ABUSE: (
        "子どもの虐待が疑われるときは、児童相談所（189）に通告してください。",
        "配偶者などからの暴力はDV相談ナビ（#8008）、高齢者・障害者の虐待は市区町村の窓口につないでください。",
    ),
    UrgentKind.DANGER: (
        "人の命や体に差し迫った危険があるときは、119番・110番に通報してください。",
        "道路・施設・防災など、その場所を管理する担当課にすぐ電話で伝えてください。",
    ),
}


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why an opinion was flagged and what to do."""

    labels: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """The steps for each kind, under its name."""


def urgency_of(kinds: Sequence[str]) -> Urgency:
    """The guidance for the kinds that screening found."""
    found = [UrgentKind(each) for each in kinds]
    return Urgency(
        tuple(kind.label for kind in found),
        tuple((kind.label, STEPS[kind]) for kind in found),
    )


def cue_spans(text: str) -> list[tuple[int, int]]:
    """Where the wording stands that raised the flag."""
    return [(cue.start, cue.end) for cue in urgent_cues(text)] if text else []
