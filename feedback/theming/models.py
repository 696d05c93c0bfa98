"""Runs, themes, assignments and their queries.

A run is immutable. A theme has an identity that survives runs: a run *describes* themes
(``RunTheme``) and *places* statements (``RunAssignment``). ``Assignment`` is where a statement
stands now: the last run's place, unless staff decided, which always wins.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.storage import Base, Identifier, choice


class Run(Base):
    """One immutable analysis（分析実行）: what went in, how, and what came out."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    input_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the statements that went in, so that a run can be repeated and compared."""
    statements: Mapped[int]
    submissions: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    versions: Mapped[dict[str, str]]
    choice: Mapped[dict[str, Any]]
    """Why this number of themes."""
    model: Mapped[bytes] = mapped_column(LargeBinary)
    """``ThemeModel.to_bytes()``: places new statements until the next run."""
    result_hash: Mapped[str] = mapped_column(String(64))


class ThemeState(StrEnum):
    """Whether a theme stands."""

    OPEN = "open"
    MERGED = "merged"
    GONE = "gone"


class Theme(Base):
    """A persistent group of statements（テーマ）; a subtheme has a parent."""

    __tablename__ = "themes"
    __table_args__ = (Index("ix_themes_call_state", "call_id", "state"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    """The last run's label, made of citizens' own words."""
    staff_label: Mapped[str | None] = mapped_column(String(100))
    """The name staff gave it; it wins."""
    keywords: Mapped[list[str]]
    quote_ids: Mapped[list[int]]
    """Representative statements, the most central first."""
    state: Mapped[ThemeState] = mapped_column(choice(ThemeState))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    first_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    last_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=1)

    @property
    def name(self) -> str:
        """What the theme is called now."""
        return self.staff_label or self.label


class RunTheme(Base):
    """A theme as one run saw it; immutable."""

    __tablename__ = "run_themes"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), primary_key=True)
    model_key: Mapped[str] = mapped_column(String(16))
    """The theme's id inside the run's model."""
    label: Mapped[str] = mapped_column(String(100))
    keywords: Mapped[list[str]]
    quote_ids: Mapped[list[int]]
    statements: Mapped[int]
    submissions: Mapped[int]
    voices: Mapped[int]
    change: Mapped[str] = mapped_column(String(16))
    """continued, split, merged or new, against the run before."""


class RunAssignment(Base):
    """Where one run placed a statement; immutable."""

    __tablename__ = "run_assignments"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    confidence: Mapped[float]


class Assignment(Base):
    """Where a statement stands now（割当）: by machine, or by staff, who always win."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("statement_id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"), index=True)
    """The finest theme; None is 未分類."""
    proposed_theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    """The machine's proposal, kept beside a decision of staff."""
    runner_up_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    confidence: Mapped[float]
    reasons: Mapped[list[dict[str, Any]]]
    """``{"word": …, "weight": …}``: the words that pulled it there, strongest first."""
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    decided_by: Mapped[str | None] = mapped_column(String(100))
    """The member of staff who decided; None while it is the machine's proposal."""
    decided_at: Mapped[datetime | None]
