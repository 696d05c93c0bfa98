"""Jobs of triage."""

from __future__ import annotations

from analysis.tokens import tokenizer
from feedback.queue.service import JobContext, Registry
from feedback.triage import opening, search
from feedback.triage.models import screened_texts, screened_texts_of_call


def register(registry: Registry) -> None:
    """Name the room's handlers."""
    registry.register("triage.open_cases", open_cases)
    registry.register("triage.reindex", reindex)


def open_cases(job: JobContext) -> None:
    """Open the cases of screened submissions and make them searchable."""
    ids: list[int] = job.payload["submission_ids"]
    with job.reading() as session:
        texts = screened_texts(session, ids)
    words = opening.words_to_index(texts, tokenizer(job.tokenizer))
    with job.finishing() as session:
        opening.open_cases(session, list(words))
        search.index(session, words)


def reindex(job: JobContext) -> None:
    """Build the search index of a call anew, as after a change of tokenizer."""
    with job.reading() as session:
        texts = screened_texts_of_call(session, job.payload["call_id"])
    words = opening.words_to_index(texts, tokenizer(job.tokenizer))
    with job.finishing() as session:
        search.index(session, words)
