"""Learn from staff's decisions about a call, and file anew what nobody has decided.

A decision of staff is never changed. What they have not decided goes where the learner puts it;
each such statement shows why (its words, and the decided statements most like it) and how much a
decision about it would teach. What resembles nothing known is offered as a new theme.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from analysis import words
from analysis.learner import Emerging, Hint, Known, Learner, Proposal
from analysis.tokens import tokenizer
from feedback.intake.models import Submission
from feedback.queue import service as queue
from feedback.screening.models import Statement
from feedback.storage import utc_now
from feedback.theming import material, meaning
from feedback.theming.learnt import (
    EmergingState,
    EmergingTheme,
    LearningStep,
    Learnt,
    emerging_of,
)
from feedback.theming.material import Material
from feedback.theming.models import (
    Assignment,
    Run,
    RunAssignment,
    Theme,
    ThemeState,
    last_run,
    standing,
    themes_of,
)

#: Below this, what staff decided is too little to go by.
FEWEST_DECISIONS = 10
#: So many decisions since the last learning are worth another.
NEW_DECISIONS = 5
#: Decisions come in rows: some are gathered before the next learning.
GATHERING = timedelta(seconds=20)
READING_JOB = "theming.read_meanings"
SEED = 0
REASONS = 6
LABEL_CHARACTERS = 100
_SAME_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Stand:
    """A statement as it stands: its assignment, and the theme that staff decided, if they did."""

    assignment_id: int
    decided: str | None
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that a learning needs."""

    call_id: int
    run_id: int | None
    read_at: datetime
    material: Material
    stands: Mapping[int, Stand]
    themes: tuple[Known, ...]
    hints: Mapping[int, Hint]
    read: Mapping[int, bytes]

    @property
    def decisions(self) -> int:
        """How many statements staff put into a theme."""
        return sum(each.decided is not None for each in self.stands.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a learning, before it is stored; everything by statement."""

    learner: Learner
    model: bytes
    proposals: Mapping[int, Proposal]
    reasons: Mapping[int, list[dict[str, Any]]]
    teaches: Mapping[int, float]
    example_ids: tuple[int, ...]
    emerging: tuple[tuple[Emerging, tuple[int, ...]], ...]


def enqueue(session: Session, call_id: int, *, anew: bool = False) -> None:
    """Put a learning into the outbox, once while it waits; ``anew`` whatever was decided since."""
    payload = {"call_id": call_id, "anew": anew}
    key = f"learn:{call_id}:{'anew' if anew else 'more'}"
    delay = timedelta(0) if anew else GATHERING
    queue.enqueue(session, "theming.learn", payload, key=key, delay=delay)


def enqueue_reading(session: Session, call_id: int) -> None:
    """Have the encoders read what they have not read of a call."""
    payload = {"call_id": call_id}
    queue.enqueue(session, READING_JOB, payload, key=f"meanings:{call_id}")


def is_worth_it(session: Session, call_id: int) -> bool:
    """Whether enough was decided, or taken back, since the last learning."""
    now = _decisions(call_id)
    total = session.scalar(now) or 0
    before = session.get(Learnt, call_id)
    if total < FEWEST_DECISIONS:
        return False
    if before is None:
        return True
    new = session.scalar(now.where(Assignment.decided_at > before.learnt_at)) or 0
    return max(new, abs(total - before.decisions)) >= NEW_DECISIONS


def read(session: Session, call_id: int) -> Lesson:
    """Read everything that a learning of this call needs."""
    run = last_run(session, call_id)
    themes = themes_of(session, call_id)
    whole = material.read(session, call_id)
    stands = _stands(session, call_id)
    # What staff put to 未分類 teaches no theme and need not be asked again.
    rows = [
        at
        for at, each in enumerate(whole.statement_ids)
        if each in stands and (stands[each].decided or not stands[each].is_decided)
    ]
    kept = Material(
        tuple(whole.statement_ids[at] for at in rows),
        tuple(whole.documents[at] for at in rows),
        whole.tokenizers,
    )
    return Lesson(
        call_id=call_id,
        run_id=run.id if run else None,
        read_at=utc_now(),
        material=kept,
        stands=stands,
        themes=tuple(_known(each) for each in themes.values() if each.state is ThemeState.OPEN),
        hints=_hints(session, run, themes),
        read=meaning.known(session, kept.statement_ids),
    )


def compute(lesson: Lesson) -> Outcome:
    """Learn; touches no database."""
    ids, documents = lesson.material.statement_ids, lesson.material.documents
    learner = Learner(seed=SEED).fit(
        documents,
        [lesson.stands[each].decided for each in ids],
        lesson.themes,
        hints=[lesson.hints.get(each) for each in ids],
        read=meaning.together(ids, lesson.read),
    )
    found = {each: one for each, one in zip(ids, learner.proposals_, strict=True) if one}
    open_ids = [each for each in ids if lesson.stands[each].decided is None]
    spoken = dict(zip(ids, documents, strict=True))
    return Outcome(
        learner=learner,
        model=learner.to_bytes(),
        proposals=found,
        reasons={
            each: reasons(learner, spoken[each].words, found[each].theme)
            for each in open_ids
            if each in found
        },
        teaches={
            each: round(float(teaches), 6)
            for each, teaches in zip(ids, learner.teaches_, strict=True)
        },
        example_ids=tuple(ids[at] for at in learner.examples_),
        emerging=tuple(
            (group, tuple(ids[at] for at in group.documents)) for group in learner.emerging_
        ),
    )


def reasons(learner: Learner, spoken: Sequence[str], theme: str) -> list[dict[str, Any]]:
    """The few words that pulled a statement to a theme, strongest first."""
    strongest = learner.explain(spoken, theme)[:REASONS]
    return [{"word": each.word, "weight": each.weight} for each in strongest if each.weight > 0]


def store(session: Session, lesson: Lesson, outcome: Outcome) -> None:
    """Keep the learner, file anew what is undecided, and offer what is new."""
    themes = themes_of(session, lesson.call_id)
    _keep(session, lesson, outcome)
    rows = [
        row
        for each, proposal in outcome.proposals.items()
        if (row := _row(lesson.stands[each], each, proposal, outcome, themes)) is not None
    ]
    still = _undecided(session, lesson.call_id)
    rows = [row for row in rows if row["id"] in still]
    if rows:
        session.execute(update(Assignment), rows)
    _offer(session, lesson, outcome)


def _keep(session: Session, lesson: Lesson, outcome: Outcome) -> None:
    told = outcome.learner.calibration_
    session.merge(
        Learnt(
            call_id=lesson.call_id,
            learnt_at=lesson.read_at,
            decisions=lesson.decisions,
            example_ids=list(outcome.example_ids),
            calibration=asdict(told),
            model=outcome.model,
            model_hash=hashlib.sha256(outcome.model).hexdigest(),
        )
    )
    session.add(
        LearningStep(
            call_id=lesson.call_id,
            learnt_at=lesson.read_at,
            decisions=lesson.decisions,
            accuracy=told.accuracy,
            macro_f1=told.macro_f1,
            line=told.line,
            above=told.above,
        )
    )
    session.flush()


def _row(
    stand: Stand, statement: int, proposal: Proposal, outcome: Outcome, themes: dict[int, Theme]
) -> dict[str, Any] | None:
    theme_id = _open_theme(themes, proposal.theme)
    if stand.is_decided or theme_id is None:
        return None
    second = proposal.others[0][0] if proposal.others else None
    return {
        "id": stand.assignment_id,
        "theme_id": theme_id,
        "proposed_theme_id": theme_id,
        "runner_up_id": _open_theme(themes, second) if second else None,
        "confidence": proposal.confidence,
        "reasons": outcome.reasons.get(statement, []),
        "evidence": [outcome.example_ids[at] for at in proposal.nearest],
        "teaches": outcome.teaches.get(statement, 0.0),
    }


def _offer(session: Session, lesson: Lesson, outcome: Outcome) -> None:
    """Replace the proposed themes that nobody has decided about."""
    known = emerging_of(session, lesson.call_id)
    decided = [set(one.statement_ids) for one in known if one.state is not EmergingState.OPEN]
    session.execute(
        delete(EmergingTheme).where(
            EmergingTheme.call_id == lesson.call_id, EmergingTheme.state == EmergingState.OPEN
        )
    )
    for group, statement_ids in outcome.emerging:
        own = set(statement_ids)
        if any(len(own & other) >= _SAME_SHARE * len(own) for other in decided):
            continue
        session.add(
            EmergingTheme(
                call_id=lesson.call_id,
                label=group.label[:LABEL_CHARACTERS],
                keywords=list(group.keywords),
                statement_ids=list(statement_ids),
                voices=group.voices,
                found_at=lesson.read_at,
                state=EmergingState.OPEN,
            )
        )


def _open_theme(themes: dict[int, Theme], key: str) -> int | None:
    theme = standing(themes, int(key)) if int(key) in themes else None
    return theme.id if theme is not None and theme.state is ThemeState.OPEN else None


def _decisions(call_id: int) -> Select[int]:
    return (
        select(func.count())
        .select_from(Assignment)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(
            Submission.call_id == call_id,
            Assignment.decided_by.is_not(None),
            Assignment.theme_id.is_not(None),
        )
    )


def _stands(session: Session, call_id: int) -> dict[int, Stand]:
    query = (
        select(Assignment.statement_id, Assignment.id, Assignment.theme_id, Assignment.decided_by)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(Submission.call_id == call_id)
    )
    return {
        row.statement_id: Stand(
            assignment_id=row.id,
            decided=str(row.theme_id) if row.decided_by and row.theme_id else None,
            is_decided=row.decided_by is not None,
        )
        for row in session.execute(query)
    }


def _undecided(session: Session, call_id: int) -> set[int]:
    query = (
        select(Assignment.id)
        .join(Statement, Statement.id == Assignment.statement_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .where(Submission.call_id == call_id, Assignment.decided_by.is_(None))
    )
    return set(session.scalars(query))


def _known(theme: Theme) -> Known:
    cutter = tokenizer("auto")
    named = [*words.content_words(cutter.tokens(theme.name)), *theme.keywords]
    return Known(str(theme.id), theme.name, tuple(dict.fromkeys(named)))


def _hints(session: Session, run: Run | None, themes: dict[int, Theme]) -> dict[int, Hint]:
    if run is None:
        return {}
    query = select(
        RunAssignment.statement_id, RunAssignment.theme_id, RunAssignment.confidence
    ).where(RunAssignment.run_id == run.id, RunAssignment.theme_id.is_not(None))
    found = {}
    for statement, theme_id, confidence in session.execute(query):
        now = _open_theme(themes, str(theme_id))
        if now is not None:
            found[statement] = Hint(str(now), confidence)
    return found
