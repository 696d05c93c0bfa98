"""Fields of the search box: 自治体:埼玉県 and the like, turned into what a view asks for.

A value is looked for inside the names that the reader may see. One that fits nothing is a
``Problem``: an empty list would look as if there were no such opinions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from analysis.normalize import plain
from feedback.intake import receipts
from feedback.intake.models import AgeBand, Channel, Kind
from feedback.triage import conditions
from feedback.triage.asking import Field, FieldTerm, Problem, shown
from feedback.triage.choices import Choice, Choices
from feedback.triage.conditions import Condition, Scope
from feedback.triage.models import CaseStatus
from feedback.triage.tags import tag_name

ME = ("自分", "私")
NOBODY = ("なし", "担当なし", "未定")
UNTHEMED = "未分類"

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?$")
_YEAR = re.compile(r"(\d{4})年?$")
_RANGE = re.compile(r"\.{2,3}|〜|~")


@dataclass(frozen=True, slots=True)
class Read:
    """What the fields of a query come to."""

    scope: Scope
    conditions: tuple[Condition, ...]
    problems: tuple[Problem, ...]


class NothingFits(Exception):
    """A value fits none of the names; the text says what can be given instead."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the values are looked up in."""

    choices: Choices
    actor_id: int
    today: date


def read(terms: Sequence[FieldTerm], scope: Scope, known: Known) -> Read:
    """Turn fields into a narrower scope and conditions."""
    found: list[Condition] = []
    problems: list[Problem] = []
    for term in terms:
        try:
            if term.field is Field.GOVERNMENT:
                scope = _governments(term, scope, known)
            elif term.field is Field.STATUS:
                scope = _statuses(term, scope)
            else:
                condition = _CONDITIONS[term.field](term.values, known)
                found.append(condition.negated() if term.is_excluded else condition)
                if term.field is Field.RECEIPT:
                    scope = replace(scope, set_aside=(False, True))
        except NothingFits as error:
            problems.append(Problem(str(error)))
    return Read(scope, tuple(found), tuple(problems))


def _governments(term: FieldTerm, scope: Scope, known: Known) -> Scope:
    named = set()
    for value in term.values:
        fitting = {
            each.value
            for each in known.choices.governments
            if value == each.value or each.label in value or value in each.label
        }
        if not fitting:
            raise _unfit(term.field, value, [each.label for each in known.choices.governments])
        named |= fitting
    kept = [each for each in scope.governments if (each in named) is not term.is_excluded]
    return replace(scope, governments=tuple(kept))


def _statuses(term: FieldTerm, scope: Scope) -> Scope:
    named = set(_members(CaseStatus, term.field, term.values))
    kept = [each for each in scope.statuses if (each in named) is not term.is_excluded]
    return replace(scope, statuses=tuple(kept))


def _initiatives(values: Sequence[str], known: Known) -> Condition:
    slugs = _named(Field.INITIATIVE, values, known.choices.initiatives)
    return conditions.one_of("initiative_slug", slugs)


def _themes(values: Sequence[str], known: Known) -> Condition:
    if UNTHEMED in values:
        return conditions.marked("has_unthemed")
    ids = _named(Field.THEME, values, known.choices.themes)
    families = {one for each in ids for one in known.choices.family_of(int(each))}
    return conditions.in_themes(sorted(families))


def _tags(values: Sequence[str], _known: Known) -> Condition:
    return conditions.tagged([tag_name(each) for each in values])


def _assignees(values: Sequence[str], known: Known) -> Condition:
    if any(each in NOBODY for each in values):
        return Condition(lambda case: case.assignee_id.is_(None))
    own = [str(known.actor_id)] if any(each in ME for each in values) else []
    others = [each for each in values if each not in ME]
    ids = [*own, *_named(Field.ASSIGNEE, others, known.choices.members)]
    return conditions.one_of("assignee_id", [int(each) for each in ids])


def _sections(values: Sequence[str], known: Known) -> Condition:
    if any(each in NOBODY for each in values):
        return Condition(lambda case: case.section_id.is_(None))
    ids = _named(Field.SECTION, values, known.choices.sections)
    return conditions.one_of("section_id", [int(each) for each in ids])


