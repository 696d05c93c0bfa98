"""The rules of replies to people（個別の回答）: staff draft, an approver sends.

A reply speaks in a government's name, and in a prefecture that takes a draft（起案）and a decision
（決裁）: so staff write, and only who holds ``SEND_REPLIES``（承認者）lets it go. What was already
decided on paper and went out by post, telephone or over the counter is written down by staff.

One reply of a case is under way at a time; the errors are drawn in ``reply_errors.py``.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from feedback.answering import reply_text
from feedback.answering.placeholders import Values
from feedback.answering.reply_errors import CannotReach, NotInState, RecordRefused, StaleReply
from feedback.answering.reply_models import (
    DONE,
    EDITABLE,
    OUTSIDE,
    Method,
    Reply,
    ReplyState,
    ReplyTemplate,
    replies_of,
    templates_of,
)
from feedback.answering.reply_text import ReplyText
from feedback.audit import service as audit
from feedback.calendar import today_jst
from feedback.intake import charge, contacts, receipts
from feedback.intake.contacts import Reachable
from feedback.intake.models import Contact, Submission
from feedback.queue import service as queue
from feedback.storage import utc_now
from feedback.triage import service as triage
from feedback.triage.models import Case
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

SEND_JOB = "answering.send_reply"
LONGEST_NOTE = 500

DRAFTED = audit.declare("answering.reply_drafted", "個別の回答の下書きを保存した", "reply")
SUBMITTED = audit.declare("answering.reply_submitted", "個別の回答の承認を依頼した", "reply")
RETURNED = audit.declare("answering.reply_returned", "個別の回答を差し戻した", "reply")
APPROVED = audit.declare("answering.reply_approved", "個別の回答の送信を決めた", "reply")
POSTED = audit.declare(
    "answering.reply_posted", "メール以外で回答したことを記録した", "reply", "method", "given_on"
)
WITHDRAWN = audit.declare("answering.reply_withdrawn", "個別の回答を取りやめた", "reply")
RESOLVED = audit.declare(
    "answering.reply_resolved", "回答が届いたかどうかを確かめた", "reply", "state"
)

#: May still be called off: no worker has begun to send it.
CANCELLABLE = EDITABLE | {ReplyState.QUEUED}


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest reply of a case as a page showed it; zeros when there was none."""

    reply_id: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """Everything about the replies to one person."""

    submission_id: int
    receipt: str
    government: str
    has_contact: bool
    current: Reply | None
    """The reply under way."""
    past: Sequence[Reply]
    templates: Sequence[ReplyTemplate]
    seen: Seen
    may_send: bool

    @property
    def text(self) -> ReplyText:
        """What the form starts with."""
        if self.current is None:
            return ReplyText("", "")
        return ReplyText(self.current.subject, self.current.body)


def reply_page(session: Session, submission_id: int, *, actor: Actor) -> ReplyPage:
    """The replies to the person who sent a submission.

    Raises:
        NotFound: when the actor may not see the submission.
        NotPermitted: when the actor drafts no replies for the government in charge.
    """
    found = charge.readable(session, submission_id, actor=actor)
    actor.demand(Permission.DRAFT_REPLIES, found.government)
    every = replies_of(session, submission_id)
    return ReplyPage(
        submission_id=submission_id,
        receipt=receipts.display(found.submission.receipt_number),
        government=found.government,
        has_contact=session.get(Contact, submission_id) is not None,
        current=_under_way(every),
        past=[each for each in every if each.state in DONE],
        templates=templates_of(session, [found.government]),
        seen=_seen(every),
        may_send=actor.may(Permission.SEND_REPLIES, found.government),
    )


def text_from_template(
    session: Session, submission_id: int, template_id: int, *, status_url: str, actor: Actor
) -> ReplyText:
    """A template with this case's values in it; what has none stays open."""
    page = reply_page(session, submission_id, actor=actor)
    template = next((each for each in page.templates if each.id == template_id), None)
    if template is None:
        return page.text
    text = ReplyText(template.subject, template.body)
    return text.filled(_values(session, submission_id, status_url))


