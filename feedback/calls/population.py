"""The population by municipality and age: the shipped count, and newer ones from the ministry.

Every August the ministry publishes the count of 1 January as a workbook
(年齢階級別人口（市区町村別）【総計】); ``read_workbook`` takes it as it is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy.orm import Session

from feedback.calls.models import (
    POPULATION_BANDS,
    municipality_codes,
    population_as_of,
    replace_populations,
)

SOURCE = "総務省「住民基本台帳に基づく人口、人口動態及び世帯数」"

#: 0–4, 5–9, …, 95–99, 100 and over: 21 columns behind code, names, sex and total.
FIRST_AGE = 5
AGES = 21
BOTH_SEXES = "計"
_DAY = re.compile(r"(令和|平成)(\d+|元)年1月1日")
_ERAS = {"令和": 2018, "平成": 1988}

Counts = dict[str, dict[str, int]]


class PopulationFileError(Exception):
    """The file is not the ministry's workbook; the text is for the reader."""


def load_shipped(session: Session) -> None:
    """Store the shipped count, unless the same or a newer one is there."""
    file = resources.files("feedback.calls").joinpath("data", "population.csv")
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    as_of = date.fromisoformat(rows[0]["as_of"])
    stored = population_as_of(session)
    if stored is None or stored < as_of:
        counts = {
            row["municipality"]: {band: int(row[band]) for band in POPULATION_BANDS} for row in rows
        }
        _store(session, counts, as_of)


def load_workbook_file(session: Session, path: Path) -> date:
    """Store the count of the ministry's workbook in place of the one before; its day.

    Raises:
        PopulationFileError: when it is another file or lacks a municipality.
    """
    as_of, counts = read_workbook(path)
    known = municipality_codes(session)
    missing = sorted(known - counts.keys())
    if missing:
        raise PopulationFileError(
            f"{path.name} に、一都三県の市区町村のうち{len(missing)}件がありません"
            f"（{'、'.join(missing[:5])}）。市区町村別の【総計】のファイルか確かめてください。"
        )
    _store(session, {code: counts[code] for code in known}, as_of)
    return as_of


def read_workbook(path: Path) -> tuple[date, Counts]:
    """The day of the count, and people by six-digit code and age band.

    Raises:
        PopulationFileError: when it is not the ministry's workbook.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise PopulationFileError(f"{path.name} をExcelブックとして読めません。") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    title = str(next(rows, ("",))[0] or "")
    day = _DAY.search(title)
    if day is None or "年齢" not in title:
        raise PopulationFileError(
            f"{path.name} の1行目に「令和○年1月1日住民基本台帳年齢階級別人口」の表題がありません。"
            f"{SOURCE}の、年齢階級別人口（市区町村別）【総計】のファイルを指定してください。"
        )
    year = 1 if day[2] == "元" else int(day[2])
    counts = _counts(rows)
    book.close()
    return date(_ERAS[day[1]] + year, 1, 1), counts


def _counts(rows: Iterable[Sequence[Any]]) -> Counts:
    found: Counts = {}
    for row in rows:
        if len(row) >= FIRST_AGE + AGES and row[3] == BOTH_SEXES:
            ages = [_number(value) for value in row[FIRST_AGE : FIRST_AGE + AGES]]
            decades = [sum(ages[at : at + 2]) for at in range(0, 16, 2)] + [sum(ages[16:])]
            found[str(row[0])] = dict(zip(POPULATION_BANDS, decades, strict=True))
    return found


def _number(value: object) -> int:
    """A count; where the ministry hides a very small one behind X, none."""
    return value if isinstance(value, int) else 0


def _store(session: Session, counts: Counts, as_of: date) -> None:
    replace_populations(
        session,
        [
            {"municipality_code": code, "age_band": band, "people": people, "as_of": as_of}
            for code, bands in sorted(counts.items())
            for band, people in bands.items()
        ],
    )
