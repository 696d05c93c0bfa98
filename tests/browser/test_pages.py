"""Every page: no accessibility fault, no sideways scrolling, no complaint in the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from feedback.app import create_app
from feedback.demo.people import PASSPHRASE
from feedback.settings import from_environment
from tests.browser.people import choose, sign_in
from tests.browser.site import Site

SMALLEST_PHONE = 320
"""The width at which WCAG 2.2 asks for reflow（1.4.10）."""

ROUTES = {
    rule.endpoint: rule
    for rule in create_app(from_environment({"MEYASUBAKO_MODE": "demo"})).url_map.iter_rules()
    if "GET" in (rule.methods or ())
}
#: Not pages: files, pictures, addresses that lead on.
FILES = {
    "static",
    "accounts.home",
    "api.describe",
    "api.list_calls",
    "health.alive",
    "health.ready",
    "open_data.download_opinions_csv",
    "open_data.download_opinions_json",
    "open_data.download_themes_csv",
    "open_data.download_themes_json",
    "open_data.show_feed",
    "paper.choose_again",
    "reporting.download_pdf",
    "reporting.download_themes",
    "reporting.download_workbook",
    "reporting.show_chart",
}
CITIZENS_ROOMS = {"intake", "open_data", "publishing"}
ADMINISTRATORS_ROOMS = {"audit", "calls", "deadlines", "members", "sections", "tokens"}

#: A row of the demo for each argument in an address.
EXAMPLES = {
    "slug": "SELECT 'shin-tosei'",
    "call_id": "SELECT id FROM calls WHERE is_published ORDER BY id LIMIT 1",
    "government": "SELECT 'tokyo'",
    "number": "SELECT receipt_number FROM submissions ORDER BY id LIMIT 1",
    "submission_id": (
        "SELECT submission_id FROM screenings JOIN submissions ON id = submission_id"
        " WHERE has_personal_data AND government_slug = 'tokyo' ORDER BY id LIMIT 1"
    ),
    "theme_id": (
        "SELECT theme_id FROM answers WHERE state = 'published' AND government_slug = 'tokyo'"
    ),
    "report_id": (
        "SELECT id FROM reports WHERE government_slug = 'tokyo' ORDER BY month DESC LIMIT 1"
    ),
    "staff_id": "SELECT id FROM staff ORDER BY id LIMIT 1",
    "section_id": "SELECT id FROM sections ORDER BY id LIMIT 1",
    "template_id": "SELECT id FROM reply_templates ORDER BY id LIMIT 1",
    "import_id": "SELECT id FROM imports ORDER BY id DESC LIMIT 1",
    "bundle_id": "SELECT id FROM paper_bundles ORDER BY id DESC LIMIT 1",
    "sheet": "SELECT number FROM paper_sheets WHERE submission_id IS NULL LIMIT 1",
    "bulk_id": "SELECT id FROM bulks ORDER BY id DESC LIMIT 1",
}
#: Where one page needs a row of another kind.
OWN_EXAMPLES = {
    "calls.publish_call": {"call_id": "SELECT id FROM calls WHERE NOT is_published LIMIT 1"},
    "triage.show_copies": {
        "submission_id": (
            "SELECT submission_id FROM campaign_members JOIN submissions ON id = submission_id"
            " WHERE government_slug = 'tokyo' ORDER BY id LIMIT 1"
        ),
    },
}


@pytest.fixture(scope="module")
def sessions(demo_site: Site, chromium: Browser) -> dict[str, Any]:
    """The cookies of those who look at the pages, and a file under way for the import's pages."""
    states = {}
    for login in ("tokyo-approver", "tokyo-admin"):
        context = chromium.new_context(locale="ja-JP")
        page = context.new_page()
        sign_in(page, demo_site, login, PASSPHRASE)
        if login == "tokyo-approver":
            upload_a_file(page, demo_site)
            type_a_sheet(page, demo_site)
            tag_many(page, demo_site)
        else:
            draft_a_call(page, demo_site)
        states[login] = context.storage_state()
        context.close()
    return states


