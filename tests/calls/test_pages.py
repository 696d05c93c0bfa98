"""Staff make a call in a browser; citizens see it, or see it no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.calendar import today_jst
from feedback.calls.models import Call, call_by_slug, texts_of
from feedback.intake import views as intake_views
from feedback.publishing import views as publishing_views
from feedback.storage import Database, utc_now
from feedback.theming import overview
from tests.builders import CALL_SLUG, a_call
from tests.strict_client import StrictClient, parse, text_of

SignIn = Callable[..., StrictClient]
NEW = "/staff/calls/new"
TODAY = today_jst(utc_now())
FORM: dict[str, Any] = {
    "title_ja": "窓口の混雑について",
    "question_ja": "窓口の何を変えるとよいですか。",
    "description_ja": "いただいた声を\r\n改善に使います。",
    "slug": "counter",
    "opens_on": TODAY.isoformat(),
    "closes_on": (TODAY + timedelta(days=10)).isoformat(),
    "governments": ["tokyo"],
    "initiatives": ["tokyo-gyosei-dx", "other"],
}


def stored(database: Database) -> Call:
    with database.reading() as session:
        found = call_by_slug(session, "counter")
        assert found is not None
        return found


def made(staff: StrictClient, database: Database, **changes: Any) -> Call:
    answer = staff.post_form(NEW, {**FORM, **changes})
    assert answer.status_code == 302, answer.text
    return stored(database)


def stepped(staff: StrictClient, call: Call, step: str, page: str = "preview") -> None:
    url = f"/staff/calls/{call.id}"
    answer = staff.post_form(
        f"{url}/{step}", {"version": str(call.version)}, page_url=f"{url}/{page}"
    )
    assert answer.status_code == 302, answer.text


def values(tree: Element) -> dict[str, str]:
    """What the fields of a page hold."""
    found = {each.get("name") or "": each.get("value") or "" for each in tree.iter("input")}
    return found | {each.get("name") or "": text_of(each) for each in tree.iter("textarea")}


def test_a_call_from_draft_to_archive(
    database: Database, sign_in: SignIn, client: StrictClient
) -> None:
    staff = sign_in(Role.ADMINISTRATOR)
    assert "意見募集はまだありません" in staff.get("/staff/calls").text
    answer = staff.post_form(NEW, {**FORM, "next": "preview"})
    call = stored(database)
    url = f"/staff/calls/{call.id}"
    assert answer.headers["Location"] == f"{url}/publish"
    asked = staff.get(f"{url}/publish").text
    for words in ("窓口の混雑について", "窓口の何を変えるとよいですか。", "この内容で公開する"):
        assert words in asked
    assert client.get("/calls/counter").status_code == 404
    assert "窓口の混雑" not in client.get("/").text

    stepped(staff, call, "publish", "publish")
    assert "窓口の混雑について" in client.get("/").text
    assert client.get("/calls/counter/opinion").status_code == 200
    assert "受付中" in staff.get("/staff/calls").text

    assert "受付を今すぐ終える" in staff.get(f"{url}/end").text
    stepped(staff, stored(database), "end", "end")
    assert "受付は終わりました" in client.get("/calls/counter").text
    assert "受付期間外です" in client.get("/calls/counter/opinion").text
    assert "窓口の混雑について" in client.get("/").text

    stepped(staff, stored(database), "archive")
    assert "窓口の混雑について" not in client.get("/").text
    for address in ("/calls/counter", "/calls/counter/themes"):
        assert client.get(address).status_code == 200
    assert staff.get(url).headers["Location"] == f"{url}/preview"
    assert "保管" in staff.get("/staff/calls").text
    late = {**FORM, "version": str(stored(database).version), "title_ja": "遅れた題名"}
    refused = staff.post_form(url, late, page_url=f"{url}/preview").text
    assert "保管した意見募集は変更できません" in refused
    assert "遅れた題名" in refused
    stepped(staff, stored(database), "restore")
    assert "窓口の混雑について" in client.get("/").text


def test_other_languages_are_optional_and_fall_back(
    database: Database, sign_in: SignIn, client: StrictClient
) -> None:
    staff = sign_in(Role.APPROVER)
    assert "入力していない言語では、日本語の文がそのまま表示されます" in staff.get(NEW).text
    english = {
        "title_en": "Crowded counters",
        "question_en": "What would help?",
        "description_en": "We will use what you say.",
    }
    call = made(staff, database, **english)
    url = f"/staff/calls/{call.id}/preview"
    shown = staff.get(f"{url}?language=en").text
    assert "Crowded counters" in shown
    assert "Send an opinion" in shown
    assert "この言語の文はまだありません" in staff.get(f"{url}?language=ko").text
    assert "この言語の文はまだありません" not in shown
    stepped(staff, call, "publish", "publish")
    assert "Crowded counters" in client.get("/calls/counter?lang=en").text
    assert "窓口の混雑について" in client.get("/calls/counter?lang=zh").text


def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(
    database: Database, sign_in: SignIn
) -> None:
    staff = sign_in(Role.APPROVER)
    made(staff, database)
    wrong = {
        **FORM,
        "title_ja": "",
        "opens_on": "2026-13-45",
        "closes_on": "あした",
        "title_ko": "창구",
        "governments": ["chiba"],
    }
    page = staff.post_form(NEW, wrong)
    assert page.status_code == 200
    tree = parse(page.text)
    for field, message in (
        ("title_ja", "日本語の題名を入力"),
        ("opens_on", "2026-11-24"),
        ("closes_on", "2026-11-24"),
        ("question_ko", "3つの欄をすべて空に"),
        ("governments", "東京都"),
        ("initiatives", "選んでいない自治体"),
    ):
        said = tree.find(f".//p[@id='{field}-error']")
        assert said is not None, field
        assert message in text_of(said), text_of(said)
    kept = values(tree)
    assert kept["opens_on"] == "2026-13-45"
    assert kept["closes_on"] == "あした"
    assert kept["title_ko"] == "창구"
    assert kept["question_ja"] == FORM["question_ja"]
    again = staff.post_form(NEW, FORM).text
    assert "すでに別の意見募集で使われています" in again
    early = (TODAY - timedelta(days=3)).isoformat()
    refused = staff.post_form(NEW, {**FORM, "slug": "b", "closes_on": early}).text
    assert "開始日と同じ日か" in refused


def test_two_editors_the_second_sees_the_first_and_keeps_what_was_typed(
    database: Database, sign_in: SignIn
) -> None:
    first, second = sign_in(Role.APPROVER), sign_in(Role.ADMINISTRATOR)
    call = made(first, database)
    url = f"/staff/calls/{call.id}"
    old = {**FORM, "version": "1"}
    assert (
        first.post_form(url, {**old, "slug": "counter", "title_ja": "先の題名"}).status_code == 302
    )
    page = second.post_form(url, {**old, "question_ja": "後の質問"})
    assert page.status_code == 200
    tree = parse(page.text)
    assert "ほかの職員が先に変更したため、保存していません" in page.text
    table = text_of(next(each for each in tree.iter("table") if each.get("id") == "conflict"))
    assert "先の題名" in table
    assert "後の質問" in table
    kept = values(tree)
    assert (kept["question_ja"], kept["version"]) == ("後の質問", "2")
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT title FROM call_texts")) == "先の題名"
    assert second.post_form(url, {**old, "version": kept["version"]}).status_code == 302
    staff_page = second.post_form(
        f"{url}/publish", {"version": "1"}, page_url=f"{url}/publish", follow_redirects=True
    )
    assert "ほかの職員がこの意見募集を変更しました" in staff_page.text


def test_after_publishing_words_and_end_change_but_nothing_goes(
    database: Database, sign_in: SignIn, client: StrictClient
) -> None:
    staff = sign_in(Role.APPROVER)
    call = made(staff, database)
    stepped(staff, call, "publish", "publish")
    url = f"/staff/calls/{call.id}"
    fields = values(staff.page(url))
    assert "slug" not in fields
    assert "opens_on" not in fields
    form = {**FORM, "version": "2", "title_ja": "直した題名"}
    less = staff.post_form(url, {**form, "initiatives": ["other"]})
    assert "公開した後は、追加だけができます" in less.text
    assert "を選んだままにしてください" in less.text
    more = {**form, "governments": ["tokyo", "chiba"], "closes_on": ""}
    assert staff.post_form(url, more).status_code == 302
    shown = client.get("/calls/counter").text
    assert "直した題名" in shown
    assert "千葉県" in shown
    assert "期限なし" in shown


@pytest.mark.parametrize(("minute", "is_open"), [(59, True), (60, False)])
def test_the_form_closes_at_midnight_in_japan(
    database: Database,
    sign_in: SignIn,
    client: StrictClient,
    monkeypatch: pytest.MonkeyPatch,
    minute: int,
    is_open: bool,
) -> None:
    staff = sign_in(Role.APPROVER)
    call = made(staff, database, opens_on="2030-03-30", closes_on="2030-03-31")
    stepped(staff, call, "publish", "publish")
    moment = datetime(2030, 3, 31, 14, 0, tzinfo=UTC) + timedelta(minutes=minute)
    for views in (intake_views, publishing_views):
        monkeypatch.setattr(views, "utc_now", lambda: moment)
    assert ("受付期間外です" not in client.get("/calls/counter/opinion").text) is is_open
    assert ("受付は終わりました" not in client.get("/calls/counter").text) is is_open


def test_others_are_refused(database: Database, sign_in: SignIn) -> None:
    call = made(sign_in(Role.APPROVER), database)
    for role in (Role.STAFF, Role.CIO):
        assert sign_in(role).get("/staff/calls").status_code == 403
        assert sign_in(role).get(NEW).status_code == 403
    stranger = sign_in(Role.ADMINISTRATOR, "chiba")
    for step in ("", "/preview", "/publish", "/end"):
        assert stranger.get(f"/staff/calls/{call.id}{step}").status_code == 404
    for step in ("publish", "end", "archive", "restore"):
        answer = stranger.post_form(
            f"/staff/calls/{call.id}/{step}", {"version": "1"}, page_url=NEW
        )
        assert answer.status_code == 404


def test_odd_forms_do_no_harm(database: Database, sign_in: SignIn) -> None:
    staff = sign_in(Role.APPROVER)
    page = staff.post_form(NEW, {**FORM, "closes_on": "9999-12-31", "governments": ["osaka"]}).text
    assert "年を確かめてください" in page
    assert "自治体を選び直してください" in page
    assert staff.post_form(NEW, {}).status_code == 200
    twice = ["tokyo", "tokyo"]
    call = made(staff, database, governments=twice, title_ja="題\x00\x1b名")
    with database.reading() as session:
        assert texts_of(session, call.id)["ja"].title == "題名"
        assert texts_of(session, call.id)["ja"].description == "いただいた声を\n改善に使います。"
    without_version = staff.post_form(f"/staff/calls/{call.id}", FORM).text
    assert "保存していません" in without_version


def test_the_workshop_begins_with_a_call_that_has_opened(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        a_call(session)
    staff = sign_in(Role.APPROVER)
    call = made(staff, database, opens_on="2099-01-01", closes_on="")
    stepped(staff, call, "publish", "publish")
    with database.reading() as session:
        assert overview.call_of(session, None).slug == CALL_SLUG
        assert overview.call_of(session, "counter").slug == "counter"


def test_drafts_are_offered_neither_for_paper_nor_for_imports(
    database: Database, sign_in: SignIn
) -> None:
    staff = sign_in(Role.APPROVER)
    made(staff, database)
    for address in ("/staff/paper", "/staff/imports/new", "/staff/themes", "/api/v1/calls"):
        assert "窓口の混雑について" not in staff.get(address).text
