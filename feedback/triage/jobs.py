"""Jobs of triage."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.tokens import tokenizer
from feedback.queue.service import JobContext, Registry
from feedback.triage import bulk_jobs, search, service
from feedback.triage.models import ScreenedText, screened_texts, screened_texts_of_call


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("triage.open_cases", open_cases)
    registry.register("triage.reindex", reindex)
    registry.register("triage.settle", settle)
    bulk_jobs.register(registry)


def open_cases(job: JobContext) -> None:
    """Open the cases of screened submissions and make them searchable."""
    ids: list[int] = job.payload["submission_ids"]
    with job.reading() as session:
        texts = screened_texts(session, ids)
    words = _words(texts, job)
    with job.finishing() as session:
        service.open_cases(session, list(words))
        search.index(session, words)


def reindex(job: JobContext) -> None:
    """Build the search index of a call anew, as after a change of tokenizer."""
    with job.reading() as session:
        texts = screened_texts_of_call(session, job.payload["call_id"])
    words = _words(texts, job)
    with job.finishing() as session:
        search.index(session, words)


def settle(job: JobContext) -> None:
    """Move cases on whose statements were all decided elsewhere, as in the theme workshop."""
    with job.finishing() as session:
        service.settle(session, job.payload["submission_ids"], actor=None)


def _words(texts: Iterable[ScreenedText], job: JobContext) -> dict[int, tuple[str, ...]]:
    engine = tokenizer(job.tokenizer)
    return {each.submission_id: search.index_words(each.title, each.body, engine) for each in texts}
