"""The report's numbers, counted by the database: one query for each breakdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, literal, type_coerce
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from analysis.screening import SetAsideKind
from feedback.calendar import Month
from feedback.calls.models import all_governments, all_municipalities, initiatives_of
from feedback.intake.models import AgeBand, Channel, Kind, Submission
from feedback.reporting.content import Figures, MonthPoint, Row, Tally
from feedback.reporting.scope import (
    IS_OPINION,
    Scope,
    count_when,
    figures_of,
    from_submissions,
)
from feedback.screening.kinds import Decision
from feedback.screening.models import Screening, voice_key
from feedback.triage.models import Case, CaseStatus

TREND_MONTHS = 6
NOT_GIVEN = "無回答"
LANGUAGE_NAMES = {"en": "英語", "zh": "中国語", "ko": "韓国語"}


@dataclass(frozen=True, slots=True)
class Totals:
    """The month in five numbers and their comparison."""

    opinions: Figures
    received: int
    non_opinions: int
    urgent: int
    unscreened: int


def totals(session: Session, scope: Scope) -> Totals:
    """What was received in the month, what is set aside counted but apart."""
    opinions = session.execute(
        from_submissions(*scope.figures).where(scope.compared, IS_OPINION)
    ).one()
    received = session.execute(
        from_submissions(
            func.count(Submission.id),
            count_when(Screening.is_set_aside.is_(True)),
            count_when(Screening.is_urgent.is_(True)),
            count_when(Screening.submission_id.is_(None)),
        ).where(scope.received(scope.month, scope.month))
    ).one()
    return Totals(figures_of(opinions), *received)


def set_aside(session: Session, scope: Scope) -> tuple[Tally, ...]:
    """What is not counted, by the reason why, in the order of the reasons; none is left unsaid."""
    query = (
        from_submissions(Screening.set_aside_kind, func.count(Submission.id))
        .where(scope.received(scope.month, scope.month), Screening.is_set_aside)
        .group_by(Screening.set_aside_kind)
    )
    found: dict[SetAsideKind, int] = dict(session.execute(query).all())
    return tuple(Tally(kind, kind.label, found[kind]) for kind in SetAsideKind if kind in found)


def trend(session: Session, scope: Scope, first_month: Month) -> tuple[MonthPoint, ...]:
    """The last six months, not before the call's first."""
    months = [scope.month.plus(-back) for back in reversed(range(TREND_MONTHS))]
    months = [month for month in months if month >= first_month] or [scope.month]
    place = cast(
        sql_case(
            *(
                (Submission.received_at < month.end, literal(position))
                for position, month in enumerate(months)
            )
        ),
        Integer,
    )
    rows = session.execute(
        from_submissions(place, func.count(Submission.id), func.count(voice_key().distinct()))
        .where(scope.received(months[0], scope.month), IS_OPINION)
        .group_by(place)
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    return tuple(
        MonthPoint(str(month), month.label, *found.get(position, (0, 0)))
        for position, month in enumerate(months)
    )


def by_government(session: Session, scope: Scope) -> tuple[Row, ...]:
    """Governments in their order."""
    labels = {
        each.slug: each.name if each.code else f"{each.name}（広域）"
        for each in all_governments(session)
        if each.slug in scope.governments
    }
    return _rows(_counted(session, scope, Submission.government_slug), labels)


def by_initiative(session: Session, scope: Scope) -> tuple[Row, ...]:
    """The initiatives of the governments and その他, in order, silent ones included."""
    counted = _counted(session, scope, Submission.initiative_slug)
    labels = {
        each.slug: each.name
        for each in initiatives_of(session, scope.call_id)
        if each.government_slug in (None, *scope.governments) or each.slug in counted
    }
    return _rows(counted, labels)


def by_municipality(session: Session, scope: Scope) -> tuple[Row, ...]:
    """The municipalities that were heard, the most voices first; 無回答 last."""
    counted = _counted(session, scope, Submission.municipality_code)
    short_names = {each.slug: each.short_name for each in all_governments(session)}
    is_region = len(scope.governments) > 1
    labels = {
        each.code: f"{short_names[each.government_slug]}　{each.name}" if is_region else each.name
        for each in all_municipalities(session)
        if each.code in counted
    }
    rows = sorted(_rows(counted, labels), key=lambda row: (row.key == "", -row.figures.voices))
    return tuple(rows)


def by_age(session: Session, scope: Scope) -> tuple[Row, ...]:
    """Every age band, then 無回答."""
    return _by_enum(session, scope, Submission.age_band, AgeBand)


def by_kind(session: Session, scope: Scope) -> tuple[Row, ...]:
    """Every kind of submission."""
    return _by_enum(session, scope, Submission.kind, Kind)


def by_channel(session: Session, scope: Scope) -> tuple[Row, ...]:
    """Every channel."""
    return _by_enum(session, scope, Submission.channel, Channel)


def by_status(session: Session, scope: Scope) -> tuple[Tally, ...]:
    """How far the month's submissions have come; without a case yet they are 未確認.

    What staff have set aside needs no more: it is 対応不要, also where nobody set that status.
    """
    is_settled = Screening.is_set_aside & (Screening.set_aside_state == Decision.CONFIRMED)
    waits = Case.status.in_((CaseStatus.NEW, CaseStatus.READING))
    status = sql_case((is_settled & waits, literal(CaseStatus.CLOSED.value)), else_=Case.status)
    query = (
        from_submissions(type_coerce(status, Case.status.type), func.count(Submission.id))
        .outerjoin(Case, Case.submission_id == Submission.id)
        .where(scope.received(scope.month, scope.month))
        .group_by(status)
    )
    counted: dict[CaseStatus, int] = dict.fromkeys(CaseStatus, 0)
    for status, submissions in session.execute(query):
        counted[status or CaseStatus.NEW] += submissions
    return tuple(Tally(each.value, each.label, number) for each, number in counted.items())


def other_languages(session: Session, scope: Scope) -> tuple[Tally, ...]:
    """The month's opinions in other languages than Japanese, the most frequent first."""
    query = (
        from_submissions(Screening.language, func.count(Submission.id))
        .where(scope.received(scope.month, scope.month), IS_OPINION, Screening.language != "ja")
        .group_by(Screening.language)
    )
    rows = sorted(session.execute(query), key=lambda row: (-row[1], row[0]))
    return tuple(Tally(code, LANGUAGE_NAMES.get(code, code), number) for code, number in rows)


def _by_enum(
    session: Session, scope: Scope, column: ColumnElement[Any] | Any, enum: type[StrEnum]
) -> tuple[Row, ...]:
    labels = {each.value: str(getattr(each, "label", each.value)) for each in enum}
    return _rows(_counted(session, scope, column), labels)


def _counted(session: Session, scope: Scope, column: Any) -> dict[str, Figures]:
    query = from_submissions(column, *scope.figures).where(scope.compared, IS_OPINION)
    rows: Sequence[Any] = session.execute(query.group_by(column)).all()
    return {row[0] or "": figures_of(row) for row in rows}


def _rows(counted: Mapping[str, Figures], labels: Mapping[str, str]) -> tuple[Row, ...]:
    rows = [Row(key, label, counted.get(key, Figures())) for key, label in labels.items()]
    if "" in counted:
        rows.append(Row("", NOT_GIVEN, counted[""]))
    return tuple(rows)
