"""Answers（回答）and their queries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.storage import Base, Identifier, choice


class AnswerState(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Answer(Base):
    """A government's position on a theme（回答）; a published revision is never changed."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("theme_id", "government_slug", "revision"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    revision: Mapped[int]
    current_action: Mapped[str] = mapped_column(Text)
    """現在の対応."""
    future_policy: Mapped[str] = mapped_column(Text)
    """今後の方針."""
    state: Mapped[AnswerState] = mapped_column(choice(AnswerState), index=True)
    drafted_by: Mapped[str] = mapped_column(String(100))
    drafted_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(String(100))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
