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
_SAYS_LITTLE = frozenset(
    "意見 募集 意見募集 県民 都民 市民 住民 皆様 皆さん 施策 計画 推進 整備 検討 実現 今後 政策 事業 取組 行政 都県 自治体 地域 連携 社会 "
    "生活 サービス 県の 聞か 環境 利用 活用 対応 問題".split()
)
_KNOWN_CALLS = 64


def out_of_scope(text: str, subject: Sequence[str]) -> tuple[Span, ...]:
    """Return what in normalised text a call on ``subject`` did not ask about; empty for nothing."""
    if not subject:
        return ()
    lower = text.lower()
    cues = sorted(span for cue in lexicon.cues("scope_cues") for span in cue.spans(text, lower))
    if not cues:
        return ()
    asked = " ".join(plain(part) for part in subject)
    if any(word in lower for word in _subject_words(asked)):
        return ()
    return tuple((start, end) for start, end in cues if text[start:end] not in asked)


@lexicon.forgetting
@lru_cache(maxsize=_KNOWN_CALLS)
def _subject_words(asked: str) -> frozenset[str]:
    """Return the words that show an opinion to be on the subject, in lower case."""
    words = {word.lower() for word in _WORD.findall(asked)} - _SAYS_LITTLE
    for line in lexicon.lines("subject_kin"):
        kin = [word.lower() for word in line.split()]
        if any(word in asked.lower() for word in kin):
            words.update(kin)
    return frozenset(words)
