"""Builders of what a report counts: screened submissions, themes, campaigns, answers."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from analysis.screening import SetAsideKind
from feedback.answering.models import Answer, AnswerState
from feedback.calls.models import Call
from feedback.intake.models import AgeBand, Channel, Kind, Relation, Submission, SubmissionWords
from feedback.screening.kinds import Decision
from feedback.screening.models import Campaign, CampaignMember, Screening, Statement
from feedback.theming.models import Assignment, Run, Theme, ThemeState
from feedback.triage.models import CaseStatus
from feedback.triage.upkeep import new_case
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

OCTOBER = datetime(2026, 10, 10, 3, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 10, 3, tzinfo=UTC)
NOVEMBER_NOW = datetime(2026, 11, 4, 1, tzinfo=UTC)

_numbers = count(1)


def an_actor(*governments: str, name: str = "報告 担当") -> Actor:
    """Somebody who drafts, approves and reads reports of these governments."""
    held = frozenset(governments or ("tokyo", "region"))
    permissions = (
        Permission.DRAFT_REPORTS,
        Permission.APPROVE_REPORTS,
        Permission.READ_REPORTS,
    )
    return Actor(1, name, dict.fromkeys(permissions, held))


def a_submission(
    session: Session,
    call: Call,
    body: str = "証明書の手数料をキャッシュレスで払えるようにしてください。",
    *,
    at: datetime = OCTOBER,
    government: str = "tokyo",
    initiative: str = "tokyo-gyosei-dx",
    kind: Kind = Kind.REQUEST,
    municipality: str | None = "131016",
    age: AgeBand | None = AgeBand.FORTIES,
    channel: Channel = Channel.FORM,
    consents: bool = True,
    language: str = "ja",
    is_non_opinion: bool = False,
    is_urgent: bool = False,
    is_screened: bool = True,
    theme: Theme | None = None,
    campaign: Campaign | None = None,
    status: CaseStatus | None = None,
    confidence: float = 0.7,
) -> Submission:
    """One submission with what screening, theming and triage know of it."""
    number = next(_numbers)
    submission = Submission(
        receipt_number=f"R{number:011d}",
        idempotency_key=f"reporting-{number}",
        call_id=call.id,
        government_slug=government,
        initiative_slug=initiative,
        kind=kind,
        municipality_code=municipality,
        age_band=age,
        relation=Relation.LIVE,
        consents_to_publish=consents,
        language="ja",
        channel=channel,
        received_at=at,
    )
    session.add(submission)
    session.flush()
    session.add(SubmissionWords(submission_id=submission.id, title="", body=f"原文 {body}"))
    if is_screened:
        _screen(session, submission, body, language, is_non_opinion, is_urgent)
        _place(session, submission, body, theme, confidence)
    if campaign is not None:
        session.add(
            CampaignMember(submission_id=submission.id, campaign_id=campaign.id, similarity=0.9)
        )
    if status is not None:
        session.add(
            new_case(
                submission,
                government_slug=government,
                status=status,
                opened_at=at,
                updated_at=at,
            )
        )
    session.flush()
    return submission


def _screen(
    session: Session,
    submission: Submission,
    body: str,
    language: str,
    is_non_opinion: bool,
    is_urgent: bool,
) -> None:
    session.add(
        Screening(
            submission_id=submission.id,
            title="",
            body=body,
            language=language,
            set_aside_kind=SetAsideKind.NON_OPINION if is_non_opinion else None,
            set_aside_state=Decision.PROPOSED if is_non_opinion else None,
            is_set_aside=is_non_opinion,
            is_urgent=is_urgent,
            urgent_kinds=["threat"] if is_urgent else [],
            has_personal_data=False,
            screened_at=submission.received_at,
        )
    )


def _place(
    session: Session, submission: Submission, body: str, theme: Theme | None, confidence: float
) -> None:
    statement = Statement(
        submission_id=submission.id,
        position=0,
        start=0,
        end=len(body),
        text=body,
        words=[],
        tokenizer="test",
    )
    session.add(statement)
    session.flush()
    session.add(
        Assignment(
            statement_id=statement.id,
            theme_id=theme.id if theme else None,
            confidence=confidence,
            reasons=[],
        )
    )


def a_theme(session: Session, call: Call, name: str, *, parent: Theme | None = None) -> Theme:
    """An open theme."""
    theme = Theme(
        call_id=call.id,
        parent_id=parent.id if parent else None,
        label=name,
        keywords=[name[:2]],
        quote_ids=[],
        state=ThemeState.OPEN,
        created_at=OCTOBER,
    )
    session.add(theme)
    session.flush()
    return theme


def a_campaign(session: Session, call: Call, representative: Submission) -> Campaign:
    """A campaign with its representative in it."""
    campaign = Campaign(
        call_id=call.id,
        representative_id=representative.id,
        size=1,
        first_seen_at=representative.received_at,
    )
    session.add(campaign)
    session.flush()
    session.add(
        CampaignMember(submission_id=representative.id, campaign_id=campaign.id, similarity=1.0)
    )
    session.flush()
    return campaign


def an_answer(
    session: Session, theme: Theme, *, government: str = "tokyo", at: datetime = OCTOBER
) -> Answer:
    """A published answer."""
    answer = Answer(
        theme_id=theme.id,
        government_slug=government,
        revision=1,
        current_action="都税事務所など12か所で、キャッシュレス決済を使えるようにしています。",
        future_policy="令和9年度中に、すべての窓口へ広げます。",
        state=AnswerState.PUBLISHED,
        drafted_by="回答 担当",
        drafted_at=at,
        published_by="承認 担当",
        published_at=at,
    )
    session.add(answer)
    session.flush()
    return answer


def a_run(session: Session, call: Call, *, at: datetime = OCTOBER) -> Run:
    """A finished analysis."""
    run = Run(
        call_id=call.id,
        started_at=at,
        finished_at=at,
        input_hash="a" * 64,
        statements=10,
        submissions=8,
        parameters={},
        versions={"tokenizer": "janome 0.5.0"},
        choice={},
        model=b"",
        result_hash="b" * 64,
    )
    session.add(run)
    session.flush()
    return run


def a_busy_october(session: Session, call: Call) -> dict[str, Theme]:
    """Two months of Tokyo: answered and open themes, a campaign, a little of everything."""
    payments = a_theme(session, call, "手数料のキャッシュレス化")
    fees = a_theme(session, call, "証明書の手数料", parent=payments)
    parking = a_theme(session, call, "駐車場の支払い", parent=payments)
    wifi = a_theme(session, call, "公共Wi-Fiの整備")
    a_run(session, call)
    for number in range(4):
        a_submission(session, call, f"手数料をカードで払いたい（{number}番窓口）。", theme=fees)
    a_submission(session, call, "駐車場でも電子マネーを使いたいです。", theme=parking)
    for number in range(2):
        a_submission(session, call, f"昨月の手数料の話{number}。", theme=fees, at=SEPTEMBER)
    first = a_submission(
        session, call, "公園にWi-Fiを入れてください。", theme=wifi, at=SEPTEMBER, age=None
    )
    campaign = a_campaign(session, call, first)
    for _ in range(3):
        a_submission(session, call, "公園にWi-Fiを入れてください！", theme=wifi, campaign=campaign)
    a_submission(session, call, "特になし", is_non_opinion=True, status=CaseStatus.CLOSED)
    a_submission(session, call, "爆破する", is_urgent=True, status=CaseStatus.READING)
    a_submission(session, call, "Please add English.", language="en", municipality=None)
    a_submission(session, call, "埼玉の意見です。", government="saitama", initiative="other")
    an_answer(session, payments)
    return {"payments": payments, "fees": fees, "parking": parking, "wifi": wifi}
