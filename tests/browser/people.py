"""What people do in a browser, in the words of the pages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.site import PASSWORD, Site

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def fill_in_opinion(page: Page, body: str) -> None:
    """From the first page to the filled form, not sent yet."""
    page.get_by_role("link", name="意見を送る").first.click()
    choose(page, "東京都")
    page.get_by_label("どの取組についてのご意見ですか").select_option(label="行政のDX")
    choose(page, "課題の指摘")
    page.get_by_role("textbox", name="ご意見").first.fill(body)


def choose(page: Page, words: str) -> None:
    """Click a radio button as people do: on its words, which lie over it."""
    label = page.locator("label", has_text=re.compile(f"^{re.escape(words)}"))
    label.click()
    expect(page.locator(f"#{label.get_attribute('for')}")).to_be_checked()


def send_opinion(page: Page, body: str) -> str:
    """Fill in, check, send; the receipt number."""
    fill_in_opinion(page, body)
    page.get_by_role("button", name="確認画面へ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("内容の確認")
    expect(page.get_by_text(body)).to_be_visible()
    page.get_by_role("button", name="この内容で送る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ご意見を受け付けました")
    found = RECEIPT.search(page.locator("main").inner_text())
    assert found
    return found.group()


def sign_in(page: Page, site: Site, login: str, password: str = PASSWORD) -> None:
    """Sign in as a member of staff."""
    page.goto(f"{site.url}/staff/sign-in")
    page.get_by_label("職員ID").fill(login)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="サインイン").click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()
