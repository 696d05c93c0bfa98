"""Screened texts, statements（意見文）, marks of personal data, campaigns（同文投稿群）."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, Text, UniqueConstraint, case, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.intake.models import Submission
from feedback.storage import Base, Identifier, choice


class Screening(Base):
    """What screening found in one submission, and its words with personal data masked."""

    __tablename__ = "screenings"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    """The title with personal data masked; empty when there is none."""
    body: Mapped[str] = mapped_column(Text)
    """The body with personal data masked."""
    language: Mapped[str] = mapped_column(String(8))
    """The language the words are in, as guessed from them: ja, en, zh, ko."""
    is_non_opinion: Mapped[bool] = mapped_column(index=True)
    is_urgent: Mapped[bool] = mapped_column(index=True)
    urgent_kinds: Mapped[list[str]]
    has_personal_data: Mapped[bool]
    screened_at: Mapped[datetime]


class MarkState(StrEnum):
    """What staff said of a proposed mask."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class PersonalDataMark(Base):
    """A stretch of personal data in a submission's own words（個人情報）."""

    __tablename__ = "personal_data_marks"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    part: Mapped[str] = mapped_column(String(8))
    """``title`` or ``body``."""
    kind: Mapped[str] = mapped_column(String(16))
    start: Mapped[int]
    end: Mapped[int]
    state: Mapped[MarkState] = mapped_column(choice(MarkState))


class Statement(Base):
    """One claim inside a submission（意見文）; the unit that is themed."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    position: Mapped[int]
    """0-based place in the submission."""
    start: Mapped[int]
    """Offsets into the submission's own body."""
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """The statement with personal data masked."""
    words: Mapped[list[str]]
    """Content words and compound nouns; empty when the statement is not Japanese."""
    tokenizer: Mapped[str] = mapped_column(String(40))
    """Name and version of the tokenizer."""


class Campaign(Base):
    """Submissions that are copies or light edits of one text（同文投稿群）."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    representative_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    size: Mapped[int]
    """Submissions in it."""
    first_seen_at: Mapped[datetime]


class CampaignMember(Base):
    """A submission's place in a campaign."""

    __tablename__ = "campaign_members"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    similarity: Mapped[float]
    """To the representative, 0 to 1."""


def voice_key() -> ColumnElement[int]:
    """What to count distinctly for *voices*（声の数）: a campaign is one, else each submission.

    The query must join ``Submission`` and outer-join ``CampaignMember`` on the submission.
    """
    return case(
        (CampaignMember.campaign_id.is_not(None), -CampaignMember.campaign_id),
        else_=Submission.id,
    )


def statements_of(session: Session, submission_id: int) -> list[Statement]:
    """A submission's statements in their order."""
    query = (
        select(Statement)
        .where(Statement.submission_id == submission_id)
        .order_by(Statement.position)
    )
    return list(session.scalars(query))
