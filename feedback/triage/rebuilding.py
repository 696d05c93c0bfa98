"""Recompute all that triage keeps beside what it decides: the lists' columns, the search index.

Each stretch is a transaction of its own, so that citizens and staff can go on meanwhile, and a
rebuilding that was interrupted has done no harm.
"""

from __future__ import annotations

from collections.abc import Callable

from analysis.tokens import Tokenizer
from feedback.storage import Database
from feedback.triage import search, service, upkeep
from feedback.triage.models import next_cases, next_screened

AT_ONCE = 1000


def refresh_lists(database: Database, tell: Callable[[int], None]) -> int:
    """Bring what lists know of every case up to what stands on the left; how many cases."""
    done = after = 0
    while True:
        with database.transaction() as session:
            ids = next_cases(session, None, after, AT_ONCE)
            upkeep.refresh(session, ids)
        if not ids:
            return done
        done, after = done + len(ids), ids[-1]
        tell(done)


def rebuild(database: Database, tokenizer: Tokenizer, tell: Callable[[int], None]) -> int:
    """Open the cases that are missing, refresh all, and build the search index anew; how many."""
    with database.transaction() as session:
        search.clear(session)
    done = after = 0
    while True:
        with database.reading() as session:
            texts = next_screened(session, after, AT_ONCE)
        if not texts:
            return done
        entries = [
            search.entry(each.submission_id, each.title, each.body, tokenizer) for each in texts
        ]
        with database.transaction() as session:
            service.open_cases(session, [each.submission_id for each in texts])
            search.index(session, entries)
        done, after = done + len(texts), texts[-1].submission_id
        tell(done)
