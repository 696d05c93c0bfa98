"""Insults and hatred, told from sharp criticism: who is hurt, not what is blamed."""

from analysis import lexicon

Span = tuple[int, int]

_CERTAIN = frozenset(("HATRED", "INSULT"))
_SHORT = 40
_COARSE_IN_SHORT = 2
_COARSE_IN_ANY = 3
_AROUND = 24


def abuse(text: str) -> tuple[Span, ...]:
    """Return the wording that hurts somebody in normalised text; empty when there is none."""
    certain: list[Span] = []
    coarse: list[Span] = []
    for kind, start, end in lexicon.cues("abuse_cues").find(text):
        if _is_meant(text, start, end):
            (certain if kind in _CERTAIN else coarse).append((start, end))
    enough = _COARSE_IN_SHORT if len(text) <= _SHORT else _COARSE_IN_ANY
    if certain or len(coarse) >= enough:
        return tuple(sorted({*certain, *coarse}))
    return ()


def _is_meant(text: str, start: int, end: int) -> bool:
    """Tell whether the word is used and not only spoken of: 「死ね」などと書く掲示板."""
    around = text[max(0, start - _AROUND) : end + _AROUND]
    return not any(one.search(around) for one in lexicon.patterns("abuse_not"))
