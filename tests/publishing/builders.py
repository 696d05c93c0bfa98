"""Put what citizens may see into a database: screened opinions in checked themes, answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from analysis.screening import SetAsideKind
from feedback.answering import service as answering
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.screening.kinds import Decision
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.theming.models import Assignment, Theme, ThemeState
from feedback.triage.models import CaseStatus
from feedback.triage.upkeep import new_case
from feedback.web.actor import Actor
from feedback.web.permissions import Permission
from tests.builders import a_submission

EARLY = datetime(2026, 9, 3, 20, tzinfo=UTC)
"""4 September in Japan."""

_names = count(1)


def a_theme(
    session: Session,
    call: Call,
    name: str = "手数料の支払い方法",
    *,
    parent: Theme | None = None,
    is_checked: bool = True,
) -> Theme:
    """A standing theme; checked unless told otherwise."""
    theme = Theme(
        call_id=call.id,
        parent_id=parent.id if parent else None,
        label=name,
        keywords=["現金", "カード"],
        quote_ids=[],
        state=ThemeState.OPEN,
        created_at=EARLY,
        checked_at=EARLY if is_checked else None,
        checked_by="職員 太郎" if is_checked else None,
    )
    session.add(theme)
    session.flush()
    return theme


def merged(session: Session, theme: Theme, target: Theme) -> None:
    """Leave the theme as a merge leaves it."""
    theme.state, theme.merged_into_id = ThemeState.MERGED, target.id
    session.flush()


def an_opinion(
    session: Session,
    theme: Theme | None = None,
    *,
    masked: str = "窓口で［氏名］がカードを使えませんでした。",
    is_non_opinion: bool = False,
    is_urgent: bool = False,
    status: CaseStatus = CaseStatus.NEW,
    read_at: datetime | None = None,
    decided_at: datetime | None = None,
    received_at: datetime = EARLY,
    government: str = "tokyo",
    consents: bool = True,
) -> Submission:
    """An opinion after screening, theming and triage; its own words are never what is shown."""
    submission = a_submission(
        session,
        body=f"窓口で山田花子がカードを使えませんでした。{next(_names)}",
        received_at=received_at,
        government=government,
        initiative="other",
        consents_to_publish=consents,
    )
    session.add(
        Screening(
            submission_id=submission.id,
            title="",
            body=masked,
            language="ja",
            set_aside_kind=SetAsideKind.NON_OPINION if is_non_opinion else None,
            set_aside_state=Decision.PROPOSED if is_non_opinion else None,
            is_set_aside=is_non_opinion,
            is_urgent=is_urgent,
            urgent_kinds=[],
            has_personal_data="［" in masked,
            screened_at=received_at,
        )
    )
    statement = Statement(
        submission_id=submission.id,
        position=0,
        start=0,
        end=10,
        text=masked,
        words=[],
        tokenizer="test",
    )
    session.add(statement)
    session.flush()
    session.add(
        Assignment(
            statement_id=statement.id,
            theme_id=theme.id if theme else None,
            confidence=0.8,
            reasons=[],
            decided_by="職員 太郎" if decided_at else None,
            decided_at=decided_at,
        )
    )
    session.add(
        new_case(
            submission,
            government_slug=government,
            status=status,
            read_at=read_at,
            opened_at=received_at,
            updated_at=received_at,
        )
    )
    session.flush()
    return submission


def a_campaign(session: Session, submissions: list[Submission]) -> None:
    """Say that these are copies of the first."""
    first = submissions[0]
    campaign = Campaign(
        call_id=first.call_id,
        representative_id=first.id,
        size=len(submissions),
        first_seen_at=EARLY,
    )
    session.add(campaign)
    session.flush()
    session.add_all(
        CampaignMember(submission_id=each.id, campaign_id=campaign.id, similarity=1.0)
        for each in submissions
    )
    session.flush()


def publish_answer(
    session: Session, theme: Theme, government: str = "tokyo", *, says: str = "カードを使えます。"
) -> None:
    """Draft and publish an answer through its service."""
    held = frozenset({government})
    kinds = (Permission.READ_THEMES, Permission.DRAFT_ANSWERS, Permission.PUBLISH_ANSWERS)
    actor = Actor(1, "承認 花子", dict.fromkeys(kinds, held))
    text = answering.AnswerText(says, "すべての窓口に広げます。")
    now = answering.standing(session, theme.id, government, actor=actor)
    draft = answering.save_draft(
        session, theme.id, government, text, version=now.version, actor=actor
    )
    answering.publish(session, theme.id, government, version=draft.version, actor=actor)


def days_after(days: int) -> datetime:
    """A moment that many days after the opinions came."""
    return EARLY + timedelta(days=days)
