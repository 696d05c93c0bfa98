"""A view of the queue as SQL: where it looks, and what a case must fulfil there.

A ``Condition`` can be asked in two ways: of a case that is at hand (``check``), and, when it has
an index of its own, for all that fulfil it (``ids`` or an index on ``cases``). ``finding`` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, not_, select, true

from feedback.accounts.models import SectionMember
from feedback.calendar import jst_midnight
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.theming.models import Assignment
from feedback.triage import search
from feedback.triage.asking import Term
from feedback.triage.choices import Choices
from feedback.triage.filters import Flag, QueueFilter
from feedback.triage.models import CaseStatus, CaseTag

#: Beyond these a date says nothing, and its midnight in UTC may be outside the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


#: Asked of a case: of ``Case`` itself, or of the columns of a query over it.
Check = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a case must fulfil."""

    check: Check
    ids: Select[Any] | None = None
    """The submissions that may fulfil it, from an index outside ``cases``."""
    sizing: Select[Any] | None = None
    """What gives their number (or more) when that is quicker than ``ids``."""
    is_indexed: bool = False
    """Whether an index on ``cases`` itself finds what fulfils it."""
    narrows_only: bool = False
    """Whether ``ids`` holds more than what fulfils it, so that ``check`` has to be asked too."""
    is_dear: bool = False
    """Whether ``check`` has to look into another table."""
    is_of_receipt: bool = False
    """Whether it is about the date of receipt alone, by which the lists are sorted."""

    @property
    def can_lead(self) -> bool:
        """Whether all that fulfil it can be found without reading every case."""
        return self.is_indexed or self.ids is not None

    def negated(self) -> Condition:
        """What does not fulfil it; no index finds that."""
        return Condition(lambda case: not_(self.check(case)), is_dear=self.is_dear)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a view looks; the parts of every list index."""

    governments: tuple[str, ...]
    set_aside: tuple[bool, ...]
    statuses: tuple[CaseStatus, ...]
    """The tabs that can hold anything."""
    folds_copies: bool


def of_filter(wanted: QueueFilter, choices: Choices, actor_id: int) -> list[Condition]:
    """What the form's lists, dates and marks ask for; scope and words apart."""
    found = [
        one_of(column, [value])
        for column, value in (
            ("initiative_slug", wanted.initiative),
            ("kind", wanted.kind),
            ("channel", wanted.channel),
        )
        if value is not None
    ]
    if wanted.since is not None or wanted.until is not None:
        found.append(received(wanted.since, wanted.until))
    if wanted.theme_id is not None:
        found.append(in_themes(choices.family_of(wanted.theme_id)))
    if wanted.tag is not None:
        found.append(tagged([wanted.tag]))
    marks = (_marked(flag, wanted, actor_id) for flag in sorted(wanted.flags))
    return [*found, *(each for each in marks if each is not None)]


def one_of(column: str, values: Sequence[Any]) -> Condition:
    """A column of ``cases`` with an index of its own has one of the values."""
    if len(values) == 1:
        return Condition(lambda case: getattr(case, column) == values[0], is_indexed=True)
    return Condition(lambda case: getattr(case, column).in_(values), is_indexed=True)


def marked(column: str) -> Condition:
    """A case bears a mark that has an index of its own."""
    return Condition(lambda case: getattr(case, column) == true(), is_indexed=True)


def received(since: date | None, until: date | None) -> Condition:
    """Received on these days in Japan, the last one included."""
    first = jst_midnight(since) if since is not None and since > FIRST_DAY else None
    after = None
    if until is not None and until < LAST_DAY:
        after = jst_midnight(until + timedelta(days=1))

    def check(case: Any) -> ColumnElement[bool]:
        parts = [case.received_at >= first] if first else []
        return and_(true(), *parts, *([case.received_at < after] if after else []))

    return Condition(check, is_indexed=bool(first or after), is_of_receipt=True)


def in_themes(theme_ids: Sequence[int]) -> Condition:
    """A statement stands in one of these themes (give their subthemes too)."""
    placed = Assignment.theme_id.in_(theme_ids)
    ids = (
        select(Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(placed)
    )
    here = select(Statement.id).join(Assignment, Assignment.statement_id == Statement.id)

    def check(case: Any) -> ColumnElement[bool]:
        return exists(here.where(Statement.submission_id == case.submission_id, placed))

    return Condition(check, ids=ids, sizing=select(Assignment.id).where(placed), is_dear=True)


def tagged(tags: Sequence[str]) -> Condition:
    """It bears one of the tags."""
    bearing = select(CaseTag.submission_id).where(CaseTag.tag.in_(tags))

    def check(case: Any) -> ColumnElement[bool]:
        return exists(bearing.where(CaseTag.submission_id == case.submission_id))

    return Condition(check, ids=bearing, is_dear=True)


def with_receipt(numbers: Sequence[str]) -> Condition:
    """It has one of the receipt numbers."""
    ids = select(Submission.id).where(Submission.receipt_number.in_(numbers))
    return Condition(lambda case: case.submission_id.in_(ids), ids=ids)


def of_terms(terms: Sequence[Term], dialect: str) -> list[Condition]:
    """What the words and phrases of a query ask for."""
    with_words = [term for term in terms if term.words]
    wanted = tuple(
        dict.fromkeys(
            word for term in with_words if not term.is_excluded for word in term.words
        )
    )  # fmt: skip
    excluded = tuple(term.words for term in with_words if term.is_excluded)
    asked = [search.Asked(wanted, excluded)] if wanted else []
    without = [search.Asked(group, ()) for group in excluded] if not wanted else []
    return [
        *(_words(each, dialect) for each in asked),
        *(_words(each, dialect).negated() for each in without),
        *(_phrase(term, dialect) for term in terms if term.literal is not None),
    ]


def _words(asked: search.Asked, dialect: str) -> Condition:
    return Condition(
        lambda case: search.has_words(asked, dialect, case.submission_id),
        ids=search.ids_with_words(asked, dialect),
        is_dear=True,
    )


def _phrase(term: Term, dialect: str) -> Condition:
    literal = term.literal or ""
    found = Condition(
        lambda case: search.has_phrase(literal, case.submission_id),
        ids=search.ids_with_phrase(literal, dialect),
        narrows_only=True,
        is_dear=True,
    )
    return found.negated() if term.is_excluded else found


_MARKS = {
    Flag.URGENT: "is_urgent",
    Flag.UNTHEMED: "has_unthemed",
    Flag.PERSONAL_DATA: "has_personal_data",
}


def _marked(flag: Flag, wanted: QueueFilter, actor_id: int) -> Condition | None:
    """What a mark asks for; None for the one that the scope knows."""
    if flag in _MARKS:
        return marked(_MARKS[flag])
    match flag:
        case Flag.MINE:
            return one_of("assignee_id", [actor_id])
        case Flag.OUR_SECTION:
            own = select(SectionMember.section_id).where(SectionMember.staff_id == actor_id)
            return Condition(lambda case: case.section_id.in_(own), is_indexed=True)
        case Flag.CAMPAIGN:
            # Folded, those that stand for the others are all that is shown.
            column = "copies" if wanted.folds_copies else "campaign_id"
            return Condition(lambda case: getattr(case, column).is_not(None), is_indexed=True)
        case _:
            return None
