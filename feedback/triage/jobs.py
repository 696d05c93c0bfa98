"""Jobs of triage."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.tokens import tokenizer
from feedback.queue import service as queue
from feedback.queue.service import JobContext, Registry
from feedback.triage import bulk_jobs, search, service, upkeep
from feedback.triage.models import ScreenedText, next_cases, screened_texts, screened_texts_of_call
from feedback.triage.search import Entry

#: Cases that one job refreshes, so that nobody who writes has to wait for long.
REFRESHED_AT_ONCE = 1000


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("triage.open_cases", open_cases)
    registry.register("triage.reindex", reindex)
    registry.register("triage.settle", settle)
    registry.register("triage.refresh", refresh)
    registry.register("triage.refresh_call", refresh_call)
    registry.register("triage.refold", refold)
    bulk_jobs.register(registry)


def open_cases(job: JobContext) -> None:
    """Open the cases of screened submissions and make them searchable."""
    ids: list[int] = job.payload["submission_ids"]
    with job.reading() as session:
        texts = screened_texts(session, ids)
    entries = _entries(texts, job)
    with job.finishing() as session:
        service.open_cases(session, [each.submission_id for each in entries])
        upkeep.refresh(session, ids)
        search.index(session, entries)


def reindex(job: JobContext) -> None:
    """Build the search index of a call anew, as after a change of tokenizer."""
    with job.reading() as session:
        texts = screened_texts_of_call(session, job.payload["call_id"])
    entries = _entries(texts, job)
    with job.finishing() as session:
        search.index(session, entries)


def settle(job: JobContext) -> None:
    """Move cases on whose statements were all decided elsewhere, as in the theme workshop."""
    with job.finishing() as session:
        service.settle(session, job.payload["submission_ids"], actor=None)


def refresh(job: JobContext) -> None:
    """Bring what lists know of these cases up to what other rooms have changed."""
    with job.finishing() as session:
        upkeep.refresh(session, job.payload["submission_ids"])


def refresh_call(job: JobContext) -> None:
    """Refresh every case of a call (of all calls without one), a stretch at a time."""
    call_id: int | None = job.payload.get("call_id")
    with job.finishing() as session:
        ids = next_cases(session, call_id, job.payload.get("after", 0), REFRESHED_AT_ONCE)
        upkeep.refresh(session, ids)
        if len(ids) == REFRESHED_AT_ONCE:
            following = {"call_id": call_id, "after": ids[-1]}
            queue.enqueue(session, "triage.refresh_call", following)


def refold(job: JobContext) -> None:
    """Say anew which copies of mass posts stand for the others."""
    with job.finishing() as session:
        upkeep.refresh(session, job.payload.get("submission_ids", []))
        upkeep.refresh_campaigns(session, job.payload.get("campaign_ids", []))


def _entries(texts: Iterable[ScreenedText], job: JobContext) -> list[Entry]:
    engine = tokenizer(job.tokenizer)
    return [search.entry(each.submission_id, each.title, each.body, engine) for each in texts]
