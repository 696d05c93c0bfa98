"""Open data as files: CSV for spreadsheets, JSON that describes itself; part by part."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from feedback.calendar import to_jst
from feedback.publishing.anonymity import K
from feedback.publishing.open_data import Dataset, Value
from feedback.publishing.open_data_fields import FIELDS, PLACEHOLDERS
from feedback.web.spreadsheets import csv_parts

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.ja"
CSV_TYPE = "text/csv; charset=utf-8"
JSON_TYPE = "application/json"


def csv_file(dataset: Dataset) -> Iterator[bytes]:
    """UTF-8 with BOM, CRLF, nothing that a spreadsheet would run."""
    return csv_parts(dataset.columns, (_flat(row) for row in dataset.rows))


def json_file(dataset: Dataset, address: str) -> Iterator[bytes]:
    """One object: about the file first, then ``rows``, an object each; null is not told."""
    about = _json(
        {
            "title": dataset.call.title,
            "dataset": dataset.name,
            "address": address,
            "licence": LICENCE,
            "licence_url": LICENCE_URL,
            "generated_at": to_jst(dataset.generated_at).isoformat(timespec="seconds"),
            "k": K,
            "placeholders": PLACEHOLDERS,
            "fields": [
                {
                    "name": each.name,
                    "type": str(each.type),
                    "meaning": str(each.meaning),
                    "values": str(each.values),
                }
                for each in FIELDS[dataset.name]
            ],
        }
    )
    yield about.removesuffix("}").encode() + b', "rows": ['
    before = b"\n"
    for row in dataset.rows:
        yield before + _json(dict(zip(dataset.columns, row, strict=True))).encode()
        before = b",\n"
    yield b"\n]}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flat(row: Sequence[Value]) -> list[str | int | None]:
    return [";".join(map(str, cell)) if isinstance(cell, tuple) else cell for cell in row]
