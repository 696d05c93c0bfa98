"""How far one opinion has come, as the person who sent it may see: 受付 → 確認 → 整理 → 回答."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from feedback.answering import service as answering
from feedback.answering.reply_models import days_answered
from feedback.answering.service import PublishedAnswer
from feedback.calls.models import Call
from feedback.intake import charge, receipts
from feedback.intake.models import Submission, submission_by_receipt
from feedback.publishing import queries
from feedback.publishing.queries import Place, ThemeRow
from feedback.publishing.visible import VisibleThemes
from feedback.screening.kinds import Decision
from feedback.screening.models import Screening
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import REGION

SETTLED = frozenset({CaseStatus.THEMED, CaseStatus.ANSWERED})


class NumberUnknown(Exception):
    """No opinion has this receipt number."""


@dataclass(frozen=True, slots=True)
class Step:
    """Whether a step is done, and when, as far as that is known."""

    is_done: bool
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ThemeOfOpinion:
    """A public theme that the opinion went to, with the answers that concern it."""

    theme: ThemeRow
    answers: Sequence[PublishedAnswer]


@dataclass(frozen=True, slots=True)
class StatusPage:
    """How far an opinion has come."""

    number: str
    """With hyphens."""
    government_slug: str
    """Whom the citizen addressed."""
    in_charge: str
    """The government that answers now: the same, unless it was handed over（回付）."""
    handed_over_at: datetime | None
    replied_on: Sequence[date]
    """The days on which the person was answered, the first first; never what was said."""
    call_slug: str
    received_at: datetime
    read: Step
    themed: Step
    answered: Step
    is_put_aside: bool
    """Staff read it and found nothing to sort or answer（対応不要）."""
    themes: Sequence[ThemeOfOpinion]


def status_page(session: Session, number: str) -> StatusPage:
    """The status of the opinion with this number (as ``receipts.parse`` gives it).

    Raises:
        NumberUnknown: when there is none.
    """
    submission = submission_by_receipt(session, number)
    if submission is None:
        raise NumberUnknown(number)
    call = session.get_one(Call, submission.call_id)
    in_charge = charge.government_of(session, submission)
    handovers = charge.handovers_of(session, submission.id)
    case = session.get(Case, submission.id)
    places = queries.places_of(session, submission.id)
    themes = _themes(session, submission, in_charge, places)
    read, themed, answered = _steps(case, places, themes)
    aside = _set_aside_at(session, submission.id)
    read = read if read.is_done or aside is None else Step(is_done=True, at=aside)
    return StatusPage(
        number=receipts.display(submission.receipt_number),
        government_slug=submission.government_slug,
        in_charge=in_charge,
        handed_over_at=handovers[-1].at if handovers else None,
        replied_on=days_answered(session, submission.id),
        call_slug=call.slug,
        received_at=submission.received_at,
        read=read,
        themed=themed,
        answered=answered,
        is_put_aside=aside is not None or (case is not None and case.status is CaseStatus.CLOSED),
        themes=themes,
    )


def _set_aside_at(session: Session, submission_id: int) -> datetime | None:
    """When staff set the opinion aside; what only the machine proposes still waits for them."""
    found = session.get(Screening, submission_id)
    is_confirmed = found is not None and found.set_aside_state is Decision.CONFIRMED
    return found.set_aside_at if found is not None and is_confirmed else None


def _steps(
    case: Case | None, places: Sequence[Place], themes: Sequence[ThemeOfOpinion]
) -> tuple[Step, Step, Step]:
    """Each step counts only when those before it are done."""
    status = case.status if case else CaseStatus.NEW
    is_read = status is not CaseStatus.NEW
    moments = [each.decided_at for each in places if each.decided_at is not None]
    is_decided = bool(places) and len(moments) == len(places)
    is_themed = is_read and (is_decided or status in SETTLED)
    answers = [answer.first_published_at for each in themes for answer in each.answers]
    is_answered = is_themed and (bool(answers) or status is CaseStatus.ANSWERED)
    return (
        Step(is_read, case.read_at if case else None),
        Step(is_themed, max(moments) if is_themed and is_decided else None),
        Step(is_answered, min(answers) if is_answered and answers else None),
    )


def _themes(
    session: Session, submission: Submission, in_charge: str, places: Sequence[Place]
) -> list[ThemeOfOpinion]:
    """The public themes of its statements, and what who is in charge or the region answered.

    An answer to a theme also stands for what lies in its subthemes.
    """
    visible = VisibleThemes.read(session, [submission.call_id])
    shown = (visible.shown_for(each.theme_id) for each in places if each.theme_id is not None)
    rows = [visible.rows[each] for each in dict.fromkeys(shown) if each is not None]
    asked = {row.id: _line(visible, row) for row in rows}
    answers = answering.published_of(session, {each for line in asked.values() for each in line})
    answering_now = {in_charge, REGION}
    return [
        ThemeOfOpinion(
            row,
            [
                answer
                for each in asked[row.id]
                for answer in answers[each]
                if answer.government_slug in answering_now
            ],
        )
        for row in rows
    ]


def _line(visible: VisibleThemes, row: ThemeRow) -> list[int]:
    """The theme, and the public theme above it."""
    above = row.parent_id
    return [row.id] + ([above] if above is not None and visible.is_public(above) else [])
