"""Jobs of screening."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from analysis.tokens import tokenizer
from feedback.intake import service as intake
from feedback.queue import service as queue
from feedback.queue.service import JobContext, Registry
from feedback.screening import campaigns, service
from feedback.screening.examine import examine_each
from feedback.screening.models import calls_of, opinion_texts

#: Lets the submissions of one burst be grouped together instead of one by one.
GROUPING_DELAY = timedelta(seconds=5)
REFOLDED_AT_ONCE = 2000


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("screening.screen", screen)
    registry.register("screening.group_campaigns", group_campaigns)


def screen(job: JobContext) -> None:
    """Screen submissions and hand the new ones to theming, triage and the campaign search."""
    engine = tokenizer(job.tokenizer)
    with job.reading() as session:
        words = intake.words_for_screening(session, job.payload["submission_ids"])
    examined = examine_each(words, engine)
    with job.finishing() as session:
        fresh = service.store(session, examined, engine)
        if not fresh:
            return
        queue.enqueue(session, "triage.open_cases", {"submission_ids": fresh})
        queue.enqueue(session, "theming.assign", {"submission_ids": fresh})
        for call_id in calls_of(session, fresh):
            enqueue_grouping(session, call_id)


def group_campaigns(job: JobContext) -> None:
    """Find the copies among a call's opinions; again when more came in meanwhile."""
    call_id: int = job.payload["call_id"]
    with job.reading() as session:
        texts = opinion_texts(session, call_id)
    grouping = campaigns.find(texts)
    with job.finishing() as session:
        stored = campaigns.store(session, call_id, grouping)
        _enqueue_refolding(session, stored)
        if not stored.is_whole:
            enqueue_grouping(session, call_id)


def _enqueue_refolding(session: Session, stored: campaigns.Stored) -> None:
    """Have lists fold the copies anew, in jobs of a size that holds nobody up."""
    ids = stored.submission_ids
    for start in range(0, len(ids), REFOLDED_AT_ONCE):
        chunk = ids[start : start + REFOLDED_AT_ONCE]
        queue.enqueue(session, "triage.refold", {"submission_ids": list(chunk)})
    if stored.campaign_ids:
        queue.enqueue(session, "triage.refold", {"campaign_ids": list(stored.campaign_ids)})


def enqueue_grouping(session: Session, call_id: int) -> None:
    """Have a call's campaigns found anew, once for everything that came in shortly before."""
    queue.enqueue(
        session,
        "screening.group_campaigns",
        {"call_id": call_id},
        key=f"campaigns:{call_id}",
        delay=GROUPING_DELAY,
    )
