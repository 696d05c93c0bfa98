"""The report as a workbook（XLSX）: figures to work on, never a formula a citizen typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from feedback.calendar import to_jst
from feedback.reporting import tables
from feedback.reporting.charts import columns
from feedback.reporting.content import ReportContent, Row
from feedback.reporting.service import Document
from feedback.web.spreadsheets import cleaned

Value = str | int | date | None
Lines = Iterable[Sequence[Value]]

COUNT_FORMAT = "#,##0"
CHANGE_FORMAT = '"+"#,##0;"-"#,##0;"±0"'
DATE_FORMAT = "yyyy/mm/dd"
WIDEST_COLUMN = 60
CHANGES = ("意見の増減", "声の数の増減", "前月比（意見）", "前月比（声の数）")
FIGURES = ("意見", "声の数", "前月の意見", "前月の声の数", "意見の増減", "声の数の増減")

_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="E8F1FE")
_HEADER_BORDER = Border(bottom=Side(style="thin", color="1A1A1A"))
_WRAPPED = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a header row and its lines."""

    title: str
    header: tuple[str, ...]
    lines: Lines


def written(document: Document) -> bytes:
    """The workbook; the same bytes for the same document."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in _sheets(document):
        _write(book.create_sheet(sheet.title), sheet)
    head = document.content.head
    book.properties.title = f"{head.government_name} 月次報告 {head.month_label}"
    book.properties.creator = "目安箱"
    book.properties.language = "ja"
    book.properties.created = document.made_at.replace(tzinfo=None)
    stream = BytesIO()
    book.save(stream)
    return _repeatable(stream.getvalue(), document.made_at)


def _sheets(document: Document) -> Iterable[Sheet]:
    content = document.content
    yield Sheet("概要", ("項目", "値", "前月", "増減"), _summary(document))
    yield Sheet("テーマ", tables.THEME_COLUMNS, tables.theme_lines(content))
    yield Sheet("取組別", ("取組", *FIGURES), _rows(content.initiatives))
    if content.governments:
        yield Sheet("自治体別", ("自治体", *FIGURES), _rows(content.governments))
    yield Sheet("市区町村別", ("市区町村コード", "市区町村", *FIGURES), _places(content))
    yield Sheet("年代別", ("年代", *FIGURES), _rows(content.ages))
    yield Sheet("種類・経路別", ("区分", "項目", *FIGURES), _kinds(content))
    yield Sheet(
        "同文投稿",
        ("番号", "代表的な文面", "今月の件数", "前月の件数", "累計の件数", "最初の受付日"),
        _campaigns(content),
    )
    yield Sheet(
        "回答",
        ("テーマ", "内訳", "自治体", "現在の対応", "今後の方針", "公表日"),
        _answers(content),
    )
    yield Sheet("集計の方法", ("説明",), ((rule,) for rule in content.method))


def _summary(document: Document) -> Lines:
    content, head = document.content, document.content.head
    totals = content.totals
    approved_on = to_jst(document.approved_at).date() if document.approved_at else None
    yield "自治体", head.government_name, None, None
    yield "意見募集", head.call_title, None, None
    yield "月", head.month_label, None, None
    yield "集計の初日", head.first_day, None, None
    yield "集計の最終日", head.last_day, None, None
    yield (
        "意見",
        totals.submissions,
        totals.previous_submissions,
        totals.submissions_change,
    )
    yield "声の数", totals.voices, totals.previous_voices, totals.voices_change
    yield "受け付けた件数", content.received, None, None
    yield "うち意見として扱わないもの", content.non_opinions, None, None
    for each in content.set_aside:
        yield f"意見として扱わないもの：{each.label}", each.submissions, None, None
    yield "緊急の対応が必要な可能性があるもの", content.urgent, None, None
    yield "日本語以外の意見", content.other_languages, None, None
    yield "意見のあったテーマ", len(content.heard_themes), None, None
    yield "回答待ちのテーマ", len(content.owed), None, None
    for each in content.statuses:
        yield f"対応の状況：{each.label}", each.submissions, None, None
    yield "状態", document.state.label, None, None
    yield "版", document.edition, None, None
    yield "承認日", approved_on, None, None
    if document.remasked_at:
        remasked_on = to_jst(document.remasked_at).date()
        yield "見落としていた個人情報を伏せた日", remasked_on, None, None
    yield "内容の照合値（SHA-256）", document.content_hash, None, None


def _rows(rows: Iterable[Row]) -> Lines:
    return ((row.label, *_figures(row)) for row in rows)


def _places(content: ReportContent) -> Lines:
    return ((row.key, row.label, *_figures(row)) for row in content.municipalities)


def _kinds(content: ReportContent) -> Lines:
    for group, rows in (("意見の種類", content.kinds), ("受付経路", content.channels)):
        for row in rows:
            yield (group, row.label, *_figures(row))


def _figures(row: Row) -> tuple[int, ...]:
    figures = row.figures
    return (
        figures.submissions,
        figures.voices,
        figures.previous_submissions,
        figures.previous_voices,
        figures.submissions_change,
        figures.voices_change,
    )


def _campaigns(content: ReportContent) -> Lines:
    for each in content.campaigns:
        text = each.quote.text if each.quote else None
        yield each.id, text, each.copies, each.previous_copies, each.copies_in_all, each.since


def _answers(content: ReportContent) -> Lines:
    for theme in content.themes:
        for entry in (theme, *theme.children):
            child = None if entry is theme else entry.name
            for answer in entry.answers:
                yield (
                    theme.name,
                    child,
                    answer.government,
                    answer.current_action,
                    answer.future_policy,
                    answer.published_on,
                )


def _write(page: Worksheet, sheet: Sheet) -> None:
    lines = [tuple(line) for line in sheet.lines]
    for place, name in enumerate(sheet.header, start=1):
        cell = page.cell(row=1, column=place)
        _put(cell, name, name)
        cell.font, cell.fill, cell.border = _HEADER_FONT, _HEADER_FILL, _HEADER_BORDER
    for number, line in enumerate(lines, start=2):
        for place, value in enumerate(line, start=1):
            is_change = sheet.title == "概要" and sheet.header[place - 1] == "増減"
            name = CHANGES[0] if is_change else sheet.header[place - 1]
            _put(page.cell(row=number, column=place), value, name)
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for place, name in enumerate(sheet.header, start=1):
        texts = [name, *(str(line[place - 1] or "") for line in lines)]
        widest = max(columns(text) for text in texts)
        page.column_dimensions[get_column_letter(place)].width = min(widest + 3, WIDEST_COLUMN)


def _put(cell: Cell | MergedCell, value: Value, column: str) -> None:
    cell.alignment = _WRAPPED
    if isinstance(value, str):
        cell.value = cleaned(value)
        # Text stays text, also after somebody edits the cell or saves it as CSV.
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = DATE_FORMAT
        elif isinstance(value, int):
            cell.number_format = CHANGE_FORMAT if column in CHANGES else COUNT_FORMAT


def _repeatable(archive: bytes, moment: datetime) -> bytes:
    """The same archive with every date in it set to the document's own."""
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    stream = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "docProps/core.xml":
                body = _with_modified(body, stamp)
            info = ZipInfo(name, date_time=to_jst(moment).timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, body)
    return stream.getvalue()


def _with_modified(core: bytes, stamp: bytes) -> bytes:
    before, opening, rest = core.partition(b"<dcterms:modified")
    attributes, closing, tail = rest.partition(b">")
    _old, end, after = tail.partition(b"</dcterms:modified>")
    return before + opening + attributes + closing + stamp + end + after
