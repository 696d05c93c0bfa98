"""Rows of a file as drafts of submissions, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from feedback.calendar import today_jst
from feedback.calls.models import all_governments, all_municipalities, initiatives_of
from feedback.intake import import_values as values
from feedback.intake import rules
from feedback.intake.import_columns import Columns, Field
from feedback.intake.import_tables import Row, Table
from feedback.intake.models import Import, Kind
from feedback.intake.rules import CallRules, Draft, Problem
from feedback.intake.service import check
from feedback.storage import utc_now

Value = TypeVar("Value")

SHOWN_CHARACTERS = 30

#: What a broken rule of intake means to the person who holds the file: wrong, and what to do.
_MESSAGES: dict[tuple[str, str], tuple[str, str]] = {
    ("body", "missing"): ("意見が空です。", "意見を入力するか、この行を削除してください。"),
    ("body", "too_short"): (
        f"意見が{rules.SHORTEST_BODY}文字未満です。",
        "省略した言葉を補うか、この行を削除してください。",
    ),
    ("body", "too_long"): (
        f"意見が{rules.LONGEST_BODY:,}文字を超えています。",
        "内容のまとまりごとに、2つ以上の行に分けてください。",
    ),
    ("title", "too_long"): (
        f"件名が{rules.LONGEST_TITLE}文字を超えています。",
        f"{rules.LONGEST_TITLE}文字以内に短くしてください。",
    ),
    ("initiative", "of_another_government"): (
        "選んだ自治体の取組ではありません。",
        "その自治体か一都三県の取組、または「その他」を書いてください。",
    ),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong in a file, and what to do about it."""

    row: int
    """As Excel numbers it."""
    column: str
    value: str
    """The beginning of what stands there."""
    wrong: str
    advice: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as it will be stored."""

    row: int
    draft: Draft
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ReadRows:
    """All rows of a file: what will be stored, and what is wrong."""

    rows: tuple[ReadRow, ...]
    problems: tuple[RowProblem, ...]


def read_rows(session: Session, import_: Import, table: Table) -> ReadRows:
    """Read every row with the columns that the import has chosen."""
    reader = _Reader.of(session, import_, table.headers)
    read = [reader.read(row) for row in table.rows]
    return ReadRows(
        rows=tuple(row for row, _problems in read if row is not None),
        problems=tuple(problem for _row, problems in read for problem in problems),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    call_id: int
    government: str
    columns: Columns
    places: dict[Field, int]
    rules: CallRules
    words: values.Vocabulary
    today: date

    @classmethod
    def of(cls, session: Session, import_: Import, headers: Sequence[str]) -> _Reader:
        columns = Columns.from_stored(import_.mapping)
        return cls(
            call_id=import_.call_id,
            government=import_.government_slug,
            columns=columns,
            places={each: headers.index(header) for each, header in columns.headers.items()},
            rules=rules.rules_of(session, import_.call_id),
            words=values.vocabulary(
                all_governments(session),
                initiatives_of(session, import_.call_id),
                all_municipalities(session),
            ),
            today=today_jst(utc_now()),
        )

    def read(self, row: Row) -> tuple[ReadRow | None, list[RowProblem]]:
        problems: list[RowProblem] = []

        def value(field: Field, meaning: Callable[[str], Value], *, instead: Value) -> Value:
            try:
                return meaning(self._cell(row, field))
            except values.NotUnderstood as error:
                wrong = f"{field.label}として読み取れません。"
                problems.append(self._problem(row, field, wrong, str(error)))
                return instead

        draft = Draft(
            call_id=self.call_id,
            government=self.government,
            initiative=value(Field.INITIATIVE, self.words.initiative, instead=""),
            kind=value(Field.KIND, values.kind, instead=Kind.REQUEST),
            title=self._cell(row, Field.TITLE),
            body=self._cell(row, Field.BODY),
            consents_to_publish=value(Field.CONSENT, values.consent, instead=False),
            municipality=value(Field.MUNICIPALITY, self.words.municipality, instead=None),
            age_band=value(Field.AGE_BAND, values.age_band, instead=None),
            relation=value(Field.RELATION, values.relation, instead=None),
        )
        received = value(Field.RECEIVED, self._received_at, instead=utc_now())
        draft, broken = check(self.rules, draft)
        known = {problem.column for problem in problems}
        problems += [
            problem for each in broken if (problem := self._broken(row, each)).column not in known
        ]
        return (None if problems else ReadRow(row.number, draft, received)), problems

    def _received_at(self, text: str) -> datetime:
        return values.received_at(text, today=self.today)

    def _cell(self, row: Row, field: Field) -> str:
        place = self.places.get(field)
        text = "" if place is None else row.cells[place]
        return text if text.strip() else self.columns.defaults.get(field, "")

    def _broken(self, row: Row, problem: Problem) -> RowProblem:
        wrong, advice = _MESSAGES.get(
            (problem.field, problem.code),
            (
                f"{problem.field}がこの意見募集では使えません。",
                "意見募集の内容を確認してください。",
            ),
        )
        return self._problem(row, Field(problem.field), wrong, advice)

    def _problem(self, row: Row, field: Field, wrong: str, advice: str) -> RowProblem:
        text = " ".join(self._cell(row, field).split())
        shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
        column = self.columns.headers.get(field, field.label)
        return RowProblem(row.number, column, shown, wrong, advice)
