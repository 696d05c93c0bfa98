"""Submissions are stored once, whole, and only when they keep the rules."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.intake import contacts, service
from feedback.intake.models import Channel, Contact, Submission, SubmissionWords
from feedback.intake.rules import LONGEST_BODY, cleaned
from feedback.intake.unmasking import Reason, ReasonMissing
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


def assert_event(session: Session, event: str, actor: Actor, submission: Submission) -> None:
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event)).one()
    assert (entry.actor_id, entry.subject) == (actor.id, f"submission:{submission.id}")
    assert entry.government == submission.government_slug


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"government": "osaka"}, "government", "unknown"),
        ({"initiative": "no-such"}, "initiative", "unknown"),
        ({"initiative": "chiba-ict"}, "initiative", "of_another_government"),
        ({"government": "region"}, "initiative", "of_another_government"),
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
    approver = an_actor(database, Role.APPROVER, "tokyo")
    with database.transaction() as session:
        stored = session.get_one(Contact, submission.id)
        assert "山田".encode() not in stored.name_encrypted
        assert b"hanako" not in stored.email_encrypted
        reachable = contacts.contact_of(
            session, submission.id, contact_key=CONTACT_KEY, actor=approver
        )
        assert reachable == contacts.Reachable("山田花子", "hanako@example.jp")
        assert_event(session, "intake.contact_read", approver, submission)
        with pytest.raises(contacts.WrongContactKey):
            contacts.contact_of(session, submission.id, contact_key="A" * 43 + "=", actor=approver)


def test_a_contact_is_deleted_alone(database: Database) -> None:
    with database.transaction() as session:
        submission = a_submission(session, contact_email="hanako@example.jp")
    approver = an_actor(database, Role.APPROVER, "tokyo")
    with database.transaction() as session:
        assert contacts.delete_contact(session, submission.id, actor=approver)
        assert not contacts.delete_contact(session, submission.id, actor=approver)
        assert_event(session, "intake.contact_deleted", approver, submission)
    with database.reading() as session:
        assert session.get(Contact, submission.id) is None
        assert session.get(Submission, submission.id) is not None


@pytest.mark.parametrize(
    ("role", "government", "error"),
    [(Role.STAFF, "tokyo", NotPermitted), (Role.APPROVER, "chiba", NotFound)],
)
def test_others_cannot_read_or_delete_a_contact(
    database: Database, role: Role, government: str, error: type[Exception]
) -> None:
    with database.transaction() as session:
        submission = a_submission(session, contact_email="hanako@example.jp")
    actor = an_actor(database, role, government)
    with pytest.raises(error), database.transaction() as session:
        contacts.contact_of(session, submission.id, contact_key=CONTACT_KEY, actor=actor)
    with pytest.raises(error), database.transaction() as session:
        contacts.delete_contact(session, submission.id, actor=actor)


def test_two_requests_at_once_with_one_key_are_one_submission(database: Database) -> None:
    with database.transaction() as session:
        a_call(session)
    barrier = threading.Barrier(2)
    numbers: list[str] = []

    def send() -> None:
        with database.reading() as session:
            draft = a_draft(session)
        barrier.wait()
        with database.transaction() as session:
            stored = service.submit(session, draft, idempotency_key="k", contact_key=CONTACT_KEY)
            numbers.append(stored.receipt_number)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    with database.reading() as session:
        assert len(session.scalars(sa.select(SubmissionWords)).all()) == 1


def test_a_form_key_changes_with_the_content_and_the_form(database: Database) -> None:
    with database.transaction() as session:
        draft, other = a_draft(session), a_draft(session, body="別の文章を送り直しました。")
    keys = {
        service.form_key(form_id, each) for form_id in ("one", "two") for each in (draft, other)
    }
    assert len(keys) == 4
    windows = replace(draft, body=f"{draft.body}\r\n")
    assert service.form_key("one", windows) == service.form_key("one", draft)


REASON = Reason.given("reply", "折り返しの電話")


def test_reading_the_words_takes_a_permission_and_leaves_an_entry(database: Database) -> None:
    with database.transaction() as session:
        submission = a_submission(session)
    approver = an_actor(database, Role.APPROVER, "tokyo")
    with database.transaction() as session:
        words = service.words_of(session, submission.id, REASON, actor=approver)
        assert words.body == "引っ越しの手続きをスマートフォンだけで終えられるようにしてください。"
    with database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "intake.words_unmasked")
        ).one()
        assert (entry.actor_id, entry.subject) == (approver.id, f"submission:{submission.id}")
        assert entry.details == {"reason": "本人への連絡・回答のため：折り返しの電話"}


@pytest.mark.parametrize(
    ("choice", "detail", "kept"),
    [
        ("masks", "", "伏せる箇所を確かめるため"),
        ("other", " 監査の\n立ち会い ", "そのほか：監査の 立ち会い"),
        (
            "reply",
            "山田太郎さん090-1234-5678へ",
            "本人への連絡・回答のため：［氏名］さん［電話番号］へ",
        ),
    ],
)
def test_a_reason_is_kept_without_personal_data(choice: str, detail: str, kept: str) -> None:
    assert Reason.given(choice, detail).text == kept


@pytest.mark.parametrize(
    ("choice", "detail"), [(None, "急ぎ"), ("", ""), ("x", ""), ("other", " ")]
)
def test_a_missing_reason_is_asked_for(choice: str | None, detail: str) -> None:
    with pytest.raises(ReasonMissing):
        Reason.given(choice, detail)


@pytest.mark.parametrize(
    ("role", "government", "error"),
    [(Role.STAFF, "tokyo", NotPermitted), (Role.APPROVER, "chiba", NotFound)],
)
def test_others_cannot_read_the_words(
    database: Database, role: Role, government: str, error: type[Exception]
) -> None:
    with database.transaction() as session:
        submission = a_submission(session)
    actor = an_actor(database, role, government)
    with pytest.raises(error), database.transaction() as session:
        service.words_of(session, submission.id, REASON, actor=actor)
    with pytest.raises(NotFound), database.transaction() as session:
        service.words_of(session, 999, REASON, actor=actor)


@given(st.text())
def test_cleaned_words_can_be_stored_and_stay_the_same_when_cleaned_again(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\x00" not in once
    assert "\r" not in once
    once.encode()
