"""The pages of reporting as staff, approvers and CIOs meet them."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask import Flask

from feedback.accounts.models import Role
from feedback.calendar import Month
from feedback.reporting import service
from feedback.reporting.models import Report
from feedback.storage import Database
from tests.builders import a_call
from tests.reporting.builders import NOVEMBER_NOW, a_busy_october, an_actor
from tests.strict_client import StrictClient, text_of

SignIn = Callable[..., StrictClient]
OCTOBER = Month(2026, 10)


@pytest.fixture
def report(database: Database) -> Report:
    """A draft of Tokyo's October."""
    return drafted(database)


def drafted(database: Database) -> Report:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        return service.draft(
            session, call.id, OCTOBER, "tokyo", actor=an_actor("tokyo"), now=NOVEMBER_NOW
        )


def approved(database: Database, report: Report) -> None:
    with database.transaction() as session:
        service.approve(
            session, report.id, content_hash=report.content_hash, actor=an_actor("tokyo")
        )


def url(report: Report, ending: str = "") -> str:
    return f"/staff/reports/{report.id}{ending}"


def test_the_list_says_so_while_there_is_no_call(sign_in: SignIn) -> None:
    page = sign_in(Role.STAFF).page("/staff/reports/")
    assert "意見募集がまだありません" in text_of(page)


