"""The report typeset on A4（PDF）: the content as data, the layout in typesetting/report.typ.

Citizens' words reach the typesetter as JSON strings, never as markup. Only fonts that come with
packages are used, and the document bears its own date, so that the same document gives the same
bytes on every machine.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Literal

import typst

from feedback.calendar import japanese_date, to_jst
from feedback.reporting import charts, tables, typeface
from feedback.reporting.charts import Chart
from feedback.reporting.content import Figures
from feedback.reporting.narrative import signed
from feedback.reporting.service import Document

#: PDF/UA-1（ISO 14289-1）: tagged, with alternative texts, for screen readers.
STANDARD: Literal["ua-1"] = "ua-1"


class TypesettingFailed(Exception):
    """The typesetter refused the document."""


def typeset(document: Document) -> bytes:
    """The report as a PDF; the same bytes for the same document."""
    try:
        made = typst.compile(
            _layout(),
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"report": json.dumps(_data(document), ensure_ascii=False)},
            timestamp=document.made_at,
            pdf_standards=STANDARD,
        )
    except typst.TypstError as error:
        raise TypesettingFailed(str(error)) from error
    return made


@cache
def _layout() -> bytes:
    return resources.files("feedback.reporting").joinpath("typesetting", "report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(typeface.font_path().parent)],
    )


def _data(document: Document) -> dict[str, Any]:
    """What the layout reads: the content with every figure and date as it is printed."""
    report = document.content
    data: dict[str, Any] = {
        **_worded(report),
        "document": _standing(document),
        "answer_states": {str(theme.id): tables.answer_state(theme) for theme in report.themes},
    }
    shown = _printable(data)
    return {
        **shown,
        "has_unprintable": typeface.GETA in json.dumps(shown, ensure_ascii=False),
        "charts": {chart.name: _charted(chart) for chart in charts.charts_of(report).values()},
    }


def _charted(chart: Chart) -> dict[str, Any]:
    words = {
        "alt": chart.alt,
        "caption": chart.caption,
        "reading": chart.reading,
        "bars": [[bar.label, f"{bar.submissions:,}", f"{bar.voices:,}"] for bar in chart.bars],
    }
    return {**_printable(words), "svg": chart.svg()}


def _printable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return typeface.printable(value) if isinstance(value, str) else value


def _standing(document: Document) -> dict[str, Any]:
    head, colophon = document.content.head, document.content.colophon
    approved_at = document.approved_at
    return {
        "is_approved": document.is_approved,
        "edition": document.edition,
        "approved": _day(approved_at) if approved_at else "",
        "approved_by": document.approved_by or "",
        "drafted": _day(colophon.drafted_at),
        "drafted_by": colophon.drafted_by,
        "run_finished": _day(colophon.run_finished_at) if colophon.run_finished_at else "",
        "period": f"{japanese_date(head.first_day)}から{japanese_date(head.last_day)}まで",
        "hash": document.content_hash,
        "remasked": _day(document.remasked_at) if document.remasked_at else "",
    }


def _worded(value: Any) -> Any:
    """Plain content with figures, dates and numbers as they are printed."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Figures):
            return _figures(value)
        return {each.name: _worded(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_worded(each) for each in value]
    if isinstance(value, datetime):
        return _day(value)
    return japanese_date(value) if isinstance(value, date) else value


def _figures(figures: Figures) -> dict[str, str]:
    return {
        "submissions": f"{figures.submissions:,}",
        "voices": f"{figures.voices:,}",
        "submissions_change": signed(figures.submissions_change),
        "voices_change": signed(figures.voices_change),
        "previous_submissions": f"{figures.previous_submissions:,}",
        "previous_voices": f"{figures.previous_voices:,}",
    }


def _day(moment: datetime) -> str:
    return japanese_date(to_jst(moment).date())
