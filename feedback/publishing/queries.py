"""What the public pages read across the rooms before them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, false, func, select
from sqlalchemy.orm import Session

from feedback.answering.models import Answer, AnswerState
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.reporting.quotes import MAY_BE_QUOTED
from feedback.screening.models import CampaignMember, Screening, Statement, voice_key
from feedback.theming.counts import SUBMISSIONS, Counts, voices
from feedback.theming.models import Assignment, Theme, ThemeState


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme as far as its visibility goes."""

    id: int
    call_id: int
    parent_id: int | None
    name: str
    state: ThemeState
    merged_into_id: int | None
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A citizen's masked words, published with consent."""

    text: str
    language: str
    government_slug: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where one statement of a submission stands."""

    theme_id: int | None
    decided_at: datetime | None


def theme_rows(session: Session, call_ids: Iterable[int] | None) -> dict[int, ThemeRow]:
    """Every theme of these published calls (of all, when None), whatever its state."""
    query = (
        select(
            Theme.id,
            Theme.call_id,
            Theme.parent_id,
            func.coalesce(Theme.staff_label, Theme.label),
            Theme.state,
            Theme.merged_into_id,
            Theme.checked_at,
        )
        .join(Call, Call.id == Theme.call_id)
        .where(Call.is_published)
        .order_by(Theme.id)
    )
    if call_ids is not None:
        query = query.where(Theme.call_id.in_(list(call_ids)))
    return {row[0]: ThemeRow(*row) for row in session.execute(query)}


def heard(session: Session, *, since: datetime | None = None) -> Counts:
    """Opinions to published calls; what screening found to be none is left out."""
    conditions = [_is_opinion(), Call.is_published]
    if since is not None:
        conditions.append(Submission.received_at >= since)
    query = (
        select(SUBMISSIONS, voices())
        .select_from(Submission)
        .join(Call, Call.id == Submission.call_id)
        .outerjoin(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(*conditions)
    )
    row = session.execute(query).one()
    return Counts(row.submissions, row.voices)


def unsorted(session: Session, call_id: int, covered: Collection[int]) -> int:
    """Opinions to a call of which no statement is counted in a public theme yet."""
    sorted_already = (
        select(Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(Assignment.theme_id.in_(sorted(covered)) if covered else false())
    )
    query = (
        select(func.count())
        .select_from(Submission)
        .outerjoin(Screening, Screening.submission_id == Submission.id)
        .where(Submission.call_id == call_id, _is_opinion(), Submission.id.not_in(sorted_already))
    )
    return session.scalar(query) or 0


def answered_theme_ids(session: Session) -> Sequence[int]:
    """The themes with a published answer, the last published first."""
    query = (
        select(Answer.theme_id)
        .where(Answer.state == AnswerState.PUBLISHED)
        .group_by(Answer.theme_id)
        .order_by(func.max(Answer.published_at).desc(), Answer.theme_id)
    )
    return session.scalars(query).all()


def quotes_of(
    session: Session, theme_ids: Collection[int], central: Sequence[int], limit: int
) -> list[Quote]:
    """Quotes from a theme with its subthemes: the representative ones first, one a voice."""
    voice = voice_key()
    rank = (_rank(central), Assignment.confidence.desc(), Statement.id)
    ranked = (
        select(
            Statement.text,
            Screening.language,
            Submission.government_slug,
            Submission.received_at,
            func.row_number().over(partition_by=voice, order_by=rank).label("place_in_voice"),
            func.row_number().over(order_by=rank).label("place"),
        )
        .select_from(Assignment)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Screening, Screening.submission_id == Submission.id)
        .outerjoin(CampaignMember, CampaignMember.submission_id == Submission.id)
        .where(Assignment.theme_id.in_(list(theme_ids)), MAY_BE_QUOTED)
        .subquery()
    )
    query = (
        select(*(each for each in ranked.c if not each.name.startswith("place")))
        .where(ranked.c.place_in_voice == 1)
        .order_by(ranked.c.place)
        .limit(limit)
    )
    return [Quote(*row) for row in session.execute(query)]


def places_of(session: Session, submission_id: int) -> list[Place]:
    """Where each statement of a submission stands, in their order."""
    query = (
        select(Assignment.theme_id, Assignment.decided_at)
        .select_from(Statement)
        .outerjoin(Assignment, Assignment.statement_id == Statement.id)
        .where(Statement.submission_id == submission_id)
        .order_by(Statement.position)
    )
    return [Place(*row) for row in session.execute(query)]


def _is_opinion() -> ColumnElement[bool]:
    """Not found to be none; what waits for screening counts as one."""
    return Screening.is_set_aside.is_not(True)


def _rank(central: Sequence[int]) -> ColumnElement[int]:
    """The place in the theme's own list of representative statements."""
    if not central:
        return Statement.position.expression
    places = [(Statement.id == each, place) for place, each in enumerate(central)]
    return case(*places, else_=len(places))
