"""Masks, urgency and what is set aside, with mouse, keyboard, and without a script."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from playwright.sync_api import Page, expect

from feedback.calls.models import published_calls
from feedback.intake import service as intake
from feedback.intake.models import Channel, Kind
from feedback.screening.models import Screening
from tests.browser.people import choose, sign_in
from tests.browser.site import Site
from tests.processes import PRODUCTION

Visit = Callable[..., Page]
BODY = "😀窓口の予約を。\n担当は甲野乙彦、電話は090-1234-5678です。\n甲野乙彦までお願いします。"


def an_opinion(site: Site, body: str) -> int:
    """An opinion as the worker leaves it."""
    with site.database.transaction() as session:
        at = intake.submit(
            session,
            intake.Draft(
                call_id=published_calls(session)[0].id,
                government="tokyo",
                initiative="tokyo-gyosei-dx",
                kind=Kind.REQUEST,
                title="",
                body=body,
                consents_to_publish=True,
            ),
            idempotency_key=secrets.token_hex(8),
            contact_key=PRODUCTION["CONTACT_KEY"],
            channel=Channel.PAPER,
        ).id
    site.wait_for_worker()
    return at


def body_of(site: Site, at: int) -> str:
    with site.database.reading() as session:
        return session.get_one(Screening, at).body


def open_masks(site: Site, visit: Visit, at: int, login: str = "tanto", **options: object) -> Page:
    page = visit(site.url, **options)
    sign_in(page, site, login)
    page.goto(f"{site.url}/staff/cases/{at}/masks")
    return page


def drag_over(page: Page, words: str) -> None:
    """Select these words as a hand does: press before them, let go behind them."""
    # It is a text box once the script is there.
    expect(page.get_by_role("textbox", name="本文")).to_be_visible()
    box = page.evaluate(
        """(words) => {
            const walk = document.createTreeWalker(
                document.querySelector('.maskable[data-part=body]'), NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const at = walk.currentNode.data.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walk.currentNode, at);
                range.setEnd(walk.currentNode, at + words.length);
                const { left, right, top, height } = range.getBoundingClientRect();
                return { left, right, y: top + height / 2 };
            }
        }""",
        words,
    )
    page.mouse.move(box["left"] + 1, box["y"])
    page.mouse.down()
    page.mouse.move(box["right"] - 1, box["y"], steps=8)
    page.mouse.up()


def test_a_name_is_masked_with_the_mouse_and_the_mask_taken_back(site: Site, visit: Visit) -> None:
    at = an_opinion(site, BODY)
    page = open_masks(site, visit, at)
    expect(page.locator(".mask-bar")).to_be_hidden()
    drag_over(page, "甲野乙彦")
    expect(page.locator(".mask-bar")).to_contain_text("「甲野乙彦」を伏せる")
    page.get_by_role("button", name="氏名", exact=True).click()
    expect(page.locator(".notice--flash")).to_contain_text("1か所を伏せました")
    assert "担当は［氏名］、電話は［電話番号］です。\n甲野乙彦まで" in body_of(site, at)
    # The second stands behind two masks and a letter outside of the BMP.
    drag_over(page, "甲野乙彦")
    page.get_by_role("button", name="氏名", exact=True).click()
    expect(page.locator(".masks__item")).to_have_count(3)
    assert "甲野" not in body_of(site, at)
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator(".notice--flash")).to_contain_text("取り消しました")
    assert body_of(site, at).endswith("甲野乙彦までお願いします。")
    site.wait_for_worker()


def test_a_name_is_masked_with_the_keyboard_alone(sqlite_site: Site, visit: Visit) -> None:
    at = an_opinion(sqlite_site, BODY)
    page = open_masks(sqlite_site, visit, at)
    text = page.get_by_role("textbox", name="本文")
    text.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("書き換え")
    expect(text).to_have_text(body_of(sqlite_site, at))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    for _ in range(len("担当は")):
        page.keyboard.press("ArrowRight")
    for _ in range(len("甲野乙彦")):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-said]")).to_contain_text("「甲野乙彦」を選びました")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "name":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".notice--flash")).to_contain_text("1か所を伏せました")
    assert "担当は［氏名］、" in body_of(sqlite_site, at)
    sqlite_site.wait_for_worker()


def test_words_are_masked_without_a_script(sqlite_site: Site, visit: Visit) -> None:
    at = an_opinion(sqlite_site, BODY)
    page = open_masks(sqlite_site, visit, at, java_script_enabled=False)
    expect(page.locator(".mask-bar")).to_be_hidden()
    page.get_by_label("伏せる文言").fill("甲野乙彦")
    page.get_by_label("種類").select_option("name")
    choose(page, "同じ文言をすべて伏せる")
    page.get_by_role("button", name="伏せる", exact=True).click()
    expect(page.get_by_text("2か所を伏せました")).to_be_visible()
    assert "甲野" not in body_of(sqlite_site, at)
    sqlite_site.wait_for_worker()


def test_an_approver_sees_the_words_for_a_reason_and_narrows_a_mask(
    sqlite_site: Site, visit: Visit
) -> None:
    at = an_opinion(sqlite_site, BODY)
    page = open_masks(sqlite_site, visit, at, "kacho")
    page.get_by_text("原文を表示する").click()
    page.get_by_label("理由").select_option("masks")
    page.get_by_role("button", name="原文を表示", exact=True).click()
    expect(page.locator("main")).to_contain_text("090-1234-5678")
    page.get_by_label("このうち伏せる文言：090-1234-5678").fill("1234-5678")
    page.get_by_role("button", name="この文言だけ伏せる").click()
    expect(page.locator(".maskable")).to_contain_text("電話は090-［電話番号］です")
    sqlite_site.wait_for_worker()


def test_proposals_are_decided_with_single_keys(site: Site, visit: Visit) -> None:
    for words in ("特になし", "とくにありません", "わかりません"):
        an_opinion(site, words)
    page = visit(site.url)
    sign_in(page, site, "tanto")
    page.get_by_role("link", name="仕分け").click()
    expect(page.locator(".proposal")).to_have_count(3)
    # The script is there once it offers to tick them all.
    expect(page.get_by_label("このページをすべて選ぶ")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("y")
    expect(page.locator(".notice--flash")).to_contain_text("1件を意見として扱わない")
    expect(page.locator(".proposal")).to_have_count(2)
    expect(page.locator(".proposal").nth(1)).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator(".proposal")).to_have_count(1)
    page.get_by_label("このページをすべて選ぶ").check()
    page.locator(".selection-bar").get_by_role("button", name="確認", exact=True).click()
    expect(page.get_by_text("確認を待っているものはありません")).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator(".proposal")).to_have_count(1)
    site.wait_for_worker()


def test_an_alarm_is_in_every_header_until_somebody_says_it_is_none(
    sqlite_site: Site, visit: Visit
) -> None:
    at = an_opinion(sqlite_site, "もう死にたいです。窓口でも断られました。")
    page = visit(sqlite_site.url)
    sign_in(page, sqlite_site, "tanto")
    page.get_by_role("link", name="テーマ", exact=True).click()
    page.get_by_role("link", name="未確認の緊急 1件").click()
    page.locator("tbody th a").first.click()
    expect(page.locator(".notice--urgent")).to_contain_text("自死・自傷のおそれ")
    page.get_by_role("button", name="緊急ではない").click()
    expect(page.locator(".notice--urgent")).to_have_count(0)
    expect(page.get_by_role("link", name="未確認の緊急")).to_have_count(0)
    page.get_by_text("緊急として扱う").first.click()
    page.get_by_label("差し迫った危険").check()
    page.get_by_role("button", name="緊急として扱う").click()
    expect(page.locator(".notice--urgent")).to_contain_text("担当 花子が緊急と判断しました")
    with sqlite_site.database.reading() as session:
        assert session.get_one(Screening, at).urgent_kinds == ["danger"]
    sqlite_site.wait_for_worker()
