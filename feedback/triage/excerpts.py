"""Texts with some of their words set apart: what was searched for, what pulled to a theme."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from analysis.normalize import normalize
from analysis.tokens import Tokenizer

EXCERPT_LENGTH = 110
LEAD = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text."""

    text: str
    is_marked: bool


def excerpt(text: str, needles: Collection[str]) -> tuple[Piece, ...]:
    """The beginning of a text, or where the first needle is, on one line with needles marked."""
    line = " ".join(text.split())
    spans = _literal_spans(line, needles)
    start = max(0, spans[0][0] - LEAD) if spans and spans[0][1] > EXCERPT_LENGTH else 0
    end = start + EXCERPT_LENGTH
    inside = [(max(first, start), min(last, end)) for first, last in spans if start <= first < end]
    pieces = cut(line[:end], inside, start)
    before = [Piece("…", is_marked=False)] if start else []
    after = [Piece("…", is_marked=False)] if len(line) > end else []
    return (*before, *pieces, *after)


def marked(text: str, words: Collection[str], tokenizer: Tokenizer) -> tuple[Piece, ...]:
    """A text with these words marked, in whatever form they stand in it: 申請し for 申請する."""
    spans = _literal_spans(text, words)
    wanted = set(words)
    spans += [(token.start, token.end) for token in tokenizer.tokens(text) if token.base in wanted]
    return tuple(cut(text, joined(spans)))


def _literal_spans(text: str, needles: Collection[str]) -> list[tuple[int, int]]:
    """Where the needles stand, whatever the width and case of letters."""
    even = normalize(text)
    lowered = even.text.lower()
    if len(lowered) != len(even.text):
        lowered = even.text
    spans = []
    for needle in needles:
        at = lowered.find(needle.lower()) if needle else -1
        while at >= 0:
            spans.append(even.span(at, at + len(needle)))
            at = lowered.find(needle.lower(), at + len(needle))
    return joined(spans)


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def cut(text: str, spans: Iterable[tuple[int, int]], start: int = 0) -> list[Piece]:
    """A text from ``start`` in pieces; the spans, which must not overlap, are marked."""
    pieces = []
    at = start
    for first, last in spans:
        pieces += [Piece(text[at:first], is_marked=False), Piece(text[first:last], is_marked=True)]
        at = last
    pieces.append(Piece(text[at:], is_marked=False))
    return [piece for piece in pieces if piece.text]
