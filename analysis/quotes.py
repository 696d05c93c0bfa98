"""The quotes that stand for a theme: central, different, and good to read by themselves.

Chosen one by one by maximal marginal relevance (Carbonell & Goldstein 1998): near to the theme's
centre, far from what is quoted already. A statement that leans on the one before it (「また、」
「それは」), only announces one, or is very short or long is worth less; one that holds the label's
words, more. Who gives a name or a number is quoted only when there is nobody else.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.normalize import plain
from analysis.personal import personal_data
from analysis.vectors import Matrix

_QUOTES = 5
_AT_LEAST = 3
_EASY_LENGTH = range(12, 111)
_FAR = 0.45
_NAMED_COSTS = 2.0
_LEANS = re.compile(
    r"(?:また|なお|ただ|しかし|でも|けれど|さらに|そして|それ|つまり|そこで|だから|ですから|一方|逆に"
    r"|もちろん|その|これ|この|こう|そう|ああ|あの|そんな|こんな|そもそも|要は|以上|第[一二三四五])"
)
_ANNOUNCES = re.compile(
    r"(?:について|に関し)[^。]{0,14}(?:意見|述べ)|(?:次|以下|下記)の(?:とおり|通り)|を拝見し|意見を(?:提出|申し)"
)


@dataclass(frozen=True, slots=True)
class Quotable:
    """A statement that may be quoted: its text, who sent it, and what speaks for it."""

    text: str
    sender: Hashable
    closeness: float
    """The cosine to the theme's centre."""
    label_share: float = 0.0
    """The share of the label's words that it holds."""


def representative(
    quotable: Sequence[Quotable], likeness: Matrix, *, number: int = _QUOTES
) -> list[int]:
    """Return the places of up to ``number`` statements to quote, best first; no text twice.

    ``likeness`` holds the cosine of each pair. A sender is quoted twice only when there is nobody
    else; past three quotes, only what is near the centre is added.
    """
    picked: list[int] = []
    named: set[int] = set()
    worth = np.array([_worth(one) for one in quotable])
    nearest = max((one.closeness for one in quotable), default=0.0)
    while len(picked) < number:
        texts = {quotable[at].text.strip() for at in picked}
        senders = {quotable[at].sender for at in picked}
        free = [
            at
            for at, one in enumerate(quotable)
            if one.text.strip() not in texts
            and (len(picked) < _AT_LEAST or one.closeness >= _FAR * nearest)
        ]
        free = [at for at in free if quotable[at].sender not in senders] or free
        if not free:
            break
        alike = likeness[np.ix_(free, picked)].max(axis=1) if picked else np.zeros(len(free))
        scores = worth[free] - 0.3 * alike
        best = free[int(np.argmax(np.round(scores, 6)))]
        if best not in named and personal_data(quotable[best].text):
            named.add(best)
            worth[best] -= _NAMED_COSTS
        else:
            picked.append(best)
    return picked


def _worth(one: Quotable) -> float:
    worth = 0.7 * one.closeness + 0.08 * one.label_share
    if len(one.text.strip()) not in _EASY_LENGTH:
        worth -= 0.12
    even = plain(one.text).lstrip()
    if _LEANS.match(even):
        worth -= 0.08
    if _ANNOUNCES.search(even):
        worth -= 0.08
    return worth
