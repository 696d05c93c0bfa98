"""What staff's decisions have brought so far, and which one would bring most next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Integer, Select, cast, func, select
from sqlalchemy.orm import Session, aliased

from feedback.calendar import JST
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.storage import utc_now
from feedback.theming import emerging, guards, line, members, overview
from feedback.theming.learning import FEWEST_DECISIONS
from feedback.theming.learnt import LearningStep, Learnt, learnt_of, steps_of
from feedback.theming.models import Assignment, Theme, ThemeState, themes_of
from feedback.web.actor import Actor
from feedback.web.permissions import Permission

WEEKS = 8
STEPS = 12
QUESTIONS = 10
WORDS = 4


@dataclass(frozen=True, slots=True)
class Week:
    """The decisions of one week, and how many were just what the machine proposed."""

    monday: date
    decided: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Taught:
    """A theme, and how many statements staff decided into it."""

    id: int
    name: str
    decided: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A decided statement that is like the one in question."""

    text: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Question:
    """A statement of which a decision would teach much."""

    statement_id: int
    text: str
    submission_id: int
    theme_id: int
    theme_name: str
    runner_up_id: int | None
    runner_up_name: str | None
    percent: int
    words: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class LessonsPage:
    """Everything on the page."""

    call: Call
    title: str
    learnt: Learnt | None
    steps: Sequence[LearningStep]
    """The newest first."""
    weeks: Sequence[Week]
    themes: Sequence[Taught]
    decisions: int
    missing: int
    """How many more decisions are needed before anything is learnt."""
    line: int
    questions: Sequence[Question]
    signs: int
    may_edit: bool


def page(session: Session, slug: str | None, *, actor: Actor) -> LessonsPage:
    """The page of a call; of the newest call when none is named.

    Raises:
        NotFound: when there is no such call.
    """
    call = overview.call_of(session, slug)
    themes = _taught(session, call.id)
    decisions = sum(each.decided for each in themes)
    may_edit = guards.may_edit(session, call.id, actor)
    return LessonsPage(
        call=call,
        title=overview.titles_of(session)[call.id],
        learnt=learnt_of(session, call.id),
        steps=steps_of(session, call.id, limit=STEPS),
        weeks=_weeks(session, call.id),
        themes=themes,
        decisions=decisions,
        missing=max(0, FEWEST_DECISIONS - decisions),
        line=line.usual(session, call.id),
        questions=questions(session, call.id, actor=actor) if may_edit else [],
        signs=emerging.count(session, call.id),
        may_edit=may_edit,
    )


def questions(
    session: Session, call_id: int, *, actor: Actor, limit: int = QUESTIONS
) -> list[Question]:
    """What to ask the reader next: of the governments that they decide for, most telling first."""
    themes = themes_of(session, call_id)
    rows = session.execute(_waiting(call_id, members.within_reach(actor)).limit(limit)).all()
    evidence = _evidence(session, [each for row in rows for each in row.evidence], actor)
    return [
        Question(
            statement_id=row.id,
            text=row.text,
            submission_id=row.submission_id,
            theme_id=row.theme_id,
            theme_name=themes[row.theme_id].name,
            runner_up_id=second.id if second else None,
            runner_up_name=second.name if second else None,
            percent=line.percent_of(row.confidence),
            words=tuple(each["word"] for each in row.reasons[:WORDS]),
            evidence=tuple(evidence[each] for each in row.evidence if each in evidence),
        )
        for row in rows
        for second in [_open(themes.get(row.runner_up_id))]
    ]


def _waiting(call_id: int, governments: Collection[str]) -> Select[*tuple[object, ...]]:
    return (
        select(
            Statement.id,
            Statement.text,
            Statement.submission_id,
            Assignment.theme_id,
            Assignment.runner_up_id,
            Assignment.confidence,
            Assignment.reasons,
            Assignment.evidence,
        )
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(
            Submission.call_id == call_id,
            Submission.government_slug.in_(governments),
            Assignment.decided_by.is_(None),
            Assignment.theme_id.is_not(None),
            Assignment.teaches > 0,
        )
        .order_by(Assignment.teaches.desc(), Statement.id)
    )


def _evidence(
    session: Session, statement_ids: Collection[int], actor: Actor
) -> Mapping[int, Evidence]:
    query = (
        select(Statement.id, Statement.text, Assignment.decided_by)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(
            Statement.id.in_(statement_ids),
            Submission.government_slug.in_(actor.governments(Permission.READ_CASES)),
            Assignment.decided_by.is_not(None),
        )
    )
    return {row.id: Evidence(row.text, row.decided_by) for row in session.execute(query)}


def _open(theme: Theme | None) -> Theme | None:
    return theme if theme is not None and theme.state is ThemeState.OPEN else None


def _taught(session: Session, call_id: int) -> list[Taught]:
    above = aliased(Theme)
    query = (
        select(Theme, above, func.count(Assignment.id), func.count(Assignment.decided_by))
        .outerjoin(above, above.id == Theme.parent_id)
        .outerjoin(Assignment, Assignment.theme_id == Theme.id)
        .where(Theme.call_id == call_id, Theme.state == ThemeState.OPEN)
        .group_by(Theme.id, above.id)
    )
    found = [
        Taught(
            theme.id, f"{parent.name} └ {theme.name}" if parent else theme.name, done, total - done
        )
        for theme, parent, total, done in session.execute(query)
    ]
    return sorted(found, key=lambda each: (-each.decided, -each.undecided, each.id))


def _weeks(session: Session, call_id: int) -> list[Week]:
    this = utc_now().astimezone(JST).date()
    first = this - timedelta(days=this.weekday(), weeks=WEEKS - 1)
    query = (
        select(Assignment.decided_at, func.coalesce(cast(Assignment.agreed, Integer), 0))
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(
            Submission.call_id == call_id,
            Assignment.decided_at.is_not(None),
            Assignment.agreed.is_not(None),
        )
    )
    decided: dict[date, list[int]] = {}
    for at, agreed in session.execute(query):
        if at is None:
            continue
        day = at.astimezone(JST).date()
        decided.setdefault(day - timedelta(days=day.weekday()), []).append(agreed)
    return [
        Week(monday, len(own), sum(own))
        for monday, own in sorted(decided.items())
        if monday >= first
    ]
