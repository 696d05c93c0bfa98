"""Jobs of reporting."""

from __future__ import annotations

from analysis.tokens import tokenizer
from feedback.audit.service import SYSTEM
from feedback.queue.service import JobContext, Registry
from feedback.reporting import build, remasking, service
from feedback.screening.hidden import hidden_in
from feedback.screening.models import by_call
from feedback.storage import utc_now


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("reporting.draft_last_month", draft_last_month)
    registry.register("reporting.remask", remask)


def draft_last_month(job: JobContext) -> None:
    """Draft last month's reports that nobody has drafted yet; run again, it finds nothing."""
    now = utc_now()
    with job.reading() as session:
        written = [
            build.build(session, call, month, government, drafted_by=SYSTEM, now=now)
            for call, government, month in service.unreported(session, now)
        ]
    with job.finishing() as session:
        still_missing = {
            (call.id, government.slug)
            for call, government, _month in service.unreported(session, now)
        }
        for each in written:
            if (each.head.call_id, each.head.government_slug) in still_missing:
                service.store_draft(session, each, actor=None)


def remask(job: JobContext) -> None:
    """Mask in reports what staff have masked since they were drafted."""
    engine = tokenizer(job.tokenizer)
    ids: list[int] = job.payload["submission_ids"]
    with job.finishing() as session:
        for call_id, members in by_call(session, ids).items():
            hidden = [hidden_in(session, each, engine) for each in members]
            remasking.remask(session, call_id, [each for each in hidden if each.originals])
