"""Replies to people（個別の回答）, their templates（ひな形）, daily digests, and their queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.storage import Base, Identifier, choice


class ReplyState(StrEnum):
    """Where a reply stands.

    ``sending`` is written down before the mail server is spoken to. Whoever finds it there later
    cannot know whether the mail went out, so it becomes ``unknown`` and a person decides.
    """

    DRAFT = "draft"
    WAITING = "waiting"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in Japanese."""
        return REPLY_LABELS[self]


REPLY_LABELS = {
    ReplyState.DRAFT: "下書き",
    ReplyState.WAITING: "承認待ち",
    ReplyState.QUEUED: "送信待ち",
    ReplyState.SENDING: "送信中",
    ReplyState.SENT: "送信済み",
    ReplyState.FAILED: "送信できず",
    ReplyState.UNKNOWN: "届いたか確認が必要",
    ReplyState.POSTED: "メール以外で回答済み",
    ReplyState.WITHDRAWN: "取りやめ",
}
#: The reply is over; the next one is a new reply.
DONE = frozenset({ReplyState.SENT, ReplyState.POSTED, ReplyState.WITHDRAWN})
#: The person was answered.
ANSWERED = frozenset({ReplyState.SENT, ReplyState.POSTED})
#: The text may be changed.
EDITABLE = frozenset({ReplyState.DRAFT, ReplyState.WAITING, ReplyState.FAILED})


class Method(StrEnum):
    """How a person was answered."""

    EMAIL = "email"
    LETTER = "letter"
    PHONE = "phone"
    COUNTER = "counter"

    @property
    def label(self) -> str:
        """The method in Japanese."""
        return METHOD_LABELS[self]


METHOD_LABELS = {
    Method.EMAIL: "電子メール",
    Method.LETTER: "郵送",
    Method.PHONE: "電話",
    Method.COUNTER: "窓口",
}
#: What a person does without this software, and then writes down here.
OUTSIDE = (Method.LETTER, Method.PHONE, Method.COUNTER)


class ReplyTemplate(Base):
    """A text to begin with（ひな形）, shared by a government's staff."""

    __tablename__ = "reply_templates"
    __table_args__ = (UniqueConstraint("government_slug", "name"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    name: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[str] = mapped_column(String(100))
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Reply(Base):
    """One answer to the one person who wrote（個別の回答）; its text is the government's own."""

    __tablename__ = "replies"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    """In whose name it is given: the government in charge when it was drafted."""
    method: Mapped[Method] = mapped_column(choice(Method))
    state: Mapped[ReplyState] = mapped_column(choice(ReplyState), index=True)
    mail_key: Mapped[str] = mapped_column(String(40), unique=True)
    """The left part of its Message-ID, the same however often sending is tried."""
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    """With only {氏名} still open: names lie encrypted and are opened when it is sent."""
    note: Mapped[str] = mapped_column(Text)
    """Between staff: why it was sent back, or what was said on the telephone."""
    problem: Mapped[str | None] = mapped_column(Text)
    """Why it was not sent, in words for the reader."""
    drafted_by: Mapped[str] = mapped_column(String(100))
    drafted_at: Mapped[datetime]
    approved_by_id: Mapped[int | None]
    approved_by: Mapped[str | None] = mapped_column(String(100))
    approved_at: Mapped[datetime | None]
    job_id: Mapped[int | None]
    """The job that began to send it."""
    attempts: Mapped[int] = mapped_column(default=0)
    given_on: Mapped[date | None] = mapped_column(Date)
    """The day on which the person was answered."""
    version: Mapped[int] = mapped_column(default=1)


class DigestState(StrEnum):
    """Where one day's digest for one person stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Digest(Base):
    """The one reminder that a member of staff gets on a day; its row is why there is only one."""

    __tablename__ = "digests"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    state: Mapped[DigestState] = mapped_column(choice(DigestState))
    job_id: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)


def templates_of(session: Session, governments: Collection[str]) -> Sequence[ReplyTemplate]:
    """The templates of these governments, by name."""
    query = select(ReplyTemplate).where(ReplyTemplate.government_slug.in_(governments))
    order = (ReplyTemplate.government_slug, ReplyTemplate.name, ReplyTemplate.id)
    return session.scalars(query.order_by(*order)).all()


def replies_of(session: Session, submission_id: int) -> Sequence[Reply]:
    """The replies to one person, the newest first."""
    query = select(Reply).where(Reply.submission_id == submission_id)
    return session.scalars(query.order_by(Reply.id.desc())).all()


def days_answered(session: Session, submission_id: int) -> Sequence[date]:
    """The days on which a person was answered, each once, the first first."""
    query = select(Reply.given_on).where(
        Reply.submission_id == submission_id, Reply.state.in_(ANSWERED)
    )
    return sorted({each for each in session.scalars(query) if each is not None})


def replies_in(
    session: Session, states: Collection[ReplyState], governments: Collection[str]
) -> Sequence[Reply]:
    """The replies of these governments in these states, the oldest first."""
    query = select(Reply).where(Reply.state.in_(states), Reply.government_slug.in_(governments))
    return session.scalars(query.order_by(Reply.id)).all()
