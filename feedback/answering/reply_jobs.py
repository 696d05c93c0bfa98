"""Jobs of replies and of the daily digests."""

from __future__ import annotations

from datetime import date
from functools import partial

from feedback.answering import digests, replies, sending
from feedback.answering.sending import Outcome
from feedback.calendar import today_jst
from feedback.queue.service import JobContext, Registry
from feedback.settings import MailSettings, Settings
from feedback.storage import utc_now

REMIND_JOB = "answering.remind"


def register(registry: Registry, settings: Settings | None) -> None:
    """Name the room's handlers. Without settings nothing leaves this machine, as in tests."""
    mail = settings.mail if settings else None
    key = settings.contact_key if settings else ""
    registry.register(replies.SEND_JOB, partial(send_reply, mail=mail, contact_key=key))
    registry.register(REMIND_JOB, partial(remind, mail=mail))
    registry.register(digests.SEND_JOB, partial(send_digest, mail=mail))


def send_reply(job: JobContext, *, mail: MailSettings | None, contact_key: str) -> None:
    """Send one reply, at most once."""
    reply_id: int = job.payload["reply_id"]
    with job.database.transaction() as session:
        begun = sending.begin(session, reply_id, job.job_id, contact_key=contact_key)
    # From here to the end a death of this process leaves the reply in "sending".
    outcome = begun if begun is None or isinstance(begun, Outcome) else sending.deliver(begun, mail)
    with job.finishing() as session:
        if outcome is not None:
            sending.finish(session, reply_id, job.job_id, outcome)


def remind(job: JobContext, *, mail: MailSettings | None) -> None:
    """Give everybody for whom something waits a digest, on working days, once a day."""
    with job.finishing() as session:
        if mail is not None:
            digests.enqueue_all(session, today_jst(utc_now()))


def send_digest(job: JobContext, *, mail: MailSettings | None) -> None:
    """Send one person's digest of one day, at most once."""
    staff_id, day = job.payload["staff_id"], date.fromisoformat(job.payload["day"])
    with job.database.transaction() as session:
        letter = digests.begin(session, staff_id, day, job.job_id, mail)
    outcome = sending.deliver(letter, mail) if letter else None
    with job.finishing() as session:
        if outcome is not None:
            digests.finish(session, staff_id, day, outcome)