def save(
    session: Session,
    submission_id: int,
    text: ReplyText,
    *,
    seen: Seen,
    status_url: str,
    actor: Actor,
) -> Reply:
    """Keep a draft, its places filled. A reply that waited for approval becomes a draft again.

    Raises:
        TextRefused: when it is empty, too long, or has a place that is not offered.
        StaleReply: when somebody changed it meanwhile.
        NotInState: when it is on its way already.
    """
    case, reply = _locked(session, submission_id, seen, actor, Permission.DRAFT_REPLIES)
    if reply is not None and reply.state not in EDITABLE:
        raise NotInState(reply.state)
    text = text.cleaned()
    reply_text.check(text)
    text = text.filled(_values(session, submission_id, status_url))
    reply_text.check(text)
    reply = reply or _new(session, case, Method.EMAIL, actor)
    reply.subject, reply.body = text.subject, text.body
    reply.government_slug = case.government_slug
    reply.drafted_by, reply.drafted_at = actor.name, utc_now()
    reply.state, reply.problem = ReplyState.DRAFT, None
    _changed(session, reply, DRAFTED, actor)
    return reply


def submit(session: Session, submission_id: int, *, seen: Seen, actor: Actor) -> None:
    """Ask the approvers to let a draft go.

    Raises:
        TextRefused: when a place is still open.
    """
    _, reply = _locked(session, submission_id, seen, actor, Permission.DRAFT_REPLIES)
    reply = _in_state(reply, ReplyState.DRAFT)
    reply_text.check_sendable(ReplyText(reply.subject, reply.body))
    reply.state = ReplyState.WAITING
    _changed(session, reply, SUBMITTED, actor)


def send_back(session: Session, submission_id: int, note: str, *, seen: Seen, actor: Actor) -> None:
    """Give a draft back to its author, saying why."""
    _, reply = _locked(session, submission_id, seen, actor, Permission.SEND_REPLIES)
    reply = _in_state(reply, ReplyState.WAITING)
    reply.note = _note(note)
    reply.state = ReplyState.DRAFT
    _changed(session, reply, RETURNED, actor)


def recipient(session: Session, submission_id: int, *, contact_key: str, actor: Actor) -> Reachable:
    """To whom the reply goes, opened for the person who decides; leaves an audit entry.

    Raises:
        CannotReach: when there is no address any more.
        NotPermitted: when the actor sends no replies or reads no contacts.
    """
    found = charge.readable(session, submission_id, actor=actor)
    actor.demand(Permission.SEND_REPLIES, found.government)
    contact = contacts.contact_of(session, submission_id, contact_key=contact_key, actor=actor)
    if contact is None or not contact.email:
        raise CannotReach("返信先のメールアドレスがありません。メール以外で回答してください。")
    return contact


def approve(session: Session, submission_id: int, *, seen: Seen, actor: Actor) -> Reply:
    """Decide that a reply goes out; the worker sends it.

    Raises:
        StaleReply: when it is not the text that was seen, as after a double click.
        TextRefused: when a place is still open.
        CannotReach: when it was drafted in another government's name.
    """
    case, reply = _locked(session, submission_id, seen, actor, Permission.SEND_REPLIES)
    reply = _in_state(reply, *EDITABLE)
    reply_text.check_sendable(ReplyText(reply.subject, reply.body))
    if reply.government_slug != case.government_slug:
        raise CannotReach(
            "この下書きは、回付する前の自治体が作りました。文面を確かめ、保存し直してください。"
        )
    reply.state, reply.method, reply.problem = ReplyState.QUEUED, Method.EMAIL, None
    reply.approved_by_id, reply.approved_by = actor.id, actor.name
    reply.approved_at = utc_now()
    reply.attempts, reply.job_id = 0, None
    _changed(session, reply, APPROVED, actor)
    queue.enqueue(session, SEND_JOB, {"reply_id": reply.id}, key=f"reply:{reply.id}")
    return reply


def record_outside(
    session: Session,
    submission_id: int,
    method: Method,
    given_on: date,
    note: str,
    *,
    seen: Seen,
    actor: Actor,
) -> Reply:
    """Write down that the person was answered without this software; a draft is closed with it.

    Raises:
        RecordRefused: when the day lies in the future or before the opinion.
        NotInState: when a mail is on its way, or nobody knows whether it arrived.
    """
    case, reply = _locked(session, submission_id, seen, actor, Permission.DRAFT_REPLIES)
    if reply is not None and reply.state not in EDITABLE:
        raise NotInState(reply.state)
    _check_record(session, submission_id, method, given_on)
    reply = reply or _new(session, case, method, actor)
    reply.method, reply.given_on, reply.note = method, given_on, _note(note)
    reply.state, reply.problem = ReplyState.POSTED, None
    reply.government_slug = case.government_slug
    more = {"method": method.value, "given_on": given_on.isoformat()}
    _changed(session, reply, POSTED, actor, **more)
    case.replied_at = utc_now()
    return reply


