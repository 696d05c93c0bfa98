"""What is made anew at once when masks or decisions change, and the jobs that do the rest.

The masked texts are written in the transaction that changes a mark, so that a leak is closed
before the page answers. Everything that needs the tokenizer, or lies in a room further down, is a
job of the outbox. No job names a word: what it needs it reads behind the same door as screening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from analysis.screening import PersonalSpan
from feedback.intake import service as intake
from feedback.queue import service as queue
from feedback.screening import masking
from feedback.screening.kinds import leaves_out
from feedback.screening.models import (
    PersonalDataMark,
    Screening,
    calls_of,
    marks_of,
    statements_of,
)

PARTS = ("title", "body")
#: Lets the submissions of one burst be grouped together instead of one by one.
GROUPING_DELAY = timedelta(seconds=5)


def spans_of(marks: Iterable[PersonalDataMark]) -> Mapping[str, tuple[PersonalSpan, ...]]:
    """What the marks hide in each part, none overlapping."""
    masking_marks = [each for each in marks if each.is_masking]
    return {
        part: masking.joined(each.span for each in masking_marks if each.part == part)
        for part in PARTS
    }


def mask_anew(session: Session, screening: Screening) -> None:
    """Write the masked texts from the citizen's words and the marks as they stand now."""
    marks = marks_of(session, screening.submission_id)
    screening.has_personal_data = screening.is_withheld or any(each.is_masking for each in marks)
    if not screening.is_withheld:
        (words,) = intake.words_for_screening(session, [screening.submission_id])
        spans = spans_of(marks)
        screening.title = masking.mask(words.title, spans["title"])
        screening.body = masking.mask(words.body, spans["body"])
        for statement in statements_of(session, screening.submission_id):
            inside = masking.inside(spans["body"], statement.start, statement.end)
            statement.text = masking.mask(words.body[statement.start : statement.end], inside)
    session.flush()


def leave_out_or_not(screening: Screening) -> bool:
    """Bring the stored answer up to the decisions; whether it changed."""
    before = screening.is_set_aside
    screening.is_set_aside = leaves_out(
        screening.set_aside_kind, screening.set_aside_state, is_urgent=screening.is_urgent
    )
    return screening.is_set_aside is not before


def enqueue_rereading(session: Session, submission_ids: Sequence[int]) -> None:
    """Have the words of these submissions' statements taken anew, and all that is made of them."""
    if submission_ids:
        queue.enqueue(session, "screening.reread", {"submission_ids": sorted(submission_ids)})


def enqueue_what_follows(session: Session, submission_ids: Sequence[int]) -> None:
    """Have lists, themes and campaigns follow what changed about these submissions."""
    ids = sorted(submission_ids)
    if not ids:
        return
    queue.enqueue(session, "triage.open_cases", {"submission_ids": ids})
    queue.enqueue(session, "theming.assign", {"submission_ids": ids})
    for call_id in calls_of(session, ids):
        enqueue_grouping(session, call_id)


def enqueue_forgetting(session: Session, submission_ids: Sequence[int]) -> None:
    """Have themes and reports lose what is masked now and stood in them before."""
    for name in ("theming.forget", "reporting.remask"):
        queue.enqueue(session, name, {"submission_ids": sorted(submission_ids)})


def enqueue_grouping(session: Session, call_id: int) -> None:
    """Have a call's campaigns found anew, once for everything that came in shortly before."""
    queue.enqueue(
        session,
        "screening.group_campaigns",
        {"call_id": call_id},
        key=f"campaigns:{call_id}",
        delay=GROUPING_DELAY,
    )
