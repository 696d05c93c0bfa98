"""Submissions are stored once, whole, and only when they keep the rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake import contacts, service
from feedback.intake.models import Channel, Contact, Submission, SubmissionWords
from feedback.intake.rules import LONGEST_BODY, cleaned
from feedback.queue.models import Job
from feedback.settings import from_environment
from feedback.storage import Database
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from tests.builders import a_call, a_draft, a_submission

CONTACT_KEY = from_environment({"MEYASUBAKO_MODE": "demo"}).contact_key


def an_actor(database: Database, role: Role, government: str) -> Actor:
    with database.transaction() as session:
        staff = accounts.add_staff(
            session, login=f"{role}-{government}", name="試験", password="x" * 12, actor=None
        )
        accounts.give_role(session, staff, role, government, actor=None)
        return accounts.actor_of(session, staff)


def test_a_submission_is_kept_word_for_word_and_queued_for_screening(database: Database) -> None:
    body = "一行目です。\r\n　二行目、𠮷野家の前で＝SUM(A1)😀と表示されました。"
    with database.transaction() as session:
        submission = a_submission(session, body=body, title="題名\n二行")
    with database.reading() as session:
        words = session.get_one(SubmissionWords, submission.id)
        jobs = session.scalars(sa.select(Job)).all()
    assert words.body == body.replace("\r\n", "\n")
    assert words.title == "題名 二行"
    assert [(job.name, job.payload) for job in jobs] == [
        ("screening.screen", {"submission_ids": [submission.id]})
    ]


def test_the_same_form_sent_twice_is_one_submission(database: Database) -> None:
    with database.transaction() as session:
        a_call(session)
    numbers = set()
    for body in ("最初に送ったご意見の文章です。", "あとから送った別の文章です。"):
        with database.transaction() as session:
            stored = service.submit(
                session, a_draft(session, body=body), idempotency_key="k", contact_key=CONTACT_KEY
            )
            numbers.add(stored.receipt_number)
    with database.reading() as session:
        assert session.scalars(sa.select(SubmissionWords.body)).all() == [
            "最初に送ったご意見の文章です。"
        ]
    assert len(numbers) == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"government": "osaka"}, "government", "unknown"),
        ({"initiative": "no-such"}, "initiative", "unknown"),
        ({"initiative": "chiba-ict"}, "initiative", "of_another_government"),
        ({"body": "短い"}, "body", "too_short"),
        ({"body": " \u3000\n "}, "body", "missing"),
        ({"body": "あ" * (LONGEST_BODY + 1)}, "body", "too_long"),
        ({"title": "あ" * 101}, "title", "too_long"),
        ({"municipality": "999999"}, "municipality", "unknown"),
        ({"contact_email": "yamada@"}, "contact_email", "invalid"),
        ({"contact_name": "あ" * 101}, "contact_name", "too_long"),
        ({"language": "tlh"}, "language", "unknown"),
    ],
)
def test_a_draft_that_breaks_a_rule_is_refused_by_name(
    database: Database, changes: dict[str, str], field: str, code: str
) -> None:
    with database.transaction() as session:
        a_call(session)
    with pytest.raises(service.DraftWrong) as refused, database.transaction() as session:
        a_submission(session, **changes)
    assert [(each.field, each.code) for each in refused.value.problems] == [(field, code)]
    with database.reading() as session:
        assert session.scalars(sa.select(Submission)).all() == []


@pytest.mark.parametrize("initiative", ["other", "region-cooperation", "tokyo-machi-dx"])
def test_initiatives_of_all_and_of_the_region_go_with_any_government(
    database: Database, initiative: str
) -> None:
    with database.transaction() as session:
        a_submission(session, initiative=initiative)


def test_paper_is_taken_in_however_short(database: Database) -> None:
    with database.transaction() as session:
        a_submission(session, body="特になし", channel=Channel.PAPER)


def test_a_closed_call_takes_no_form(database: Database) -> None:
    with database.transaction() as session:
        a_call(session, closes_at=datetime(2026, 4, 2, tzinfo=UTC))
    with pytest.raises(service.CallClosed), database.transaction() as session:
        a_submission(session)


def test_contacts_lie_encrypted_and_open_with_their_key_alone(database: Database) -> None:
    with database.transaction() as session:
        submission = a_submission(
            session,
            contact_name="山田花子",
            contact_email="hanako@example.jp",
        )
    with database.reading() as session:
        stored = session.get_one(Contact, submission.id)
        assert "山田".encode() not in stored.name_encrypted
        assert b"hanako" not in stored.email_encrypted
        reachable = contacts.of(session, submission.id, CONTACT_KEY)
        assert reachable == contacts.Reachable("山田花子", "hanako@example.jp")
        with pytest.raises(contacts.WrongContactKey):
            contacts.of(session, submission.id, "A" * 43 + "=")


def test_reading_the_words_takes_a_permission_and_leaves_an_entry(database: Database) -> None:
    with database.transaction() as session:
        submission = a_submission(session)
    approver = an_actor(database, Role.APPROVER, "tokyo")
    with database.transaction() as session:
        words = service.words_of(session, submission.id, actor=approver)
        assert words.body == "引っ越しの手続きをスマートフォンだけで終えられるようにしてください。"
    with database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "intake.words_unmasked")
        ).one()
        assert (entry.actor_id, entry.subject) == (approver.id, f"submission:{submission.id}")


def test_others_cannot_read_the_words(database: Database) -> None:
    with database.transaction() as session:
        submission = a_submission(session)
    for role, government in ((Role.STAFF, "tokyo"), (Role.APPROVER, "chiba")):
        actor = an_actor(database, role, government)
        with pytest.raises(NotPermitted), database.transaction() as session:
            service.words_of(session, submission.id, actor=actor)
    with pytest.raises(NotFound), database.transaction() as session:
        service.words_of(session, 999, actor=actor)


@given(st.text())
def test_cleaned_words_can_be_stored_and_stay_the_same_when_cleaned_again(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\x00" not in once
    assert "\r" not in once
    once.encode()
