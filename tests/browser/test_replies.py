"""From an opinion with an address to a mail in its box, and from one government to another.

Real server, real worker, real mail server, real Chromium; with the mouse, and by keyboard alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.calendar import today_jst
from feedback.storage import utc_now
from tests.browser.conftest import _fresh_database
from tests.browser.people import RECEIPT, fill_in_opinion, sign_in
from tests.browser.site import PASSWORD, Site, a_site
from tests.conftest import BACKENDS
from tests.mail_server import PUBLIC_URL, SENDER, Post, a_mail_server

#: One for each test: copies of one text would be folded into one row.
MOVING = "引っ越しの手続きを、スマートフォンだけで終えられるようにしてください。"
LIBRARY = "図書館の本を、夜でも返せる箱を駅前に置いてほしいです。"
PARKING = "駐輪場の料金を、交通系の電子マネーで払えると助かります。"
MAIL_SECONDS = 30


@dataclass(frozen=True)
class PostedSite:
    """An installation and the mail server that it knows."""

    site: Site
    post: Post


@pytest.fixture(scope="module", params=BACKENDS)
def posted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostedSite]:
    """A running installation on each database, with a mail server."""
    folder = tmp_path_factory.mktemp("posted")
    url = _fresh_database(request, request.param, folder)
    with a_mail_server() as post:
        assert post.settings is not None
        more = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(post.settings.port),
            "SMTP_TLS": "none",
            "MAIL_FROM": SENDER,
            "PUBLIC_URL": PUBLIC_URL,
        }
        with a_site(url, folder, more) as site:
            with site.database.transaction() as session:
                saitama = accounts.add_staff(
                    session,
                    login="saitama",
                    name="埼玉 次郎",
                    password=PASSWORD,
                    actor=None,
                    must_change_password=False,
                )
                accounts.give_role(session, saitama, Role.STAFF, "saitama", actor=None)
            yield PostedSite(site, post)


def an_opinion_with_an_address(page: Page, body: str) -> str:
    """Sent through the citizens' form; the receipt number."""
    fill_in_opinion(page, body)
    page.get_by_label("お名前").fill("山田 花子")
    page.get_by_label("メールアドレス").fill("yamada@example.jp")
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="この内容で送る").click()
    found = RECEIPT.search(page.locator("main").inner_text())
    assert found
    return found.group()


