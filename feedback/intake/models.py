"""Submissions（意見）, the citizen's own words, contacts（連絡先）, and their queries.

The words sit in a table of their own. Only ``intake.service.words_of`` (one permission, one audit
entry) and the screening of this software read it; everybody else reads the screened text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice


class _Labelled(StrEnum):
    @property
    def label(self) -> str:
        """The value in Japanese."""
        return _LABELS[self]


class Kind(_Labelled):
    """What a submission is（意見の種類）."""

    PROPOSAL = "proposal"
    REQUEST = "request"
    PROBLEM = "problem"
    QUESTION = "question"
    PRAISE = "praise"


class AgeBand(_Labelled):
    """Ten years of age（年代）."""

    UNDER_20 = "under20"
    TWENTIES = "20s"
    THIRTIES = "30s"
    FORTIES = "40s"
    FIFTIES = "50s"
    SIXTIES = "60s"
    SEVENTIES = "70s"
    EIGHTY_AND_OVER = "80plus"


class Relation(_Labelled):
    """What ties the person to the place（在住・在勤・在学）."""

    LIVE = "live"
    WORK = "work"
    STUDY = "study"
    OTHER = "other"


class Channel(_Labelled):
    """The way a submission came（受付経路）."""

    FORM = "form"
    PAPER = "paper"
    EMAIL = "email"
    PHONE = "phone"
    SNS = "sns"
    COUNTER = "counter"
    MEETING = "meeting"
    API = "api"


_LABELS: dict[StrEnum, str] = {
    Kind.PROPOSAL: "提案",
    Kind.REQUEST: "要望",
    Kind.PROBLEM: "課題の指摘",
    Kind.QUESTION: "質問",
    Kind.PRAISE: "評価",
    AgeBand.UNDER_20: "20歳未満",
    AgeBand.TWENTIES: "20代",
    AgeBand.THIRTIES: "30代",
    AgeBand.FORTIES: "40代",
    AgeBand.FIFTIES: "50代",
    AgeBand.SIXTIES: "60代",
    AgeBand.SEVENTIES: "70代",
    AgeBand.EIGHTY_AND_OVER: "80歳以上",
    Relation.LIVE: "在住",
    Relation.WORK: "在勤",
    Relation.STUDY: "在学",
    Relation.OTHER: "その他",
    Channel.FORM: "フォーム",
    Channel.PAPER: "紙",
    Channel.EMAIL: "電子メール",
    Channel.PHONE: "電話",
    Channel.SNS: "SNS",
    Channel.COUNTER: "窓口",
    Channel.MEETING: "会議・説明会",
    Channel.API: "システム連携",
}


class Submission(Base):
    """What one person sent once（意見）; never changed after it is stored."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_government_received", "government_slug", "received_at"),
        Index("ix_submissions_call_received", "call_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    receipt_number: Mapped[str] = mapped_column(String(16), unique=True)
    """Twelve symbols without the hyphens that people see."""
    idempotency_key: Mapped[str] = mapped_column(String(80), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    initiative_slug: Mapped[str] = mapped_column(ForeignKey("initiatives.slug"), index=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    age_band: Mapped[AgeBand | None] = mapped_column(choice(AgeBand))
    relation: Mapped[Relation | None] = mapped_column(choice(Relation))
    consents_to_publish: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    """The language of the form that was used, a code of web.languages."""
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    received_at: Mapped[datetime]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"), index=True)


class Handover(Base):
    """One passing of an opinion from a government to another（回付）, with its reason.

    The last one says who is in charge now; ``Submission.government_slug`` stays whom the citizen
    addressed, and reports and public figures go on counting by that.
    """

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    from_government: Mapped[str] = mapped_column(ForeignKey("governments.slug"), index=True)
    to_government: Mapped[str] = mapped_column(ForeignKey("governments.slug"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """In staff's words, for staff; citizens never see it."""
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class SubmissionWords(Base):
    """The citizen's own words, unmasked and unchanged."""

    __tablename__ = "submission_words"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    """Empty when the person gave none."""
    body: Mapped[str] = mapped_column(Text)


class Contact(Base):
    """Where to send a reply（連絡先）; encrypted, deletable alone."""

    __tablename__ = "contacts"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    name_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    email_encrypted: Mapped[bytes] = mapped_column(LargeBinary)


def submission_by_receipt(session: Session, number: str) -> Submission | None:
    """The submission with this receipt number (without hyphens)."""
    query = select(Submission).where(Submission.receipt_number == number)
    return session.scalars(query).first()


def submission_by_idempotency_key(session: Session, key: str) -> Submission | None:
    """The submission that this form was already stored as."""
    return session.scalars(select(Submission).where(Submission.idempotency_key == key)).first()


def bodies_by_key(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Idempotency key → the words that were stored under it, for those of the keys that are."""
    query = (
        select(Submission.idempotency_key, SubmissionWords.body)
        .join(SubmissionWords, SubmissionWords.submission_id == Submission.id)
        .where(Submission.idempotency_key.in_(keys))
    )
    return {row.idempotency_key: row.body for row in session.execute(query)}


def import_ids_by_key(session: Session, keys: Sequence[str]) -> dict[str, int | None]:
    """Idempotency key → the import that stored it, for those of the keys that are known."""
    query = select(Submission.idempotency_key, Submission.import_id)
    rows = session.execute(query.where(Submission.idempotency_key.in_(keys)))
    return {row.idempotency_key: row.import_id for row in rows}


def insert_submissions(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert many submissions at once; their ids in the order of the rows."""
    statement = insert(Submission).returning(Submission.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def insert_contacts(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many encrypted contacts at once."""
    if rows:
        session.execute(insert(Contact), rows)


def insert_words(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the words of many submissions at once."""
    session.execute(insert(SubmissionWords), rows)
