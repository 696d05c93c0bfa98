"""The copies of a month（同文投稿）, shown apart: one voice each, however many."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.orm import Session

from feedback.calendar import today_jst
from feedback.intake.models import Submission
from feedback.reporting.content import CampaignEntry
from feedback.reporting.quotes import campaign_quotes
from feedback.reporting.scope import IS_OPINION, Scope, count_when, from_submissions
from feedback.screening.models import Campaign, CampaignMember

SMALLEST = 2


def campaigns_of_month(session: Session, scope: Scope) -> tuple[CampaignEntry, ...]:
    """The campaigns of which copies came this month, the largest first."""
    copies = count_when(scope.in_month)
    before = count_when((Submission.received_at >= scope.previous.start) & ~scope.in_month)
    query = (
        from_submissions(
            Campaign.id,
            Campaign.representative_id,
            copies,
            before,
            func.count(Submission.id),
            func.min(Submission.received_at),
        )
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(scope.belongs, IS_OPINION, Submission.received_at < scope.month.end)
        .group_by(Campaign.id, Campaign.representative_id)
        .having(copies > 0, func.count(Submission.id) >= SMALLEST)
        .order_by(copies.desc(), Campaign.id)
    )
    rows = session.execute(query).all()
    quotes = campaign_quotes(session, scope, {row[0]: row[1] for row in rows})
    return tuple(
        CampaignEntry(
            id=row[0],
            quote=quotes.get(row[0]),
            copies=row[2],
            previous_copies=row[3],
            copies_in_all=row[4],
            since=today_jst(row[5]),
        )
        for row in rows
    )
