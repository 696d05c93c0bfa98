"""Opinions whose writers can be reached, people who answer, and a worker with a mail server."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role
from feedback.answering import replies
from feedback.answering.replies import Seen
from feedback.answering.reply_models import Reply, replies_of
from feedback.answering.reply_text import ReplyText
from feedback.app import create_registry
from feedback.intake import contacts
from feedback.intake.contacts import Reachable
from feedback.queue.worker import Worker
from feedback.settings import MailSettings, Settings, from_environment
from feedback.storage import Database
from feedback.web.actor import Actor
from tests.triage.builders import an_actor, an_opinion

CONTACT_KEY = from_environment({"MEYASUBAKO_MODE": "demo"}).contact_key
WRITER = Reachable("山田 花子", "yamada@example.jp")
TEXT = ReplyText("ご意見へのお礼", "{氏名} 様\n\nご意見をありがとうございました。")
URL = "https://meyasubako.example.lg.jp/status/1"


def a_writer(
    session: Session, contact: Reachable | None = WRITER, body: str = "窓口を増やしてください。"
) -> int:
    """An opinion with an open case and a contact; its id."""
    submission_id = an_opinion(session, body)
    if contact is not None:
        contacts.keep(session, submission_id, contact, CONTACT_KEY)
    return submission_id


def seen(session: Session, submission_id: int) -> Seen:
    """The newest reply as a page would show it now."""
    newest = next(iter(replies_of(session, submission_id)), None)
    return Seen(newest.id, newest.version) if newest else Seen()


def drafted(session: Session, submission_id: int, actor: Actor, text: ReplyText = TEXT) -> Seen:
    """A draft is kept; what its page shows."""
    now = seen(session, submission_id)
    replies.save(session, submission_id, text, seen=now, status_url=URL, actor=actor)
    return seen(session, submission_id)


@dataclass(frozen=True)
class Office:
    """A government's staff with a case to answer."""

    database: Database
    staff: Actor
    approver: Actor
    submission_id: int

    def approve(self) -> None:
        """A draft is kept and its sending decided."""
        with self.database.transaction() as session:
            now = drafted(session, self.submission_id, self.staff)
            replies.approve(session, self.submission_id, seen=now, actor=self.approver)

    def reply(self) -> Reply:
        """The newest reply."""
        with self.database.reading() as session:
            return replies_of(session, self.submission_id)[0]


def an_office(database: Database, contact: Reachable | None = WRITER) -> Office:
    """Staff and an approver of Tokyo, and somebody to answer."""
    staff = an_actor(database, "高橋")
    approver = an_actor(database, "佐々木", Role.APPROVER)
    with database.transaction() as session:
        return Office(database, staff, approver, a_writer(session, contact))


def settings_with(mail: MailSettings | None) -> Settings:
    """Settings as a worker has them."""
    return replace(from_environment({"MEYASUBAKO_MODE": "demo"}), mail=mail)


def a_worker(database: Database, mail: MailSettings | None) -> Worker:
    """A worker that may speak to this mail server."""
    registry = create_registry(settings_with(mail))
    return Worker(database, registry, tokenizer="mecab", poll_seconds=1)


def run_jobs(database: Database, mail: MailSettings | None) -> None:
    """Run what is due now, and nothing that waits for later."""
    a_worker(database, mail).run_all_due()


def let_time_pass(database: Database) -> None:
    """Every delay and every lease has run out."""
    with database.transaction() as session:
        session.execute(sa.text("UPDATE jobs SET run_at = queued_at WHERE state = 'queued'"))
        session.execute(sa.text("UPDATE jobs SET leased_until = queued_at WHERE state = 'running'"))
