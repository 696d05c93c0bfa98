"""A submission cut into statements: one claim each, as the citizen wrote it.

Sentences are found first (ends, line breaks, bullets; brackets and quotes stay whole). A sentence
that only tells the story leading to a claim stays with that claim, and courtesies are dropped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analysis import lexicon
from analysis.normalize import plain

_OPENERS = "「『（(【［[“〈《"
_CLOSERS = "」』）)】］]”〉》"
_ENDS = "。．！!？?｡"
_LONGEST_BRACKET = 300
_SHORTEST_LINE_THAT_WRAPS = 28
_SHORTEST_SENTENCE = 6

_BULLET = re.compile(
    r"[ \t\u3000]*(?:[・●○■□◆◇▪▶►※★☆✓*＊•‣–—]+|[-－](?=[^\d])"
    r"|[（(][0-9０-９一二三四五六七八九十]{1,2}[)）]|[①-⑳❶-❿]"
    r"|[0-9０-９]{1,2}(?:[.．、)）](?![0-9０-９])|[ \u3000](?=\D))"
    r"|[一二三四五六七八九十]{1,2}[、.．)）]|[ア-オａ-ｅa-e][.．)）])[ \t\u3000]*"
)
_LINE = re.compile(r"[^\r\n]+")
_WRAPS = re.compile(r"[、,はがをにでとのもやへ]$|(?:から|ので|ため|けど|して)$")
_LEANS_BACK = re.compile(
    r"(?:そう(?:す|し|な|で)|それ|これ|その|この|だから|なので|ですから|そのため|よって|つまり|"
    r"例えば|たとえば|特に|もちろん|なぜなら|というのも|ただし?、|でないと|さもないと)"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim; ``text`` is ``original[start:end]``, letter for letter."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    text: str
    opens_block: bool
    is_claim: bool = False


def split(text: str) -> list[Statement]:
    """Cut ``text`` into statements; any visible content gives at least one."""
    sentences = list(_sentences(text)) or _whole(text)
    kept = [sentence for sentence in sentences if not _is_courtesy(sentence.text)]
    for sentence in kept:
        sentence.is_claim = _is_claim(sentence.text)
    groups = _by_claim(kept or sentences[:1])
    return [
        Statement(group[0].start, group[-1].end, text[group[0].start : group[-1].end])
        for group in groups
    ]


def _whole(text: str) -> list[_Sentence]:
    """Return the visible part of a text that has no sentence, such as a lone bullet."""
    trimmed = text.strip()
    start = text.find(trimmed)
    whole = _Sentence(start, start + len(trimmed), trimmed, opens_block=True)
    return [whole] if trimmed else []


def _sentences(text: str) -> Iterator[_Sentence]:
    """Yield trimmed sentences; the first of a bullet or paragraph opens a block."""
    for start, end, opens in _blocks(text):
        opens_block = opens
        for first, last in _cut(text, start, end):
            piece = text[first:last]
            lead = len(piece) - len(piece.lstrip())
            trimmed = piece.strip()
            if trimmed:
                at = first + lead
                yield _Sentence(at, at + len(trimmed), trimmed, opens_block)
                opens_block = False


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield spans that no sentence crosses: lines, with hard-wrapped lines put together."""
    open_start, open_end = -1, -1
    opens = True
    previous_line_end = 0
    for line in _LINE.finditer(text):
        if not line.group().strip():
            continue
        bullet = _BULLET.match(line.group())
        start = line.start() + (bullet.end() if bullet else 0)
        if start >= line.end():
            continue
        blank_between = text[previous_line_end : line.start()].count("\n") > 1
        previous_line_end = line.end()
        if open_start >= 0 and not bullet and not blank_between and _goes_on(text, open_end):
            open_end = line.end()
            continue
        if open_start >= 0:
            yield open_start, open_end, opens
        open_start, open_end, opens = start, line.end(), bool(bullet) or blank_between
    if open_start >= 0:
        yield open_start, open_end, opens


def _goes_on(text: str, end: int) -> bool:
    """Tell whether the line that ends at ``end`` was only wrapped by a mail program."""
    line = text[text.rfind("\n", 0, end) + 1 : end].rstrip()
    if not line or line[-1] in _ENDS + _CLOSERS:
        return False
    return bool(_WRAPS.search(line)) or len(line) >= _SHORTEST_LINE_THAT_WRAPS


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield sentence spans of one block, looking only at ends outside brackets."""
    first, closes_at, at = start, -1, start
    while at < end:
        letter = text[at]
        if at > closes_at and letter in _OPENERS:
            closes_at = _closing(text, at, end)
        elif at > closes_at and _is_end(text, at, end):
            while at + 1 < end and text[at + 1] in _ENDS + "」』）)w笑♪…":
                at += 1
            yield first, at + 1
            first = at + 1
        at += 1
    if first < end:
        yield first, end


def _closing(text: str, at: int, end: int) -> int:
    """Return where the bracket opened at ``at`` closes, or ``at`` when it never does."""
    depth = 0
    for ahead in range(at, min(end, at + _LONGEST_BRACKET)):
        if text[ahead] in _OPENERS:
            depth += 1
        elif text[ahead] in _CLOSERS:
            depth -= 1
            if depth == 0:
                return ahead
    return at


def _is_end(text: str, at: int, end: int) -> bool:
    letter = text[at]
    if letter == ".":
        return at + 1 < end and text[at + 1].isspace() and not text[at - 1 : at].isdigit()
    if letter == "．":
        return not text[at + 1 : at + 2].isdigit()
    return letter in _ENDS or (letter == "." and at + 1 == end)


def _by_claim(sentences: list[_Sentence]) -> list[list[_Sentence]]:
    """Put each story sentence with the claim it leads to; what follows a claim may lean on it."""
    groups: list[list[_Sentence]] = []
    waiting: list[_Sentence] = []
    for sentence in sentences:
        if sentence.opens_block and waiting:
            groups.append(waiting)
            waiting = []
        if _leans_back(sentence) and not waiting and groups and not sentence.opens_block:
            groups[-1].append(sentence)
        elif sentence.is_claim:
            groups.append([*waiting, sentence])
            waiting = []
        else:
            waiting.append(sentence)
    if waiting and groups and not waiting[0].opens_block:
        groups[-1].extend(waiting)
    elif waiting:
        groups.append(waiting)
    return groups


def _leans_back(sentence: _Sentence) -> bool:
    return bool(_LEANS_BACK.match(sentence.text)) or len(sentence.text) < _SHORTEST_SENTENCE


@cache
def _courtesies() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lexicon.lines("courtesies")))


@cache
def _claims() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lexicon.lines("claims")))


def _bare(sentence: str) -> str:
    return plain(sentence).strip().rstrip("。.!?、…♪ ")


def _is_courtesy(sentence: str) -> bool:
    bare = _bare(sentence)
    return not bare or (len(bare) <= 60 and bool(_courtesies().fullmatch(bare)))


def _is_claim(sentence: str) -> bool:
    return bool(_claims().search(plain(sentence).rstrip("。.! ")))
