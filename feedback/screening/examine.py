"""What one submission's words hold: personal data, urgency, statements. Pure; no database."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis import language, screening, statements
from analysis.screening import PersonalSpan, SetAsideKind, SetAsideProposal
from analysis.tokens import Tokenizer, content_words
from feedback.intake.service import Words
from feedback.screening import masking

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
class Aside:
    """Why a submission might be set aside, and where its words say so."""

    kind: SetAsideKind
    evidence: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that screening finds in one submission."""

    submission_id: int
    title: str
    body: str
    language: str
    aside: Aside | None
    urgent_kinds: tuple[str, ...]
    marks: tuple[Mark, ...]
    claims: tuple[Claim, ...]
    is_withheld: bool = False
    """Screening failed: the words are not shown until a person has read them."""


def examine_each(
    words: Sequence[Words], subjects: Mapping[int, Sequence[str]], tokenizer: Tokenizer
) -> list[Examined]:
    """Examine each submission by itself, so that one that cannot be read never holds up others.

    ``subjects`` says what each was asked about.
    """
    return [
        _examined_or_withheld(each, subjects.get(each.submission_id, ()), tokenizer)
        for each in words
    ]


def examine(words: Words, subject: Sequence[str], tokenizer: Tokenizer) -> Examined:
    """Find personal data, urgency, the language and the statements of one submission."""
    in_title = screening.personal_data(words.title)
    in_body = screening.personal_data(words.body)
    guessed = language.guess_language(f"{words.title}\n{words.body}")
    urgent = {cue.kind.value for part in (words.title, words.body) for cue in _cues(part)}
    return Examined(
        submission_id=words.submission_id,
        title=masking.mask(words.title, in_title),
        body=masking.mask(words.body, in_body),
        language=guessed,
        aside=_aside(screening.set_aside_proposal(words.title, words.body, subject)),
        urgent_kinds=tuple(sorted(urgent)),
        marks=(*_marks("title", in_title), *_marks("body", in_body)),
        claims=claims_of(words.body, in_body, guessed, tokenizer),
    )


def claims_of(
    body: str, spans: Sequence[PersonalSpan], guessed: str, tokenizer: Tokenizer
) -> tuple[Claim, ...]:
    """The statements of a body under these masks."""
    engine = tokenizer if guessed == THEMED_LANGUAGE else None
    return tuple(_claim(body, each, spans, engine) for each in statements.split(body))


def reread(
    body: str,
    spans: Sequence[PersonalSpan],
    guessed: str,
    places: Sequence[tuple[int, int]],
    tokenizer: Tokenizer,
) -> tuple[Claim, ...]:
    """The statements that stand at these places already, under other masks.

    Decisions of staff hang on statements, so their borders stay even if the splitter has changed.
    """
    engine = tokenizer if guessed == THEMED_LANGUAGE else None
    cut = {(each.start, each.end): each for each in statements.split(body)}
    return tuple(
        _claim(
            body, cut.get(each) or statements.Statement(*each, body[slice(*each)]), spans, engine
        )
        for each in places
    )


def _examined_or_withheld(words: Words, subject: Sequence[str], tokenizer: Tokenizer) -> Examined:
    try:
        return examine(words, subject, tokenizer)
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
        aside=None,
        urgent_kinds=(),
        marks=(),
        claims=(Claim(0, len(words.body), WITHHELD, ()),),
        is_withheld=True,
    )


def _cues(text: str) -> list[screening.UrgentCue]:
    return screening.urgent_cues(text) if text else []


def _aside(proposal: SetAsideProposal | None) -> Aside | None:
    if proposal is None:
        return None
    places = tuple(Mark("body", proposal.kind.value, *each) for each in proposal.evidence)
    return Aside(proposal.kind, places)


def _marks(part: str, spans: Sequence[PersonalSpan]) -> tuple[Mark, ...]:
    return tuple(Mark(part, span.kind.value, span.start, span.end) for span in spans)


def _claim(
    body: str,
    statement: statements.Statement,
    spans: Sequence[PersonalSpan],
    tokenizer: Tokenizer | None,
) -> Claim:
    inside = masking.inside(spans, statement.start, statement.end)
    words = _words(statement.text, inside, tokenizer) if tokenizer else []
    if tokenizer and words and statement.heading:
        above = _words(statement.heading, _in_heading(body, statement, spans), tokenizer)
        words = [*dict.fromkeys(above), *words]
    masked = masking.mask(statement.text, inside)
    return Claim(statement.start, statement.end, masked, tuple(words))


def _in_heading(
    body: str, statement: statements.Statement, spans: Sequence[PersonalSpan]
) -> Sequence[PersonalSpan]:
    start = body.rfind(statement.heading, 0, statement.start)
    if start < 0:
        return screening.personal_data(statement.heading)
    return masking.inside(spans, start, start + len(statement.heading))


def _words(text: str, spans: Sequence[PersonalSpan], tokenizer: Tokenizer) -> list[str]:
    return content_words(tokenizer.tokens(masking.cut_out(text, spans)))