def open_case(page: Page, site: Site, body: str) -> None:
    page.goto(f"{site.url}/staff/cases?sort=newest")
    page.locator("table a", has_text=body[:8]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("受付番号")


def press(page: Page, name: str) -> None:
    """Reach a button with the Tab key from where the focus is, and press it with Enter."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(120):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key never reaches {name}")


def test_a_reply_from_the_draft_to_the_citizens_box(
    posted: PostedSite, visit: Callable[..., Page]
) -> None:
    site, post = posted.site, posted.post
    citizen = visit(site.url)
    number = an_opinion_with_an_address(citizen, MOVING)
    site.wait_for_worker()

    admin = visit(site.url)
    sign_in(admin, site, "kanri")
    admin.get_by_role("link", name="職員", exact=True).click()
    admin.get_by_role("link", name="課", exact=True).click()
    admin.get_by_label("課の名称").fill("デジタル推進課")
    admin.get_by_role("button", name="登録する").click()
    admin.get_by_role("link", name="デジタル推進課").click()
    admin.locator("label", has_text="担当 花子").click()
    admin.get_by_role("button", name="保存する").click()
    expect(admin.get_by_text("課の内容を保存しました")).to_be_visible()

    staff = visit(site.url)
    sign_in(staff, site, "tanto")
    expect(staff.get_by_role("heading", level=1)).to_have_text("やること")
    staff.get_by_role("link", name="回答のひな形").click()
    staff.get_by_role("link", name="ひな形を作る").click()
    staff.get_by_label("ひな形の名称").fill("お礼")
    staff.get_by_label("件名").fill("ご意見へのお礼（{受付番号}）")
    staff.get_by_label("本文").fill("{氏名} 様\n\nありがとうございました。\n{課名}\n{回答URL}")
    staff.get_by_role("button", name="見本を確かめる").click()
    expect(staff.get_by_text("山田 花子 様")).to_be_visible()
    staff.get_by_role("button", name="保存する").click()

    open_case(staff, site, MOVING)
    staff.get_by_role("link", name="この方に回答する").click()
    staff.get_by_role("button", name="このひな形を使う").click()
    expect(staff.get_by_label("件名")).to_have_value(f"ご意見へのお礼（{number}）")
    staff.get_by_role("button", name="保存して確認へ進む").click()
    expect(staff.get_by_text("まだ送れません：値のない項目があります")).to_be_visible()

    open_case(staff, site, MOVING)
    staff.get_by_label("担当課").select_option(label="デジタル推進課")
    staff.get_by_role("button", name="5開庁日").click()
    expect(staff.get_by_text("あと5開庁日").first).to_be_visible()
    staff.get_by_role("link", name="回答を見る・続ける").click()
    staff.get_by_label("件名").focus()
    press(staff, "保存して確認へ進む")
    expect(staff.locator(".letter")).to_contain_text("{氏名} 様")
    staff.locator("h1").click()
    press(staff, "承認を依頼する")
    expect(staff.get_by_text("承認を待っています")).to_be_visible()

    approver = visit(site.url)
    sign_in(approver, site, "kacho")
    approver.get_by_role("link", name=number).click()
    approver.get_by_role("link", name="内容を確かめる").click()
    expect(approver.locator(".letter")).not_to_contain_text("yamada@example.jp")
    approver.get_by_role("button", name="宛先と氏名を表示する").click()
    expect(approver.locator(".letter")).to_contain_text("yamada@example.jp")
    expect(approver.locator(".letter")).to_contain_text("山田 花子 様")
    approver.get_by_role("button", name="この内容で送信する").dblclick()
    expect(approver.get_by_text("送信を始めました")).to_be_visible()

    deadline = time.monotonic() + MAIL_SECONDS
    while not post.taken and time.monotonic() < deadline:
        time.sleep(0.1)
    site.wait_for_worker()
    (message,) = post.taken
    assert message["To"] == "yamada@example.jp"
    assert message["Subject"] == f"ご意見へのお礼（{number}）"
    text = message.get_content()
    assert "山田 花子 様" in text
    assert "デジタル推進課" in text
    assert f"{PUBLIC_URL}/status/{number}" in text

    open_case(approver, site, MOVING)
    expect(approver.get_by_text("送信済み").first).to_be_visible()
    expect(approver.get_by_text("個別の回答を送信した")).to_be_visible()
    citizen.goto(f"{site.url}/status/{number}")
    expect(citizen.get_by_text("ご連絡先に回答を送りました")).to_be_visible()
    expect(citizen.locator("main")).not_to_contain_text("ありがとうございました")


def test_a_case_goes_to_another_government_and_back_by_keyboard(
    posted: PostedSite, visit: Callable[..., Page]
) -> None:
    site = posted.site
    citizen = visit(site.url)
    number = an_opinion_with_an_address(citizen, LIBRARY)
    site.wait_for_worker()

    staff = visit(site.url)
    sign_in(staff, site, "tanto")
    open_case(staff, site, LIBRARY)
    staff.get_by_role("link", name="ほかの自治体に回付する").focus()
    staff.keyboard.press("Enter")
    staff.get_by_label("回付する先").focus()
    staff.keyboard.press("ArrowDown")
    expect(staff.get_by_label("回付する先")).to_have_value("saitama")
    staff.keyboard.press("Tab")
    staff.keyboard.insert_text("埼玉県の窓口についての意見のため")
    press(staff, "回付する")
    expect(staff.get_by_role("heading", level=1)).to_have_text("回付した意見")
    expect(staff.locator("table")).to_contain_text("東京都 → 埼玉県")

    theirs = visit(site.url)
    sign_in(theirs, site, "saitama")
    open_case(theirs, site, LIBRARY)
    expect(theirs.locator("#handovers")).to_contain_text("埼玉県の窓口についての意見のため")
    citizen.goto(f"{site.url}/status/{number}")
    expect(citizen.get_by_text("埼玉県に引き継ぎました")).to_be_visible()

    theirs.get_by_role("link", name="ほかの自治体に回付する").click()
    expect(theirs.get_by_label("回付する先")).to_have_value("tokyo")
    theirs.get_by_label("回付する理由").fill("都の手続きのため")
    theirs.get_by_role("button", name="回付する").click()
    expect(theirs.locator("table")).to_contain_text("埼玉県 → 東京都")
    citizen.reload()
    expect(citizen.get_by_text("引き継ぎました")).to_have_count(0)


def test_an_answer_by_telephone_is_written_down_without_a_script_on_a_phone(
    posted: PostedSite, visit: Callable[..., Page]
) -> None:
    site = posted.site
    citizen = visit(site.url)
    an_opinion_with_an_address(citizen, PARKING)
    site.wait_for_worker()
    staff = visit(site.url, width=390, java_script_enabled=False)
    sign_in(staff, site, "tanto")
    open_case(staff, site, PARKING)
    staff.get_by_role("link", name="この方に回答する").click()
    staff.locator("label", has_text="電話").click()
    staff.get_by_label("回答した日").fill(today_jst(utc_now()).isoformat())
    staff.get_by_label("控え").fill("電話で説明した。")
    staff.get_by_role("button", name="記録する").click()
    expect(staff.get_by_text("回答したことを記録しました")).to_be_visible()
    expect(staff.get_by_text("メール以外で回答済み").first).to_be_visible()
