"""The other copies of a text（同文）, as a case's page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.calls.models import Government
from feedback.intake import receipts
from feedback.intake.models import Submission
from feedback.screening.models import Campaign, CampaignMember
from feedback.triage.models import Case
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

MATES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Mate:
    """Another copy of the same text."""

    submission_id: int
    receipt: str
    government: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Copies:
    """The campaign a submission belongs to; only what this reader may see is listed."""

    size: int
    mates: tuple[Mate, ...]
    changeable: int
    """How many others this reader may change too."""


def copies_of(session: Session, submission_id: int, *, actor: Actor) -> Copies | None:
    """The campaign of a submission; None when it is alone."""
    own = session.get(CampaignMember, submission_id)
    if own is None:
        return None
    campaign = session.get_one(Campaign, own.campaign_id)
    query = (
        select(
            Submission.id, Submission.receipt_number, Government.short_name, Submission.received_at
        )
        .join(CampaignMember, CampaignMember.submission_id == Submission.id)
        .join(Case, Case.submission_id == Submission.id)
        .join(Government, Government.slug == Case.government_slug)
        .where(
            CampaignMember.campaign_id == own.campaign_id,
            Submission.id != submission_id,
            Case.government_slug.in_(actor.governments(Permission.READ_CASES)),
        )
        .order_by(Submission.received_at, Submission.id)
        .limit(MATES_SHOWN)
    )
    mates = tuple(
        Mate(at, receipts.display(number), government, received_at)
        for at, number, government, received_at in session.execute(query)
    )
    return Copies(campaign.size, mates, _changeable(session, own, actor))


def _changeable(session: Session, own: CampaignMember, actor: Actor) -> int:
    query = (
        select(func.count())
        .select_from(CampaignMember)
        .join(Case, Case.submission_id == CampaignMember.submission_id)
        .where(
            CampaignMember.campaign_id == own.campaign_id,
            Case.submission_id != own.submission_id,
            Case.government_slug.in_(actor.governments(Permission.TRIAGE_CASES)),
        )
    )
    return session.scalar(query) or 0
