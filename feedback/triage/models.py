"""Cases（対応）, their notes and tags, and the search index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.accounts.models import Membership, Role, Staff
from feedback.intake.models import Submission
from feedback.screening.models import Screening, Statement
from feedback.storage import Base, Identifier, choice
from feedback.theming.models import Assignment, Theme
from feedback.triage.listed import Listed
from feedback.web.actor import REGION

#: The roles whose holders work on cases; a test holds them against the policy table.
WORKING_ROLES = (Role.STAFF, Role.APPROVER)


class CaseStatus(StrEnum):
    """How far a submission has come（対応状況）."""

    NEW = "new"
    READING = "reading"
    THEMED = "themed"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status in Japanese."""
        return STATUS_LABELS[self]


STATUS_LABELS = {
    CaseStatus.NEW: "未確認",
    CaseStatus.READING: "確認中",
    CaseStatus.THEMED: "整理済み",
    CaseStatus.ANSWERED: "回答済み",
    CaseStatus.CLOSED: "対応不要",
}


_SCOPE = ("government_slug", "is_set_aside")


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def _marked(name: str, column: str, *within: str) -> Index:
    """The cases that bear a mark, newest first within a government."""
    return Index(
        name,
        *("government_slug", *within, "received_at", "submission_id"),
        sqlite_where=text(f"{column} = 1"),
        postgresql_where=text(column),
    )


#: The first six give lists in their order, page by page; the others find what a filter asks for.
LIST_INDEXES = (
    Index("ix_cases_list", *_SCOPE, "leads", "received_at", "submission_id"),
    Index("ix_cases_tab", *_SCOPE, "status", "leads_in_status", "received_at", "submission_id"),
    _partial(
        "ix_cases_unsure",
        *(*_SCOPE, "status", "leads_in_status", "lowest_confidence", "received_at"),
        "submission_id",
        where="lowest_confidence IS NOT NULL",
    ),
    _partial(
        "ix_cases_copies",
        *("government_slug", "copies", "received_at", "submission_id"),
        where="copies IS NOT NULL",
    ),
    _partial(
        "ix_cases_due",
        *("government_slug", "due_on", "received_at", "submission_id"),
        where="due_on IS NOT NULL",
    ),
    _marked("ix_cases_urgent", "is_urgent", "status"),
    _marked("ix_cases_personal", "has_personal_data"),
    _marked("ix_cases_unthemed", "has_unthemed"),
    _partial(
        "ix_cases_campaign",
        *("campaign_id", "government_slug", "status", "submission_id"),
        where="campaign_id IS NOT NULL",
    ),
    _partial("ix_cases_standing", "campaign_id", where="copies IS NOT NULL"),
    Index("ix_cases_initiative", "initiative_slug", "received_at"),
    Index("ix_cases_municipality", "municipality_code"),
    Index("ix_cases_age", "age_band"),
    Index("ix_cases_kind", "kind"),
    Index("ix_cases_channel", "channel"),
    Index("ix_cases_received", "received_at"),
    Index("ix_cases_assignee", "assignee_id"),
)


class Case(Listed, Base):
    """The triage state of a submission（対応）, with what lists filter and sort by."""

    __tablename__ = "cases"
    __table_args__ = LIST_INDEXES

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus))
    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"))
    """The government in charge now; a hand-over changes it（intake.charge keeps why）."""
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    replied_at: Mapped[datetime | None]
    """When the person who wrote was last answered; such a case is no longer overdue."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change, so that two people never overwrite each other silently."""
    opened_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """When a member of staff first moved it on; citizens see this as 確認済み."""
    updated_at: Mapped[datetime]


#: The columns of ``cases`` without the ORM around them: lists build large statements of them.
CASES = Case.__table__.c


class CaseNote(Base):
    """A note between staff（メモ）; never shown to citizens."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    staff_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class CaseTag(Base):
    """A tag（タグ）on a case."""

    __tablename__ = "case_tags"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class DeadlineRule(Base):
    """A government's own rule for due dates（期限の決まり）; administrators keep it."""

    __tablename__ = "deadline_rules"

    government_slug: Mapped[str] = mapped_column(ForeignKey("governments.slug"), primary_key=True)
    due_days: Mapped[int | None]
    """Working days from receipt to the due date of a new case; None sets none."""
    urgent_hours: Mapped[int]
    """Hours after which an urgent opinion that nobody has read is called out."""


class SavedView(Base):
    """A view of the queue that is kept under a name（保存した表示）."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    staff_name: Mapped[str] = mapped_column(String(100))
    government_slug: Mapped[str | None] = mapped_column(ForeignKey("governments.slug"), index=True)
    """The government whose staff share it; None when it is one person's own."""
    name: Mapped[str] = mapped_column(String(60))
    conditions: Mapped[str] = mapped_column(Text)
    """The query of the view's address."""
    created_at: Mapped[datetime]


