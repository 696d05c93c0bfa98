"""The queue's search and saved views, with the keyboard and with the mouse, on both databases."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import send_opinion, sign_in
from tests.browser.site import Site


def test_a_search_is_typed_kept_and_found_again(site: Site, visit: Callable[..., Page]) -> None:
    citizen = visit(site.url)
    send_opinion(citizen, "窓口の予約をオンラインでできるようにしてください。")
    site.wait_for_worker()
    staff = visit(site.url)
    sign_in(staff, site, "tanto")

    staff.goto(f"{site.url}/staff/cases")
    # The keys' script is fetched after the page.
    staff.wait_for_load_state("networkidle")
    staff.keyboard.press("/")
    expect(staff.get_by_role("searchbox")).to_be_focused()
    staff.keyboard.type("窓口 状態:未確認")
    staff.keyboard.press("Enter")
    expect(staff.locator("tbody tr mark").first).to_have_text("窓口")
    expect(staff.locator(".chips__link")).to_have_count(2)

    staff.get_by_text("この表示に名前を付けて保存").click()
    staff.get_by_label("表示の名前").fill("窓口の未確認")
    staff.get_by_role("button", name="保存する").click()
    expect(staff.get_by_text("表示条件を保存しました")).to_be_visible()
    current = staff.locator(".views__link[aria-current]")
    expect(current).to_contain_text("窓口の未確認")

    staff.locator(".chips__link", has_text="窓口").first.click()
    expect(staff.locator(".chips__link")).to_have_count(1)
    staff.get_by_role("link", name="窓口の未確認").focus()
    staff.keyboard.press("Enter")
    expect(staff.locator(".chips__link")).to_have_count(2)

    staff.get_by_role("link", name="表示の管理").click()
    staff.get_by_role("button", name="最初に開く：窓口の未確認").click()
    staff.get_by_role("link", name="意見一覧").first.click()
    expect(staff.locator(".chips__link")).to_have_count(2)


def test_the_queue_works_on_a_phone_without_a_script(
    site: Site, visit: Callable[..., Page]
) -> None:
    staff = visit(site.url, width=320, java_script_enabled=False)
    sign_in(staff, site, "tanto")
    staff.goto(f"{site.url}/staff/cases?view=all")
    staff.get_by_text("探し方").click()
    expect(staff.get_by_text("使える項目は")).to_be_visible()
    staff.get_by_role("searchbox").fill("部署:総務")
    staff.get_by_role("button", name="表示する").click()
    expect(staff.get_by_text("「部署:」という項目はありません")).to_be_visible()
    # Its text is there before its styles are.
    staff.wait_for_load_state("load")
    assert staff.evaluate("document.documentElement.scrollWidth") <= 320