def test_staff_draft_a_month_from_the_list(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
    staff = sign_in(Role.STAFF)
    form = {"call": call.id, "month": "2026-10", "government": "tokyo"}
    answer = staff.post_form("/staff/reports/", form)
    assert answer.status_code == 302
    page = staff.page(answer.headers["Location"])
    assert "令和8年10月の報告を作成しました" in text_of(page)
    listed = text_of(staff.page("/staff/reports/"))
    assert "令和8年10月" in listed
    assert "作成中" in listed
    assert "埼玉県" not in listed


def test_the_list_asks_few_questions_however_many_reports(
    sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        for number in range(4, 10):
            a_call(session, slug=f"call-{number}")
            month, actor = Month(2026, number), an_actor("tokyo")
            service.draft(session, call.id, month, "tokyo", actor=actor, now=NOVEMBER_NOW)
    staff = sign_in(Role.STAFF)
    heard: list[str] = []

    def hear(*arguments: object) -> None:
        heard.append(str(arguments[2]))

    sa.event.listen(database.engine, "before_cursor_execute", hear)
    page = text_of(staff.page(f"/staff/reports/?call={call.slug}"))
    sa.event.remove(database.engine, "before_cursor_execute", hear)
    assert page.count("報告を開く") == 6
    # Who is signed in (two), calls, governments, reports, titles.
    assert len([each for each in heard if each.startswith("SELECT")]) <= 7


def test_a_call_that_does_not_exist_has_no_list(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        a_call(session)
    assert sign_in(Role.STAFF).get("/staff/reports/?call=none").status_code == 404


def test_a_month_that_has_not_begun_is_refused_in_words(
    sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as session:
        call = a_call(session)
    staff = sign_in(Role.STAFF)
    form = {"call": call.id, "month": "2999-01", "government": "tokyo"}
    answer = staff.post_form("/staff/reports/", form, follow_redirects=True)
    assert "受付期間に入っていません" in answer.text


@pytest.mark.parametrize(
    "form", [{}, {"call": "x", "month": "2026-10"}, {"call": "1", "month": "10月"}]
)
def test_a_broken_form_is_a_bad_request(
    sign_in: SignIn, database: Database, form: dict[str, str]
) -> None:
    with database.transaction() as session:
        a_call(session)
    answer = sign_in(Role.STAFF).post_form("/staff/reports/", {"government": "tokyo", **form})
    assert answer.status_code == 400


def test_a_report_shows_its_figures_themes_and_method(sign_in: SignIn, report: Report) -> None:
    page = text_of(sign_in(Role.STAFF).page(url(report)))
    for words in (
        "東京都に寄せられた声",
        "令和8年10月は意見10件（声の数8）が寄せられ",
        "手数料のキャッシュレス化",
        "都税事務所など12か所で",
        "公園にWi-Fiを入れてください",
        "回答を待っているテーマ",
        "今月 3件（前月 1件、累計 4件）",
        "千代田区",
        "集計の方法",
        "承認前のため",
    ):
        assert words in page, words


def test_every_chart_has_words_a_table_and_a_picture(sign_in: SignIn, report: Report) -> None:
    staff = sign_in(Role.STAFF)
    page = staff.page(url(report))
    figures = page.findall(".//figure[@class='figure figure--side']")
    assert len(figures) == 4
    for figure in figures:
        image = figure.find(".//img")
        assert image is not None
        assert image.get("alt")
        assert figure.find(".//table") is not None
        answer = staff.get(str(image.get("src")))
        assert answer.mimetype == "image/svg+xml"
        assert ET.fromstring(answer.data).tag.endswith("svg")
        assert "script" not in answer.text


def test_a_chart_that_is_not_there_is_not_found(sign_in: SignIn, report: Report) -> None:
    assert sign_in(Role.STAFF).get(url(report, "/charts/none.svg")).status_code == 404


def test_an_approver_is_asked_once_more_and_then_cios_see_it(
    sign_in: SignIn, report: Report
) -> None:
    cio = sign_in(Role.CIO)
    assert cio.get(url(report)).status_code == 404
    assert "報告を開く" not in text_of(cio.page("/staff/reports/"))
    approver = sign_in(Role.APPROVER)
    assert "承認へ進む" in text_of(approver.page(url(report)))
    page = approver.page(url(report, "/approval"))
    assert "この報告を承認しますか" in text_of(page)
    read_hash = page.find(".//input[@name='content_hash']")
    assert read_hash is not None
    answer = approver.post_form(
        url(report, "/approval"), {"content_hash": read_hash.get("value")}, follow_redirects=True
    )
    assert "報告を承認しました" in answer.text
    page = cio.page(url(report))
    assert "承認後は変更されません" in text_of(page)
    assert "承認へ進む" not in text_of(page)
    assert "報告を開く" in text_of(cio.page("/staff/reports/"))


def test_an_approval_of_what_was_not_read_is_refused_in_words(
    sign_in: SignIn, report: Report
) -> None:
    approver = sign_in(Role.APPROVER)
    answer = approver.post_form(
        url(report, "/approval"), {"content_hash": "0" * 64}, follow_redirects=True
    )
    assert "作り直されました" in answer.text


def test_an_approved_report_says_so_on_the_approval_page(
    sign_in: SignIn, report: Report, database: Database
) -> None:
    approved(database, report)
    page = sign_in(Role.APPROVER).page(url(report, "/approval"))
    assert "すでに承認されています" in text_of(page)


@pytest.mark.parametrize("ending", ["", ".pdf", ".xlsx", ".csv", "/charts/trend.svg"])
def test_another_governments_report_does_not_exist(
    sign_in: SignIn, report: Report, database: Database, ending: str
) -> None:
    assert sign_in(Role.CIO, "tokyo").get(url(report, ending)).status_code == 404
    approved(database, report)
    assert sign_in(Role.CIO, "tokyo").get(url(report, ending)).status_code == 200
    for role in (Role.CIO, Role.APPROVER, Role.STAFF):
        assert sign_in(role, "saitama").get(url(report, ending)).status_code == 404
    assert sign_in(Role.ADMINISTRATOR, "tokyo").get(url(report, ending)).status_code == 403


@pytest.mark.parametrize(
    ("ending", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")]
)
def test_each_form_is_a_file_that_is_not_kept_in_caches(
    sign_in: SignIn, report: Report, ending: str, start: bytes
) -> None:
    staff = sign_in(Role.STAFF)
    answer = staff.get(url(report, f".{ending}"))
    assert answer.data.startswith(start)
    assert f"report-2026-10-tokyo-1.{ending}" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_second_edition_links_to_the_first(
    sign_in: SignIn, report: Report, database: Database
) -> None:
    approved(database, report)
    staff = sign_in(Role.STAFF)
    form = {"call": report.call_id, "month": "2026-10", "government": "tokyo"}
    answer = staff.post_form("/staff/reports/", form)
    page = staff.page(answer.headers["Location"])
    assert "第1版（承認済み）" in text_of(page)
    assert "第2版" in text_of(staff.page("/staff/reports/"))
    assert "第2版" not in text_of(sign_in(Role.CIO).page("/staff/reports/"))


def test_a_report_that_was_tampered_with_warns(
    sign_in: SignIn, report: Report, database: Database
) -> None:
    with database.transaction() as session:
        stored = session.get_one(Report, report.id)
        stored.content = {**stored.content, "received": 999}
    page = text_of(sign_in(Role.STAFF).page(url(report)))
    assert "保存したときのものと一致しません" in page


def test_citizens_words_are_text_and_nothing_else(
    sign_in: SignIn, app: Flask, database: Database
) -> None:
    from tests.reporting.builders import a_submission, a_theme

    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "<b>テーマ</b> #strong[x]")
        a_submission(session, call, "<script>alert(1)</script> #panic() $x$ *太字*", theme=theme)
        report = service.draft(
            session, call.id, OCTOBER, "tokyo", actor=an_actor("tokyo"), now=NOVEMBER_NOW
        )
    staff = sign_in(Role.STAFF)
    assert "<script>alert(1)</script> #panic()" in text_of(staff.page(url(report)))
    assert staff.get(url(report, ".pdf")).data.startswith(b"%PDF-")
