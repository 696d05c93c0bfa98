"""The demo's opinions: hand-written, from CSV files, spread over the last six months."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from importlib import resources

from sqlalchemy.orm import Session

from feedback.calendar import Month
from feedback.calls.models import Call, all_municipalities
from feedback.intake import service as intake
from feedback.intake.models import AgeBand, Channel, Kind, Relation
from feedback.intake.rules import rules_of

#: The months before this one in which opinions came in.
MONTHS_BACK = 5


def submit_all(session: Session, call: Call, *, contact_key: str, now: datetime) -> int:
    """Take all of them in as an import does: checked, stored, screened in chunks; how many."""
    rules = rules_of(session, call.id)
    codes = {each.code[:5]: each.code for each in all_municipalities(session)}
    ids = []
    for row in sorted(_rows(), key=lambda each: received_at(each, now)):
        channel = Channel(row["channel"])
        draft, problems = intake.check(rules, _draft(row, call.id, codes), channel)
        if problems:
            raise intake.DraftWrong(problems)
        submission = intake.store(
            session,
            draft,
            idempotency_key=f"demo:{row['key']}",
            contact_key=contact_key,
            channel=channel,
            received_at=received_at(row, now),
        )
        ids.append(submission.id)
    intake.enqueue_screening(session, ids)
    return len(ids)


def received_at(row: dict[str, str], now: datetime) -> datetime:
    """A moment of the row's month, the same for the same row: never later than now."""
    month = Month.of(now).plus(int(row["month"]))
    end = min(month.end, now)
    digest = hashlib.sha256(row["key"].encode()).digest()
    return month.start + (end - month.start) * (int.from_bytes(digest[:6]) / 2**48)


def _rows() -> Iterator[dict[str, str]]:
    folder = resources.files("feedback.demo").joinpath("opinions")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        yield from csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))


def _draft(row: dict[str, str], call_id: int, codes: dict[str, str]) -> intake.Draft:
    return intake.Draft(
        call_id=call_id,
        government=row["government"],
        initiative=row["initiative"],
        kind=Kind(row["kind"]),
        title=row["title"],
        body=row["body"],
        consents_to_publish=row["consent"] == "yes",
        language=row["language"],
        municipality=codes[row["municipality"]] if row["municipality"] else None,
        age_band=AgeBand(row["age_band"]) if row["age_band"] else None,
        relation=Relation(row["relation"]) if row["relation"] else None,
    )
