"""The report's charts as SVG: one visual language, the same bytes for the same figures.

Horizontal bars, two on each line: submissions（意見）outlined, voices（声の数）filled, each
with its number beside it. They differ in lightness and outline, not in hue alone, so that they
read in greyscale and for colour-blind people. Glyphs are paths: a chart looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import StringIO
from typing import Any
from unicodedata import east_asian_width

from feedback.reporting import narrative, typeface
from feedback.reporting.content import ReportContent, Row

INK = "#1a1a1a"
MUTED = "#595959"
VOICES = "#00118f"
SUBMISSIONS = "#d9e6ff"
MOST_THEMES = 10
#: Half-width columns that a label may take before it is cut; the table beside has it whole.
LABEL_COLUMNS = 24

WIDTH = 5.0
ROW_HEIGHT = 0.46
MARGIN = 0.42
FONT_POINTS = 10.0
#: A half-width column in ems; proportional digits are a little wider than half.
COLUMN = 0.54
SALT = "meyasubako"
KEPT_DRAWINGS = 128


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart."""

    label: str
    submissions: int
    voices: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the words around it."""

    name: str
    caption: str
    reading: str
    alt: str
    bars: tuple[Bar, ...]

    def svg(self) -> str:
        """The picture."""
        return _drawn(self.bars)


def charts_of(content: ReportContent) -> dict[str, Chart]:
    """The report's charts by name; one without a line to draw is left out."""
    made = (make(content) for make in _MAKERS.values())
    return {chart.name: chart for chart in made if chart.bars}


def chart_of(content: ReportContent, name: str) -> Chart | None:
    """One chart of a report; None when the report has no such chart."""
    return charts_of(content).get(name)


def _trend(content: ReportContent) -> Chart:
    months = content.trend
    period = f"{months[0].label}から{months[-1].label}まで" if len(months) > 1 else months[0].label
    return Chart(
        "trend",
        "意見と声の数の推移",
        narrative.trend_reading(months),
        f"{period}の意見と声の数を月ごとに示す横棒グラフ",
        tuple(Bar(each.label, each.submissions, each.voices) for each in months),
    )


def _themes(content: ReportContent) -> Chart:
    themes = content.heard_themes[:MOST_THEMES]
    return Chart(
        "themes",
        f"声の多いテーマ（上位{len(themes)}テーマ）" if themes else "声の多いテーマ",
        narrative.themes_reading(content),
        "テーマごとの意見と声の数を、声の数が多い順に並べた横棒グラフ",
        tuple(Bar(theme.name, theme.figures.submissions, theme.figures.voices) for theme in themes),
    )


def _initiatives(content: ReportContent) -> Chart:
    heard = [row for row in content.initiatives if row.figures.submissions]
    return Chart(
        "initiatives",
        "取組別の意見と声の数",
        narrative.rows_reading(content.initiatives, "取組"),
        "取組ごとの意見と声の数を示す横棒グラフ",
        _bars(heard),
    )


def _ages(content: ReportContent) -> Chart:
    was_heard = any(row.figures.submissions for row in content.ages)
    return Chart(
        "ages",
        "年代別の意見と声の数",
        narrative.rows_reading(content.ages, "年代"),
        "年代ごとの意見と声の数を、若い年代から順に示す横棒グラフ",
        _bars(content.ages) if was_heard else (),
    )


_MAKERS: Mapping[str, Callable[[ReportContent], Chart]] = {
    "trend": _trend,
    "themes": _themes,
    "initiatives": _initiatives,
    "ages": _ages,
}


def _bars(rows: Sequence[Row]) -> tuple[Bar, ...]:
    return tuple(Bar(row.label, row.figures.submissions, row.figures.voices) for row in rows)


@cache
def _drawing() -> tuple[Any, Any, Any]:
    # Imported late: a second that pages without charts should not pay.
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    mpl.rcParams["svg.hashsalt"] = SALT
    mpl.rcParams["svg.fonttype"] = "path"
    return Figure, FigureCanvasSVG, FontProperties


@lru_cache(maxsize=KEPT_DRAWINGS)
def _drawn(bars: tuple[Bar, ...]) -> str:
    make_figure, make_canvas, make_font = _drawing()
    height = MARGIN + ROW_HEIGHT * len(bars)
    figure = make_figure(figsize=(WIDTH, height))
    make_canvas(figure)
    font = make_font(fname=str(typeface.font_path()), size=FONT_POINTS)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    _draw_key(axes, font)
    start = _label_width(bars)
    most = max((bar.submissions for bar in bars), default=0)
    unit = (WIDTH - start - 0.55) / max(most, 1)
    for place, bar in enumerate(bars):
        _draw_bar(axes, font, bar, MARGIN + ROW_HEIGHT * place, start, unit)
    stream = StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def _draw_key(axes: Any, font: Any) -> None:
    for left, label, style in ((0.0, "意見", _OUTLINED), (0.85, "声の数", _FILLED)):
        axes.add_patch(_rectangle(left + 0.02, 0.08, 0.16, 0.13, style))
        axes.text(left + 0.25, 0.15, label, fontproperties=font, color=INK, va="center")


def _draw_bar(axes: Any, font: Any, bar: Bar, top: float, start: float, unit: float) -> None:
    middle = top + ROW_HEIGHT / 2
    axes.text(
        start - 0.12,
        middle,
        typeface.printable(shortened(bar.label)),
        fontproperties=font,
        color=INK,
        va="center",
        ha="right",
        parse_math=False,
    )
    axes.plot((start, start), (top, top + ROW_HEIGHT), color=MUTED, linewidth=0.6)
    pairs = ((bar.submissions, 0.05, _OUTLINED), (bar.voices, 0.235, _FILLED))
    for value, offset, style in pairs:
        axes.add_patch(_rectangle(start, top + offset, value * unit, 0.165, style))
        axes.text(
            start + value * unit + 0.06,
            top + offset + 0.09,
            f"{value:,}",
            fontproperties=font,
            color=INK,
            va="center",
            size=FONT_POINTS - 1.5,
        )


_OUTLINED = {"facecolor": SUBMISSIONS, "edgecolor": VOICES, "linewidth": 0.6}
_FILLED = {"facecolor": VOICES, "edgecolor": VOICES, "linewidth": 0.6}


def _rectangle(left: float, top: float, width: float, height: float, style: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((left, top), width, height, **style)


def _label_width(bars: Sequence[Bar]) -> float:
    widest = max((columns(shortened(bar.label)) for bar in bars), default=0)
    return 0.16 + widest * FONT_POINTS * COLUMN / 72


def columns(text: str) -> int:
    """How many half-width columns a text takes."""
    return sum(2 if east_asian_width(char) in "FWA" else 1 for char in text)


def shortened(label: str) -> str:
    """A label that leaves room for its bar."""
    if columns(label) <= LABEL_COLUMNS:
        return label
    kept = ""
    for char in label:
        if columns(kept + char) > LABEL_COLUMNS - 2:
            break
        kept += char
    return f"{kept}…"
