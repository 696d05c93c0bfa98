"""Triage by keyboard, by mouse and without JavaScript: every act, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from feedback.triage.models import Case, CaseStatus
from tests.browser.people import sign_in
from tests.browser.site import Site, seed_opinions

Visit = Callable[..., Page]
NEW = "/staff/cases?status=new"


@pytest.fixture(scope="module")
def themed_site(site: Site) -> Iterator[Site]:
    """A site with some seventy opinions, each with the machine's proposal."""
    seed_opinions(site, "AI|チャット|図面|現金|押印|窓口", 70)
    return site


@pytest.fixture
def desk(themed_site: Site, visit: Visit) -> Page:
    """A member of staff before the unread opinions."""
    page = visit(themed_site.url)
    sign_in(page, themed_site, "tanto")
    page.goto(themed_site.url + NEW)
    return page


@pytest.fixture
def plain_desk(themed_site: Site, visit: Visit) -> Page:
    """The same without JavaScript."""
    page = visit(themed_site.url, java_script_enabled=False)
    sign_in(page, themed_site, "tanto")
    page.goto(themed_site.url + NEW)
    return page


def said(page: Page) -> Locator:
    """What the page says was just done."""
    return page.locator(".notice--flash").first


def press(page: Page, *keys: str) -> None:
    """Press keys once the page listens."""
    wait_until_it_listens(page)
    for key in keys:
        page.keyboard.press(key)


def wait_until_it_listens(page: Page) -> None:
    page.locator("[data-module=keys][data-ready]").wait_for(state="attached")
    page.locator("input[role=combobox]").first.wait_for(state="attached")


def row_in_focus(page: Page) -> str:
    wait_until_it_listens(page)
    return str(page.evaluate("document.activeElement.closest('tr')?.id"))


def settled(site: Site) -> int:
    with site.database.reading() as session:
        query = sa.select(sa.func.count()).where(Case.status == CaseStatus.THEMED)
        return session.scalar(query) or 0


def receipt(page: Page) -> str:
    return page.locator("h1").inner_text()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def open_first(page: Page) -> None:
    page.locator('tbody [data-key="o"]').first.click()
    expect(page.locator("h1")).to_contain_text("受付番号")


def open_one_to_decide(page: Page) -> None:
    """The first unread opinion of one statement with a proposal and a runner-up."""
    open_first(page)
    while (
        page.locator(".statements__item").count() != 1
        or not page.locator('.candidates [data-key="2"]').count()
    ):
        before = receipt(page)
        press(page, "j")
        expect(page.locator("h1")).not_to_have_text(before)


def test_the_queue_is_worked_through_with_one_key_each(desk: Page, themed_site: Site) -> None:
    before = settled(themed_site)
    press(desk, "j")
    first = row_in_focus(desk)
    press(desk, "j", "k")
    assert row_in_focus(desk) == first
    for _ in range(4):
        here = row_in_focus(desk)
        following = desk.locator(f"#{here} + tr").get_attribute("id")
        has_proposal = desk.locator(f'#{here} [data-key="a"]').count()
        press(desk, "a" if has_proposal else "j")
        if has_proposal:
            expect(said(desk)).to_contain_text("確定")
        assert row_in_focus(desk) == following
        assert desk.locator(f"#{here}").count() == (0 if has_proposal else 1)
    assert settled(themed_site) > before
    press(desk, "u")
    expect(said(desk)).to_contain_text("取り消しました")


def test_cases_are_worked_through_with_one_key_each(desk: Page, themed_site: Site) -> None:
    before = settled(themed_site)
    press(desk, "j", "o")
    expect(desk.locator("h1")).to_contain_text("受付番号")
    keystrokes = 0
    for _ in range(5):
        here = receipt(desk)
        has_whole_proposal = (
            desk.locator(".statements__item").count()
            == desk.locator('.candidates__one[name="seen"]').count()
        )
        press(desk, "a" if has_whole_proposal else "j")
        keystrokes += 1
        expect(desk.locator("h1")).not_to_have_text(here)
    assert keystrokes == 5
    assert settled(themed_site) > before


