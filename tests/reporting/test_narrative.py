"""The sentences a report says about itself, as a reader would want them."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.reporting import narrative
from feedback.reporting.content import Figures, MonthPoint, OwedAnswer, Row
from tests.reporting.documents import a_theme_entry

LABEL = "令和8年10月"


def said(figures: Figures, **more: bool) -> str:
    is_first_month = more.get("is_first_month", False)
    return narrative.summary(LABEL, figures, (), (), is_first_month=is_first_month)[0]


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            Figures(1204, 1031, 1076, 934),
            "令和8年10月は意見1,204件（声の数1,031）が寄せられ、"
            "前月より意見は128件増え、声の数は97増えました。",
        ),
        (
            Figures(70, 45, 60, 50),
            "令和8年10月は意見70件（声の数45）が寄せられ、"
            "前月より意見は10件増え、声の数は5減りました。",
        ),
        (
            Figures(5, 5, 5, 5),
            "令和8年10月は意見5件（声の数5）が寄せられ、意見・声の数とも前月と同じでした。",
        ),
        (
            Figures(5, 4, 5, 5),
            "令和8年10月は意見5件（声の数4）が寄せられ、"
            "意見の件数は前月と同じで、声の数は1減りました。",
        ),
        (
            Figures(6, 5, 5, 5),
            "令和8年10月は意見6件（声の数5）が寄せられ、"
            "前月より意見が1件増えましたが、声の数は同じでした。",
        ),
        (
            Figures(0, 0, 5, 5),
            "令和8年10月に寄せられた意見はありませんでした。前月は意見5件（声の数5）でした。",
        ),
    ],
)
def test_how_many(figures: Figures, sentence: str) -> None:
    assert said(figures) == sentence


def test_the_first_month_is_compared_with_nothing() -> None:
    first = said(Figures(12, 10), is_first_month=True)
    assert first == "令和8年10月は、意見12件（声の数10）が寄せられました。"


def test_new_themes_are_named() -> None:
    themes = [a_theme_entry(f"T{n}", id=n, is_new=n > 0) for n in range(5)]
    second = narrative.summary(LABEL, Figures(9, 9), themes, (), is_first_month=False)[1]
    assert second == (
        "声の数が最も多いテーマは「T0」で、意見1,204件（声の数1,031）でした。"
        "今月はじめて「T1」「T2」など4テーマについての意見が寄せられました。"
    )


@pytest.mark.parametrize(
    ("owed_count", "partly", "sentence"),
    [
        (0, 0, "今月意見のあった3テーマのすべてに回答を公表しています。"),
        (
            2,
            0,
            "今月意見のあった3テーマのうち、1テーマに回答を公表し、2テーマはこれから回答します。",
        ),
        (
            2,
            1,
            "今月意見のあった3テーマのうち、1テーマに回答を公表し、"
            "1テーマの一部に回答を公表し、1テーマはこれから回答します。",
        ),
        (3, 3, "今月意見のあった3テーマのうち、3テーマの一部に回答を公表しています。"),
        (3, 0, "今月意見のあった3テーマは、いずれもこれから回答します。"),
    ],
)
def test_answered_or_not(owed_count: int, partly: int, sentence: str) -> None:
    themes = [a_theme_entry(f"T{n}", id=n) for n in range(3)]
    owed = [
        OwedAnswer(n, f"T{n}", Figures(), date(2026, 9, 1), is_partly_answered=n < partly)
        for n in range(owed_count)
    ]
    third = narrative.summary(LABEL, Figures(9, 9), themes, owed, is_first_month=False)[2]
    assert third == sentence


@pytest.mark.parametrize(("change", "text"), [(1234, "＋1,234"), (-5, "－5"), (0, "±0")])
def test_changes_carry_their_sign(change: int, text: str) -> None:
    assert narrative.signed(change) == text


def test_readings_of_charts() -> None:
    points = [MonthPoint("2026-09", "令和8年9月", 10, 9), MonthPoint("2026-10", LABEL, 8, 8)]
    assert narrative.trend_reading(points) == (
        "直近2か月で声の数が最も多かったのは令和8年9月で、意見10件、声の数9でした。"
    )
    assert narrative.trend_reading(points[:1]) == "令和8年9月の意見は10件、声の数は9です。"
    silent = [MonthPoint("2026-10", LABEL, 0, 0)]
    assert narrative.trend_reading(silent) == "この期間に寄せられた意見はありません。"
    rows = [Row("40s", "40代", Figures(3, 2)), Row("", "無回答", Figures(9, 9))]
    assert narrative.rows_reading(rows, "年代") == (
        "声の数が最も多いのは「40代」で、意見3件（声の数2）です。"
    )
    assert narrative.rows_reading(rows[1:], "年代") == "年代の分かる意見はありません。"
