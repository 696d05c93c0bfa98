"""A call for opinions from a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedback.calls import callfile
from feedback.calls import service as calls
from feedback.storage import Database
from feedback.web.languages import BY_CODE

NOW = datetime(2026, 4, 1, tzinfo=UTC)
SMALLEST = """
slug = "kawaraban"
closes_on = 2026-05-31
[words.ja]
title = "題"
question = "問"
description = "説明"
"""


def a_file(folder: Path, text: str) -> Path:
    path = folder / "call.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_standing_call_speaks_every_language(database: Database) -> None:
    with database.transaction() as session:
        call = callfile.open_call(session, callfile.STANDING_CALL, opens_at=NOW)
        pages = {code: calls.page_of(session, call, code) for code in BY_CODE}
    assert len({page.title for page in pages.values()}) == len(BY_CODE)
    assert [each.slug for each in pages["ja"].governments][-1] == "region"
    assert len(pages["ja"].initiatives) == 20
    assert pages["ja"].is_open(datetime(2036, 1, 1, tzinfo=UTC))


def test_a_call_is_open_through_its_last_day_in_japan(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        call = callfile.open_call(session, a_file(tmp_path, SMALLEST), opens_at=NOW)
        page = calls.page_of(session, call, "en")
    assert page.title == "題"
    assert page.is_open(datetime(2026, 5, 31, 14, 59, tzinfo=UTC))
    assert not page.is_open(datetime(2026, 5, 31, 15, 0, tzinfo=UTC))


def test_the_same_call_is_not_opened_twice(database: Database) -> None:
    with database.transaction() as session:
        callfile.open_call(session, callfile.STANDING_CALL, opens_at=NOW)
        with pytest.raises(callfile.CallFileError, match="すでにあります"):
            callfile.open_call(session, callfile.STANDING_CALL, opens_at=NOW)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("slug = ", "読めません"),
        ('title = "題"', "必要です"),
        (SMALLEST.replace('question = "問"', 'question = " "'), "question がありません"),
        ('governments = ["osaka"]\n' + SMALLEST, "osaka はありません"),
        ('initiatives = ["osaka-dx"]\n' + SMALLEST, "osaka-dx はありません"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(
    database: Database, tmp_path: Path, text: str, problem: str
) -> None:
    with database.transaction() as session, pytest.raises(callfile.CallFileError, match=problem):
        callfile.open_call(session, a_file(tmp_path, text), opens_at=NOW)
