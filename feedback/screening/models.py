"""Screened texts, statements（意見文）, marks of personal data, campaigns（同文投稿群）."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.screening import PersonalDataKind, PersonalSpan, SetAsideKind
from feedback.calls.models import SOURCE_LANGUAGE, CallText, Initiative
from feedback.intake.models import Submission
from feedback.screening.kinds import Decision, MarkOrigin, MarkState
from feedback.storage import Base, Identifier, choice


class Screening(Base):
    """What screening found in one submission, and its words with personal data masked."""

    __tablename__ = "screenings"
    __table_args__ = (Index("ix_screenings_set_aside", "set_aside_state", "set_aside_kind"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    """The title with personal data masked; empty when there is none."""
    body: Mapped[str] = mapped_column(Text)
    """The body with personal data masked."""
    language: Mapped[str] = mapped_column(String(8))
    """The language the words are in, as guessed from them: ja, en, zh, ko."""
    is_withheld: Mapped[bool] = mapped_column(default=False)
    """The machine could not read the words: nothing is shown until a person has."""
    is_urgent: Mapped[bool] = mapped_column(index=True)
    urgent_kinds: Mapped[list[str]]
    """What the machine found or staff set; kept when staff said that it is not urgent."""
    urgent_state: Mapped[Decision | None] = mapped_column(choice(Decision))
    urgent_by: Mapped[str | None] = mapped_column(String(100))
    urgent_at: Mapped[datetime | None]
    set_aside_kind: Mapped[SetAsideKind | None] = mapped_column(choice(SetAsideKind))
    set_aside_state: Mapped[Decision | None] = mapped_column(choice(Decision))
    set_aside_by: Mapped[str | None] = mapped_column(String(100))
    set_aside_at: Mapped[datetime | None]
    set_aside_evidence: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """``part``, ``start``, ``end``: where the wording stands in the citizen's own words."""
    is_set_aside: Mapped[bool] = mapped_column(default=False, index=True)
    """What lists, themes, campaigns, publishing and reports leave out; see ``kinds.leaves_out``."""
    has_personal_data: Mapped[bool]
    rules: Mapped[str] = mapped_column(String(40), default="")
    """The version of the rules that screened it last."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change, so that two people never overwrite each other silently."""
    screened_at: Mapped[datetime]


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
    origin: Mapped[MarkOrigin] = mapped_column(choice(MarkOrigin), default=MarkOrigin.MACHINE)
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]

    @property
    def is_masking(self) -> bool:
        """Whether it hides its words; only a person's refusal lifts it."""
        return self.state is not MarkState.REJECTED

    @property
    def span(self) -> PersonalSpan:
        """Where it stands."""
        return PersonalSpan(PersonalDataKind(self.kind), self.start, self.end)


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


@dataclass(frozen=True, slots=True)
class OpinionText:
    """One opinion's masked body, for the search for copies."""

    submission_id: int
    received_at: datetime
    body: str


def screened_ids(session: Session, submission_ids: Collection[int]) -> set[int]:
    """Those of the submissions that are screened already."""
    query = select(Screening.submission_id).where(Screening.submission_id.in_(submission_ids))
    return set(session.scalars(query))


def subjects_of(session: Session, submission_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """What each of these submissions was asked about: the call's question and the initiative."""
    query = (
        select(Submission.id, CallText.title, CallText.question, Initiative.names)
        .join(CallText, CallText.call_id == Submission.call_id)
        .join(Initiative, Initiative.slug == Submission.initiative_slug)
        .where(CallText.language == SOURCE_LANGUAGE, Submission.id.in_(submission_ids))
    )
    return {
        row.id: (row.title, row.question, row.names[SOURCE_LANGUAGE])
        for row in session.execute(query)
    }


def calls_of(session: Session, submission_ids: Collection[int]) -> list[int]:
    """The calls that these submissions answer."""
    return sorted(by_call(session, submission_ids))


def by_call(session: Session, submission_ids: Collection[int]) -> dict[int, list[int]]:
    """These submissions by the call that they answer."""
    query = select(Submission.call_id, Submission.id).where(Submission.id.in_(submission_ids))
    found: dict[int, list[int]] = {}
    for call_id, submission_id in session.execute(query.order_by(Submission.id)):
        found.setdefault(call_id, []).append(submission_id)
    return found


def opinion_texts(session: Session, call_id: int) -> list[OpinionText]:
    """The masked bodies of a call's opinions in their order; what is set aside is left out."""
    query = (
        select(Submission.id, Submission.received_at, Screening.body)
        .join(Screening, Screening.submission_id == Submission.id)
        .where(Submission.call_id == call_id, ~Screening.is_set_aside)
        .order_by(Submission.id)
    )
    return [OpinionText(*row) for row in session.execute(query)]


def opinion_count(session: Session, call_id: int) -> int:
    """How many opinions ``opinion_texts`` would give now."""
    query = (
        select(func.count())
        .select_from(Submission)
        .join(Screening, Screening.submission_id == Submission.id)
        .where(Submission.call_id == call_id, ~Screening.is_set_aside)
    )
    return session.scalar(query) or 0


def campaigns_of_call(session: Session, call_id: int) -> Sequence[Campaign]:
    """The campaigns of a call, oldest first."""
    query = select(Campaign).where(Campaign.call_id == call_id).order_by(Campaign.id)
    return session.scalars(query).all()


def memberships_of_call(session: Session, call_id: int) -> dict[int, CampaignMember]:
    """Each submission's place in the campaigns of a call."""
    query = (
        select(CampaignMember)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(Campaign.call_id == call_id)
    )
    return {member.submission_id: member for member in session.scalars(query)}


def marks_of(session: Session, submission_id: int) -> list[PersonalDataMark]:
    """Every mark in a submission, title first, in the order of the words; refused ones too."""
    query = select(PersonalDataMark).where(PersonalDataMark.submission_id == submission_id)
    order = (PersonalDataMark.part.desc(), PersonalDataMark.start, PersonalDataMark.id)
    return list(session.scalars(query.order_by(*order)))
