"""What a call did not ask about: matters of the nation, private disputes, jobs, other places.

A cue alone decides nothing: an opinion that also speaks of the call's subject is within it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from analysis import lexicon
from analysis.normalize import plain

Span = tuple[int, int]

_WORD = re.compile("[一-龥々]{2,}|[ァ-ヶー]{3,}|[A-Za-z][A-Za-z-]+")
_KNOWN_CALLS = 64


def out_of_scope(text: str, subject: Sequence[str]) -> tuple[Span, ...]:
    """Return what in normalised text a call on ``subject`` did not ask about; empty for nothing."""
    if not subject:
        return ()
    cues = sorted((start, end) for _, start, end in lexicon.cues("scope_cues").find(text))
    if not cues:
        return ()
    asked = " ".join(plain(part) for part in subject)
    lower = text.lower()
    if any(word in lower for word in _subject_words(asked)):
        return ()
    return tuple((start, end) for start, end in cues if text[start:end] not in asked)


@lexicon.forgetting
@lru_cache(maxsize=_KNOWN_CALLS)
def _subject_words(asked: str) -> frozenset[str]:
    """Return the words that show an opinion to be on the subject, in lower case."""
    words = {word.lower() for word in _WORD.findall(asked)} - lexicon.words("subject_nothing")
    for line in lexicon.lines("subject_kin"):
        kin = [word.lower() for word in line.split()]
        if any(word in asked.lower() for word in kin):
            words.update(kin)
    return frozenset(words)
