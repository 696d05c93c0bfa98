"""A file on its whole way: handed in, mapped, previewed, taken in, put right, taken in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from feedback.intake.models import Submission
from tests.browser.people import choose, sign_in
from tests.browser.site import Site

Visit = Callable[..., Page]
ROWS = 2_500
#: A worker that shares its machine with other tests.
PATIENCE_MS = 120_000


def a_long_csv(name: str) -> bytes:
    """Some thousand opinions, the last of which has an age that is none."""
    lines = [f"{name}の{number}番目の意見です,30代" for number in range(ROWS)]
    return "\r\n".join(["ご意見,年代", *lines, f"{name}の末尾の意見です,若い"]).encode("cp932")


def stored(site: Site, name: str) -> int:
    with site.database.reading() as session:
        query = sa.text("SELECT count(*) FROM submission_words WHERE body LIKE :words")
        return session.scalar(query, {"words": f"{name}の%"}) or 0


def look_closely(page: Page) -> None:
    """For everybody: no accessibility fault, and nothing beside a narrow phone's edge."""
    page.wait_for_load_state("load")
    page.set_viewport_size({"width": 320, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 1280, "height": 800})


def hand_in(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def figures(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".big-number__value").all_inner_texts()]


def test_a_file_from_the_desk_to_the_last_corrected_row_by_mouse(site: Site, visit: Visit) -> None:
    page = visit(site.url)
    sign_in(page, site, "tanto")
    page.get_by_role("link", name="取込", exact=True).click()
    page.get_by_role("link", name="ファイルを取り込む").click()
    hand_in(page, "はがき.csv", a_long_csv("はがき"))
    choose(page, "紙")
    page.get_by_role("button", name="列の対応へ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("列の対応を選ぶ")
    expect(page.get_by_label("意見", exact=True)).to_have_value("ご意見")
    page.get_by_label("取組が書かれていない行").select_option(label="行政のDX")
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_text("まだ何も登録していません")).to_be_visible()
    page.get_by_role("button", name="取込を始める").click()
    expect(page.get_by_role("heading", name="取り込めなかった1行を直す")).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert figures(page) == ["2,500件", "0行", "1行"]
    look_closely(page)
    assert stored(site, "はがき") == ROWS
    expect(page.locator("#failed")).to_contain_text("「若い」を年代として読み取れません。")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSVでダウンロード").click()
    fixed = download.value.path().read_text("utf-8-sig").replace("若い,", ",")
    table = list(csv.reader(io.StringIO(fixed, newline="")))
    table[1][-1] = "20代"
    content = io.StringIO(newline="")
    csv.writer(content).writerows(table)
    page.get_by_role("link", name="直したファイルを取り込む").click()
    expect(page.get_by_role("radio", name="紙")).to_be_checked()
    hand_in(page, "直した行.csv", content.getvalue().encode("utf-8-sig"))
    page.get_by_role("button", name="列の対応へ進む").click()
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_text("全1行を確かめました")).to_be_visible()
    page.get_by_role("button", name="取込を始める").click()
    expect(page.get_by_text("1件の意見を登録しました")).to_be_visible(timeout=PATIENCE_MS)
    assert stored(site, "はがき") == ROWS + 1


