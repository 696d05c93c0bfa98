"""A reply goes out once at most: whoever clicks twice, whatever dies, and whenever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Staff
from feedback.answering import replies, sending
from feedback.answering.reply_errors import ReplyError
from feedback.answering.reply_models import ReplyState
from feedback.audit.models import AuditEntry
from feedback.intake import contacts
from feedback.intake.contacts import Reachable
from feedback.queue import service as queue
from feedback.queue.models import Job, JobState
from feedback.storage import Database
from feedback.triage import handovers
from feedback.triage.models import Case
from tests.answering.builders import (
    CONTACT_KEY,
    Office,
    a_worker,
    an_office,
    drafted,
    let_time_pass,
    run_jobs,
    seen,
)
from tests.mail_server import PUBLIC_URL, SENDER, Post, a_mail_server
from tests.processes import PRODUCTION, ROOT, environment


def events_of(office: Office) -> list[str]:
    with office.database.reading() as session:
        query = sa.select(AuditEntry.event).where(
            AuditEntry.subject == f"submission:{office.submission_id}",
            AuditEntry.event.like("answering.%") | AuditEntry.event.like("intake.contact%"),
        )
        return list(session.scalars(query.order_by(AuditEntry.id)))


def test_a_reply_is_drafted_approved_and_sent_once(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        run_jobs(database, post.settings)
        let_time_pass(database)
        run_jobs(database, post.settings)
    (message,) = post.taken
    assert message["To"] == "yamada@example.jp"
    assert message["Subject"] == "ご意見へのお礼"
    assert message.get_content().startswith("山田 花子 様")
    reply = office.reply()
    assert message["Message-ID"] == f"<{reply.mail_key}@example.lg.jp>"
    assert (reply.state, reply.attempts) == (ReplyState.SENT, 1)
    assert reply.given_on is not None
    with database.reading() as session:
        assert session.get_one(Case, office.submission_id).replied_at is not None
    assert events_of(office) == [
        "answering.reply_drafted",
        "answering.reply_approved",
        "intake.contact_read",
        "answering.reply_sent",
    ]


def test_the_name_and_the_address_stay_encrypted_until_it_is_sent(database: Database) -> None:
    office = an_office(database)
    office.approve()
    reply = office.reply()
    assert "{氏名}" in reply.body
    assert "山田" not in reply.subject + reply.body


def test_a_double_click_sends_once(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)
    with database.transaction() as session:
        replies.approve(session, office.submission_id, seen=now, actor=office.approver)
    with database.transaction() as session, pytest.raises(ReplyError):
        replies.approve(session, office.submission_id, seen=now, actor=office.approver)
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert len(post.taken) == 1


def at_once(*acts: Callable[[], None]) -> list[ReplyError]:
    """Do these in threads that start together; what was refused."""
    refused: list[ReplyError] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        gate.wait()
        try:
            act()
        except ReplyError as error:
            refused.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return refused


def test_two_approvers_at_the_same_moment_send_once(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)

    def approve() -> None:
        with database.transaction() as session:
            replies.approve(session, office.submission_id, seen=now, actor=office.approver)

    refused = at_once(approve, approve, approve)
    assert len(refused) == 2
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert len(post.taken) == 1


def test_two_workers_side_by_side_send_once(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        # Even if the same reply should stand in the outbox twice.
        queue.enqueue(session, replies.SEND_JOB, {"reply_id": office.reply().id})
    with a_mail_server() as post:

        def work() -> None:
            a_worker(database, post.settings).run_all_due()

        at_once(work, work)
    assert len(post.taken) == 1
    assert office.reply().state is ReplyState.SENT


def test_a_refused_recipient_is_told_and_not_tried_again(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.answers["RCPT"] = "550 no such user here"
        run_jobs(database, post.settings)
        let_time_pass(database)
        run_jobs(database, post.settings)
    reply = office.reply()
    assert (reply.state, reply.attempts) == (ReplyState.FAILED, 1)
    assert "550 no such user here" in (reply.problem or "")


def test_a_server_that_is_down_is_tried_again_until_it_is_up(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.answers["RCPT"] = "451 greylisted"
        run_jobs(database, post.settings)
        reply = office.reply()
        assert (reply.state, reply.attempts) == (ReplyState.QUEUED, 1)
        assert "451" in (reply.problem or "")
        run_jobs(database, post.settings)
        assert office.reply().attempts == 1, "it waits before it tries again"
        post.answers.clear()
        let_time_pass(database)
        run_jobs(database, post.settings)
    assert len(post.taken) == 1
    assert (office.reply().state, office.reply().attempts) == (ReplyState.SENT, 2)


def test_a_server_that_stays_down_ends_in_a_failure_that_a_person_reads(
    database: Database,
) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        down = post.settings
    for _ in range(len(sending.DELAYS) + 2):
        run_jobs(database, down)
        let_time_pass(database)
    reply = office.reply()
    assert (reply.state, reply.attempts) == (ReplyState.FAILED, len(sending.DELAYS) + 1)
    assert "話せませんでした" in (reply.problem or "")


def test_when_the_answer_is_lost_nobody_sends_again_but_a_person_decides(
    database: Database,
) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.hangs_up_after_data = True
        run_jobs(database, post.settings)
        let_time_pass(database)
        run_jobs(database, post.settings)
    assert len(post.taken) == 1
    assert office.reply().state is ReplyState.UNKNOWN


@pytest.mark.parametrize(("arrived", "mails"), [(True, 1), (False, 2)])
def test_a_person_says_whether_it_arrived(database: Database, arrived: bool, mails: int) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.hangs_up_after_data = True
        run_jobs(database, post.settings)
        post.hangs_up_after_data = False
        with database.transaction() as session:
            now = seen(session, office.submission_id)
            replies.resolve(
                session, office.submission_id, arrived=arrived, seen=now, actor=office.approver
            )
        if arrived:
            assert office.reply().state is ReplyState.SENT
        else:
            with database.transaction() as session:
                now = seen(session, office.submission_id)
                replies.approve(session, office.submission_id, seen=now, actor=office.approver)
        run_jobs(database, post.settings)
    assert office.reply().state is ReplyState.SENT
    assert len(post.taken) == mails
    assert len({each["Message-ID"] for each in post.taken}) == 1


def test_a_worker_that_died_before_it_spoke_is_not_trusted_to_have_been_silent(
    database: Database,
) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        job = queue.claim(session, session.scalars(sa.select(Job.run_at)).all()[-1])
        assert job is not None
        reply_id = job.payload["reply_id"]
        assert sending.begin(session, reply_id, job.id, contact_key=CONTACT_KEY)
    let_time_pass(database)
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert office.reply().state is ReplyState.UNKNOWN
    assert "途中で処理が止まりました" in (office.reply().problem or "")


def start_worker(database_url: str, post: Post, folder: str) -> subprocess.Popen[bytes]:
    """The real program, with the mail server in its environment."""
    assert post.settings is not None
    more = {
        **PRODUCTION,
        "CONTACT_KEY": CONTACT_KEY,
        "DATABASE_URL": database_url,
        "DATA_DIR": folder,
        "TOKENIZER": "mecab",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(post.settings.port),
        "SMTP_TLS": "none",
        "MAIL_FROM": SENDER,
        "PUBLIC_URL": PUBLIC_URL,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "feedback", "worker"], cwd=ROOT, env=environment(more)
    )


def test_a_worker_that_is_killed_while_the_server_takes_the_mail_never_sends_it_twice(
    database: Database, database_url: str, tmp_path: object
) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.waits_after_data = True
        worker = start_worker(database_url, post, str(tmp_path))
        assert post.has_taken.wait(60), "the worker never spoke to the server"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        post.go_on.set()
        post.waits_after_data = False
        assert office.reply().state is ReplyState.SENDING
        run_jobs(database, post.settings)
        assert office.reply().state is ReplyState.SENDING, "its lease has not run out yet"
        let_time_pass(database)
        run_jobs(database, post.settings)
    assert len(post.taken) == 1
    assert office.reply().state is ReplyState.UNKNOWN
    assert events_of(office)[-1] == "answering.reply_unknown"


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.waits_after_data = True
        slow = threading.Thread(target=lambda: run_jobs(database, post.settings))
        slow.start()
        assert post.has_taken.wait(30)
        let_time_pass(database)
        run_jobs(database, post.settings)
        post.go_on.set()
        slow.join()
    assert len(post.taken) == 1
    assert office.reply().state is ReplyState.UNKNOWN
    with database.reading() as session:
        assert set(session.scalars(sa.select(Job.state))) == {JobState.DONE}


def test_what_is_called_off_before_the_worker_comes_is_not_sent(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        now = seen(session, office.submission_id)
        replies.withdraw(session, office.submission_id, seen=now, actor=office.staff)
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert office.reply().state is ReplyState.WITHDRAWN


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        (None, "返信先のメールアドレスがありません"),
        (Reachable("山田", ""), "返信先のメールアドレスがありません"),
        (Reachable("", "yamada@example.jp"), "氏名を書いていません"),
        (Reachable("山田", "yamada@example.jp\nBcc: a@example.jp"), "使えない文字"),
    ],
)
def test_who_cannot_be_reached_is_told_to_staff(
    database: Database, contact: Reachable | None, words: str
) -> None:
    office = an_office(database, contact)
    office.approve()
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert office.reply().state is ReplyState.FAILED
    assert words in (office.reply().problem or "")


def test_an_approver_who_left_sends_nothing_any_more(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        session.get_one(Staff, office.approver.id).is_active = False
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert "扱えなくなった" in (office.reply().problem or "")


def test_what_was_handed_over_meanwhile_is_not_sent_in_the_old_name(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        version = session.get_one(Case, office.submission_id).version
        handovers.hand_over(
            session, office.submission_id, "chiba", "県の事務", version=version, actor=office.staff
        )
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert office.reply().state is ReplyState.FAILED


def test_a_contact_that_was_deleted_is_gone(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        contacts.delete_contact(session, office.submission_id, actor=office.approver)
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert office.reply().state is ReplyState.FAILED


def test_without_a_mail_server_nothing_is_lost(database: Database) -> None:
    office = an_office(database)
    office.approve()
    run_jobs(database, None)
    assert office.reply().state is ReplyState.FAILED
    assert "設定されていない" in (office.reply().problem or "")


def test_a_wrong_contact_key_is_named(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        stored = session.execute(sa.text("UPDATE contacts SET email_encrypted = name_encrypted"))
        assert stored is not None
        session.execute(sa.text("UPDATE contacts SET name_encrypted = :x"), {"x": b"nonsense"})
    office.approve()
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []
    assert "CONTACT_KEY" in (office.reply().problem or "")
