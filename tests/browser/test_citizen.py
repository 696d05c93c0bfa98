"""The citizen's form for those without a mouse or without JavaScript, and for hasty fingers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.people import fill_in_opinion, send_opinion
from tests.browser.site import Site

OPINION = "電子申請の「次へ」ボタンが、キーボードでは押せない画面があります。直してください。"
MOST_TABS = 60


def opinions_with(site: Site, words: str) -> int:
    with site.database.reading() as session:
        query = sa.text("SELECT count(*) FROM submission_words WHERE body = :words")
        return session.scalar(query, {"words": words}) or 0


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that the focus can be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = "getComputedStyle(document.activeElement)"
            visible = page.evaluate(
                f"{outline}.outlineStyle !== 'none' || {outline}.boxShadow !== 'none'"
            )
            assert visible, f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_the_keyboard_alone_is_enough(sqlite_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(f"{sqlite_site.url}/calls/shin-tosei/opinion")
    tab_to(page, "#government-0")
    page.keyboard.press("Space")
    tab_to(page, "#initiative")
    page.keyboard.type("行政のDX")
    if not page.locator("#initiative").input_value():
        page.keyboard.press("ArrowDown")
    tab_to(page, "#kind-0")
    page.keyboard.press("Space")
    tab_to(page, "#body")
    page.keyboard.insert_text(OPINION)
    tab_to(page, "button[value=check]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("内容の確認")
    tab_to(page, "button[value=send]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ご意見を受け付けました")
    assert opinions_with(sqlite_site, OPINION) == 1


def test_javascript_is_not_needed(sqlite_site: Site, visit: Callable[..., Page]) -> None:
    words = "JavaScriptを切ったままでも、最後まで送ることができました。"
    page = visit(sqlite_site.url, java_script_enabled=False)
    receipt = send_opinion(page, words)
    page.goto(f"{sqlite_site.url}/status?number={receipt}")
    expect(page.get_by_text("受け付けました").first).to_be_visible()
    assert opinions_with(sqlite_site, words) == 1


def test_errors_stand_on_top_lead_to_their_fields_and_lose_nothing(
    sqlite_site: Site, visit: Callable[..., Page]
) -> None:
    page = visit(f"{sqlite_site.url}/calls/shin-tosei/opinion")
    page.locator("#body").fill("短い")
    page.get_by_role("button", name="確認画面へ進む").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page.locator("#body")).to_have_value("短い")
    summary.get_by_role("link").last.click()
    expect(page.locator("#body")).to_be_focused()


def test_the_counter_counts_people_s_characters(
    sqlite_site: Site, visit: Callable[..., Page]
) -> None:
    page = visit(f"{sqlite_site.url}/calls/shin-tosei/opinion")
    page.locator("#body").fill("𠮷野家の前の信号を直して")
    expect(page.locator(".field__count")).to_contain_text("3,988")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_double_click_gives_one_receipt(
    script: bool, sqlite_site: Site, visit: Callable[..., Page]
) -> None:
    words = f"二度押しても、受付は一度だけにしてください。{'あり' if script else 'なし'}"
    page = visit(sqlite_site.url, java_script_enabled=script)
    fill_in_opinion(page, words)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="この内容で送る").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("ご意見を受け付けました")
    assert opinions_with(sqlite_site, words) == 1


def test_the_same_form_sent_again_gives_the_same_receipt(
    sqlite_site: Site, visit: Callable[..., Page]
) -> None:
    words = "通信が切れてブラウザが送り直しても、同じ受付番号になります。"
    page = visit(sqlite_site.url)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    first = send_opinion(page, words)
    form = next(each for each in reversed(sent) if "step=send" in each)
    again = page.context.request.post(
        f"{sqlite_site.url}/calls/shin-tosei/opinion",
        data=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert first in again.text()
    assert opinions_with(sqlite_site, words) == 1


def test_a_lost_session_gives_the_form_back_with_everything_in_it(
    sqlite_site: Site, visit: Callable[..., Page]
) -> None:
    words = "長い文章を書いているあいだにセッションが切れても、消さないでください。"
    page = visit(sqlite_site.url)
    fill_in_opinion(page, words)
    page.context.clear_cookies()
    page.get_by_role("button", name="確認画面へ進む").click()
    expect(page.get_by_text("ページを開いてから時間がたちました")).to_be_visible()
    expect(page.locator("#body")).to_have_value(words)
    page.get_by_role("button", name="確認画面へ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("内容の確認")


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "plain"])
def test_a_language_is_changed_and_a_number_hidden_before_sending(
    site: Site, visit: Callable[..., Page], scripted: bool
) -> None:
    page = visit(site.url, width=320, java_script_enabled=scripted)
    fill_in_opinion(page, "090-1234-5678に電話をください。夫に毎日殴られています。")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("textbox").first).to_have_value(re.compile("090-1234-5678"))
    page.get_by_role("button", name="日本語", exact=True).click()
    page.get_by_role("textbox", name="題名").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("内容の確認")
    expect(page.get_by_role("link", name="#8008")).to_have_attribute("href", "tel:%238008")
    expect(page.get_by_text("電話番号：090-1234-5678")).to_be_visible()
    page.get_by_role("button", name="この部分を伏せ字に置き換える").click()
    expect(page.get_by_text("［電話番号］に電話をください")).to_be_visible()
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if scripted:
        assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="この内容で送る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ご意見を受け付けました")
    expect(
        page.get_by_role("img", name="このご意見の状況のページを開く二次元コード")
    ).to_be_visible()
