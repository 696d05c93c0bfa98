"""From marks to what is shown, and from what is shown back to the citizen's own words. Pure.

Staff who may not read the words select in the masked text; marks are kept in the offsets of the
citizen's own words. ``Masked`` knows both, without the words themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis import screening
from analysis.screening import PersonalSpan


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text in its order: words as they were written, or one mask."""

    span: PersonalSpan | None
    """What the mask hides; None for words that are shown."""
    start: int
    end: int
    """In the citizen's own words."""
    shown_start: int
    shown_end: int
    """In the masked text."""


@dataclass(frozen=True, slots=True)
class Masked:
    """How one text and its masked form lie beside each other."""

    stretches: tuple[Stretch, ...]

    def own(self, start: int, end: int) -> tuple[int, int]:
        """Where a selection in the masked text stands in the citizen's own words.

        Whoever selects a part of a mask has selected the whole of what it hides.
        """
        first = self._at(start)
        last = self._at(end - 1)
        own_start = first.start if first.span else first.start + start - first.shown_start
        own_end = last.end if last.span else last.start + end - last.shown_start
        return own_start, own_end

    def shown(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the citizen's own words stands in the masked text."""
        inside = [each for each in self.stretches if each.start < end and start < each.end]
        first, last = inside[0], inside[-1]
        shown_start = first.shown_start + (0 if first.span else max(0, start - first.start))
        shown_end = last.shown_end - (0 if last.span else max(0, last.end - end))
        return shown_start, shown_end

    def shows_any(self, start: int, end: int) -> bool:
        """Whether any of these own words can be read in the masked text."""
        return any(
            each.span is None and each.start < end and start < each.end for each in self.stretches
        )

    @property
    def own_length(self) -> int:
        """Characters of the citizen's own text."""
        return self.stretches[-1].end if self.stretches else 0

    def _at(self, place: int) -> Stretch:
        return next(each for each in self.stretches if place < each.shown_end)


def joined(spans: Iterable[PersonalSpan]) -> tuple[PersonalSpan, ...]:
    """Spans in order; those that overlap become one that hides all they hide.

    Its kind is that of the widest: what staff marked around a machine's half of a name.
    """
    found: list[PersonalSpan] = []
    widest = 0
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        width = span.end - span.start
        if found and span.start < found[-1].end:
            last = found[-1]
            kind = span.kind if width > widest else last.kind
            found[-1] = PersonalSpan(kind, last.start, max(last.end, span.end))
            widest = max(widest, width)
        elif width > 0:
            found.append(span)
            widest = width
    return tuple(found)


def masked(length: int, spans: Sequence[PersonalSpan]) -> Masked:
    """How a text of this length lies beside its masked form; the spans as ``joined`` gives them."""
    stretches: list[Stretch] = []
    at = shown = 0
    for span in spans:
        if at < span.start:
            stretches.append(Stretch(None, at, span.start, shown, shown + span.start - at))
            shown += span.start - at
        label_end = shown + _label_length(span)
        stretches.append(Stretch(span, span.start, span.end, shown, label_end))
        at, shown = span.end, label_end
    if at < length:
        stretches.append(Stretch(None, at, length, shown, shown + length - at))
    return Masked(tuple(stretches))


def from_shown(shown_length: int, spans: Sequence[PersonalSpan]) -> Masked:
    """The same, when only the length of the masked text is known."""
    hidden = sum(span.end - span.start for span in spans)
    return masked(shown_length - sum(map(_label_length, spans)) + hidden, spans)


def mask(text: str, spans: Sequence[PersonalSpan]) -> str:
    """The text with every span replaced by its kind's name; overlapping spans count as one."""
    return screening.mask(text, joined(spans))


def cut_out(text: str, spans: Sequence[PersonalSpan]) -> str:
    """The text without personal data: a person's name must never become a theme's keyword."""
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters)


def inside(spans: Iterable[PersonalSpan], start: int, end: int) -> list[PersonalSpan]:
    """The spans as far as they lie in this part of a text, counted from its beginning."""
    return [
        PersonalSpan(span.kind, max(span.start, start) - start, min(span.end, end) - start)
        for span in spans
        if span.start < end and start < span.end
    ]


def _label_length(span: PersonalSpan) -> int:
    return len(screening.mask("x", [PersonalSpan(span.kind, 0, 1)]))
