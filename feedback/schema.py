"""Every table of every room, for migrations."""

from __future__ import annotations

from typing import Any

from feedback.accounts import models as accounts
from feedback.accounts import tokens
from feedback.answering import models as answering
from feedback.answering import reply_models as replies
from feedback.audit import models as audit
from feedback.calls import models as calls
from feedback.intake import import_models as imports
from feedback.intake import models as intake
from feedback.intake import paper_models as paper
from feedback.queue import models as queue
from feedback.reporting import models as reporting
from feedback.screening import models as screening
from feedback.storage import Base
from feedback.theming import models as theming
from feedback.triage import bulk_models as triage_bulk
from feedback.triage import models as triage
from feedback.undo import models as undo

ROOMS = (
    queue,
    audit,
    undo,
    accounts,
    tokens,
    calls,
    intake,
    imports,
    paper,
    screening,
    theming,
    triage,
    triage_bulk,
    answering,
    replies,
    reporting,
)
METADATA = Base.metadata

#: Made by hand in migrations, since each database has its own kind of search index.
SEARCH_TABLE = "submission_search"
#: Covering indexes for lists, made by migration 0014 on PostgreSQL alone: SQLite reads what they
#: hold as quickly without them, and with them begins at the wrong end.
COVERING_INDEXES = {"ix_assignments_theme", "ix_assignments_place", "ix_statements_of"}


def is_ours(item: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
    """Whether Alembic should compare this: all but what one kind of database has alone."""
    if kind == "index" and name in COVERING_INDEXES:
        return False
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
    return not (table or "").startswith(SEARCH_TABLE)