def press_until(page: Page, name: str) -> None:
    """Tab on until the named thing has the focus, as a person without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("(document.activeElement.innerText || '').trim()")
        if focused == name:
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_the_whole_way_again_with_the_keyboard_alone(site: Site, visit: Visit) -> None:
    book = openpyxl.Workbook()
    book.active.title = "表紙"
    book.active.append(["令和8年度"])
    sheet = book.create_sheet("個票")
    for line in (["ご意見一覧"], ["番号", "ご意見"], ["001", "個票の一番です"], ["002", ""]):
        sheet.append(line)
    book.save(content := io.BytesIO())
    page = visit(f"{site.url}/staff/sign-in")
    sign_in(page, site, "tanto")
    page.goto(f"{site.url}/staff/imports/new")
    hand_in(page, "個票.xlsx", content.getvalue())
    page.locator("input[name=channel]").first.focus()
    page.keyboard.press("Space")
    press_until(page, "列の対応へ進む")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("シートと見出しの行を選ぶ")
    look_closely(page)
    expect(page.get_by_role("link", name="個票")).to_have_attribute("aria-current", "page")
    press_until(page, "列の対応へ進む")
    page.keyboard.press("Enter")
    expect(page.get_by_label("意見", exact=True)).to_have_value("ご意見")
    press_until(page, "確認へ進む")
    page.keyboard.press("Enter")
    expect(page.get_by_text("全2行を確かめました")).to_be_visible()
    press_until(page, "取込を始める")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1件の意見を登録しました")).to_be_visible(timeout=PATIENCE_MS)
    assert figures(page) == ["1件", "0行", "1行"]
    press_until(page, "Excelでダウンロード")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    failed = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert [cell.value for cell in failed[1]][-2:] == ["番号", "ご意見"]
    assert [cell.value for cell in failed[2]][-2:] == ["002", None]
    assert "意見が空です。" in failed["C2"].value


def begin_an_import_by_telephone(page: Page, site: Site, name: str, rows: int) -> None:
    page.goto(f"{site.url}/staff/imports/new")
    lines = [f"{name}の{number}番目の意見です" for number in range(rows)]
    hand_in(page, "電話.csv", "\r\n".join(["意見", *lines]).encode("utf-8-sig"))
    page.locator("label", has_text="電話").first.click()
    page.get_by_role("button", name="列の対応へ進む").click()
    page.get_by_role("button", name="確認へ進む").click()
    page.get_by_role("button", name="取込を始める").click()
    expect(page.get_by_role("heading", name="取り込んでいます")).to_be_visible()


def test_the_progress_goes_on_by_itself_and_can_be_stopped(site: Site, visit: Visit) -> None:
    page = visit(site.url)
    sign_in(page, site, "tanto")
    begin_an_import_by_telephone(page, site, "電話A", 40_000)
    expect(page.locator(".progress__line")).to_contain_text("まで進みました", timeout=PATIENCE_MS)
    expect(page.locator(".progress__percent")).not_to_have_text("0%", timeout=PATIENCE_MS)
    look_closely(page)
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_role("heading", name="途中で止まっています")).to_be_visible()
    look_closely(page)
    half = stored(site, "電話A")
    assert 0 < half < 40_000
    page.get_by_role("button", name="残りを取り込まずに終える").click()
    expect(page.get_by_text("残りは取り込んでいません")).to_be_visible()
    assert stored(site, "電話A") == half
    with site.database.transaction() as session:
        # The screening of so many would keep the tests after this one waiting.
        session.execute(sa.text("DELETE FROM jobs WHERE state = 'queued'"))
        assert session.scalar(sa.select(sa.func.count()).select_from(Submission))


def test_the_progress_goes_on_by_itself_without_a_script(site: Site, visit: Visit) -> None:
    page = visit(site.url, java_script_enabled=False)
    sign_in(page, site, "tanto")
    begin_an_import_by_telephone(page, site, "電話B", 1_000)
    expect(page.get_by_text("取込が終わり")).to_be_visible(timeout=PATIENCE_MS)
    assert stored(site, "電話B") == 1_000


def test_a_text_is_pasted_and_cut_at_its_blank_lines(site: Site, visit: Visit) -> None:
    page = visit(site.url)
    sign_in(page, site, "tanto")
    page.get_by_role("link", name="取込", exact=True).click()
    page.get_by_role("link", name="文章を貼り付けて取り込む").click()
    page.get_by_label("意見の文章").fill("会議の一つ目の意見\n続き\n\n会議の二つ目の意見")
    choose(page, "会議・説明会")
    page.get_by_role("button", name="区切りを確かめる").click()
    expect(page.locator("#found tbody tr")).to_have_count(2)
    look_closely(page)
    page.get_by_role("button", name="取組と種類へ進む").click()
    page.get_by_role("button", name="確認へ進む").click()
    page.get_by_role("button", name="取込を始める").click()
    expect(page.get_by_text("2件の意見を登録しました")).to_be_visible(timeout=PATIENCE_MS)
    assert stored(site, "会議") == 2


def test_mails_are_chosen_together_and_their_parts_shown(site: Site, visit: Visit) -> None:
    page = visit(site.url)
    sign_in(page, site, "tanto")
    page.goto(f"{site.url}/staff/imports/new")
    mail = (
        "From: hanako@example.jp\r\nSubject: =?utf-8?B?56qT5Y+j?=\r\n"
        "Message-ID: <{n}@example.jp>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nメールの{n}通目です\r\n> 引用\r\n"
    )
    files = [
        {"name": f"{n}.eml", "mimeType": "message/rfc822", "buffer": mail.format(n=n).encode()}
        for n in (1, 2)
    ]
    page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    choose(page, "電子メール")
    page.get_by_role("button", name="列の対応へ進む").click()
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_text("> 引用").first).to_be_visible()
    expect(page.get_by_role("heading", name="1通目：窓口")).to_be_visible()
    look_closely(page)
    page.get_by_role("button", name="取込を始める").click()
    expect(page.get_by_text("2件の意見を登録しました")).to_be_visible(timeout=PATIENCE_MS)
