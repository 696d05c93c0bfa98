"""Open cases for screened submissions, and keep their search index."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from analysis.tokens import Tokenizer
from feedback.storage import utc_now
from feedback.triage import search
from feedback.triage.models import Case, CaseStatus, ScreenedText, opened_ids


def open_cases(session: Session, submission_ids: Collection[int]) -> None:
    """Open a case for each submission that has none yet."""
    now = utc_now()
    known = opened_ids(session, submission_ids)
    session.add_all(
        Case(submission_id=each, status=CaseStatus.NEW, opened_at=now, updated_at=now)
        for each in sorted(set(submission_ids) - known)
    )
    session.flush()


def words_to_index(
    texts: Iterable[ScreenedText], tokenizer: Tokenizer
) -> dict[int, tuple[str, ...]]:
    """The words of each screened text, for ``search.index``."""
    return {
        each.submission_id: search.index_words(each.title, each.body, tokenizer) for each in texts
    }
