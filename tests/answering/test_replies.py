"""Replies to people: who may do what, in which order; templates; their pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.answering import replies, reply_templates
from feedback.answering.reply_errors import (
    CannotReach,
    NotInState,
    RecordRefused,
    StaleReply,
    TemplateRefused,
    TextRefused,
)
from feedback.answering.reply_models import Method, Reply, ReplyState
from feedback.answering.reply_text import ReplyText
from feedback.audit.models import AuditEntry
from feedback.calendar import today_jst
from feedback.intake import receipts
from feedback.storage import Database, utc_now
from feedback.triage import handovers
from feedback.triage import service as triage
from feedback.triage.models import Case, CaseStatus
from feedback.web.actor import NotPermitted
from feedback.web.errors import NotFound
from tests.answering.builders import (
    TEXT,
    URL,
    a_writer,
    an_office,
    drafted,
    seen,
)
from tests.strict_client import StrictClient, parse, text_of
from tests.triage.builders import an_actor, an_opinion

SignIn = Callable[..., StrictClient]


def test_staff_draft_and_only_an_approver_sends(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)
        with pytest.raises(NotPermitted):
            replies.approve(session, office.submission_id, seen=now, actor=office.staff)
        replies.submit(session, office.submission_id, seen=now, actor=office.staff)
    assert office.reply().state is ReplyState.WAITING


def test_another_government_does_not_know_of_it(database: Database) -> None:
    office = an_office(database)
    stranger = an_actor(database, "千葉", Role.APPROVER, "chiba")
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)
        with pytest.raises(NotFound):
            replies.reply_page(session, office.submission_id, actor=stranger)
        with pytest.raises(NotFound):
            replies.approve(session, office.submission_id, seen=now, actor=stranger)


def test_the_regions_name_is_used_by_the_regions_approver_only(database: Database) -> None:
    tokyo = an_actor(database, "東京", Role.APPROVER)
    with database.transaction() as session:
        at = an_opinion(session, "一都三県で統一してください。", government_slug="region")
        now = drafted(session, at, tokyo)
        with pytest.raises(NotPermitted):
            replies.approve(session, at, seen=now, actor=tokyo)


def test_a_draft_that_somebody_else_changed_is_not_overwritten(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        old = drafted(session, office.submission_id, office.staff)
        drafted(session, office.submission_id, office.approver)
        with pytest.raises(StaleReply):
            replies.save(
                session,
                office.submission_id,
                TEXT,
                seen=old,
                status_url=URL,
                actor=office.staff,
            )


def test_two_who_begin_at_once_make_one_draft(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        empty = seen(session, office.submission_id)
        drafted(session, office.submission_id, office.staff)
        with pytest.raises(StaleReply):
            replies.save(
                session,
                office.submission_id,
                TEXT,
                seen=empty,
                status_url=URL,
                actor=office.approver,
            )
        assert session.scalar(sa.select(sa.func.count(Reply.id))) == 1


def test_a_draft_goes_back_with_the_reason(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)
        replies.submit(session, office.submission_id, seen=now, actor=office.staff)
        now = seen(session, office.submission_id)
        replies.send_back(
            session, office.submission_id, "期日を書いてください。", seen=now, actor=office.approver
        )
    reply = office.reply()
    assert (reply.state, reply.note) == (ReplyState.DRAFT, "期日を書いてください。")


def test_values_of_the_case_are_filled_when_the_draft_is_kept(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        text = ReplyText("{受付日}のご意見", "{氏名} 様 {自治体} {回答URL} {課名}")
        now = drafted(session, office.submission_id, office.staff, text)
        with pytest.raises(TextRefused, match=r"{課名}"):
            replies.submit(session, office.submission_id, seen=now, actor=office.staff)
        with pytest.raises(TextRefused, match=r"{課名}"):
            replies.approve(session, office.submission_id, seen=now, actor=office.approver)
    reply = office.reply()
    assert reply.subject == "令和8年11月2日のご意見"
    assert reply.body == f"{{氏名}} 様 東京都 {URL} {{課名}}"


def test_a_letter_is_written_down_with_its_day_and_the_case_is_no_longer_waiting(
    database: Database,
) -> None:
    office = an_office(database)
    day = today_jst(utc_now()) - timedelta(days=1)
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)
        replies.record_outside(
            session,
            office.submission_id,
            Method.LETTER,
            max(day, date(2026, 11, 3)),
            "文書第12号",
            seen=now,
            actor=office.staff,
        )
        assert session.get_one(Case, office.submission_id).replied_at is not None
    reply = office.reply()
    assert (reply.state, reply.method, reply.note) == (
        ReplyState.POSTED,
        Method.LETTER,
        "文書第12号",
    )
    with database.transaction() as session, pytest.raises(StaleReply):
        replies.approve(session, office.submission_id, seen=now, actor=office.approver)


@pytest.mark.parametrize(
    ("method", "day", "words"),
    [
        (Method.PHONE, date(2026, 11, 1), "受け付けた日より前"),
        (Method.PHONE, date(2099, 1, 1), "今日まで"),
        (Method.EMAIL, date(2026, 11, 3), "方法"),
    ],
)
def test_a_record_that_cannot_be_true_is_refused(
    database: Database, method: Method, day: date, words: str
) -> None:
    office = an_office(database)
    with database.transaction() as session, pytest.raises(RecordRefused, match=words):
        replies.record_outside(
            session,
            office.submission_id,
            method,
            day,
            "",
            seen=seen(session, office.submission_id),
            actor=office.staff,
        )


def test_what_is_on_its_way_is_neither_changed_nor_recorded_otherwise(database: Database) -> None:
    office = an_office(database)
    office.approve()
    with database.transaction() as session:
        now = seen(session, office.submission_id)
        with pytest.raises(NotInState, match="送信待ち"):
            drafted(session, office.submission_id, office.staff)
        with pytest.raises(NotInState):
            replies.record_outside(
                session,
                office.submission_id,
                Method.PHONE,
                date(2026, 11, 3),
                "",
                seen=now,
                actor=office.staff,
            )


def test_a_draft_of_the_government_before_is_looked_at_again(database: Database) -> None:
    office = an_office(database)
    chiba = an_actor(database, "千葉", Role.APPROVER, "chiba")
    with database.transaction() as session:
        now = drafted(session, office.submission_id, office.staff)
        handovers.hand_over(
            session, office.submission_id, "chiba", "県の事務", version=1, actor=office.staff
        )
        with pytest.raises(CannotReach, match="回付する前"):
            replies.approve(session, office.submission_id, seen=now, actor=chiba)
        now = drafted(session, office.submission_id, chiba)
        replies.approve(session, office.submission_id, seen=now, actor=chiba)


def test_a_template_is_shared_and_refuses_what_it_does_not_know(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        text = ReplyText("お礼（{受付番号}）", "{氏名} 様\n{課名}です。")
        made = reply_templates.add(session, "tokyo", " お礼 ", text, actor=office.staff)
        assert made.name == "お礼"
        with pytest.raises(TemplateRefused, match="すでにあります"):
            reply_templates.add(session, "tokyo", "お礼", text, actor=office.approver)
        with pytest.raises(TextRefused, match=r"{氏めい}"):
            reply_templates.add(
                session, "tokyo", "別", ReplyText("a", "{氏めい}"), actor=office.staff
            )
        with pytest.raises(NotPermitted):
            reply_templates.add(session, "chiba", "別", text, actor=office.staff)
        found = replies.text_from_template(
            session, office.submission_id, made.id, status_url=URL, actor=office.staff
        )
        assert found.body == "{氏名} 様\n{課名}です。"
        assert [each.value for each in found.missing] == ["課名"]
        with pytest.raises(TemplateRefused, match="変更されたか"):
            reply_templates.change(session, made.id, "お礼", text, version=9, actor=office.staff)
        reply_templates.change(session, made.id, "お礼2", text, version=1, actor=office.approver)
        reply_templates.remove(session, made.id, actor=office.staff)
        with pytest.raises(NotFound):
            reply_templates.template(session, made.id, actor=office.staff)


def hidden(tree: object, form_action: str) -> dict[str, str]:
    """The hidden fields of the form that posts there."""
    for form in tree.iter("form"):  # type: ignore[attr-defined]
        if (form.get("action") or "").endswith(form_action):
            return {
                each.get("name"): each.get("value")
                for each in form.iter("input")
                if each.get("type") == "hidden"
            }
    raise AssertionError(f"no form posts to {form_action}")


def test_the_way_from_the_case_to_the_approver_in_a_browser(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        at = a_writer(session)
    staff, approver = sign_in(Role.STAFF), sign_in(Role.APPROVER)
    assert "この方に回答する" in staff.get(f"/staff/cases/{at}").text
    url = f"/staff/cases/{at}/reply"
    form = {"subject": "お礼", "body": "{氏名} 様\n\n{かめい}", "reply": 0, "version": 0}
    refused = staff.post_form(url, form)
    assert refused.status_code == 422
    assert "{かめい} という差し込み項目はありません" in refused.text
    assert "{氏名} 様" in refused.text, "what was typed is not lost"
    kept = staff.post_form(url, {**form, "body": "{氏名} 様\n\nありがとうございました。"})
    assert kept.headers["Location"].endswith(f"{url}/preview")
    page = staff.page(f"{url}/preview")
    assert "山田" not in text_of(page)
    submit = hidden(page, "/submit")
    assert staff.post(f"{url}/submit", data=submit).status_code == 302
    assert staff.post(f"{url}/send", data=submit).status_code == 403
    tasks = approver.page("/staff/tasks")
    assert "承認待ち" in text_of(tasks)


def test_the_approver_sees_name_and_address_once_and_the_log_says_so(
    database: Database, sign_in: SignIn
) -> None:
    office = an_office(database)
    with database.transaction() as session:
        drafted(session, office.submission_id, office.staff)
    approver = sign_in(Role.APPROVER)
    url = f"/staff/cases/{office.submission_id}/reply"
    shown = approver.post_form(f"{url}/preview", {}, page_url=url)
    assert shown.status_code == 200
    assert "yamada@example.jp" in shown.text
    assert "山田 花子 様" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "intake.contact_read")
        ).one()
        assert entry.subject == f"submission:{office.submission_id}"
        assert "yamada" not in str(entry.details)


def test_a_writer_without_a_contact_is_answered_otherwise(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        at = a_writer(session, None)
    client = sign_in(Role.STAFF)
    url = f"/staff/cases/{at}/reply"
    assert "返信先の登録がありません" in client.get(url).text
    wrong = client.post_form(
        f"{url}/record", {"reply": 0, "version": 0, "method": "phone"}, page_url=url
    )
    assert wrong.status_code == 422
    assert "回答した日を" in wrong.text
    form = {"reply": 0, "version": 0, "method": "phone", "given_on": "2026-11-10", "note": "電話"}
    done = client.post_form(f"{url}/record", form, page_url=url)
    assert done.status_code == 302
    again = client.post_form(f"{url}/record", form, page_url=url)
    assert "今の内容を確かめてください" in again.text
    assert "2026/11/10" in client.get(f"/staff/cases/{at}").text


def test_the_citizen_sees_the_day_and_not_the_words(
    database: Database, sign_in: SignIn, client: StrictClient
) -> None:
    with database.transaction() as session:
        at = a_writer(session)
        number = receipts.new()
        session.execute(
            sa.text("UPDATE submissions SET receipt_number = :n WHERE id = :at"),
            {"n": number, "at": at},
        )
    actor = an_actor(database, "職員")
    with database.transaction() as session:
        drafted(session, at, actor, ReplyText("秘密の件名", "秘密の本文"))
        replies.record_outside(
            session, at, Method.LETTER, date(2026, 11, 9), "", seen=seen(session, at), actor=actor
        )
    page = client.get(f"/status/{number}").text
    assert "ご連絡先に回答を送りました" in page
    assert "2026/11/09" in page
    assert "秘密" not in page
    assert "A reply was sent to you" in client.get(f"/status/{number}?lang=en").text


def test_templates_are_made_looked_at_changed_and_deleted_in_a_browser(
    database: Database, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF)
    url = "/staff/reply-templates"
    form = {
        "government": "tokyo",
        "name": "お礼",
        "subject": "お礼（{受付番号}）",
        "body": "{氏名} 様",
    }
    look = client.post_form(f"{url}/new", {**form, "next": "preview"})
    assert "山田 花子 様" in look.text
    wrong = client.post_form(f"{url}/new", {**form, "body": "{なまえ} 様"})
    assert "{なまえ} という差し込み項目はありません" in wrong.text
    assert client.post_form(f"{url}/new", form).status_code == 302
    tree = client.page(url)
    link = next(each.get("href") for each in tree.iter("a") if text_of(each) == "お礼")
    assert link is not None
    stale = client.post_form(link, {**form, "name": "新しい名", "version": "7"})
    assert "変更されたか" in stale.text
    assert client.post_form(link, {**form, "name": "新しい名", "version": "1"}).status_code == 302
    assert "新しい名" in client.get(url).text
    assert sign_in(Role.STAFF, "chiba").get(link).status_code == 404
    assert client.post_form(f"{link}/delete", {}, page_url=link).status_code == 302
    assert "ひな形はまだありません" in client.get(url).text
    assert parse(client.get(url).text) is not None


def test_a_case_that_is_settled_can_still_be_answered(database: Database) -> None:
    office = an_office(database)
    with database.transaction() as session:
        state = triage.CaseState(CaseStatus.CLOSED, None, None)
        triage.change_case(session, office.submission_id, state, version=1, actor=office.staff)
        drafted(session, office.submission_id, office.staff)
    assert office.reply().state is ReplyState.DRAFT