def test_every_act_on_a_case_has_its_key(desk: Page, themed_site: Site) -> None:
    open_one_to_decide(desk)
    address = desk.url
    runner_up = desk.locator('[data-key="2"] strong').inner_text()
    press(desk, "2")
    expect(desk.locator(".statements__item")).to_contain_text("担当 花子")
    expect(desk.locator(".statements__item strong").first).to_contain_text(runner_up)
    press(desk, "u")
    expect(said(desk)).to_contain_text("取り消しました")
    assert desk.url.split("#")[0].split("?")[0] == address.split("#")[0].split("?")[0]

    press(desk, "t")
    desk.keyboard.type(runner_up[:3])
    expect(desk.locator("[role=listbox]:not([hidden]) [role=option]").first).to_be_visible()
    press(desk, "Enter", "Enter")
    expect(desk.locator(".statements__item")).to_contain_text("担当 花子")

    for key, field in (("s", "status"), ("e", "assignee"), ("d", "due_on"), ("g", "tag")):
        press(desk, key)
        assert focused(desk) == field
        press(desk, "Escape")
        assert focused(desk) == ""
    press(desk, "n")
    desk.keyboard.type("jak? 電話で確認しました")
    assert desk.locator("#body").input_value() == "jak? 電話で確認しました", "no key while typing"
    press(desk, "Tab", "Enter")
    expect(desk.locator("#notes")).to_contain_text("電話で確認しました")
    press(desk, "?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    press(desk, "j", "a", "Escape")
    expect(desk.get_by_role("dialog")).to_be_hidden()
    press(desk, "Escape")
    expect(desk.locator("h1")).to_have_text("意見一覧")


def test_the_queue_has_a_key_for_every_act(desk: Page) -> None:
    press(desk, "/")
    assert focused(desk) == "q"
    press(desk, "Escape", "j", "x")
    expect(desk.locator("td input:checked")).to_have_count(1)
    for key, field in (
        ("s", "new_status"),
        ("e", "new_assignee"),
        ("d", "new_due_on"),
        ("g", "new_tag"),
        ("t", "new_theme"),
    ):
        press(desk, key)
        assert focused(desk) == field
        press(desk, "Escape")
    desk.get_by_label("対応状況").last.select_option(label="対応不要")
    desk.get_by_role("button", name="まとめて変更").click()
    expect(said(desk)).to_contain_text("対応状況を「対応不要」に変更")
    press(desk, "u")
    expect(said(desk)).to_contain_text("取り消しました")
    press(desk, "j", "n")
    expect(desk.locator("h1")).to_contain_text("受付番号")
    expect(desk.locator("#body")).to_be_focused()


def test_a_field_asked_for_from_a_row_means_that_row(desk: Page) -> None:
    press(desk, "j", "s")
    expect(desk.locator("td input:checked")).to_have_count(1)


def test_letters_can_be_turned_off(desk: Page, themed_site: Site) -> None:
    desk.get_by_role("link", name="キー操作の一覧").click()
    desk.get_by_role("link", name="キー操作の設定を開く").click()
    desk.get_by_role("button", name="使わないようにする").click()
    desk.goto(themed_site.url + NEW)
    desk.wait_for_load_state("networkidle")
    for key in ("j", "x", "/"):
        desk.keyboard.press(key)
    expect(desk.locator("td input:checked")).to_have_count(0)
    assert focused(desk) == ""
    expect(desk.locator(".key-hints")).to_be_hidden()


def test_an_unfinished_word_of_a_japanese_keyboard_is_no_key(desk: Page) -> None:
    press(desk, "j")
    desk.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'x', bubbles: true, isComposing: true}))"
    )
    desk.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'x', bubbles: true, ctrlKey: true}))"
    )
    expect(desk.locator("td input:checked")).to_have_count(0)


@pytest.mark.parametrize("typed", ["図面", "ず", "ズ"])
def test_a_theme_is_found_by_what_one_types(desk: Page, typed: str) -> None:
    open_first(desk)
    box = desk.locator("input[role=combobox]").first
    box.fill(typed)
    options = desk.locator("[role=listbox]:not([hidden]) [role=option]")
    everything = desk.locator("select[name$=theme]").first.locator("option").count()
    assert options.count() < everything
    if options.count():
        assert box.get_attribute("aria-expanded") == "true"
        assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    press(desk, "Escape")
    assert box.get_attribute("aria-expanded") == "false"


