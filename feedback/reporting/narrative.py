"""Sentences that a report says about its own figures, and nothing but its figures."""

from __future__ import annotations

from collections.abc import Sequence

from feedback.reporting.content import (
    Figures,
    MonthPoint,
    OwedAnswer,
    ReportContent,
    Row,
    ThemeEntry,
)

METHOD = (
    "「意見」は、受け付けたものから、「特になし」などの回答、誹謗中傷、宣伝・迷惑投稿と、"
    "職員が募集の対象外と確認したものを除いた件数です。除いた件数は、理由ごとに示します。",
    "「声の数」は、ほぼ同じ文面の意見（同文投稿）を、何件あっても1と数えた数です。"
    "件数の多い呼びかけに左右されずに、意見の広がりを比べるために使います。",
    "1件の意見が複数のテーマにまたがる場合は、それぞれのテーマで数えます。"
    "このため、テーマ別の合計は意見の総数と一致しません。",
    "同文投稿が複数の区分にまたがる場合、声の数はそれぞれの区分で1と数えます。",
    "テーマは、意見に使われた言葉の近さから機械的に提案し、職員が確認・修正したものです。",
    "引用は、公表に同意した方の意見から選び、氏名や連絡先などの個人情報を伏せています。",
    "月の区切りは日本時間です。受付経路にかかわらず、受け付けた日で数えます。",
)


def counted(figures: Figures) -> str:
    """意見120件（声の数98）."""
    return f"意見{figures.submissions:,}件（声の数{figures.voices:,}）"


def signed(change: int) -> str:
    """A change as reports write it: ＋12, －3, ±0."""
    return f"＋{change:,}" if change > 0 else f"－{-change:,}" if change < 0 else "±0"


def change_in_words(figures: Figures) -> str:
    """前月より意見は12件増え、声の数は3減りました."""
    submissions = _moved(figures.submissions_change, "件")
    voices = _moved(figures.voices_change, "")
    if submissions is None and voices is None:
        return "意見・声の数とも前月と同じでした"
    if submissions is None:
        return f"意見の件数は前月と同じで、声の数は{voices}ました"
    if voices is None:
        return f"前月より意見が{submissions}ましたが、声の数は同じでした"
    return f"前月より意見は{submissions}、声の数は{voices}ました"


def _moved(change: int, unit: str) -> str | None:
    if change == 0:
        return None
    return f"{abs(change):,}{unit}{'増え' if change > 0 else '減り'}"


def summary(
    label: str,
    totals: Figures,
    themes: Sequence[ThemeEntry],
    owed: Sequence[OwedAnswer],
    *,
    is_first_month: bool,
) -> tuple[str, ...]:
    """The three sentences of the first page: how many, on what, answered or not."""
    heard = [theme for theme in themes if theme.figures.submissions]
    return (
        _how_many(label, totals, is_first_month=is_first_month),
        _on_what(heard),
        _answered_or_not(heard, owed),
    )


def _how_many(label: str, totals: Figures, *, is_first_month: bool) -> str:
    if not totals.submissions:
        before = "" if is_first_month else f"前月は{counted(totals_before(totals))}でした。"
        return f"{label}に寄せられた意見はありませんでした。{before}"
    if is_first_month:
        return f"{label}は、{counted(totals)}が寄せられました。"
    return f"{label}は{counted(totals)}が寄せられ、{change_in_words(totals)}。"


def totals_before(figures: Figures) -> Figures:
    """The month before as figures of its own."""
    return Figures(figures.previous_submissions, figures.previous_voices)


def _on_what(heard: Sequence[ThemeEntry]) -> str:
    if not heard:
        return "テーマに整理された意見はまだありません。"
    first = heard[0]
    text = f"声の数が最も多いテーマは「{first.name}」で、{counted(first.figures)}でした。"
    new = [theme for theme in heard if theme.is_new]
    if not new:
        return text
    names = "".join(f"「{theme.name}」" for theme in new[:2])
    rest = f"など{len(new)}テーマ" if len(new) > 2 else ""
    return f"{text}今月はじめて{names}{rest}についての意見が寄せられました。"


def _answered_or_not(heard: Sequence[ThemeEntry], owed: Sequence[OwedAnswer]) -> str:
    if not heard:
        return "回答を待っているテーマはありません。"
    if not owed:
        return f"今月意見のあった{len(heard)}テーマのすべてに回答を公表しています。"
    answered = len(heard) - len(owed)
    partly = sum(each.is_partly_answered for each in owed)
    given = [
        text
        for count, text in (
            (answered, f"{answered}テーマに回答を公表し"),
            (partly, f"{partly}テーマの一部に回答を公表し"),
        )
        if count
    ]
    if not given:
        return f"今月意見のあった{len(heard)}テーマは、いずれもこれから回答します。"
    said = f"今月意見のあった{len(heard)}テーマのうち、{'、'.join(given)}"
    waiting = len(owed) - partly
    return f"{said}、{waiting}テーマはこれから回答します。" if waiting else f"{said}ています。"


def trend_reading(trend: Sequence[MonthPoint]) -> str:
    """One sentence that reads the chart of the last months."""
    top = max(trend, key=lambda point: point.voices)
    if not top.submissions:
        return "この期間に寄せられた意見はありません。"
    if len(trend) == 1:
        return f"{top.label}の意見は{top.submissions:,}件、声の数は{top.voices:,}です。"
    return (
        f"直近{len(trend)}か月で声の数が最も多かったのは{top.label}で、"
        f"意見{top.submissions:,}件、声の数{top.voices:,}でした。"
    )


def themes_reading(content: ReportContent) -> str:
    """One sentence that reads the chart of themes."""
    heard = content.heard_themes
    if not heard:
        return "テーマに整理された意見はまだありません。"
    top = heard[:3]
    names = "、".join(f"「{theme.name}」" for theme in top)
    if len(heard) <= len(top):
        return f"声の数が多い順に、{names}です。"
    return f"{len(heard)}テーマのうち、声の数が多いのは{names}です。"


def rows_reading(rows: Sequence[Row], what: str) -> str:
    """One sentence that reads a breakdown."""
    told = [row for row in rows if row.key and row.figures.submissions]
    if not told:
        return f"{what}の分かる意見はありません。"
    top = max(told, key=lambda row: row.figures.voices)
    return f"声の数が最も多いのは「{top.label}」で、{counted(top.figures)}です。"
