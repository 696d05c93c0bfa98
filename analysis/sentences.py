"""Sentences of a submission and the lines they stand on: what can be cut without reading it.

Ends, line breaks and bullets cut; brackets and quotes stay whole, and so does a sentence that a
mail program wrapped. What a sentence says is for ``statements``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPENERS = "「『（(【［[“〈《"
_CLOSERS = "」』）)】］]”〉》"
_ENDS = "。．！!？?｡"
_FACES = "\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a"
_LONGEST_BRACKET = 300
_SHORTEST_LINE_THAT_WRAPS = 28

_LABEL = r"(?:ご?意見|御意見|要望|質問|提案|理由|その他|内容|(?:ご?意見|要望|提案)の?内容)"
_DIGITS = "[0-9０-９一二三四五六七八九十①-⑳]{0,2}"
_LETTER_MARK = "[ア-オｱ-ｵａ-ｅa-eA-EⅠ-Ⅻⅰ-ⅻ]"
# An item's mark, its label (要望1, 【意見】), or both.
_BULLET = re.compile(
    r"[ \t\u3000]*(?=\S)(?:"
    r"[・･●○■□◆◇◎▪▶►➤⇒→※★☆✓✔☑*＊•‣–—]+|[-－‐](?=[^\d\s-]|[ \t\u3000]+\S)"
    r"|[（(](?:[0-9０-９一二三四五六七八九十]{1,2}|" + _LETTER_MARK + r")[)）]|[①-⑳❶-❿⑴-⒇]"
    r"|[0-9０-９]{1,2}(?:[.．、)）](?![0-9０-９])|[ \u3000](?=\D))"
    r"|[一二三四五六七八九十]{1,2}[、.．)）]|" + _LETTER_MARK + r"[.．)）])?[ \t\u3000]*"
    r"(?:(?:【"
    + _LABEL
    + _DIGITS
    + "】|"
    + _LABEL
    + _DIGITS
    + r"(?:[:：]|[ \u3000]))[ \t\u3000]*)?"
)
_INDENT = re.compile(r"[ \t\u3000]*")
_RULE = re.compile(r"[ \t\u3000]*[-=_*~―─━＝－‐—＊＿～]{2,}[ \t\u3000]*")
_LINE = re.compile(r"[^\r\n]+")
_WRAPS = re.compile(r"[、,はがをにでとのもやへ]$|(?:から|ので|ため|けど|して)$")
_STOP = re.compile(f"[{re.escape(_OPENERS + _ENDS)}.{_FACES}]")
_END_GOES_ON = re.compile(f"[{re.escape(_ENDS)}」』）)w笑♪…{_FACES}\ufe0f\u200d]*")


@dataclass(slots=True)
class Sentence:
    """A sentence without the white space around it, and how its line begins."""

    start: int
    end: int
    text: str
    opens_block: bool = True
    """Whether it is the first of a bullet or after a blank line."""
    indent: int = -1
    """How far its bullet is indented; -1 without a bullet."""
    alone: bool = True
    """Whether it is all that its line holds."""
    signed: bool = False
    """Whether it stands below a ruled line, where mail programs put the sender."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A span that no sentence crosses: a line, or several that were one before wrapping."""

    start: int
    end: int
    opens: bool
    indent: int
    signed: bool


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of ``text`` in order, with their offsets."""
    for block in _blocks(text):
        opens = block.opens
        spans = [span for span in _cut(text, block.start, block.end) if text[slice(*span)].strip()]
        for first, last in spans:
            piece = text[first:last]
            at = first + len(piece) - len(piece.lstrip())
            piece = piece.strip()
            yield Sentence(
                at, at + len(piece), piece, opens, block.indent, len(spans) == 1, block.signed
            )
            opens = False


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the lines that say something, hard-wrapped ones put together."""
    held: _Block | None = None
    signed = False
    previous_line_end = 0
    for line in _LINE.finditer(text):
        written = line.group()
        if not written.strip():
            continue
        if _RULE.fullmatch(written):
            signed = True
            continue
        mark = _BULLET.match(written)
        shift = mark.end() if mark else 0
        if shift == len(written):
            continue
        indent = _INDENT.match(written).end()  # type: ignore[union-attr]  # it matches anything
        is_item = shift > indent
        blank_between = text.count("\n", previous_line_end, line.start()) > 1
        previous_line_end = line.end()
        if held and not is_item and not blank_between and _goes_on(text, held.end):
            held = _Block(held.start, line.end(), held.opens, held.indent, held.signed)
            continue
        if held:
            yield held
        opens = is_item or blank_between
        start = line.start() + shift
        held = _Block(start, line.end(), opens, indent if is_item else -1, signed)
    if held:
        yield held


def _goes_on(text: str, end: int) -> bool:
    """Tell whether the line that ends at ``end`` was only wrapped by a mail program."""
    line = text[text.rfind("\n", 0, end) + 1 : end].rstrip()
    if not line or line[-1] in _ENDS + _CLOSERS or line.endswith(("について", "に関して")):
        return False
    return bool(_WRAPS.search(line)) or len(line) >= _SHORTEST_LINE_THAT_WRAPS


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield sentence spans of one block, looking only at ends outside brackets."""
    first = at = start
    while stop := _STOP.search(text, at, end):
        at = stop.start()
        if text[at] in _OPENERS:
            at = _closing(text, at, end)
        elif _is_end(text, at):
            at = _END_GOES_ON.match(text, at + 1, end).end()  # type: ignore[union-attr]  # as above
            yield first, at
            first = at
            continue
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


def _is_end(text: str, at: int) -> bool:
    letter, following = text[at], text[at + 1 : at + 2]
    if letter == ".":
        return following.isspace() and not text[at - 1 : at].isdigit()
    if letter == "．":
        return not following.isdigit()
    if letter in "?!":  # inside an address
        return not (following.isascii() and (following.isalnum() or following in "&=/#"))
    return True
