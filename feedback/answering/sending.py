"""How a reply goes out: at most once, whatever dies and whenever.

1. ``begin`` writes down *sending* and commits, before any mail server is spoken to.
2. ``deliver`` speaks to the server, outside of any transaction.
3. ``finish`` writes down what became of it, in the transaction that ends the job.

A job that finds its own reply in *sending* has died between 1 and 3. The server may have the mail,
so it is never sent again by itself: it becomes *unknown*, and a person decides. Only what was
surely not accepted goes back to *queued*, for about a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from feedback import mail
from feedback.accounts import service as accounts
from feedback.accounts.models import Staff
from feedback.answering import replies
from feedback.answering.placeholders import Place
from feedback.answering.reply_errors import CannotReach
from feedback.answering.reply_models import Reply, ReplyState
from feedback.answering.reply_text import ReplyText
from feedback.audit import service as audit
from feedback.calendar import today_jst
from feedback.intake.contacts import Reachable, WrongContactKey
from feedback.mail import Letter
from feedback.queue import service as queue
from feedback.settings import MailSettings
from feedback.storage import utc_now
from feedback.triage.models import Case
from feedback.web.actor import NotPermitted
from feedback.web.errors import NotFound

SENT = audit.declare("answering.reply_sent", "個別の回答を送信した", "reply", "attempts")
FAILED = audit.declare(
    "answering.reply_failed", "個別の回答を送信できなかった", "reply", "attempts"
)
UNKNOWN = audit.declare(
    "answering.reply_unknown", "個別の回答が届いたか分からなくなった", "reply", "attempts"
)
EVENTS = {ReplyState.SENT: SENT, ReplyState.FAILED: FAILED, ReplyState.UNKNOWN: UNKNOWN}

#: How long to wait after each attempt that the server surely did not accept: about a day in all.
DELAYS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720))

DIED = (
    "送信の途中で処理が止まりました。メールサーバーが受け取ったかどうか分からないため、"
    "自動では送り直しません。"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: sent, failed, unknown, or queued again."""

    state: ReplyState
    problem: str | None = None


def begin(
    session: Session, reply_id: int, job_id: int, *, contact_key: str
) -> Letter | Outcome | None:
    """Write down that sending begins; the letter, or why there is none.

    None means that there is nothing to do: it was called off, or is another job's.
    """
    reply = session.get(Reply, reply_id, with_for_update=True)
    if reply is None:
        return None
    if reply.state is ReplyState.SENDING and reply.job_id == job_id:
        return Outcome(ReplyState.UNKNOWN, DIED)
    if reply.state is not ReplyState.QUEUED:
        return None
    reply.state, reply.job_id = ReplyState.SENDING, job_id
    reply.attempts += 1
    reply.version += 1
    try:
        return _letter(session, reply, contact_key)
    except (CannotReach, WrongContactKey) as error:
        return Outcome(ReplyState.FAILED, str(error))
    except (NotFound, NotPermitted):
        return Outcome(
            ReplyState.FAILED, "承認した職員が、この意見を扱えなくなったため、送りませんでした。"
        )


def deliver(letter: Letter, settings: MailSettings | None) -> Outcome:
    """Hand the letter to the mail server."""
    if settings is None:
        return Outcome(ReplyState.FAILED, "メールサーバーが設定されていないため、送れません。")
    try:
        mail.send(letter, settings)
    except mail.NotAccepted as problem:
        return Outcome(ReplyState.QUEUED, str(problem))
    except mail.Refused as problem:
        return Outcome(ReplyState.FAILED, str(problem))
    except mail.Uncertain as problem:
        return Outcome(ReplyState.UNKNOWN, str(problem))
    return Outcome(ReplyState.SENT)


def finish(session: Session, reply_id: int, job_id: int, outcome: Outcome) -> None:
    """Write down what became of the attempt that this job began."""
    reply = session.get_one(Reply, reply_id)
    # The case before the reply, as everywhere: two in the other order would wait for each other.
    case = session.get_one(Case, reply.submission_id, with_for_update=True)
    session.refresh(reply, with_for_update=True)
    if reply.state is not ReplyState.SENDING or reply.job_id != job_id:
        return
    reply.state, reply.problem = outcome.state, outcome.problem
    reply.version += 1
    if outcome.state is ReplyState.QUEUED:
        _try_later(session, reply)
    if outcome.state is ReplyState.SENT:
        reply.given_on = today_jst(utc_now())
        case.replied_at = utc_now()
    if reply.state in EVENTS:
        _record(session, EVENTS[reply.state], reply)


def _letter(session: Session, reply: Reply, contact_key: str) -> Letter:
    approver = session.get(Staff, reply.approved_by_id)
    if approver is None or not approver.is_active:
        raise NotPermitted(f"approver {reply.approved_by_id}")
    actor = accounts.actor_of(session, approver)
    to = replies.recipient(session, reply.submission_id, contact_key=contact_key, actor=actor)
    text = signed(ReplyText(reply.subject, reply.body), to)
    return Letter(reply.mail_key, to.email, text.subject, text.body)


def signed(text: ReplyText, to: Reachable) -> ReplyText:
    """The text with the name in it: exactly what is sent.

    Raises:
        CannotReach: when the text asks for a name and the person gave none.
    """
    if Place.NAME in text.open_places and not to.name:
        raise CannotReach(
            "文面に {氏名} がありますが、本人が氏名を書いていません。文面を書き換えてください。"
        )
    return text.filled({Place.NAME: " ".join(to.name.split())})


def _try_later(session: Session, reply: Reply) -> None:
    if reply.attempts > len(DELAYS):
        reply.state = ReplyState.FAILED
        return
    delay = DELAYS[reply.attempts - 1]
    payload = {"reply_id": reply.id}
    queue.enqueue(session, replies.SEND_JOB, payload, key=f"reply:{reply.id}", delay=delay)


def _record(session: Session, event: audit.Event, reply: Reply) -> None:
    audit.record(
        session,
        event,
        actor=None,
        subject=f"submission:{reply.submission_id}",
        government=reply.government_slug,
        reply=reply.id,
        attempts=reply.attempts,
    )