class DefaultView(Base):
    """The view with which a member of staff begins."""

    __tablename__ = "default_views"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_views.id"), index=True)


@dataclass(frozen=True, slots=True)
class ScreenedText:
    """One submission's screened words, for the search index."""

    submission_id: int
    title: str
    body: str


def opened_ids(session: Session, submission_ids: Collection[int]) -> set[int]:
    """Those of the submissions that have a case already."""
    query = select(Case.submission_id).where(Case.submission_id.in_(submission_ids))
    return set(session.scalars(query))


def submissions_of(session: Session, ids: Collection[int]) -> Sequence[Submission]:
    """These submissions in their order."""
    query = select(Submission).where(Submission.id.in_(ids)).order_by(Submission.id)
    return session.scalars(query).all()


def screened_texts(session: Session, submission_ids: Collection[int]) -> list[ScreenedText]:
    """The screened words of these submissions."""
    query = select(Screening.submission_id, Screening.title, Screening.body)
    rows = session.execute(query.where(Screening.submission_id.in_(submission_ids)))
    return [ScreenedText(*row) for row in rows]


def next_screened(session: Session, after: int, limit: int) -> list[ScreenedText]:
    """The screened words of the submissions that follow one."""
    query = select(Screening.submission_id, Screening.title, Screening.body)
    query = query.where(Screening.submission_id > after).order_by(Screening.submission_id)
    return [ScreenedText(*row) for row in session.execute(query.limit(limit))]


def screened_texts_of_call(session: Session, call_id: int) -> list[ScreenedText]:
    """The screened words of every submission to a call."""
    query = (
        select(Screening.submission_id, Screening.title, Screening.body)
        .join(Submission, Submission.id == Screening.submission_id)
        .where(Submission.call_id == call_id)
    )
    return [ScreenedText(*row) for row in session.execute(query)]


def next_cases(session: Session, call_id: int | None, after: int, limit: int) -> list[int]:
    """The cases that follow one, of a call or of all."""
    query = select(Case.submission_id).where(Case.submission_id > after)
    if call_id is not None:
        query = query.join(Submission, Submission.id == Case.submission_id)
        query = query.where(Submission.call_id == call_id)
    return list(session.scalars(query.order_by(Case.submission_id).limit(limit)))


def notes_of(session: Session, submission_id: int) -> Sequence[CaseNote]:
    """The notes on a case, oldest first."""
    query = select(CaseNote).where(CaseNote.submission_id == submission_id).order_by(CaseNote.id)
    return session.scalars(query).all()


def tags_of(session: Session, submission_id: int) -> Sequence[str]:
    """The tags on a case."""
    query = select(CaseTag.tag).where(CaseTag.submission_id == submission_id).order_by(CaseTag.tag)
    return session.scalars(query).all()


def statement_ids_of(session: Session, submission_id: int) -> set[int]:
    """The statements of a submission."""
    query = select(Statement.id).where(Statement.submission_id == submission_id)
    return set(session.scalars(query))


def is_settled(session: Session, submission_id: int) -> bool:
    """Whether staff have decided the theme of every statement."""
    query = (
        select(Assignment.decided_by)
        .select_from(Statement)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .where(Statement.submission_id == submission_id)
    )
    decisions = session.scalars(query).all()
    return bool(decisions) and None not in decisions


def first_undecided(session: Session, submission_id: int) -> int | None:
    """The first statement about whose theme staff have not decided."""
    query = (
        select(Statement.id)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .where(Statement.submission_id == submission_id, Assignment.decided_by.is_(None))
        .order_by(Statement.position)
        .limit(1)
    )
    return session.scalars(query).first()


def worker_names(session: Session, government: str) -> dict[int, str]:
    """Who may work on a government's cases, by name; on the region's, the staff of any."""
    held = select(Membership.staff_id).where(Membership.role.in_(WORKING_ROLES))
    if government != REGION:
        held = held.where(Membership.government_slug == government)
    query = (
        select(Staff.id, Staff.name)
        .where(Staff.is_active, Staff.id.in_(held))
        .order_by(Staff.name, Staff.id)
    )
    return dict(session.execute(query).all())


def answerable_cases(session: Session, theme_id: int, government: str) -> Sequence[Case]:
    """The open cases in a government's charge with a statement in a theme or its subthemes."""
    inside = (
        select(Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .join(Theme, Theme.id == Assignment.theme_id)
        .where(or_(Theme.id == theme_id, Theme.parent_id == theme_id))
    )
    unread_urgent = (Case.status == CaseStatus.NEW) & Screening.is_urgent
    query = (
        select(Case)
        .join(Screening, Screening.submission_id == Case.submission_id)
        .where(
            Case.government_slug == government,
            Case.submission_id.in_(inside),
            Case.status.in_((CaseStatus.NEW, CaseStatus.READING, CaseStatus.THEMED)),
            ~unread_urgent,
        )
        .order_by(Case.submission_id)
        .with_for_update(of=Case)
    )
    return session.scalars(query).all()
