"""The theme workshop by keyboard, by mouse and without JavaScript, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.browser.people import sign_in
from tests.browser.site import Site, seed_opinions

SUBJECTS = "AI|チャット|図面|現金|図書館|スマホ"
PHONE = 390
PATIENCE_MS = 60_000


@pytest.fixture
def themed(site: Site) -> Site:
    """An installation with ninety opinions of Tokyo, analysed once."""
    with site.database.reading() as session:
        analysed = session.scalar(sa.text("SELECT count(*) FROM runs"))
    if not analysed:
        seed_opinions(site, SUBJECTS, 90)
    return site


def largest(site: Site) -> int:
    """The theme with most to decide."""
    query = """
        SELECT coalesce(t.parent_id, t.id) FROM assignments a JOIN themes t ON t.id = a.theme_id
        WHERE a.decided_by IS NULL AND t.state = 'open'
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
    """
    with site.database.reading() as session:
        return int(session.scalar(sa.text(query)) or 0)


def undecided(site: Site) -> int:
    with site.database.reading() as session:
        query = "SELECT count(*) FROM assignments WHERE decided_by IS NULL AND theme_id IS NOT NULL"
        return int(session.scalar(sa.text(query)) or 0)


def keys_work(page: Page) -> None:
    """Wait until the page's script has come."""
    page.locator(".review[data-ready]").wait_for()


def open_review(site: Site, page: Page, more: str = "") -> int:
    sign_in(page, site, "tanto")
    theme = largest(site)
    page.goto(f"{site.url}/staff/themes/{theme}/review{more}")
    return theme


def test_a_theme_is_reviewed_by_keys_alone(themed: Site, visit: Callable[..., Page]) -> None:
    page = visit(themed.url)
    open_review(themed, page, "?order=doubtful")
    before = undecided(themed)
    keys_work(page)

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#row-2 th a")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".notice--flash")).to_contain_text("意見文1文を確定しました")
    # The next statement moves up to where one was reading.
    expect(page.locator("#row-2 th a")).to_be_focused()
    assert undecided(themed) == before - 1

    page.keyboard.press("u")
    expect(page.locator(".notice--flash")).to_contain_text("取り消しました")
    keys_work(page)
    assert undecided(themed) == before

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#row-1 input[type=checkbox]")).to_be_checked()
    page.keyboard.press("m")
    choice = page.get_by_label("移す先のテーマ")
    expect(choice).to_be_focused()
    choice.select_option(index=1)
    page.keyboard.press("Enter")
    expect(page.locator(".notice--flash")).to_contain_text("意見文1文を移しました")
    keys_work(page)

    page.keyboard.press("k")
    percent = page.locator("tr[data-percent]").last.get_attribute("data-percent")
    page.keyboard.press("l")
    page.wait_for_url(re.compile(r"[?&]line="))
    assert f"line={max(1, int(percent or 0))}" in page.url
    assert "order=doubtful" in page.url

    keys_work(page)
    heading = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(heading)


def test_what_lies_above_the_line_is_confirmed_with_one_click(
    themed: Site, visit: Callable[..., Page]
) -> None:
    page = visit(themed.url)
    open_review(themed, page)
    before = undecided(themed)
    page.get_by_label("境目の確からしさ").fill("50")
    page.get_by_role("button", name="境目を動かす").click()
    button = page.get_by_role("button", name=re.compile("境目より上の.+文を確定する"))
    count = int(re.sub(r"\D", "", button.inner_text()))
    expect(page.locator(".review-row--above")).not_to_have_count(0)
    button.click()
    expect(page.locator(".notice--flash")).to_contain_text(f"意見文{count}文を確定しました")
    assert undecided(themed) == before - count
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator(".notice--flash")).to_contain_text("取り消しました")
    assert undecided(themed) == before


@pytest.mark.parametrize("scripts", [True, False])
def test_a_theme_is_split_fixed_and_kept_apart(
    themed: Site, visit: Callable[..., Page], scripts: bool
) -> None:
    page = visit(themed.url, java_script_enabled=scripts)
    # The first proposal of a process opens the weights of the sentence encoder.
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, themed, "tanto")
    theme = largest(themed)
    page.goto(f"{themed.url}/staff/themes/{theme}")
    page.locator("summary", has_text="テーマを直す").click()
    page.get_by_role("link", name="分ける（案を見る）").click()
    page.get_by_label("分ける数").select_option("2")
    page.get_by_role("button", name="この分け方で案を作る").click()
    name = f"分けた話題{theme}-{scripts}"
    page.get_by_label("名前").nth(1).fill(name)
    row = page.locator("table#part-2 tbody tr").first
    row.locator("input[type=radio]").first.check()
    page.get_by_role("button", name="2つに分ける").click()
    expect(page.locator(".notice--flash")).to_contain_text("テーマを2つに分けました")

    page.locator("summary", has_text="テーマを直す").click()
    page.get_by_role("button", name="固定する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("固定")

    page.locator("summary", has_text="テーマを直す").click()
    page.get_by_role("link", name="別のテーマとして保つ").click()
    page.get_by_label("もう一方のテーマ").select_option(label=name)
    page.get_by_role("button", name="別のテーマとして保つ").click()
    expect(page.locator(".theme-links")).to_contain_text(name)

    for done in ("別のテーマとして保つことにしました", "を固定しました", "に分けました"):
        page.goto(f"{themed.url}/staff/undo")
        first = page.locator("table#acts tbody tr").filter(has=page.locator("button")).first
        expect(first).to_contain_text(done)
        first.get_by_role("button").click()
        expect(page.locator(".notice--flash")).to_contain_text("取り消しました")
    page.goto(f"{themed.url}/staff/themes?q={name}")
    expect(page.get_by_text("を含むテーマはありません")).to_be_visible()


def test_without_scripts_every_row_can_be_decided(themed: Site, visit: Callable[..., Page]) -> None:
    page = visit(themed.url, java_script_enabled=False)
    open_review(themed, page)
    before = undecided(themed)
    page.locator("#row-1").get_by_role("button", name="確定").click()
    expect(page.locator(".notice--flash")).to_contain_text("意見文1文を確定しました")
    page.locator("#row-1").get_by_role("button", name="未分類へ移す").click()
    page.locator("#row-1 input[type=checkbox]").check()
    page.get_by_label("移す先のテーマ").select_option(index=1)
    page.get_by_role("button", name="移す", exact=True).click()
    expect(page.locator(".notice--flash")).to_contain_text("意見文1文を移しました")
    assert undecided(themed) == before - 3


def test_the_pages_fit_a_phone(themed: Site, visit: Callable[..., Page]) -> None:
    page = visit(themed.url, width=PHONE)
    theme = open_review(themed, page)
    for path in (f"{theme}/review", f"{theme}/split?parts=3", f"{theme}", "hints", ""):
        page.goto(f"{themed.url}/staff/themes/{path}".rstrip("/"))
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, page.url
