"""Rows of a file as drafts of submissions, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from feedback.calendar import today_jst
from feedback.calls.models import all_governments, all_municipalities, initiatives_of
from feedback.intake import import_columns, import_keys, rules
from feedback.intake import import_values as values
from feedback.intake.import_columns import Columns, Field
from feedback.intake.import_keys import Identity
from feedback.intake.import_models import Import, ImportFormat, earlier_with_content
from feedback.intake.import_rules import Row
from feedback.intake.models import Channel, Kind
from feedback.intake.rules import CallRules, Draft, Problem
from feedback.intake.service import check
from feedback.storage import utc_now
from feedback.web.spreadsheets import restored

Value = TypeVar("Value")

SHOWN_CHARACTERS = 30
REMEMBERED_CELLS = 10_000
#: What Excel shows where a formula has failed: nobody's opinion.
FORMULA_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"}
)

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
    ("contact_name", "too_long"): (
        f"氏名が{rules.LONGEST_NAME}文字を超えています。",
        "氏名だけを書いてください。",
    ),
    ("contact_email", "too_long"): (
        "メールアドレスが長すぎます。",
        "メールアドレスだけを書くか、空にしてください。",
    ),
    ("contact_email", "invalid"): (
        "メールアドレスの形になっていません。",
        "yamada@example.jp のように直すか、空にしてください。",
    ),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong in a row, and what to do about it."""

    column: str
    wrong: str
    advice: str

    def stored(self) -> dict[str, Any]:
        """As a failed row keeps it."""
        return {"column": self.column, "wrong": self.wrong, "advice": self.advice}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of a file: what it will be stored as, or what is wrong with it."""

    row: int
    cells: tuple[str, ...]
    draft: Draft
    received_at: datetime
    identity: Identity
    problems: tuple[RowProblem, ...]

    @property
    def is_right(self) -> bool:
        """Whether it can be stored."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one import; everything that it needs of the database is in it."""

    call_id: int
    government: str
    channel: Channel
    columns: Columns
    places: dict[Field, int]
    origin_place: int | None
    after_import: int | None
    """Rows that say what earlier files said are new voices, counted on from this import."""
    is_mail: bool
    rules: CallRules
    words: values.Vocabulary
    today: date
    meanings: dict[tuple[Field, str], Any] = field(default_factory=dict)
    """What cells meant so far: of most columns a file repeats a few words."""

    @classmethod
    def of(cls, session: Session, import_: Import) -> RowReader:
        """The reader for an import, with the columns it has chosen."""
        columns = Columns.from_stored(import_.mapping)
        headers = import_.headers
        return cls(
            call_id=import_.call_id,
            government=import_.government_slug,
            channel=import_.channel,
            columns=columns,
            places={each: headers.index(header) for each, header in columns.headers.items()},
            origin_place=_place(headers, import_columns.ORIGIN),
            after_import=_before_this_file(session, import_) if import_.takes_repeats else None,
            is_mail=import_.format is ImportFormat.MAIL,
            rules=rules.rules_of(session, import_.call_id),
            words=values.vocabulary(
                all_governments(session),
                initiatives_of(session, import_.call_id),
                all_municipalities(session),
            ),
            today=today_jst(utc_now()),
        )

    def read(self, row: Row) -> ReadRow:
        """One row, understood as far as it can be."""
        if self.origin_place is not None:
            row = Row(row.number, tuple(restored(cell) for cell in row.cells), row.fault)
        problems: list[RowProblem] = []

        def value(field: Field, meaning: Callable[[str], Value], *, instead: Value) -> Value:
            try:
                return self._meaning(field, self._cell(row, field), meaning)
            except values.NotUnderstood as error:
                problems.append(self._not_understood(row, field, str(error)))
                return instead

        draft = Draft(
            call_id=self.call_id,
            government=self.government,
            initiative=value(Field.INITIATIVE, self.words.initiative, instead=""),
            kind=value(Field.KIND, values.kind, instead=Kind.REQUEST),
            title=self._cell(row, Field.TITLE),
            body=value(Field.BODY, _opinion, instead=""),
            consents_to_publish=value(Field.CONSENT, values.consent, instead=False),
            municipality=value(Field.MUNICIPALITY, self.words.municipality, instead=None),
            age_band=value(Field.AGE_BAND, values.age_band, instead=None),
            relation=value(Field.RELATION, values.relation, instead=None),
            contact_name=self._cell(row, Field.CONTACT_NAME),
            contact_email=self._cell(row, Field.CONTACT_EMAIL),
        )
        received = value(Field.RECEIVED, self._received_at, instead=utc_now())
        draft, broken = check(self.rules, draft, self.channel)
        identity = self._identity(row, draft, received)
        found = self._all_wrong(row, problems, broken)
        return ReadRow(row.number, row.cells, draft, received, identity, found)

    def _meaning(self, field: Field, text: str, meaning: Callable[[str], Value]) -> Value:
        mark = (field, text)
        if mark in self.meanings:
            known: Value = self.meanings[mark]
            return known
        found = meaning(text)
        if len(self.meanings) < REMEMBERED_CELLS and len(text) <= SHOWN_CHARACTERS:
            self.meanings[mark] = found
        return found

    def _all_wrong(
        self, row: Row, problems: list[RowProblem], broken: tuple[Problem, ...]
    ) -> tuple[RowProblem, ...]:
        """A row that came wrong is told that alone; a cell that has one fault, not a second."""
        if row.fault is not None:
            return (RowProblem(row.fault.column, row.fault.wrong, row.fault.advice),)
        known = {problem.column for problem in problems}
        told = (self._broken(each) for each in broken)
        return (*problems, *(problem for problem in told if problem.column not in known))

    def _identity(self, row: Row, draft: Draft, received: datetime) -> Identity:
        number = self._own(row, Field.SOURCE_ID).strip()
        if number and self.is_message_id:
            return import_keys.by_message_id(self.call_id, self.government, number.strip("<>"))
        if number:
            channel = self.channel.value
            return import_keys.by_number(self.call_id, self.government, channel, number)
        said = (
            draft.body,
            draft.title,
            received.date().isoformat() if self._own(row, Field.RECEIVED).strip() else "",
            draft.municipality or "",
            draft.age_band or "",
            draft.relation or "",
        )
        content = tuple(str(each) for each in said)
        after = self._origin(row) or self.after_import
        return import_keys.by_content(self.call_id, self.government, content, after)

    @property
    def is_message_id(self) -> bool:
        """Whether the numbers are those of e-mails, in a box or in a file of corrections."""
        return self.is_mail or self.columns.headers.get(Field.SOURCE_ID) == "Message-ID"

    def _origin(self, row: Row) -> int | None:
        if self.origin_place is None:
            return None
        return import_columns.origin_import(row.cells[self.origin_place])

    def _received_at(self, text: str) -> datetime:
        return values.received_at(text, today=self.today)

    def _own(self, row: Row, field: Field) -> str:
        """What the file itself says."""
        place = self.places.get(field)
        return "" if place is None else row.cells[place]

    def _cell(self, row: Row, field: Field) -> str:
        text = self._own(row, field)
        return text if text.strip() else self.columns.defaults.get(field, "")

    def _not_understood(self, row: Row, field: Field, advice: str) -> RowProblem:
        text = " ".join(self._cell(row, field).split())
        shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
        wrong = f"「{shown}」を{field.label}として読み取れません。"
        return RowProblem(self._column(field), wrong, advice)

    def _broken(self, problem: Problem) -> RowProblem:
        wrong, advice = _MESSAGES.get(
            (problem.field, problem.code),
            (
                f"{problem.field}がこの意見募集では使えません。",
                "意見募集の内容を確認してください。",
            ),
        )
        return RowProblem(self._column(Field(problem.field)), wrong, advice)

    def _column(self, field: Field) -> str:
        return self.columns.headers.get(field, field.label)


def _opinion(text: str) -> str:
    if text.strip() in FORMULA_ERRORS:
        raise values.NotUnderstood("数式のエラーを直すか、この行を削除してください。")
    return text


def _place(headers: list[str], header: str) -> int | None:
    return headers.index(header) if header in headers else None


def _before_this_file(session: Session, import_: Import) -> int:
    """The last import before this file came the first time: the same file counts the same again."""
    earlier = earlier_with_content(session, import_)
    return (earlier.id if earlier else import_.id) - 1
