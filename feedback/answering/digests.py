"""The daily digest: one mail a day at most to each member of staff for whom something waits.

It holds counts and links and nothing of a citizen's. Its row, written before the mail server is
spoken to, is why there is only one: what was surely not accepted is tried again, what perhaps was
is left alone. Nobody loses anything by a digest that is missing; the page やること says the same.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts import service as accounts
from feedback.accounts.models import Staff
from feedback.answering import tasks
from feedback.answering.reply_models import Digest, DigestState, ReplyState
from feedback.answering.sending import DELAYS, Outcome
from feedback.answering.tasks import Tasks
from feedback.calendar import is_working_day, japanese_date
from feedback.mail import Letter
from feedback.queue import service as queue
from feedback.settings import MailSettings
from feedback.storage import utc_now
from feedback.triage.reminders import Counts

SEND_JOB = "answering.send_digest"
#: A digest that comes after noon is of no use.
ATTEMPTS = 4


def enqueue_all(session: Session, day: date) -> int:
    """Store a digest for everybody with an address, on working days; how many are new."""
    if not is_working_day(day):
        return 0
    known = set(session.scalars(select(Digest.staff_id).where(Digest.day == day)))
    query = select(Staff.id).where(Staff.is_active, Staff.email.is_not(None)).order_by(Staff.id)
    missing = [each for each in session.scalars(query) if each not in known]
    for staff_id in missing:
        session.add(Digest(staff_id=staff_id, day=day, state=DigestState.QUEUED, attempts=0))
        _enqueue(session, staff_id, day)
    session.flush()
    return len(missing)


def begin(
    session: Session, staff_id: int, day: date, job_id: int, settings: MailSettings | None
) -> Letter | None:
    """Write down that sending begins; None when there is nothing to send, or not by this job."""
    digest = session.get(Digest, (staff_id, day), with_for_update=True)
    staff = session.get(Staff, staff_id)
    if digest is None or digest.state is not DigestState.QUEUED or settings is None:
        return None
    if staff is None or not staff.is_active or not staff.email:
        return None
    actor = accounts.actor_of(session, staff)
    waiting = tasks.read_tasks(session, utc_now(), actor=actor)
    if waiting.is_empty:
        return None
    digest.state, digest.job_id = DigestState.SENDING, job_id
    digest.attempts += 1
    return Letter(
        key=f"digest-{staff_id}-{day:%Y%m%d}",
        to=staff.email,
        subject=f"目安箱：対応を待っている意見（{day.month}月{day.day}日）",
        body=words(staff.name, waiting, day, settings.public_url),
        is_automatic=True,
    )


def finish(session: Session, staff_id: int, day: date, outcome: Outcome) -> None:
    """Write down what became of it."""
    digest = session.get_one(Digest, (staff_id, day), with_for_update=True)
    digest.problem = outcome.problem
    match outcome.state:
        case ReplyState.SENT:
            digest.state = DigestState.SENT
        case ReplyState.QUEUED if digest.attempts < ATTEMPTS:
            digest.state = DigestState.QUEUED
            _enqueue(session, staff_id, day, digest.attempts)
        case _:
            digest.state = DigestState.FAILED


def words(name: str, waiting: Tasks, day: date, public_url: str) -> str:
    """The text: counts and links."""
    lines = [
        f"{name} さん",
        "",
        f"{japanese_date(day)}の朝に、対応を待っている意見の件数です。",
        "",
    ]
    lines += ["■ 自分の担当", _line(waiting.own)]
    for each in waiting.sections:
        lines += ["", f"■ {each.section.name}", _line(each.counts)]
    lines += ["", "■ 課も担当も決まっていないもの", _line(waiting.unassigned)]
    if waiting.replies:
        lines += ["", f"■ 個別の回答で確認が必要なもの：{len(waiting.replies):,}件"]
    lines += ["", "やること：", f"{public_url}/staff/tasks", ""]
    lines += ["このメールは開庁日の朝に自動で送っています。意見の内容は書いていません。"]
    return "\n".join(lines)


def _line(counts: Counts) -> str:
    return (
        f"緊急の確認遅れ {counts.urgent:,}件／期限超過 {counts.overdue:,}件"
        f"／期限まで2開庁日以内 {counts.soon:,}件"
    )


def _enqueue(session: Session, staff_id: int, day: date, attempts: int = 0) -> None:
    payload = {"staff_id": staff_id, "day": day.isoformat()}
    key = f"digest:{staff_id}:{day.isoformat()}"
    if attempts:
        queue.enqueue(session, SEND_JOB, payload, key=key, delay=DELAYS[attempts - 1])
    else:
        queue.enqueue(session, SEND_JOB, payload, key=key)
