"""The PDF says what the content says, opens for screen readers, and is the same every time."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from feedback.reporting import pdf
from feedback.reporting.content import Figures, ReportContent
from tests.reporting.documents import a_content, a_document, a_theme_entry, an_empty_content


def read(content: ReportContent | None = None, *, is_approved: bool = True) -> PdfReader:
    return PdfReader(BytesIO(pdf.typeset(a_document(content, is_approved=is_approved))))


def words(reader: PdfReader) -> str:
    text = "".join(page.extract_text() for page in reader.pages)
    return "".join(text.split())


def titles(outline: list[Any]) -> list[str]:
    return [title for each in outline for title in _titles(each)]


def _titles(entry: Any) -> list[str]:
    return titles(entry) if isinstance(entry, list) else [str(entry["/Title"])]


def fonts_of(reader: PdfReader) -> list[Any]:
    found = []
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found.append(font.get_object())
    return found


def test_it_says_what_the_report_says() -> None:
    text = words(read())
    for expected in (
        "東京都に寄せられた声",
        "令和8年10月1日から令和8年10月31日まで",
        "令和8年10月は意見1,264件（声の数1,033）が寄せられ",
        "券売機の前で列が止まります。",
        "12か所で使えます。",
        "公園にWi-Fiを。",
        "公表に同意した意見がないため、引用はありません。最初の受付は令和8年8月3日",
        "公共Wi-Fiの整備（新規）60＋602＋2",
        "承認後は変更されません",
        "janome0.5.0",
    ):
        assert "".join(expected.split()) in text, expected


def test_the_three_sentences_stand_on_the_first_page() -> None:
    content = a_content()
    first = "".join(read(content).pages[0].extract_text().split())
    for sentence in content.summary:
        assert sentence in first


def test_it_has_bookmarks_for_chapters_and_themes() -> None:
    found = titles(read().outline)
    assert [title for title in found if title[:2] in {f"{n} " for n in range(1, 8)}] == [
        "1 今月の概要",
        "2 テーマ",
        "3 回答を待っているテーマ",
        "4 同文の投稿",
        "5 取組別の内訳",
        "6 意見を寄せた方の内訳",
        "7 集計の方法",
    ]
    assert "2.1 手数料のキャッシュレス化" in found


def test_it_is_tagged_japanese_a4_with_a_title() -> None:
    reader = read()
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "ja-JP"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "東京都 月次報告 令和8年10月"
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (round(width), round(height)) == (595, 842)
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_its_pictures_have_alternative_texts() -> None:
    reader = read()
    root: Any = reader.trailer["/Root"]
    assert {"ごとに示す横棒グラフ", "並べた横棒グラフ"} <= {
        alt[-10:] if alt.endswith("示す横棒グラフ") else alt[-8:]
        for alt in _alternative_texts(root["/StructTreeRoot"])
    }


def _alternative_texts(node: Any) -> list[str]:
    node = node.get_object()
    if isinstance(node, list):
        return [alt for each in node for alt in _alternative_texts(each)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (_alternative_texts(node["/K"]) if "/K" in node else [])


def test_its_fonts_are_embedded() -> None:
    fonts = fonts_of(read())
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "IPAexGothic" in font["/BaseFont"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_same_document_gives_the_same_bytes() -> None:
    first = pdf.typeset(a_document())
    time.sleep(1.1)
    assert pdf.typeset(a_document()) == first


def test_a_draft_says_on_every_page_that_it_is_one() -> None:
    reader = read(is_approved=False)
    for page in reader.pages:
        assert "作成中" in page.extract_text()
    assert "作成中（未承認）" not in words(read())


def test_an_empty_month_reads_well() -> None:
    text = words(read(an_empty_content()))
    assert "令和8年4月に寄せられた意見はありませんでした。" in text
    assert "今月、テーマに整理された意見はありません。" in text
    assert "今月、同文の投稿はありませんでした。" in text


@pytest.mark.parametrize(
    "nasty",
    [
        '#panic("x") $x^2$ *a* _b_ `c` <d> @e \\ = 見出し // 注',
        "```\n#let x = 1\n``` ]]] }}} 😀 𠮷野家 \u202e逆\u202c",
        "\x00\x07制御文字",
    ],
)
def test_citizens_words_are_never_markup(nasty: str) -> None:
    theme = a_theme_entry(nasty[:40], quotes=(nasty,))
    text = words(read(a_content(themes=(theme,))))
    assert "#panic" in text or "#let" in text or "制御文字" in text


def test_many_themes_fill_many_pages() -> None:
    themes = tuple(
        a_theme_entry(f"テーマ{number}", id=number, figures=Figures(number, number, 0, 0))
        for number in range(1, 41)
    )
    reader = read(a_content(themes=themes))
    assert len(reader.pages) > 10
    assert f"{len(reader.pages)}/{len(reader.pages)}" in words(reader)


def test_what_the_typeface_lacks_becomes_a_geta_and_is_explained() -> None:
    theme = a_theme_entry("絵文字😀と한글", quotes=("👨‍👩‍👧 家族で使います。简体字",))
    text = words(read(a_content(themes=(theme,))))
    assert "絵文字〓と〓〓" in text
    assert "〓〓〓家族で使います。" in text
    assert "「〓」は、印刷用の書体で表せない文字です。" in text
    assert "〓" not in words(read())
