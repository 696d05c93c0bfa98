"""Charts: the same bytes for the same figures, readable without colour, nothing a reader lacks."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from feedback.reporting import charts
from feedback.reporting.charts import Bar, Chart
from feedback.reporting.content import Figures
from tests.reporting.documents import a_content, a_theme_entry, an_empty_content


def a_chart(*bars: Bar) -> Chart:
    return Chart("x", "題", "読み", "説明", bars)


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_report_has_four_charts_with_words() -> None:
    found = charts.charts_of(a_content())
    assert list(found) == ["trend", "themes", "initiatives", "ages"]
    for chart in found.values():
        assert chart.caption
        assert chart.reading.endswith("。")
        assert chart.alt.endswith("グラフ")


def test_an_empty_month_draws_only_the_trend() -> None:
    assert list(charts.charts_of(an_empty_content())) == ["trend"]


def test_the_same_figures_give_the_same_bytes() -> None:
    bars = (Bar("テーマ", 12, 3), Bar("無回答", 0, 0))
    first = a_chart(*bars).svg()
    charts._drawn.cache_clear()
    assert a_chart(*bars).svg() == first


def test_glyphs_are_paths_and_nothing_is_loaded_from_elsewhere() -> None:
    svg = a_chart(Bar("日本語のテーマ", 5, 4)).svg()
    tree = ET.fromstring(svg)
    assert not [each for each in tree.iter() if each.tag.endswith(("text", "image", "script"))]
    references = re.findall(r'(?:href|src)="([^"]*)"', svg)
    assert all(each.startswith("#") for each in references)


def test_the_two_bars_differ_without_colour() -> None:
    light, dark = luminance(charts.SUBMISSIONS), luminance(charts.VOICES)
    assert (light + 0.05) / (dark + 0.05) > 7


def test_only_the_ten_themes_with_most_voices_are_drawn() -> None:
    themes = tuple(
        a_theme_entry(f"テーマ{n}", id=n, figures=Figures(100 - n, 100 - n, 0, 0))
        for n in range(25)
    )
    chart = charts.chart_of(a_content(themes=themes), "themes")
    assert chart is not None
    assert [bar.label for bar in chart.bars] == [f"テーマ{n}" for n in range(10)]
    assert "25テーマのうち" in chart.reading


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("短い", "短い"),
        ("とても長い取組の名前がここに入ります", "とても長い取組の名前が…"),
        ("Digital Experience 2026 plan", "Digital Experience 202…"),
    ],
)
def test_long_labels_leave_room_for_their_bar(label: str, shown: str) -> None:
    assert charts.shortened(label) == shown


def test_a_label_is_text_and_never_mathematics() -> None:
    plain, broken = a_chart(Bar("$x^2$ の窓口", 5, 4)).svg(), a_chart(Bar("$\\frac$", 5, 4)).svg()
    assert "DejaVu" not in plain + broken
