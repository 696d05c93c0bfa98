"""Jobs of screening."""

from __future__ import annotations

from sqlalchemy.orm import Session

from analysis.tokens import tokenizer
from feedback.intake import service as intake
from feedback.queue import service as queue
from feedback.queue.service import JobContext, Registry
from feedback.screening import campaigns, redo, rescreening, service
from feedback.screening.examine import examine_each
from feedback.screening.models import calls_of, opinion_texts, subjects_of
from feedback.screening.rescreening import Renewed

REFOLDED_AT_ONCE = 2_000


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("screening.screen", screen)
    registry.register("screening.group_campaigns", group_campaigns)
    registry.register("screening.reread", reread)
    registry.register("screening.rescreen", rescreen)


def screen(job: JobContext) -> None:
    """Screen submissions and hand the new ones to theming, triage and the campaign search."""
    engine = tokenizer(job.tokenizer)
    ids: list[int] = job.payload["submission_ids"]
    with job.reading() as session:
        words = intake.words_for_screening(session, ids)
        subjects = subjects_of(session, ids)
    examined = examine_each(words, subjects, engine)
    with job.finishing() as session:
        fresh = service.store(session, examined, engine)
        if not fresh:
            return
        queue.enqueue(session, "triage.open_cases", {"submission_ids": fresh})
        queue.enqueue(session, "theming.assign", {"submission_ids": fresh})
        for call_id in calls_of(session, fresh):
            redo.enqueue_grouping(session, call_id)


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
            redo.enqueue_grouping(session, call_id)


def _enqueue_refolding(session: Session, stored: campaigns.Stored) -> None:
    """Have lists fold the copies anew, in jobs of a size that holds nobody up."""
    ids = stored.submission_ids
    for start in range(0, len(ids), REFOLDED_AT_ONCE):
        chunk = ids[start : start + REFOLDED_AT_ONCE]
        queue.enqueue(session, "triage.refold", {"submission_ids": list(chunk)})
    if stored.campaign_ids:
        queue.enqueue(session, "triage.refold", {"campaign_ids": list(stored.campaign_ids)})


def reread(job: JobContext) -> None:
    """After a change of masks: the words of statements, the index, themes, campaigns, reports."""
    ids: list[int] = job.payload["submission_ids"]
    engine = tokenizer(job.tokenizer)
    with job.reading() as session:
        found = rescreening.read_again(session, ids, engine)
    with job.finishing() as session:
        name = service.engine_of(engine)
        for each in found:
            rescreening.store_again(session, each, name)
        redo.enqueue_what_follows(session, ids)
        redo.enqueue_forgetting(session, ids)


def rescreen(job: JobContext) -> None:
    """Screen again with the rules in use; what staff decided stays."""
    ids: list[int] = job.payload["submission_ids"]
    engine = tokenizer(job.tokenizer)
    with job.reading() as session:
        words = intake.words_for_screening(session, ids)
        subjects = subjects_of(session, ids)
    examined = examine_each(words, subjects, engine)
    with job.finishing() as session:
        renewed = {each.submission_id: rescreening.renew(session, each) for each in examined}
        masks = [at for at, what in renewed.items() if what is Renewed.MASKS]
        moved = [at for at, what in renewed.items() if what is Renewed.DECISIONS]
        redo.enqueue_rereading(session, masks)
        redo.enqueue_what_follows(session, moved)