def withdraw(session: Session, submission_id: int, *, seen: Seen, actor: Actor) -> None:
    """Call a reply off, as long as no worker has begun to send it."""
    _, reply = _locked(session, submission_id, seen, actor, Permission.DRAFT_REPLIES)
    reply = _in_state(reply, *CANCELLABLE)
    reply.state = ReplyState.WITHDRAWN
    _changed(session, reply, WITHDRAWN, actor)


def resolve(
    session: Session, submission_id: int, *, arrived: bool, seen: Seen, actor: Actor
) -> None:
    """Say whether a mail arrived of which nobody could know. If not, it may be sent again."""
    case, reply = _locked(session, submission_id, seen, actor, Permission.SEND_REPLIES)
    reply = _in_state(reply, ReplyState.UNKNOWN)
    reply.state = ReplyState.SENT if arrived else ReplyState.FAILED
    reply.problem = None if arrived else "届いていないことを職員が確かめました。"
    if arrived:
        reply.given_on = today_jst(reply.approved_at or utc_now())
        case.replied_at = utc_now()
    _changed(session, reply, RESOLVED, actor, state=reply.state.value)


def _locked(
    session: Session, submission_id: int, seen: Seen, actor: Actor, permission: Permission
) -> tuple[Case, Reply | None]:
    """The case under its lock, and the reply under way, unless it is not the one that was seen."""
    case = triage.locked(session, submission_id, actor=actor)
    actor.demand(permission, case.government_slug)
    every = replies_of(session, submission_id)
    for each in every:
        session.refresh(each, with_for_update=True)
    if _seen(every) != seen:
        raise StaleReply
    return case, _under_way(every)


def _under_way(newest_first: Sequence[Reply]) -> Reply | None:
    return next((each for each in newest_first if each.state not in DONE), None)


def _seen(newest_first: Sequence[Reply]) -> Seen:
    newest = newest_first[0] if newest_first else None
    return Seen(newest.id, newest.version) if newest else Seen()


def _in_state(reply: Reply | None, *states: ReplyState) -> Reply:
    if reply is None:
        raise StaleReply
    if reply.state not in states:
        raise NotInState(reply.state)
    return reply


def _new(session: Session, case: Case, method: Method, actor: Actor) -> Reply:
    reply = Reply(
        submission_id=case.submission_id,
        government_slug=case.government_slug,
        method=method,
        state=ReplyState.DRAFT,
        mail_key=secrets.token_hex(16),
        subject="",
        body="",
        note="",
        drafted_by=actor.name,
        drafted_at=utc_now(),
        attempts=0,
        version=0,
    )
    session.add(reply)
    return reply


def _values(session: Session, submission_id: int, status_url: str) -> Values:
    submission = session.get_one(Submission, submission_id)
    case = session.get_one(Case, submission_id)
    return reply_text.values_of(session, submission, case, status_url)


def _check_record(session: Session, submission_id: int, method: Method, given_on: date) -> None:
    submission = session.get_one(Submission, submission_id)
    if method not in OUTSIDE:
        raise RecordRefused("回答の方法を選んでください。")
    if given_on > today_jst(utc_now()):
        raise RecordRefused("回答した日には、今日までの日付を入力してください。")
    if given_on < today_jst(submission.received_at):
        raise RecordRefused("回答した日が、意見を受け付けた日より前になっています。")


def _note(text: str) -> str:
    kept = "".join(each for each in text if each.isprintable() or each in "\n\u3000").strip()
    if len(kept) > LONGEST_NOTE:
        raise RecordRefused(f"{LONGEST_NOTE}文字以内で入力してください。")
    return kept


def _changed(
    session: Session, reply: Reply, event: audit.Event, actor: Actor, **details: Any
) -> None:
    reply.version += 1
    session.flush()
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"submission:{reply.submission_id}",
        government=reply.government_slug,
        reply=reply.id,
        **details,
    )
