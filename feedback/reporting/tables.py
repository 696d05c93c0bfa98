"""The report's themes as one flat table, for CSV and for the workbook."""

from __future__ import annotations

from collections.abc import Iterator

from feedback.reporting.content import ReportContent, ThemeEntry
from feedback.reporting.service import Document
from feedback.web.spreadsheets import csv_bytes

Line = tuple[str | int | None, ...]

THEME_COLUMNS = (
    "月",
    "自治体",
    "階層",
    "テーマ番号",
    "テーマ",
    "上位テーマ",
    "意見",
    "声の数",
    "前月の意見",
    "前月の声の数",
    "意見の増減",
    "声の数の増減",
    "今月はじめて",
    "回答",
    "よく使われた言葉",
    "引用1",
    "引用2",
    "引用3",
)
QUOTE_COLUMNS = 3


def theme_lines(content: ReportContent) -> Iterator[Line]:
    """Each theme followed by its subthemes, then what has no theme."""
    for theme in content.themes:
        yield _theme_line(content, theme, None)
        for child in theme.children:
            yield _theme_line(content, child, theme)
    figures = content.unthemed
    yield (
        content.head.month,
        content.head.government_name,
        "未分類",
        None,
        "未分類",
        None,
        figures.submissions,
        figures.voices,
        figures.previous_submissions,
        figures.previous_voices,
        figures.submissions_change,
        figures.voices_change,
        *(None,) * (3 + QUOTE_COLUMNS),
    )


def themes_csv(document: Document) -> bytes:
    """The themes as a CSV file."""
    return csv_bytes(THEME_COLUMNS, theme_lines(document.content))


def answer_state(theme: ThemeEntry, parent: ThemeEntry | None = None) -> str:
    """Whether the theme has been answered, in a word; a theme's answer covers its subthemes."""
    if theme.is_answered:
        return "公表済み"
    if parent is not None and parent.is_answered:
        return "上位テーマで公表済み"
    if theme.is_partly_answered:
        return "一部公表"
    return "回答待ち" if theme.figures.submissions else "—"


def _theme_line(content: ReportContent, theme: ThemeEntry, parent: ThemeEntry | None) -> Line:
    figures = theme.figures
    quotes: list[str | None] = [quote.text for quote in theme.quotes[:QUOTE_COLUMNS]]
    quotes += [None] * (QUOTE_COLUMNS - len(quotes))
    return (
        content.head.month,
        content.head.government_name,
        "内訳" if parent else "テーマ",
        theme.id,
        theme.name,
        parent.name if parent else None,
        figures.submissions,
        figures.voices,
        figures.previous_submissions,
        figures.previous_voices,
        figures.submissions_change,
        figures.voices_change,
        "はい" if theme.is_new else None,
        answer_state(theme, parent),
        "、".join(theme.keywords),
        *quotes,
    )
