"""Jobs of reporting."""

from __future__ import annotations

from feedback.audit.service import SYSTEM
from feedback.queue.service import JobContext, Registry
from feedback.reporting import build, service
from feedback.storage import utc_now


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("reporting.draft_last_month", draft_last_month)


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
