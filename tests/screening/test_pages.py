"""Pages of screening as staff fill them in, wrong input and strangers included."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.screening.kinds import Decision
from feedback.screening.models import Screening, marks_of
from feedback.storage import Database
from tests.strict_client import StrictClient, parse
from tests.triage.builders import an_opinion

SignIn = Callable[..., StrictClient]
BODY = "担当は甲野乙彦、電話は090-1234-5678です。<b>甲野</b>"


def an_opinion_in(database: Database, body: str = BODY, **facts: str) -> int:
    with database.transaction() as session:
        return an_opinion(session, body, **facts)


def screening_of(database: Database, at: int) -> Screening:
    with database.reading() as session:
        return session.get_one(Screening, at)


def test_the_text_on_the_page_is_the_masked_text_letter_for_letter(
    database: Database, sign_in: SignIn
) -> None:
    at = an_opinion_in(database, "  行頭の空白と\n\n改行、😀も。電話090-1234-5678。")
    tree = sign_in().page(f"/staff/cases/{at}/masks")
    (element,) = [each for each in tree.iter("div") if each.get("data-part") == "body"]
    assert "".join(element.itertext()) == screening_of(database, at).body


def test_a_wrong_selection_is_told_and_what_was_typed_stays(
    database: Database, sign_in: SignIn
) -> None:
    at = an_opinion_in(database)
    client, url = sign_in(), f"/staff/cases/{at}/masks"
    typed = {"version": "1", "words": "乙野", "kind": "name"}
    answer = client.post_form(url, typed)
    assert answer.status_code == 422
    assert "見つかりません" in answer.text
    assert 'value="乙野"' in answer.text
    for wrong in (
        {"version": "1", "words": "甲野乙彦", "kind": ""},
        {"version": "9", "words": "甲野乙彦", "kind": "name"},
        {"version": "x", "words": "甲野乙彦", "kind": "name"},
        {"version": "1", "part": "body", "start": "x", "end": "2", "kind": "name"},
        {"version": "1", "part": "body", "start": "0", "end": "2", "text": "担う", "kind": "name"},
    ):
        assert client.post_form(url, wrong).status_code == 422, wrong
    assert screening_of(database, at).version == 1
    right = {"version": "1", "part": "body", "start": "3", "end": "7", "text": "甲野乙彦"}
    assert client.post_form(url, {**right, "kind": "name"}).status_code == 302
    assert screening_of(database, at).body.startswith("担当は［氏名］、")
    assert "元に戻す" in client.get(url).text


def test_masks_are_decided_one_by_one_or_all_together(database: Database, sign_in: SignIn) -> None:
    at = an_opinion_in(database, title="taro@example.jp から")
    client, url = sign_in(), f"/staff/cases/{at}/masks"
    with database.reading() as session:
        first, second = (each.id for each in marks_of(session, at))
    decide = f"{url}/decide"
    client.post_form(decide, {"version": "1", "decision": f"no:{first}"}, page_url=url)
    text = client.get(url).text
    assert "見直しを求めました" in text
    assert "見直し待ち" in text
    client.post_form(decide, {"version": "2", "decision": "yes:all"}, page_url=url)
    with database.reading() as session:
        assert [each.state.value for each in marks_of(session, at)] == ["doubted", "confirmed"]
    stale = {"version": "2", "decision": f"yes:{second}"}
    client.post_form(decide, stale, page_url=url)
    assert "ほかの職員がこの意見の確認結果を変更しました" in client.get(url).text
    for wrong in ("", "yes", "yes:x", "maybe:1"):
        client.post_form(decide, {"version": "3", "decision": wrong}, page_url=url)
        assert "変更はありませんでした" in client.get(url).text
    lift = {"version": "3", "decision": f"lift:{first}"}
    assert client.post_form(decide, lift, page_url=url).status_code == 403


def test_the_words_need_a_permission_and_a_reason_and_are_not_kept(
    database: Database, sign_in: SignIn
) -> None:
    at = an_opinion_in(database)
    url = f"/staff/cases/{at}/masks"
    staff, approver = sign_in(), sign_in(Role.APPROVER)
    assert "原文を表示" not in staff.get(url).text
    assert staff.post_form(f"{url}/words", {"reason": "masks"}, page_url=url).status_code == 403
    asked = approver.post_form(f"{url}/words", {}, page_url=url)
    assert asked.status_code == 422
    assert "理由を選んで" in asked.text
    assert "090-1234" not in asked.text
    shown = approver.post_form(f"{url}/words", {"reason": "masks"}, page_url=url)
    assert "090-1234-5678" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
        (mark,) = marks_of(session, at)
    lift = {"version": "1", "decision": f"lift:{mark.id}"}
    approver.post_form(f"{url}/decide", lift, page_url=url)
    assert "090-1234-5678" in staff.get(url).text
    administrator = sign_in(Role.ADMINISTRATOR)
    entries = administrator.get("/staff/audit?event=intake.words_unmasked").text
    assert "理由：伏せる箇所を確かめるため" in entries


def test_strangers_find_nothing(database: Database, sign_in: SignIn) -> None:
    at = an_opinion_in(database)
    elsewhere = sign_in(Role.APPROVER, "saitama")
    for address in (f"/staff/cases/{at}/masks", f"/staff/cases/{10**20}/masks"):
        assert elsewhere.get(address).status_code == 404
    for address in ("masks", "masks/decide", "masks/narrow", "masks/release", "urgent"):
        form = {"version": "1", "decision": "yes:all", "words": "甲野乙彦", "kind": "name"}
        answer = elsewhere.post_form(f"/staff/cases/{at}/{address}", form, page_url="/staff/undo")
        assert answer.status_code == 404, address
    aside = {"version": "1", "verdict": "as", "kind": "spam"}
    answer = elsewhere.post_form(f"/staff/cases/{at}/set-aside", aside, page_url="/staff/undo")
    assert answer.status_code == 404


def test_a_case_is_set_aside_and_heard_from_its_own_page(
    database: Database, sign_in: SignIn, work: Callable[[], int]
) -> None:
    at = an_opinion_in(database)
    client, url = sign_in(), f"/staff/cases/{at}"
    back = f"{url}?status=new"
    form = {"version": "1", "verdict": "as", "kind": "", "next": back}
    client.post_form(f"{url}/set-aside", form, page_url=url)
    assert "種類を選んでください" in client.get(url).text
    answer = client.post_form(f"{url}/set-aside", {**form, "kind": "spam"}, page_url=url)
    assert answer.headers["Location"] == back
    text = client.get(url).text
    assert "宣伝・迷惑投稿" in text
    assert "元に戻す" in text
    work()
    assert "甲野" not in client.get("/staff/cases").text
    assert "宣伝・迷惑投稿" in client.get("/staff/cases?flag=nothing").text
    form = {"version": "2", "verdict": "hear", "next": "https://elsewhere.example/"}
    answer = client.post_form(f"{url}/set-aside", form, page_url=url)
    assert answer.headers["Location"] == url
    assert screening_of(database, at).set_aside_state is Decision.REJECTED


def test_proposals_are_decided_in_bulk_with_another_reason(
    database: Database, sign_in: SignIn
) -> None:
    ids = [an_opinion_in(database, "特になし") for _ in range(3)]
    client = sign_in()
    page = client.get("/staff/screening").text
    assert all(f"{each}:1" in page for each in ids)
    url = "/staff/screening"
    client.post_form(url, {"decision": "confirm"})
    assert "仕分ける意見を選んでください" in client.get(url).text
    ticked = {"case": [f"{ids[0]}:1", f"{ids[1]}:1", "x", "7"], "decision": "as", "kind": "spam"}
    client.post_form(url, ticked)
    assert screening_of(database, ids[0]).set_aside_kind == "spam"
    client.post_form(url, {"decision": f"hear={ids[2]}:1"})
    assert screening_of(database, ids[2]).set_aside_state is Decision.REJECTED
    assert "確認を待っているものはありません" in client.get(url).text


def test_the_page_of_proposals_asks_the_database_few_questions(
    database: Database, sign_in: SignIn
) -> None:
    client = sign_in()
    for _ in range(12):
        an_opinion_in(database, "特になし")
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    tree = parse(client.get("/staff/screening").text)
    sa.event.remove(database.engine, "before_cursor_execute", note)
    assert len([each for each in tree.iter("li") if each.get("class") == "proposal"]) == 12
    assert len(statements) <= 6, statements
