"""Screened submissions with open cases, themes and people, made through the rooms' services."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from analysis.tokens import tokenizer
from feedback.accounts import service as accounts
from feedback.accounts.models import Role, Staff
from feedback.intake import service as intake
from feedback.intake.models import Submission
from feedback.screening import service as screening
from feedback.screening.models import Campaign, CampaignMember, statements_of
from feedback.storage import Database, utc_now
from feedback.theming.models import Assignment, Theme, ThemeState
from feedback.triage import search, upkeep
from feedback.triage import service as triage
from feedback.triage.models import screened_texts
from feedback.web.actor import Actor
from tests.screening.builders import stored, the_call

MECAB = tokenizer("mecab")
_people = count(1)


def an_opinion(session: Session, body: str, **facts: Any) -> int:
    """A submission as it stands after screening and triage's own job; its id."""
    submission = stored(session, body, **facts)
    screening.screen(session, intake.words_for_screening(session, [submission.id]), MECAB)
    triage.open_cases(session, [submission.id])
    (text,) = screened_texts(session, [submission.id])
    search.index(session, [search.entry(text.submission_id, text.title, text.body, MECAB)])
    return submission.id


def a_campaign(session: Session, ids: list[int]) -> int:
    """These submissions as one campaign, the first standing for all."""
    first = session.get_one(Submission, ids[0])
    campaign = Campaign(
        call_id=first.call_id,
        representative_id=ids[0],
        size=len(ids),
        first_seen_at=first.received_at,
    )
    session.add(campaign)
    session.flush()
    session.add_all(
        CampaignMember(submission_id=each, campaign_id=campaign.id, similarity=1.0) for each in ids
    )
    session.flush()
    upkeep.refresh(session, ids)
    return campaign.id


def a_theme(session: Session, label: str, *, parent: int | None = None) -> int:
    """A standing theme of the call; its id."""
    theme = Theme(
        call_id=the_call(session).id,
        parent_id=parent,
        label=label,
        keywords=[label],
        quote_ids=[],
        state=ThemeState.OPEN,
        created_at=utc_now(),
        answer_states={},
    )
    session.add(theme)
    session.flush()
    return theme.id


def proposed(
    session: Session, submission_id: int, theme_id: int | None, *words: str, **more: Any
) -> list[int]:
    """A machine's proposal for every statement of a submission; the statements' ids."""
    ids = [each.id for each in statements_of(session, submission_id)]
    for statement_id in ids:
        session.add(
            Assignment(
                statement_id=statement_id,
                theme_id=theme_id,
                proposed_theme_id=theme_id,
                confidence=0.8,
                reasons=[{"word": word, "weight": 0.5} for word in words],
                **more,
            )
        )
    session.flush()
    upkeep.refresh(session, [submission_id])
    return ids


def a_member(
    session: Session, name: str, role: Role = Role.STAFF, government: str = "tokyo"
) -> Staff:
    """A member of staff."""
    staff = accounts.add_staff(
        session,
        login=f"member-{next(_people)}",
        name=name,
        password="correct horse battery",
        actor=None,
        must_change_password=False,
    )
    accounts.give_role(session, staff, role, government, actor=None)
    return staff


def an_actor(
    database: Database, name: str = "田中", role: Role = Role.STAFF, government: str = "tokyo"
) -> Actor:
    """A member of staff who acts."""
    with database.transaction() as session:
        return accounts.actor_of(session, a_member(session, name, role, government))
