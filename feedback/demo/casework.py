"""What the demo's staff have done with cases: some settled, some under way, most still to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import cycle

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.calendar import add_working_days, today_jst
from feedback.calls.models import Call
from feedback.demo.people import acting_as
from feedback.intake.models import Submission
from feedback.screening.models import Screening
from feedback.theming import service as theming
from feedback.triage import acts
from feedback.triage.models import Case, CaseStatus
from feedback.triage.service import CaseState
from feedback.web.actor import Actor

#: Who has been working through the oldest opinions of which government.
WORKERS = (("tokyo-staff", "tokyo"), ("kanagawa-staff", "kanagawa"))
SETTLED = 40
UNDER_WAY = 12
WORKING_DAYS_GIVEN = 10

NOTES = (
    "担当課に事実関係を確認中。回答は来週の予定。",
    "先月も同じ趣旨のご意見あり。テーマの回答案に反映する。",
    "電話で補足をうかがった。個別の案件ではなく制度への要望とのこと。",
    "市町村の事務に当たるため、情報提供として市の担当課に共有した。",
)
TAGS = ("要確認", "担当課へ照会", "市町村に共有", "良い事例")


def work_on_cases(session: Session, call: Call, *, now: datetime) -> None:
    """Let each worker settle the oldest cases, begin some, and put aside what is no opinion."""
    due_on = add_working_days(today_jst(now), WORKING_DAYS_GIVEN)
    for login, government in WORKERS:
        actor = acting_as(session, login)
        cases = _waiting_cases(session, call, government)
        opinions = [each for each, is_set_aside in cases if not is_set_aside]
        for submission_id in opinions[:SETTLED]:
            acts.accept_themes(
                session, submission_id, _proposed(session, submission_id), actor=actor
            )
        _begin(session, opinions[SETTLED : SETTLED + UNDER_WAY], due_on, actor)
        for submission_id, is_set_aside in cases:
            if is_set_aside:
                _move(session, submission_id, CaseStatus.CLOSED, actor=actor)


def _proposed(session: Session, submission_id: int) -> dict[int, int]:
    return {
        each.statement_id: each.proposed_theme_id
        for each in theming.proposals_of(session, submission_id)
        if each.proposed_theme_id is not None
    }


def _begin(session: Session, submission_ids: Sequence[int], due_on: date, actor: Actor) -> None:
    notes, tags = cycle(NOTES), cycle(TAGS)
    for position, submission_id in enumerate(submission_ids):
        _move(session, submission_id, CaseStatus.READING, due_on=due_on, actor=actor)
        if position % 2 == 0:
            acts.add_tag(session, submission_id, next(tags), actor=actor)
        if position % 3 == 0:
            acts.add_note(session, submission_id, next(notes), actor=actor)


def _move(
    session: Session,
    submission_id: int,
    status: CaseStatus,
    *,
    actor: Actor,
    due_on: date | None = None,
) -> None:
    case = session.get_one(Case, submission_id)
    wanted = CaseState(status, actor.id, due_on)
    acts.change_case(session, submission_id, wanted, version=case.version, actor=actor)


def _waiting_cases(session: Session, call: Call, government: str) -> list[tuple[int, bool]]:
    """A government's unread cases but the urgent ones, oldest first, and which are set aside."""
    query = (
        select(Case.submission_id, Screening.is_set_aside)
        .join(Submission, Submission.id == Case.submission_id)
        .join(Screening, Screening.submission_id == Case.submission_id)
        .where(
            Submission.call_id == call.id,
            Submission.government_slug == government,
            Case.status == CaseStatus.NEW,
            ~Screening.is_urgent,
        )
        .order_by(Submission.received_at, Submission.id)
    )
    return [(row.submission_id, row.is_set_aside) for row in session.execute(query)]
