"""Names for themes, in the citizens' own words, and the quotes that stand for them."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p, sqrt

import numpy as np

from analysis.bags import Bags, Counts
from analysis.clusters import Labels
from analysis.normalize import plain
from analysis.phrases import Phrase, phrases
from analysis.results import Document
from analysis.vectors import Matrix

_KEYWORDS = 8
_QUOTES = 5
_READ_AT_MOST = 200
_LONGEST = 14
_SIZE_THAT_REPEATS = 12
_EASY_LENGTH = range(12, 111)


@dataclass(frozen=True, slots=True)
class Name:
    """A theme's label and the words that set it apart."""

    label: str
    keywords: tuple[str, ...]


def names(
    documents: Sequence[Document],
    bags: Bags,
    core: Sequence[int],
    members: Mapping[int, Labels],
    parents: Sequence[int],
) -> dict[int, Name]:
    """Name every group by its members; larger ones choose first, and no label is given twice."""
    everywhere = bags.rows(core).holders()
    said: dict[int, frozenset[Phrase]] = {}  # most are read for a theme and for its subtheme
    found: dict[int, Name] = {}
    taken: set[str] = set()
    order = sorted(members, key=lambda row: (parents[row] >= 0, -len(members[row]), row))
    for row in order:
        inside = members[row]
        strength = _strength(bags, bags.rows(inside).holders(), everywhere, len(inside), len(core))
        above = found[parents[row]].label if parents[row] >= 0 else ""
        read = inside[:_READ_AT_MOST].tolist()
        for at in read:
            if at not in said:
                said[at] = frozenset(phrases(documents[at].text, documents[at].words))
        words, spoken = [documents[at].words for at in read], [said[at] for at in read]
        label = _label(words, spoken, strength, taken, above)
        taken.add(label)
        written = [documents[at].text for at in read]
        found[row] = Name(label, tuple(_as_written(word, written) for word in _keywords(strength)))
    return found


def representative(
    texts: Sequence[str], closeness: Sequence[float], likeness: Matrix, *, number: int = _QUOTES
) -> list[int]:
    """Pick texts that are central, easy to quote, and yet differ; no text twice."""
    picked: list[int] = []
    used: set[str] = set()
    worth = [
        0.7 * close - (0 if len(text) in _EASY_LENGTH else 0.12)
        for text, close in zip(texts, closeness, strict=True)
    ]
    while len(picked) < number:
        free = [at for at, text in enumerate(texts) if text.strip() not in used]
        if not free:
            break
        nearness = likeness[np.ix_(free, picked)].max(axis=1) if picked else np.zeros(len(free))
        scores = np.array([worth[at] for at in free]) - 0.3 * nearness
        best = free[int(np.argmax(np.round(scores, 6)))]
        picked.append(best)
        used.add(texts[best].strip())
    return picked


def _strength(
    bags: Bags, inside: Counts, everywhere: Counts, size: int, total: int
) -> dict[str, float]:
    """Return how much each word sets the group apart: its share here, against everywhere."""
    found = {}
    here = np.flatnonzero(inside)
    numbers = zip(here.tolist(), inside[here].tolist(), everywhere[here].tolist(), strict=True)
    for at, count, elsewhere in numbers:
        share, background = count / size, max(1, elsewhere) / total
        lift = log(share / background) if share > background else 0.0
        found[bags.words[at]] = share * lift if count > 1 or size < 4 else 0.1 * share * lift
    return found


def _keywords(strength: Mapping[str, float]) -> tuple[str, ...]:
    """Return the strongest words; parts of a compound already named add nothing."""
    chosen: list[str] = []
    for word in sorted(strength, key=lambda word: (-round(strength[word], 9), -len(word), word)):
        if len(chosen) >= _KEYWORDS:
            break
        if not any(word in one or one in word for one in chosen):
            chosen.append(word)
    return tuple(chosen)


def _as_written(word: str, texts: Sequence[str]) -> str:
    """Return a Latin word with the capitals that people give it."""
    if not word.isascii():
        return word
    pattern = re.compile(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", re.IGNORECASE)
    found = Counter(match.group() for text in texts for match in pattern.finditer(plain(text)))
    return min(found, key=lambda one: (-found[one], one)) if found else word


def _label(
    words: Sequence[Sequence[str]],
    spoken: Sequence[frozenset[Phrase]],
    strength: Mapping[str, float],
    taken: set[str],
    above: str,
) -> str:
    """Choose the phrase whose words set the group apart and that people do write."""
    counts = Counter(phrase for own in spoken for phrase in own)
    holders: dict[str, set[int]] = defaultdict(set)
    for at, own in enumerate(words):
        for word in own:
            holders[word].add(at)
    least = 2 if len(words) >= _SIZE_THAT_REPEATS else 1
    together = {
        phrase: len(set.intersection(*(holders[word] for word in phrase.words)))
        for phrase in counts
        if len(phrase.words) > 1
    }
    worth = {
        phrase: _worth(phrase, count, together.get(phrase, 0), strength, above, least)
        for phrase, count in counts.items()
    }
    by_text = sorted(counts, key=lambda one: (-worth[one], one.text))
    for phrase in by_text:
        if phrase.text not in taken:
            return phrase.text
    rest = [word for word in _keywords(strength) if word not in taken]
    return rest[0] if rest else f"その他の意見{len(taken) + 1}"


def _worth(
    phrase: Phrase,
    count: int,
    together: int,
    strength: Mapping[str, float],
    above: str,
    least: int,
) -> float:
    """Weigh the words' strength by how often they are written so, and written together."""
    values = sorted((strength.get(word, 0.0) for word in phrase.words), reverse=True)
    worth = values[0] if len(values) == 1 else 1.6 * sqrt(values[0] * values[1])
    worth *= 1 + 0.5 * log1p(count - 1) + 0.25 * log1p(together)
    if len(phrase.words) == 1:
        worth *= 0.85 if _is_compound(phrase.words[0], strength) else 0.32
    elif together < 2 <= least:
        worth *= 0.6
    if len(phrase.text) == 1:
        worth *= 0.3
    if len(phrase.text) > _LONGEST:
        worth *= 0.6
    if phrase.text in above:
        worth *= 0.3
    return round(worth, 9)


def _is_compound(word: str, strength: Mapping[str, float]) -> bool:
    """Tell whether a word holds another content word: デジタル部門, 開発許可."""
    return any(
        word[start:end] in strength
        for start in range(len(word))
        for end in range(start + 2, len(word) + 1)
        if end - start < len(word)
    )
