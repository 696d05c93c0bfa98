"""The queue and a submission's page, as staff use them in a browser without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.storage import Database
from feedback.triage.models import Case, CaseStatus
from tests.strict_client import StrictClient, parse
from tests.triage.builders import a_campaign, a_theme, an_opinion, proposed

SignIn = Callable[..., StrictClient]
BODY = "窓口の予約をオンラインにしてください。電話は090-1234-5678です。"


def state_of(database: Database, submission_id: int) -> tuple[CaseStatus, int]:
    with database.reading() as session:
        case = session.get_one(Case, submission_id)
        return case.status, case.version


def test_the_queue_takes_seven_selects_the_frame_of_the_page_included(
    database: Database, sign_in: SignIn
) -> None:
    client = sign_in()
    with database.transaction() as session:
        theme = a_theme(session, "窓口")
        made = [an_opinion(session, f"窓口の意見{number}です。") for number in range(30)]
        for each in made:
            proposed(session, each, theme)
        a_campaign(session, made[:5])
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    client.page("/staff/cases?q=窓口&flag=campaign&copies=each")
    assert len(statements) <= 7, statements


def test_the_address_holds_the_whole_view(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        urgent = an_opinion(
            session, "もう死にたいです。", received_at=datetime(2026, 11, 2, tzinfo=UTC)
        )
        an_opinion(session, "特になし")
    client = sign_in()
    view = "status=new&q=死ぬ&since=2026-11-01&until=2026-11-30&flag=urgent&sort=oldest&copies=each"
    tree = client.page(f"/staff/cases?{view}")
    link = next(each for each in tree.iter("a") if f"/staff/cases/{urgent}" in each.get("href", ""))
    assert "flag=urgent" in link.get("href", "")
    assert "sort=oldest" in link.get("href", "")
    back = client.page(link.get("href", ""))
    crumbs = [each.get("href", "") for each in back.iter("a")]
    assert any(each.startswith("/staff/cases?") and "copies=each" in each for each in crumbs)
    values = {each.get("name"): each.get("value") for each in tree.iter("input")}
    assert values["q"] == "死ぬ"
    assert values["since"] == "2026-11-01"
    assert values["status"] == "new"


@pytest.mark.parametrize(
    "view",
    [
        "status=x&government=x&theme=x&kind=x&channel=x&sort=x&copies=x&flag=x&page=x",
        "theme=999999999999999999999&page=999999999",
        "since=tomorrow&until=2026-99-99",
        "q=%00&tag=%00&government=%00&status=%00&theme=%00",
        "_external=1&_anchor=a&submission_id=3&endpoint=x",
        "q=%FF%FE&tag=%ED%A0%80",
    ],
)
def test_any_address_opens(database: Database, sign_in: SignIn, view: str) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    client = sign_in()
    client.page(f"/staff/cases?{view}")
    client.page(f"/staff/cases/{at}?{view}")


def test_a_case_is_changed_and_the_next_one_follows(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at, other = an_opinion(session, BODY), an_opinion(session, BODY)
    client = sign_in()
    url = f"/staff/cases/{at}?status=new"
    form = {"status": "reading", "assignee": "", "due_on": "2026-12-01", "version": "1"}
    assert client.post_form(url, form).headers["Location"] == url
    assert state_of(database, at) == (CaseStatus.READING, 2)
    form = {**form, "status": "themed", "version": "2", "next": str(other)}
    assert client.post_form(url, form).headers["Location"] == f"/staff/cases/{other}?status=new"
    form = {**form, "status": "closed", "version": "3", "next": "queue"}
    assert client.post_form(url, form).headers["Location"] == "/staff/cases?status=new"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"due_on": "あした"}, "日付は「2026-11-24」の形で入力してください。"),
        ({"status": "answered"}, "「未確認」から「回答済み」には変更できません。"),
        ({"assignee": "987654"}, "所属する職員を選んでください。"),
    ],
)
def test_a_wrong_form_says_what_to_do(
    database: Database, sign_in: SignIn, change: dict[str, str], words: str
) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    form = {"status": "new", "assignee": "", "due_on": "", "version": "1", **change}
    answer = sign_in().post_form(f"/staff/cases/{at}", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert state_of(database, at) == (CaseStatus.NEW, 1)


def test_the_own_words_are_shown_once_to_those_who_may(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY, title="連絡先は taro@example.jp")
    url = f"/staff/cases/{at}"
    staff, approver = sign_in(Role.STAFF), sign_in(Role.APPROVER, name="承認 花子")
    assert "原文を表示" not in staff.get(url).text
    assert staff.post_form(f"{url}/words", {}, page_url=url).status_code == 403
    elsewhere = sign_in(Role.APPROVER, "saitama")
    assert elsewhere.post_form(f"{url}/words", {}, page_url="/staff/password").status_code == 404

    masked = approver.get(url).text
    assert "原文を表示" in masked
    assert "090-1234" not in masked
    asked = approver.post_form(f"{url}/words", {"reason": "other"}, page_url=url)
    assert asked.status_code == 422
    assert "理由を書いてください" in asked.text
    assert "090-1234" not in asked.text
    shown = approver.post_form(f"{url}/words", {"reason": "reply"}, page_url=url)
    assert "<mark>090-1234-5678</mark>" in shown.text
    assert "<mark>taro@example.jp</mark>" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "090-1234" not in approver.get(url).text
    assert "意見の原文を表示した（理由：本人への連絡・回答のため）" in approver.get(url).text
    with database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.event == "intake.words_unmasked")
        (entry,) = session.scalars(query)
        assert (entry.actor_name, entry.subject) == ("承認 花子", f"submission:{at}")
        assert entry.details == {"reason": "本人への連絡・回答のため"}


def test_another_governments_pages_are_not_there(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    client = sign_in(Role.STAFF, "saitama")
    assert client.get(f"/staff/cases/{at}").status_code == 404
    assert client.get("/staff/cases/99999999999999999999").status_code == 404
    assert "窓口の予約" not in client.get("/staff/cases").text
    officer = sign_in(Role.CIO)
    assert officer.get("/staff/cases").status_code == 403


def test_an_urgent_one_says_why_and_what_to_do(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, "もう死にたいです。")
    client = sign_in()
    assert "緊急" in client.get("/staff/cases").text
    text = client.get(f"/staff/cases/{at}").text
    assert "自死・自傷のおそれ" in text
    assert "110番・119番" in text
    assert "<mark>死にたい</mark>" in text


def test_themes_are_confirmed_with_their_reasons_in_sight(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        at = an_opinion(session, "押印を廃止してほしい。\n窓口を増やしてほしい。")
        seals, counters = a_theme(session, "押印の廃止"), a_theme(session, "窓口の数")
        one, two = proposed(session, at, seals, "押印", "廃止", runner_up_id=counters)
    client, url = sign_in(), f"/staff/cases/{at}"
    text = client.get(url).text
    assert "<mark>押印</mark>を<mark>廃止</mark>" in text
    assert '窓口の数</strong> <span class="candidates__hint">次の候補' in text
    assert "確からしさ 80%" in text
    assert "提案を確定して次へ" in text

    client.post_form(f"{url}/themes", {"seen": f"{one}:{seals}"}, page_url=url)
    assert state_of(database, at)[0] is CaseStatus.NEW
    choice = {f"statement-{two}-theme": str(counters)}
    client.post_form(f"{url}/statements/{two}", choice, page_url=url)
    assert state_of(database, at)[0] is CaseStatus.THEMED
    mark = re.search(rf"{two}::([^\"]+)\"", client.get(url).text)
    assert mark
    choice = {f"statement-{two}-theme": "123456", "mark": mark[1]}
    client.post_form(f"{url}/statements/{two}", choice, page_url=url)
    assert "選んだテーマは今はありません" in client.get(url).text


def test_notes_and_tags_keep_what_was_typed(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    client, url = sign_in(), f"/staff/cases/{at}"
    client.post_form(f"{url}/notes", {"body": "<b>折り返し</b>済み"}, page_url=url)
    assert "&lt;b&gt;折り返し&lt;/b&gt;済み" in client.get(url).text
    long = "あ" * 2001
    answer = client.post_form(f"{url}/notes", {"body": long}, page_url=url)
    assert answer.status_code == 422
    assert long in answer.text

    client.post_form(f"{url}/tags", {"tag": "要確認"}, page_url=url)
    tree = client.page(url)
    assert any("tag=" in each.get("href", "") for each in tree.iter("a"))
    assert "窓口の予約" in client.get("/staff/cases?tag=要確認").text
    assert client.post_form(f"{url}/tags", {"tag": "い" * 21}, page_url=url).status_code == 422
    client.post_form(f"{url}/tags/remove", {"tag": "要確認"}, page_url=url)
    assert "窓口の予約" not in client.get("/staff/cases?tag=要確認").text


def test_copies_link_to_each_other(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        copies = [an_opinion(session, BODY) for _ in range(3)]
        copies.append(an_opinion(session, BODY, government_slug="saitama"))
        a_campaign(session, copies)
    client = sign_in()
    assert "同文4件" in client.get("/staff/cases").text
    tree = parse(client.get(f"/staff/cases/{copies[1]}").text)
    links = {each.get("href") for each in tree.iter("a")}
    assert {f"/staff/cases/{copies[0]}", f"/staff/cases/{copies[2]}"} <= links
    assert f"/staff/cases/{copies[3]}" not in links
