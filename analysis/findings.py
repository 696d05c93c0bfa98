"""What a run says beside who is in which theme: map, reasons, stability, minority, lineage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import explain, lineage, minority, plane, stability
from analysis.explain import Together
from analysis.identity import Match
from analysis.lineage import Stood, Words
from analysis.minority import Minority
from analysis.plane import Plane
from analysis.results import Document
from analysis.stability import Stability
from analysis.themes import ThemeModel


@dataclass(frozen=True)
class Before:
    """The last run: where its statements stood, and where its themes lay on the map, if it drew."""

    statements: Sequence[Stood]
    places: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Findings:
    """Everything by theme id; ``links`` is None when there was no last run."""

    plane: Plane
    together: Mapping[str, Together]
    stability: Mapping[str, Stability]
    minority: Sequence[Minority]
    links: Sequence[Match] | None

    @classmethod
    def of(
        cls,
        model: ThemeModel,
        documents: Sequence[Document],
        before: Before | None,
        words: Words,
    ) -> "Findings":
        """Look at the fitted ``documents``; ``words`` gives those of statements of the last run."""
        links = lineage.of(model, documents, before.statements, words) if before else None
        kept = {
            one.current: before.places[one.previous]
            for one in links or ()
            if before and one.heir and one.current and one.previous
            if one.previous in before.places
        }
        return cls(
            plane.drawn(model, documents, kept),
            explain.themes(model, documents),
            stability.themes(model, documents),
            minority.find(model, documents),
            links,
        )

    def about(self, theme: str) -> dict[str, Any]:
        """Return what themes.json says of one theme; subthemes have no stability of their own."""
        island, together = self.plane.islands.get(theme), self.together[theme]
        firm = self.stability.get(theme)
        return {
            "x": island.x if island else None,
            "y": island.y if island else None,
            "together": {
                "statements": together.statements,
                "words": [
                    {"word": one.word, "statements": one.statements, "elsewhere": one.elsewhere}
                    for one in together.words
                ],
                "likeness_inside": together.inside,
                "nearest": together.sibling,
                "likeness_to_nearest": together.beside,
            },
            "stability": {
                "jaccard": firm.jaccard,
                "samples": firm.samples,
                "label": firm.firmness.label,
            }
            if firm
            else None,
        }


def reason(one: Minority, label: str | None) -> str:
    """Say in Japanese why an opinion counts as distinct."""
    words = "".join(f"「{word}」" for word in one.words)
    said = f"{words}は、ほかの意見にほとんど出てきません。"
    if label is None:
        return said
    return (
        f"{said}最も近いテーマ「{label}」との近さは{one.likeness:.2f}です"
        f"（このテーマの意見は平均{one.usual:.2f}）。"
    )
