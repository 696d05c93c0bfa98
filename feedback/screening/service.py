"""Screen submissions: mask personal data, flag what is urgent, split into statements."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.intake.service import Words
from feedback.screening.examine import Examined, examine_each
from feedback.screening.models import (
    MarkState,
    PersonalDataMark,
    Screening,
    Statement,
    screened_ids,
)
from feedback.storage import utc_now


def screen(session: Session, words: Sequence[Words], tokenizer: Tokenizer) -> list[int]:
    """Screen submissions and store what was found; the ids of those not screened before."""
    return store(session, examine_each(words, tokenizer), tokenizer)


def store(session: Session, examined: Sequence[Examined], tokenizer: Tokenizer) -> list[int]:
    """Store what screening found; a submission that was screened before stays as it is.

    Returns the ids that are new.
    """
    known = screened_ids(session, [each.submission_id for each in examined])
    fresh = [each for each in examined if each.submission_id not in known]
    engine = f"{tokenizer.name} {tokenizer.version}"[:40]
    for each in fresh:
        _store_one(session, each, engine)
    session.flush()
    return [each.submission_id for each in fresh]


def _store_one(session: Session, found: Examined, engine: str) -> None:
    session.add(
        Screening(
            submission_id=found.submission_id,
            title=found.title,
            body=found.body,
            language=found.language,
            is_non_opinion=found.is_non_opinion,
            is_urgent=bool(found.urgent_kinds),
            urgent_kinds=list(found.urgent_kinds),
            has_personal_data=bool(found.marks) or found.needs_reading,
            screened_at=utc_now(),
        )
    )
    session.add_all(
        PersonalDataMark(
            submission_id=found.submission_id,
            part=mark.part,
            kind=mark.kind,
            start=mark.start,
            end=mark.end,
            state=MarkState.PROPOSED,
        )
        for mark in found.marks
    )
    session.add_all(
        Statement(
            submission_id=found.submission_id,
            position=position,
            start=claim.start,
            end=claim.end,
            text=claim.text,
            words=list(claim.words),
            tokenizer=engine,
        )
        for position, claim in enumerate(found.claims)
    )
