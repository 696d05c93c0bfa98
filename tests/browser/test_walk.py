"""The main job, end to end: from a citizen's form to the public answer, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.people import send_opinion, sign_in
from tests.browser.site import Site, seed_opinions

OPINION = "県のAIチャットに引っ越しの手続を聞いたら、AIの回答が去年の古い内容でした。"
CURRENT_ACTION = "自動応答が参照する案内文を、月に一度見直しています。"
FUTURE_POLICY = "回答の根拠となったページと更新日を、あわせて表示するように改めます。"


def test_an_opinion_becomes_an_answer(site: Site, visit: Callable[..., Page]) -> None:
    seed_opinions(site, "AI|チャット|図面|現金", 70)
    citizen = visit(site.url)
    receipt = send_opinion(citizen, OPINION)
    site.wait_for_worker()

    staff = visit(site.url)
    sign_in(staff, site, "tanto")
    theme = theme_of_opinion(staff)
    answer_theme(staff, theme)

    approver = visit(site.url, accept_downloads=True)
    sign_in(approver, site, "kacho")
    publish_answer(approver, theme)
    approve_report(approver)

    cio = visit(site.url, accept_downloads=True)
    sign_in(cio, site, "cio")
    read_report(cio)

    citizen.goto(f"{site.url}/status")
    citizen.get_by_label("受付番号").fill(receipt.lower().replace("-", " "))
    citizen.get_by_role("button", name="状況を調べる").click()
    expect(citizen.get_by_text(CURRENT_ACTION)).to_be_visible()
    expect(citizen.get_by_text(FUTURE_POLICY)).to_be_visible()
    expect(citizen.get_by_text("回答を公表しました")).to_be_visible()


def theme_of_opinion(staff: Page) -> str:
    """Find the opinion by its words, open the case, accept its theme; the theme's name."""
    staff.get_by_role("link", name="意見一覧").first.click()
    staff.get_by_role("searchbox").fill("引っ越し AIチャット")
    staff.get_by_role("button", name="表示する").click()
    staff.locator("tbody tr th a").first.click()
    expect(staff.locator(".opinion__text")).to_have_text(OPINION)
    statement = staff.locator(".statements__item").first
    proposal = statement.get_by_role("button", name="提案のとおり確定")
    theme = proposal.locator("strong").inner_text().split("›")[-1].strip()
    proposal.click()
    expect(staff.locator(".statements__item").first).to_contain_text("担当 花子")
    return theme


def answer_theme(staff: Page, theme: str) -> None:
    """Check the theme, so that citizens may see it; write the answer and keep it as a draft."""
    open_theme(staff, theme)
    staff.get_by_role("button", name="確認済みにする").click()
    staff.get_by_role("link", name="回答を書く ：東京都").click()
    staff.get_by_label("現在の対応").fill(CURRENT_ACTION)
    staff.get_by_label("今後の方針").fill(FUTURE_POLICY)
    staff.get_by_role("button", name="保存して公開前の確認へ").click()
    expect(staff.get_by_text("公開は承認者が行います")).to_be_visible()


def publish_answer(approver: Page, theme: str) -> None:
    """Read the draft once more and publish it."""
    open_theme(approver, theme)
    approver.get_by_role("link", name="下書きを続ける ：東京都").click()
    approver.get_by_role("button", name="保存して公開前の確認へ").click()
    approver.get_by_role("button", name="回答を公開する").click()
    expect(approver.get_by_text("回答を公開しました")).to_be_visible()


def open_theme(page: Page, theme: str) -> None:
    """Look the theme up by its name, which unfolds the subthemes."""
    page.get_by_role("link", name="テーマ", exact=True).first.click()
    page.get_by_label("テーマの名前・言葉").fill(theme)
    page.get_by_role("button", name="表示", exact=True).click()
    page.get_by_role("link", name=theme, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(theme)


def approve_report(approver: Page) -> None:
    """Draft this month's report for Tokyo, read it, approve it."""
    approver.get_by_role("link", name="月次報告").first.click()
    approver.get_by_role("button", name="作成する：東京都").first.click()
    expect(approver.get_by_role("heading", level=1)).to_contain_text("東京都")
    approver.get_by_role("link", name="承認へ進む").click()
    approver.get_by_role("button", name="承認する").click()
    expect(approver.get_by_text("承認　課長 一郎").first).to_be_visible()


def read_report(cio: Page) -> None:
    """The CIO opens the month's report and takes the PDF along."""
    cio.get_by_role("link", name="月次報告").first.click()
    cio.get_by_role("link", name="報告を開く").first.click()
    expect(cio.get_by_role("heading", level=1)).to_contain_text("東京都")
    with cio.expect_download() as coming:
        cio.get_by_role("link", name="PDF").click()
    pdf = Path(coming.value.path()).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 10_000