def upload_a_file(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/staff/imports/new")
    content = "意見\n紙の申請書を残してください。\n".encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "voices.csv", "mimeType": "text/csv", "buffer": content}
    )
    choose(page, "紙")
    page.get_by_role("button", name="列の対応へ進む").click()
    page.wait_for_url("**/columns")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/preview")


def type_a_sheet(page: Page, site: Site) -> None:
    """A sheet that waits to be typed a second time."""
    page.goto(f"{site.url}/staff/paper")
    page.get_by_label("束の名前").fill("説明会の用紙")
    page.get_by_text("2回入力して照合する").click()
    page.get_by_role("button", name="束を作って入力を始める").click()
    page.get_by_label("意見（用紙のとおりに）").fill("紙の申請書を残してください。")
    page.get_by_role("button", name="登録して次の用紙へ").click()
    expect(page.get_by_text("預かりました")).to_be_visible()


def tag_many(page: Page, site: Site) -> None:
    """A change of all cases of a view."""
    page.goto(f"{site.url}/staff/cases?status=answered")
    page.get_by_label("この表示の").check()
    page.get_by_label("タグを付ける").fill("説明会")
    page.get_by_role("button", name="まとめて変更").click()
    page.get_by_role("button", name="件を変更する").click()
    page.wait_for_url("**/bulk/*")


def draft_a_call(page: Page, site: Site) -> None:
    """A call that waits to be published."""
    page.goto(f"{site.url}/staff/calls/new")
    for label, text in (
        ("題名", "窓口の混雑について"),
        ("質問", "窓口の何を変えるとよいですか。"),
        ("説明", "いただいた声を改善に使います。"),
    ):
        page.get_by_label(label).first.fill(text)
    page.get_by_label("アドレス").fill("counter")
    page.get_by_label("受付の開始日").fill("2026-12-01")
    choose(page, "その他")
    page.get_by_role("button", name="保存して公開前の確認へ").click()
    page.wait_for_url("**/publish")


def state_for(endpoint: str, sessions: dict[str, Any]) -> Any:
    room = endpoint.split(".", maxsplit=1)[0]
    if room in CITIZENS_ROOMS or endpoint == "accounts.sign_in":
        return None
    return sessions["tokyo-admin" if room in ADMINISTRATORS_ROOMS else "tokyo-approver"]


def address_of(endpoint: str, site: Site) -> str:
    rule = ROUTES[endpoint]
    examples = EXAMPLES | OWN_EXAMPLES.get(endpoint, {})
    with site.database.reading() as session:
        found = {each: session.scalar(sa.text(examples[each])) for each in rule.arguments}
    address = rule.rule
    for name, value in found.items():
        assert value is not None, f"the demo has no {name}"
        for converter in ("", "int:"):
            address = address.replace(f"<{converter}{name}>", str(value))
    return site.url + address


@pytest.mark.parametrize("endpoint", sorted(set(ROUTES) - FILES))
def test_the_page_can_be_used_by_everybody(
    endpoint: str, demo_site: Site, sessions: dict[str, Any], visit: Callable[..., Page]
) -> None:
    state = state_for(endpoint, sessions)
    page = visit(address_of(endpoint, demo_site), width=SMALLEST_PHONE, storage_state=state)
    assert page.locator("h1").count() == 1
    assert "/sign-in" not in page.url or endpoint == "accounts.sign_in"
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", ["ja-easy", "en", "zh", "ko"])
def test_the_form_fits_a_phone_in_every_language(
    language: str, demo_site: Site, visit: Callable[..., Page]
) -> None:
    address = f"{demo_site.url}/calls/shin-tosei/opinion?lang={language}"
    page = visit(address, width=SMALLEST_PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
