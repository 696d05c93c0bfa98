"""Documents made without a database, for tests of a report's forms."""

from __future__ import annotations

from datetime import UTC, date, datetime

from feedback.reporting import content, narrative
from feedback.reporting.content import (
    CampaignEntry,
    Colophon,
    Figures,
    Head,
    MonthPoint,
    OwedAnswer,
    PublishedAnswer,
    Quote,
    ReportContent,
    Row,
    Tally,
    ThemeEntry,
)
from feedback.reporting.models import ReportState
from feedback.reporting.service import Document

DRAFTED_AT = datetime(2026, 11, 4, 1, 2, 3, 456789, tzinfo=UTC)
APPROVED_AT = datetime(2026, 11, 6, 5, 6, 7, 891011, tzinfo=UTC)
BUSY = Figures(1204, 1031, 900, 880)
HEAD = Head(
    call_id=1,
    call_title="行政のデジタル化へのご意見",
    government_slug="tokyo",
    government_name="東京都",
    governments=("東京都",),
    month="2026-10",
    month_label="令和8年10月",
    previous_label="令和8年9月",
    first_day=date(2026, 10, 1),
    last_day=date(2026, 10, 31),
    is_partial=False,
)
COLOPHON = Colophon(
    run_id=18,
    run_finished_at=DRAFTED_AT,
    run_hash="b" * 64,
    tokenizer="janome 0.5.0",
    software_version="0.1.0",
    drafted_by="報告 担当",
    drafted_at=DRAFTED_AT,
)


def a_theme_entry(
    name: str = "手数料のキャッシュレス化",
    *,
    id: int = 1,
    figures: Figures = BUSY,
    quotes: tuple[str, ...] = ("券売機の前で列が止まります。",),
    is_answered: bool = False,
    is_new: bool = False,
    children: tuple[ThemeEntry, ...] = (),
) -> ThemeEntry:
    """A theme with its words."""
    answer = PublishedAnswer(
        "東京都", "12か所で使えます。", "全窓口へ広げます。", date(2026, 10, 20)
    )
    return ThemeEntry(
        id=id,
        name=name,
        keywords=("手数料", "カード"),
        figures=figures,
        is_new=is_new,
        is_checked=True,
        quotes=tuple(Quote(text, "60代・港区") for text in quotes),
        answers=(answer,) if is_answered else (),
        children=children,
    )


def a_content(themes: tuple[ThemeEntry, ...] | None = None, **changes: object) -> ReportContent:
    """A month's content."""
    if themes is None:
        themes = (
            a_theme_entry(is_answered=True, children=(a_theme_entry("証明書", id=3),)),
            a_theme_entry("公共Wi-Fiの整備", id=2, figures=Figures(60, 2, 0, 0), is_new=True),
        )
    owed = tuple(
        OwedAnswer(theme.id, theme.name, theme.figures, date(2026, 9, 3), is_partly_answered=False)
        for theme in themes
        if not theme.is_answered
    )
    totals = Figures(1264, 1033, 900, 880)
    rows = (Row("a", "行政のDX", totals), Row("", "無回答", Figures(0, 0, 1, 1)))
    values: dict[str, object] = {
        "schema": content.SCHEMA,
        "head": HEAD,
        "summary": narrative.summary("令和8年10月", totals, themes, owed, is_first_month=False),
        "totals": totals,
        "received": 1270,
        "non_opinions": 6,
        "urgent": 1,
        "unscreened": 0,
        "trend": (
            MonthPoint("2026-09", "令和8年9月", 900, 880),
            MonthPoint("2026-10", "令和8年10月", 1264, 1033),
        ),
        "governments": (),
        "initiatives": rows,
        "municipalities": rows,
        "ages": rows,
        "kinds": rows,
        "channels": rows,
        "languages": (Tally("en", "英語", 4),),
        "statuses": (Tally("new", "未確認", 1270),),
        "themes": themes,
        "unthemed": Figures(12, 12, 3, 3),
        "campaigns": (
            CampaignEntry(7, Quote("公園にWi-Fiを。", ""), 59, 0, 61, date(2026, 9, 3)),
            CampaignEntry(8, None, 3, 2, 9, date(2026, 8, 3)),
        ),
        "owed": owed,
        "method": narrative.METHOD,
        "colophon": COLOPHON,
    }
    return ReportContent(**(values | changes))  # type: ignore[arg-type]


def an_empty_content() -> ReportContent:
    """A first month in which nobody wrote."""
    return a_content(
        themes=(),
        summary=narrative.summary("令和8年4月", Figures(), (), (), is_first_month=True),
        totals=Figures(),
        received=0,
        non_opinions=0,
        urgent=0,
        trend=(MonthPoint("2026-04", "令和8年4月", 0, 0),),
        initiatives=(Row("a", "行政のDX", Figures()),),
        municipalities=(),
        ages=(Row("40s", "40代", Figures()),),
        kinds=(),
        channels=(),
        languages=(),
        statuses=(),
        unthemed=Figures(),
        campaigns=(),
    )


def a_document(written: ReportContent | None = None, *, is_approved: bool = True) -> Document:
    """A document of that content."""
    written = written or a_content()
    return Document(
        id=1,
        edition=1,
        state=ReportState.APPROVED if is_approved else ReportState.DRAFT,
        content=written,
        content_hash=content.hash_of(content.to_dict(written)),
        approved_by="承認 担当" if is_approved else None,
        approved_at=APPROVED_AT if is_approved else None,
        remasked_at=None,
        is_intact=True,
    )
