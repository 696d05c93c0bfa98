"""Names for themes, in the citizens' own words, and the quotes that stand for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.clusters import Labels
from analysis.results import Document
from analysis.vectors import Matrix

_KEYWORDS = 8
_QUOTES = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A theme's label and the words that set it apart."""

    label: str
    keywords: tuple[str, ...]


def names(
    documents: Sequence[Document],
    members: Mapping[int, Labels],
    parents: Sequence[int],
) -> dict[int, Name]:
    """Name every group."""
    words = [set(document.words) for document in documents]
    everywhere = Counter(word for each in words for word in each)
    found = {}
    for row, inside in members.items():
        counts = Counter(word for at in inside for word in words[at])
        best = keywords(counts, everywhere, len(inside), len(words))
        found[row] = Name(best[0] if best else "その他", tuple(best))
    return found


def keywords(inside: Counter[str], everywhere: Counter[str], size: int, total: int) -> list[str]:
    """Return the words that set a group apart, strongest first."""
    scored = []
    for word, count in inside.items():
        share, background = count / max(1, size), everywhere[word] / max(1, total)
        scored.append((-share * np.log((share + 1e-9) / (background + 1e-9) + 1), word))
    return [word for _, word in sorted(scored)[:_KEYWORDS]]


def representative(
    texts: Sequence[str], closeness: Sequence[float], likeness: Matrix, *, number: int = _QUOTES
) -> list[int]:
    """Pick texts that are central and yet differ from each other; no text twice."""
    picked: list[int] = []
    used: set[str] = set()
    while len(picked) < number:
        best, best_score = -1, -np.inf
        for at, text in enumerate(texts):
            if text in used:
                continue
            near = max((float(likeness[at, other]) for other in picked), default=0.0)
            score = 0.7 * closeness[at] - 0.3 * near
            if score > best_score + 1e-9:
                best, best_score = at, score
        if best < 0:
            break
        picked.append(best)
        used.add(texts[best])
    return picked
