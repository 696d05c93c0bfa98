"""Answers（回答）and their queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice


class AnswerState(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return STATE_LABELS[self]


STATE_LABELS = {
    AnswerState.DRAFT: "下書き",
    AnswerState.PUBLISHED: "公開中",
    AnswerState.SUPERSEDED: "改訂前",
}


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


def answers_to(session: Session, theme_ids: Collection[int]) -> Sequence[Answer]:
    """Every answer to these themes, drafts and old revisions included, the oldest first."""
    query = select(Answer).where(Answer.theme_id.in_(theme_ids))
    return session.scalars(query.order_by(Answer.id)).all()


def revisions_of(session: Session, theme_id: int, government: str) -> Sequence[Answer]:
    """A government's answers to one theme, the newest revision first."""
    query = select(Answer).where(Answer.theme_id == theme_id, Answer.government_slug == government)
    return session.scalars(query.order_by(Answer.revision.desc())).all()
