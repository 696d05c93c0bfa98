"""Submissions（意見）, the citizen's own words, contacts（連絡先）, imports, and their queries.

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
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

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


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    DONE = "done"


class Import(Base):
    """A file of paper or e-mail opinions taken in by staff（取込）."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The file while it waits for its mapping; emptied once its rows are submissions."""
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    headers: Mapped[list[str]]
    mapping: Mapped[dict[str, str]]
    """Field → column header, and ``default:field`` → what empty cells mean."""
    state: Mapped[ImportState] = mapped_column(choice(ImportState))
    rows: Mapped[int]
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]


def submission_by_receipt(session: Session, number: str) -> Submission | None:
    """The submission with this receipt number (without hyphens)."""
    query = select(Submission).where(Submission.receipt_number == number)
    return session.scalars(query).first()


def submission_by_idempotency_key(session: Session, key: str) -> Submission | None:
    """The submission that this form was already stored as."""
    return session.scalars(select(Submission).where(Submission.idempotency_key == key)).first()


def insert_submissions(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert many submissions at once; their ids in the order of the rows."""
    statement = insert(Submission).returning(Submission.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def insert_words(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the words of many submissions at once."""
    session.execute(insert(SubmissionWords), rows)


def import_with_content(
    session: Session, call_id: int, content_hash: str, state: ImportState
) -> Import | None:
    """An import of this very file into this call."""
    query = select(Import).where(
        Import.content_hash == content_hash, Import.call_id == call_id, Import.state == state
    )
    return session.scalars(query.order_by(Import.id).limit(1)).first()


def done_imports(session: Session, government: str, *, limit: int) -> Sequence[Import]:
    """The last imports of a government that were stored, newest first."""
    query = (
        select(Import)
        .where(Import.government_slug == government, Import.state == ImportState.DONE)
        .options(defer(Import.content))
        .order_by(Import.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def imports_page(
    session: Session, governments: frozenset[str], *, offset: int, limit: int
) -> tuple[Sequence[Import], int]:
    """Imports of these governments without their files, newest first, and how many in all."""
    query = select(Import).where(Import.government_slug.in_(governments))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.options(defer(Import.content)).order_by(Import.id.desc())
    return session.scalars(rows.offset(offset).limit(limit)).all(), total


def discard_waiting_before(session: Session, moment: datetime) -> None:
    """Delete the files that have waited since before a moment."""
    is_waiting = Import.state == ImportState.UPLOADED
    session.execute(delete(Import).where(is_waiting, Import.created_at < moment))
