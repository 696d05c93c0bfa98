"""The words that set a theme apart, as citizens write them."""

from collections import Counter

from analysis import phrases
from analysis.evidence import Group
from analysis.normalize import plain

_KEYWORDS = 8
_SIZE_THAT_REPEATS = 6
_MOSTLY = 0.5
_VERB_COUNTS = 0.35
_KANA_ENDS = frozenset("うくぐすつぬぶむるい")


def keywords(group: Group) -> tuple[str, ...]:
    """Return the strongest words that stand alone in the texts; none is part of another."""
    alone = {one.words[0]: one for one in group.candidates if len(one.words) == 1}
    worth = {word: group.strength.get(word, 0.0) for word in alone}
    for word, strength in group.strength.items():
        if word[-1] in _KANA_ENDS and len(word) > 1 and word not in alone:
            worth[word] = _VERB_COUNTS * strength
    times = Counter({word: len(one.holders) for word, one in alone.items()})
    least = 2 if group.spread.size >= _SIZE_THAT_REPEATS else 1
    often = {
        word: value
        for word, value in worth.items()
        if round(group.spread.shares.get(word, 0) * group.spread.size) >= least
    }
    chosen = _apart(often or worth, times)
    written = (alone[word].text if word in alone else _as_written(word, group) for word in chosen)
    return tuple(word for word in written if word)


def _apart(worth: dict[str, float], times: Counter[str]) -> list[str]:
    """Return the strongest, leaving out parts of a compound that mostly stand in it."""
    chosen: list[str] = []
    for word in sorted(worth, key=lambda word: (-round(worth[word], 9), -len(word), word)):
        if len(chosen) >= _KEYWORDS:
            break
        within = [one for one in worth if word in one and one != word]
        if times[word] and any(times[one] >= _MOSTLY * times[word] for one in within):
            continue
        if not any(word in one or one in word for one in chosen):
            chosen.append(word)
    return chosen


def _as_written(verb: str, group: Group) -> str:
    """Return the spelling of a verb that is written most: 止める, where it counts as やめる.

    Nothing when none is: the engine may have read あんぜん as a form of あんずる.
    """
    texts = [plain(document.text) for document in group.documents]
    spellings = phrases.written_as(verb)
    times = {one: sum(one[:-1] in text for text in texts) for one in spellings}
    most = max(spellings, key=lambda one: times[one])
    return most if times[most] else ""
