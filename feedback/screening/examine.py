"""What one submission's words hold: personal data, urgency, statements. Pure; no database."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from analysis import language, screening, statements
from analysis.screening import PersonalSpan
from analysis.tokens import Tokenizer, content_words
from feedback.intake.service import Words

log = logging.getLogger(__name__)

#: Shown in place of words that screening could not read, so that nothing is shown unmasked.
WITHHELD = "（自動確認ができなかったため表示していません。原文を確認してください。）"
THEMED_LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of personal data in ``title`` or ``body``."""

    part: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement: where it stands in the body, its masked text and its content words."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that screening finds in one submission."""

    submission_id: int
    title: str
    body: str
    language: str
    is_non_opinion: bool
    urgent_kinds: tuple[str, ...]
    marks: tuple[Mark, ...]
    claims: tuple[Claim, ...]
    needs_reading: bool = False
    """Screening failed: the words are withheld until a person has read them."""


def examine_each(words: Sequence[Words], tokenizer: Tokenizer) -> list[Examined]:
    """Examine each submission by itself, so that one that cannot be read never holds up others."""
    return [_examined_or_withheld(each, tokenizer) for each in words]


def examine(words: Words, tokenizer: Tokenizer) -> Examined:
    """Find personal data, urgency, the language and the statements of one submission."""
    in_title = screening.personal_data(words.title)
    in_body = screening.personal_data(words.body)
    guessed = language.guess_language(f"{words.title}\n{words.body}")
    urgent = {cue.kind.value for part in (words.title, words.body) for cue in _cues(part)}
    says_nothing = screening.is_non_opinion(words.body) and screening.is_non_opinion(words.title)
    return Examined(
        submission_id=words.submission_id,
        title=screening.mask(words.title, in_title),
        body=screening.mask(words.body, in_body),
        language=guessed,
        is_non_opinion=says_nothing and not urgent,
        urgent_kinds=tuple(sorted(urgent)),
        marks=(*_marks("title", in_title), *_marks("body", in_body)),
        claims=tuple(
            _claim(statement, in_body, tokenizer if guessed == THEMED_LANGUAGE else None)
            for statement in statements.split(words.body)
        ),
    )


def _examined_or_withheld(words: Words, tokenizer: Tokenizer) -> Examined:
    try:
        return examine(words, tokenizer)
    except Exception as error:  # noqa: BLE001 - any failure on one text is that text's alone
        # The type only: the message of an error may quote the citizen.
        log.error("screening submission %s failed: %s", words.submission_id, type(error).__name__)
        return _withheld(words)


def _withheld(words: Words) -> Examined:
    return Examined(
        submission_id=words.submission_id,
        title="",
        body=WITHHELD,
        language=THEMED_LANGUAGE,
        is_non_opinion=False,
        urgent_kinds=(),
        marks=(),
        claims=(Claim(0, len(words.body), WITHHELD, ()),),
        needs_reading=True,
    )


def _cues(text: str) -> list[screening.UrgentCue]:
    return screening.urgent_cues(text) if text else []


def _marks(part: str, spans: Sequence[PersonalSpan]) -> tuple[Mark, ...]:
    return tuple(Mark(part, span.kind.value, span.start, span.end) for span in spans)


def _claim(
    statement: statements.Statement, spans: Sequence[PersonalSpan], tokenizer: Tokenizer | None
) -> Claim:
    inside = [
        PersonalSpan(
            span.kind,
            max(span.start, statement.start) - statement.start,
            min(span.end, statement.end) - statement.start,
        )
        for span in spans
        if span.start < statement.end and statement.start < span.end
    ]
    words = content_words(tokenizer.tokens(_cut_out(statement.text, inside))) if tokenizer else []
    if tokenizer and words and statement.heading:
        in_heading = screening.personal_data(statement.heading)
        above = content_words(tokenizer.tokens(_cut_out(statement.heading, in_heading)))
        words = [*dict.fromkeys(above), *words]
    masked = screening.mask(statement.text, inside)
    return Claim(statement.start, statement.end, masked, tuple(words))


def _cut_out(text: str, spans: Sequence[PersonalSpan]) -> str:
    """The text without personal data: a person's name must never become a theme's keyword."""
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters)
