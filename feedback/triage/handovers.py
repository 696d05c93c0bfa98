"""Hand-over（回付）of a case to another government, with the reason kept for good.

The government in charge alone may pass a case on, and the next one may send it back. What the
first had set for its own people (section, person) is emptied; the due date stays, since it counts
from the day of receipt. A case that is answered or put aside is not handed over: take it up again
first, so that the citizen's status page never calls something answered that is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calls.models import Government, governments_of
from feedback.intake import charge, receipts
from feedback.intake.charge import Charge
from feedback.intake.models import Handover, Submission
from feedback.storage import utc_now
from feedback.triage import service as triage
from feedback.triage import upkeep
from feedback.triage.errors import CaseChanged, HandoverRefused
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import Actor
from feedback.web.pagination import Page
from feedback.web.permissions import Permission

LONGEST_REASON = 1000
PAGE_SIZE = 50
OPEN = (CaseStatus.NEW, CaseStatus.READING, CaseStatus.THEMED)

HANDED_OVER = audit.declare(
    "triage.handed_over", "ほかの自治体に回付した", "before", "after", "handover", "version"
)


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """What the page of a hand-over shows before it is done."""

    submission_id: int
    receipt: str
    present: Government
    targets: tuple[Government, ...]
    came_from: str | None
    """Who handed it here last: where to send it back to."""
    version: int
    chain: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """One hand-over in the list of those that concern a person's governments."""

    submission_id: int
    receipt: str
    from_government: str
    to_government: str
    reason: str
    staff_name: str
    at: datetime
    may_open: bool
    """Whether the case is in the reader's charge now."""


def prepare(session: Session, submission_id: int, *, actor: Actor) -> HandoverPage:
    """Where a case may go.

    Raises:
        NotFound: when the actor may not see the case.
        NotPermitted: when the actor only reads.
    """
    found = charge.readable(session, submission_id, actor=actor)
    actor.demand(Permission.TRIAGE_CASES, found.government)
    governments = governments_of(session, found.submission.call_id)
    case = session.get_one(Case, submission_id)
    chain = tuple(charge.handovers_of(session, submission_id))
    return HandoverPage(
        submission_id=submission_id,
        receipt=receipts.display(found.submission.receipt_number),
        present=session.get_one(Government, found.government),
        targets=tuple(each for each in governments if each.slug != found.government),
        came_from=chain[-1].from_government if chain else None,
        version=case.version,
        chain=chain,
    )


def hand_over(
    session: Session,
    submission_id: int,
    to_government: str,
    reason: str,
    *,
    version: int,
    actor: Actor,
) -> Handover:
    """Put another government in charge of a case.

    Raises:
        NotFound: when the actor may not see the case.
        CaseChanged: when somebody changed or handed over the case meanwhile.
        HandoverRefused: when the target, the reason or the case's status does not allow it.
    """
    case = triage.locked(session, submission_id, actor=actor)
    if case.version != version:
        raise CaseChanged(version)
    submission = session.get_one(Submission, submission_id)
    reason = reason.replace("\r\n", "\n").replace("\0", "").strip()
    _check(session, case, submission, to_government, reason)
    before = Charge(submission, case.government_slug)
    handover = charge.pass_on(session, before, to_government, reason, actor=actor)
    case.government_slug = to_government
    upkeep.handed_over(session, case, before.government)
    case.section_id = case.assignee_id = None
    case.version += 1
    case.updated_at = utc_now()
    audit.record(
        session,
        HANDED_OVER,
        actor=actor,
        subject=f"submission:{submission_id}",
        government=before.government,
        before=before.government,
        after=to_government,
        handover=handover.id,
        version=case.version,
    )
    return handover


def list_handovers(session: Session, *, actor: Actor, page: int) -> Page[Passed]:
    """The hand-overs from and to the actor's governments, the newest first.

    The trace that stays where a case came from: its number, where it went, when and why.
    """
    own = actor.governments(Permission.READ_CASES)
    concerns = or_(Handover.from_government.in_(own), Handover.to_government.in_(own))
    total = session.scalar(select(func.count()).select_from(Handover).where(concerns)) or 0
    query = (
        select(Handover, Submission.receipt_number, Case.government_slug)
        .join(Submission, Submission.id == Handover.submission_id)
        .join(Case, Case.submission_id == Handover.submission_id)
        .where(concerns)
        .order_by(Handover.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    rows = [_passed(each, number, slug in own) for each, number, slug in session.execute(query)]
    return Page(rows, page, PAGE_SIZE, total)


def _check(
    session: Session, case: Case, submission: Submission, to_government: str, reason: str
) -> None:
    if case.status not in OPEN:
        raise HandoverRefused(
            f"「{case.status.label}」の意見は回付できません。"
            "対応状況を「確認中」に戻してから回付してください。"
        )
    known = {each.slug for each in governments_of(session, submission.call_id)}
    if to_government not in known - {case.government_slug}:
        raise HandoverRefused("回付する先の自治体を選んでください。")
    if not reason:
        raise HandoverRefused("回付する理由を入力してください。")
    if len(reason) > LONGEST_REASON:
        raise HandoverRefused(f"回付する理由は{LONGEST_REASON:,}文字以内で入力してください。")


def _passed(handover: Handover, number: str, may_open: bool) -> Passed:
    return Passed(
        submission_id=handover.submission_id,
        receipt=receipts.display(number),
        from_government=handover.from_government,
        to_government=handover.to_government,
        reason=handover.reason,
        staff_name=handover.staff_name,
        at=handover.at,
        may_open=may_open,
    )
