"""Runs, themes, assignments and their queries.

A run is immutable. A theme has an identity that survives runs: a run *describes* themes
(``RunTheme``) and *places* statements (``RunAssignment``). ``Assignment`` is where a statement
stands now: the last run's place, unless staff decided, which always wins.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.results import Stance
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
    model: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """``ThemeModel.to_bytes()``: places new statements until the next run. Read only on demand."""
    result_hash: Mapped[str] = mapped_column(String(64))
    joined: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Model key → the theme that staff keep whole, which this part of it was joined to."""


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
    answer_states: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Government → ``draft`` or ``published``, as the answering room, further down, says."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change of staff, so that two people never overwrite each other silently."""
    pinned_by: Mapped[str | None] = mapped_column(String(100))
    """Who fixed it（固定）: no run ends, merges or renames it."""
    parent_by: Mapped[str | None] = mapped_column(String(100))
    """Who set the theme above, or that there is none; None while the runs do."""
    whole_by: Mapped[str | None] = mapped_column(String(100))
    """Who decided that it is not to be split, so that nobody is asked again."""
    merged_by: Mapped[str | None] = mapped_column(String(100))
    """Who merged it into another; None where a run did."""
    made_by: Mapped[str | None] = mapped_column(String(100))
    """Who made it by splitting another; None for one that a run found."""

    @property
    def name(self) -> str:
        """What the theme is called now."""
        return self.staff_label or self.label


class Apart(Base):
    """Two themes that are never one（別のテーマとして保つ）; ``one_id`` is the smaller number."""

    __tablename__ = "themes_apart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]


class HintKind(StrEnum):
    """What the last run would have staff look at."""

    MERGE = "merge"
    SPLIT = "split"


class Hint(Base):
    """Two themes that may be one, or one that may be two; each run writes them anew."""

    __tablename__ = "theme_hints"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    kind: Mapped[HintKind] = mapped_column(choice(HintKind))
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    share: Mapped[float]
    """How much speaks for it, 0 to 1."""
    evidence: Mapped[list[int]]
    """Statements to read: of the one theme, or of the first part."""
    other_evidence: Mapped[list[int]]
    """Statements of the other theme, or of the second part."""


class RunTheme(Base):
    """A theme as one run saw it; immutable."""

    __tablename__ = "run_themes"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
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
    together: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """``analysis.explain.Together``: why these statements are together; None in older runs."""


class StatementStance(Base):
    """What a statement wants（賛否など）, as the machine reads it."""

    __tablename__ = "statement_stances"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    )
    stance: Mapped[Stance] = mapped_column(choice(Stance))
    confidence: Mapped[float]


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
    agreed: Mapped[bool | None]
    """Whether staff decided what the machine proposed then; None while nobody has."""
    evidence: Mapped[list[int]] = mapped_column(default=list)
    """The decided statements most like it, of the proposed theme, the nearest first."""
    teaches: Mapped[float] = mapped_column(default=0.0, index=True)
    """How much a decision about it would teach, 0 to 1: in this order staff are asked."""


def last_run(session: Session, call_id: int) -> Run | None:
    """The newest run of a call, without its model's bytes."""
    query = select(Run).where(Run.call_id == call_id).order_by(Run.id.desc()).limit(1)
    return session.scalars(query).first()


def run_themes(session: Session, run_id: int) -> Sequence[RunTheme]:
    """The themes as one run saw them."""
    query = select(RunTheme).where(RunTheme.run_id == run_id).order_by(RunTheme.theme_id)
    return session.scalars(query).all()


def themes_of(session: Session, call_id: int) -> dict[int, Theme]:
    """Every theme of a call, whatever its state, by id."""
    rows = session.scalars(select(Theme).where(Theme.call_id == call_id).order_by(Theme.id))
    return {theme.id: theme for theme in rows}


def apart_between(session: Session, one_id: int, other_id: int) -> Apart | None:
    """What keeps these two themes apart, if anything does."""
    low, high = sorted((one_id, other_id))
    query = select(Apart).where(Apart.one_id == low, Apart.other_id == high)
    return session.scalars(query).first()


def aparts_of(session: Session, call_id: int) -> Sequence[Apart]:
    """What is kept apart in a call, the newest first; themes that no longer stand included."""
    query = select(Apart).where(Apart.call_id == call_id).order_by(Apart.id.desc())
    return session.scalars(query).all()


def assignments_of(session: Session, statement_ids: Collection[int]) -> dict[int, Assignment]:
    """Where these statements stand, by statement."""
    rows = session.scalars(select(Assignment).where(Assignment.statement_id.in_(statement_ids)))
    return {row.statement_id: row for row in rows}


def standing(themes: dict[int, Theme], theme_id: int) -> Theme:
    """The theme that now stands where this one was: itself, or what it was merged into."""
    theme = themes[theme_id]
    while theme.merged_into_id is not None:
        theme = themes[theme.merged_into_id]
    return theme
