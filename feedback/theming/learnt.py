"""What was learnt from staff's decisions about a call, and what resembles nothing known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice

CHUNK = 500


class Learnt(Base):
    """The learner of a call: files what is new, until it learns again."""

    __tablename__ = "learners"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    learnt_at: Mapped[datetime]
    decisions: Mapped[int]
    """How many decisions of staff it learnt from."""
    example_ids: Mapped[list[int]]
    """The decided statements that it shows as evidence, in its own order."""
    calibration: Mapped[dict[str, Any]]
    """What it got right of decisions that it was not told: ``analysis.calibration``."""
    model: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """``Learner.to_bytes()``. Read only on demand."""
    model_hash: Mapped[str] = mapped_column(String(64))


class LearningStep(Base):
    """One learning among those before, so that staff see what their decisions bring."""

    __tablename__ = "learning_steps"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    learnt_at: Mapped[datetime]
    decisions: Mapped[int]
    accuracy: Mapped[float | None]
    macro_f1: Mapped[float | None]
    line: Mapped[float | None]
    above: Mapped[float]


class StatementMeaning(Base):
    """What the encoders say of a statement; asked once, because the second one is slow."""

    __tablename__ = "statement_meanings"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[str] = mapped_column(String(100))
    """``analysis.meanings.version()``; of another version it is asked anew."""
    rows: Mapped[bytes] = mapped_column(LargeBinary)


class EmergingState(StrEnum):
    """What staff made of a proposed theme."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class EmergingTheme(Base):
    """Statements that resemble nothing known（新しい話題のきざし）, for staff to decide."""

    __tablename__ = "emerging_themes"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    keywords: Mapped[list[str]]
    statement_ids: Mapped[list[int]]
    """The most central first."""
    voices: Mapped[int]
    found_at: Mapped[datetime]
    state: Mapped[EmergingState] = mapped_column(choice(EmergingState))
    decided_by: Mapped[str | None] = mapped_column(String(100))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    """The theme that staff made of it."""


def learnt_of(session: Session, call_id: int) -> Learnt | None:
    """What was learnt of a call, without the learner's bytes."""
    return session.get(Learnt, call_id, populate_existing=True)


def steps_of(session: Session, call_id: int, *, limit: int) -> Sequence[LearningStep]:
    """The last learnings of a call, the newest first."""
    query = select(LearningStep).where(LearningStep.call_id == call_id)
    return session.scalars(query.order_by(LearningStep.id.desc()).limit(limit)).all()


def emerging_of(session: Session, call_id: int) -> Sequence[EmergingTheme]:
    """Every proposed theme of a call, whatever its state, the most voices first."""
    query = select(EmergingTheme).where(EmergingTheme.call_id == call_id)
    return session.scalars(query.order_by(EmergingTheme.voices.desc(), EmergingTheme.id)).all()


def meanings_of(session: Session, statement_ids: Collection[int], version: str) -> dict[int, bytes]:
    """What the encoders of this version said of these statements."""
    ids, found = list(statement_ids), {}
    for start in range(0, len(ids), CHUNK):
        query = select(StatementMeaning.statement_id, StatementMeaning.rows).where(
            StatementMeaning.statement_id.in_(ids[start : start + CHUNK]),
            StatementMeaning.version == version,
        )
        found.update({row.statement_id: row.rows for row in session.execute(query)})
    return found
