"""The rules of screening: mask personal data, flag what is urgent, split into statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.intake.service import Words
from feedback.screening import redo, rules
from feedback.screening.examine import Aside, Claim, Examined, Mark, examine_each
from feedback.screening.kinds import Decision, MarkState
from feedback.screening.models import (
    PersonalDataMark,
    Screening,
    Statement,
    screened_ids,
    subjects_of,
)
from feedback.storage import utc_now


def screen(session: Session, words: Sequence[Words], tokenizer: Tokenizer) -> list[int]:
    """Screen submissions and store what was found; the ids of those not screened before."""
    subjects = subjects_of(session, [each.submission_id for each in words])
    return store(session, examine_each(words, subjects, tokenizer), tokenizer)


def store(session: Session, examined: Sequence[Examined], tokenizer: Tokenizer) -> list[int]:
    """Store what screening found; a submission that was screened before stays as it is.

    Returns the ids that are new.
    """
    known = screened_ids(session, [each.submission_id for each in examined])
    fresh = [each for each in examined if each.submission_id not in known]
    for each in fresh:
        _store_one(session, each, engine_of(tokenizer))
    session.flush()
    return [each.submission_id for each in fresh]


def engine_of(tokenizer: Tokenizer) -> str:
    """Name and version of a tokenizer, as statements keep it."""
    return f"{tokenizer.name} {tokenizer.version}"[:40]


def propose(screening: Screening, found: Examined) -> None:
    """Write the machine's proposals where no person has decided yet."""
    if screening.urgent_state in (None, Decision.PROPOSED):
        screening.is_urgent = bool(found.urgent_kinds)
        screening.urgent_kinds = list(found.urgent_kinds)
        screening.urgent_state = Decision.PROPOSED if found.urgent_kinds else None
    if screening.set_aside_state in (None, Decision.PROPOSED):
        screening.set_aside_kind = found.aside.kind if found.aside else None
        screening.set_aside_state = Decision.PROPOSED if found.aside else None
        screening.set_aside_evidence = _evidence(found.aside)
    screening.language = found.language
    screening.rules = rules.version()
    screening.screened_at = utc_now()
    redo.leave_out_or_not(screening)


def proposed_marks(submission_id: int, marks: Iterable[Mark]) -> list[PersonalDataMark]:
    """Rows for what the machine found."""
    return [
        PersonalDataMark(
            submission_id=submission_id,
            part=mark.part,
            kind=mark.kind,
            start=mark.start,
            end=mark.end,
            state=MarkState.PROPOSED,
        )
        for mark in marks
    ]


def statement_rows(
    submission_id: int, claims: Sequence[Claim], engine: str, *, first: int = 0
) -> list[Statement]:
    """Rows for statements, counted from ``first``."""
    return [
        Statement(
            submission_id=submission_id,
            position=position,
            start=claim.start,
            end=claim.end,
            text=claim.text,
            words=list(claim.words),
            tokenizer=engine,
        )
        for position, claim in enumerate(claims, start=first)
    ]


def _store_one(session: Session, found: Examined, engine: str) -> None:
    screening = Screening(
        submission_id=found.submission_id,
        title=found.title,
        body=found.body,
        is_withheld=found.is_withheld,
        has_personal_data=bool(found.marks) or found.is_withheld,
    )
    propose(screening, found)
    session.add(screening)
    session.add_all(proposed_marks(found.submission_id, found.marks))
    session.add_all(statement_rows(found.submission_id, found.claims, engine))


def _evidence(aside: Aside | None) -> list[dict[str, Any]]:
    places = aside.evidence if aside else ()
    return [{"part": each.part, "start": each.start, "end": each.end} for each in places]