def _kinds(values: Sequence[str], _known: Known) -> Condition:
    return conditions.one_of("kind", _members(Kind, Field.KIND, values))


def _channels(values: Sequence[str], _known: Known) -> Condition:
    return conditions.one_of("channel", _members(Channel, Field.CHANNEL, values))


def _ages(values: Sequence[str], _known: Known) -> Condition:
    return conditions.one_of("age_band", _members(AgeBand, Field.AGE, values))


def _municipalities(values: Sequence[str], known: Known) -> Condition:
    codes = _named(Field.MUNICIPALITY, values, known.choices.municipalities)
    return conditions.one_of("municipality_code", codes)


def _receipts(values: Sequence[str], _known: Known) -> Condition:
    numbers = []
    for value in values:
        number = receipts.parse(value)
        if number is None:
            raise NothingFits(
                f"「{shown(value)}」は受付番号の形ではありません。12文字の番号を確かめてください。"
            )
        numbers.append(number)
    return conditions.with_receipt(numbers)


def _days(values: Sequence[str], known: Known) -> Condition:
    if len(values) > 1:
        raise NothingFits(
            "「受付:」の期間は、1つだけ入力してください（例 受付:2026-10..2026-11）。"
        )
    first, *more = _RANGE.split(values[0], maxsplit=1)
    since = _span(first, known.today)[0] if first else None
    last = more[0] if more else first
    until = _span(last, known.today)[1] if last else None
    return conditions.received(since, until)


def _span(written: str, today: date) -> tuple[date, date]:
    """The first and the last day of what was written: a day, a month, a year, or 今月."""
    named = {
        "今日": (today, today),
        "昨日": (today - timedelta(days=1),) * 2,
        "今月": _month(today.year, today.month),
        "先月": _month(*_before(today)),
    }
    if written in named:
        return named[written]
    day, year = _DATE.match(written), _YEAR.match(written)
    try:
        if year:
            return date(int(year[1]), 1, 1), date(int(year[1]), 12, 31)
        if day and day[3]:
            return (date(int(day[1]), int(day[2]), int(day[3])),) * 2
        if day:
            return _month(int(day[1]), int(day[2]))
    except ValueError:
        pass
    raise NothingFits(
        f"「{shown(written)}」は日付として読めません。"
        "2026-10、2026-10-05、2026-10..2026-11、今月 のように入力してください。"
    )


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _before(today: date) -> tuple[int, int]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.year, last.month


def _named(field: Field, values: Iterable[str], choices: Sequence[Choice]) -> list[str]:
    """The values of all choices in whose label one of these texts stands."""
    found: list[str] = []
    for value in values:
        fitting = [each.value for each in choices if _even(value) in _even(each.label)]
        if not fitting:
            raise _unfit(field, value, [each.label.strip() for each in choices])
        found += fitting
    return list(dict.fromkeys(found))


def _members(enum: type[StrEnum], field: Field, values: Iterable[str]) -> list[Any]:
    labelled: list[Any] = list(enum)
    chosen = _named(field, values, [Choice(each.value, each.label) for each in labelled])
    return [enum(each) for each in chosen]


def _even(written: str) -> str:
    return "".join(plain(written).lower().split())


def _unfit(field: Field, value: str, labels: Sequence[str]) -> NothingFits:
    examples = "、".join(labels[:6]) + ("など" if len(labels) > 6 else "")
    hint = f"選べるのは、{examples}です。" if labels else ""
    return NothingFits(f"「{field.value}」に「{shown(value)}」に当たるものはありません。{hint}")


_CONDITIONS: Mapping[Field, Callable[[Sequence[str], Known], Condition]] = {
    Field.INITIATIVE: _initiatives,
    Field.THEME: _themes,
    Field.TAG: _tags,
    Field.SECTION: _sections,
    Field.ASSIGNEE: _assignees,
    Field.KIND: _kinds,
    Field.CHANNEL: _channels,
    Field.RECEIVED: _days,
    Field.AGE: _ages,
    Field.MUNICIPALITY: _municipalities,
    Field.RECEIPT: _receipts,
}