def decide_by_hand(page: Page) -> None:
    """Every act on a case with what is to be seen on the page."""
    open_first(page)
    page.locator("#statements select[name$=theme]").first.wait_for(state="attached")
    page.get_by_role("button", name="このテーマに決める").last.click()
    expect(page.locator("#statements")).to_contain_text("担当 花子")
    page.get_by_role("button", name="元に戻す").click()
    expect(said(page)).to_contain_text("取り消しました")
    page.get_by_role("button", name="提案を確定", exact=True).click()
    expect(said(page)).to_contain_text("確定しました")
    page.get_by_label("対応状況").select_option(index=1)
    page.get_by_label("担当", exact=True).select_option(label="担当 花子")
    page.get_by_label("対応期限").fill("2026-12-25")
    page.get_by_role("button", name="保存する").click()
    expect(said(page)).to_contain_text("担当を担当 花子に")
    page.get_by_label("タグを付ける").fill("要確認")
    page.get_by_role("button", name="付ける", exact=True).click()
    page.get_by_role("button", name="外す ：要確認").click()
    page.get_by_label("メモを書く").fill("書き間違い")
    page.get_by_role("button", name="メモを残す").click()
    page.locator("#notes").get_by_role("button", name="削除").click()
    expect(page.locator("#notes")).not_to_contain_text("書き間違い")
    before = receipt(page)
    page.get_by_role("link", name="次の意見").click()
    expect(page.locator("h1")).not_to_have_text(before)
    page.get_by_role("link", name="一覧へ").click()
    expect(page.locator("h1")).to_have_text("意見一覧")


def test_every_act_with_the_mouse(desk: Page) -> None:
    decide_by_hand(desk)


def test_every_act_without_javascript(plain_desk: Page) -> None:
    decide_by_hand(plain_desk)
    plain_desk.get_by_role("link", name="キー操作の一覧").click()
    expect(plain_desk.locator("h1")).to_have_text("キー操作")


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "plain"])
def test_a_whole_view_is_changed_and_taken_back(
    themed_site: Site, visit: Visit, scripted: bool
) -> None:
    page = visit(themed_site.url, java_script_enabled=scripted)
    sign_in(page, themed_site, "kacho")
    page.goto(themed_site.url + "/staff/cases")
    page.get_by_label("この表示の").check()
    page.get_by_label("タグを付ける").fill("一括")
    page.get_by_role("button", name="まとめて変更").click()
    expect(page.locator("h1")).to_contain_text("件の意見を変更します")
    page.get_by_role("button", name="件を変更する").click()
    expect(page.locator("#progress h2")).to_have_text("終わりました", timeout=60_000)
    expect(page.locator(".bulk-counts")).to_contain_text("件")
    page.get_by_role("button", name="すべて元に戻す").click()
    expect(page.locator("#progress h2")).to_have_text("終わりました", timeout=60_000)
    page.get_by_role("link", name="一覧に戻る").click()
    page.goto(themed_site.url + "/staff/cases?tag=一括")
    expect(page.get_by_text("条件に合う意見はありません")).to_be_visible()


def test_two_people_on_one_case(themed_site: Site, chromium: Browser) -> None:
    pages = []
    for login in ("tanto", "kacho"):
        # Not ``visit``: the console complains of the 409 under which both sides are shown.
        page = chromium.new_context(locale="ja-JP").new_page()
        sign_in(page, themed_site, login)
        pages.append(page)
    first, second = pages
    first.goto(themed_site.url + NEW)
    open_first(first)
    second.goto(first.url)
    first.get_by_label("対応状況").select_option(label="確認中")
    first.get_by_role("button", name="保存する").click()
    expect(said(first)).to_contain_text("変更しました")
    second.get_by_label("対応状況").select_option(label="対応不要")
    second.get_by_role("button", name="保存する").click()
    expect(second.locator("#conflict")).to_contain_text("担当 花子")
    expect(second.locator("#conflict tbody tr")).to_contain_text(["対応状況"])
    second.get_by_role("button", name="自分の内容で上書きする").click()
    expect(said(second)).to_contain_text("対応状況を「対応不要」に")
    first.get_by_label("対応状況").select_option(label="対応不要")
    first.get_by_role("button", name="保存する").click()
    first.get_by_role("link", name="相手の変更を残す").click()
    expect(first.locator(".case-head__badges")).to_contain_text("対応不要")
    for page in pages:
        page.context.close()
