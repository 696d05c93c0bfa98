"""What the encoders say of statements, asked once and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from analysis import meanings
from analysis.meanings import Meanings
from feedback.intake.models import Submission
from feedback.screening.models import Screening, Statement
from feedback.theming import material
from feedback.theming.learnt import StatementMeaning, meanings_of

CHUNK = 500


def known(session: Session, statement_ids: Sequence[int]) -> dict[int, bytes]:
    """What is kept of these statements, of the encoders that are installed."""
    return meanings_of(session, statement_ids, meanings.version())


def together(statement_ids: Sequence[int], kept: Mapping[int, bytes]) -> Meanings:
    """The kept ones as rows; zeros for those that nobody has asked for yet."""
    return Meanings.from_rows([kept.get(each) for each in statement_ids])


def unread(session: Session, call_id: int, *, limit: int) -> list[tuple[int, str]]:
    """Statements of a call, with their words, that the installed encoders have not read."""
    read = select(StatementMeaning.statement_id).where(
        StatementMeaning.version == meanings.version()
    )
    query = (
        select(Statement.id, Statement.text)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .where(
            Submission.call_id == call_id,
            ~Screening.is_set_aside,
            material.has_words(),
            Statement.id.not_in(read),
        )
        .order_by(Statement.id)
        .limit(limit)
    )
    return [(row.id, row.text) for row in session.execute(query)]


def ask(said: Sequence[tuple[int, str]]) -> dict[int, bytes]:
    """Ask the encoders; touches no database."""
    rows = meanings.read([text for _, text in said]).to_rows() if said else []
    return {statement_id: row for (statement_id, _), row in zip(said, rows, strict=True)}


def store(session: Session, asked: Mapping[int, bytes]) -> None:
    """Keep what they said, of statements that are still there."""
    ids, version = sorted(asked), meanings.version()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        there = session.scalars(select(Statement.id).where(Statement.id.in_(chunk))).all()
        session.execute(delete(StatementMeaning).where(StatementMeaning.statement_id.in_(chunk)))
        rows = [{"statement_id": at, "version": version, "rows": asked[at]} for at in there]
        if rows:
            session.execute(insert(StatementMeaning), rows)
