"""Bring a living system into an empty database, step by step, through the rooms' services.

Each step and its mark are one transaction, so that a loading that was interrupted goes on where
it stopped the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.answering import service as answering
from feedback.app import create_registry
from feedback.audit import service as audit
from feedback.audit.models import AuditEntry
from feedback.calendar import Month
from feedback.calls import callfile
from feedback.calls.models import Call, governments_of, published_calls
from feedback.demo import casework, curation, office, opinions, people, topics
from feedback.demo.topics import PreparedAnswer
from feedback.queue.models import Job, JobState
from feedback.queue.worker import Worker
from feedback.reporting import service as reporting
from feedback.settings import Settings
from feedback.storage import Database, utc_now
from feedback.theming import learning

LOADED = audit.declare("demo.loaded", "見本データを入れた", "step")

#: Whose last month's report still waits for approval.
UNAPPROVED = "saitama"
#: The second encoder needs a minute for the demo's statements; it gets it after the start.
LATER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the steps share."""

    contact_key: str
    now: datetime


Step = Callable[[Session, Demo], None]


def load(database: Database, settings: Settings, say: Callable[[str], None]) -> bool:
    """Load the demo unless the database holds something else or the whole demo; whether it did."""
    with database.reading() as session:
        done = _steps_done(session)
        is_wanted = bool(done) or _is_empty(session)
    missing = [each for each in STEPS if each not in done]
    if not is_wanted or not missing:
        return False
    worker = Worker(
        database, create_registry(settings), tokenizer=settings.tokenizer, poll_seconds=1
    )
    demo = Demo(settings.contact_key, utc_now())
    for number, name in enumerate(STEPS, 1):
        if name in missing:
            say(f"見本データを準備しています（{number}/{len(STEPS)} {name}）…")
            with database.transaction() as session:
                STEPS[name](session, demo)
                audit.record(session, LOADED, actor=None, subject="call:demo", step=name)
        _work(database, worker)
    return True


def _steps_done(session: Session) -> set[str]:
    entries = session.scalars(select(AuditEntry).where(AuditEntry.event == LOADED.name))
    return {entry.details["step"] for entry in entries}


def _is_empty(session: Session) -> bool:
    # An installation with an account or a call belongs to somebody, even before its first opinion.
    entries = session.scalar(select(func.count()).select_from(AuditEntry))
    return not entries and not published_calls(session)


def _work(database: Database, worker: Worker) -> None:
    """Let the worker's own code do what waits; nobody else is coming, so delays are skipped."""
    waiting = update(Job).where(Job.state == JobState.QUEUED, Job.attempts == 0)
    is_slow = Job.name == learning.READING_JOB
    is_open = True
    while is_open:
        with database.transaction() as session:
            session.execute(waiting.where(~is_slow).values(run_at=utc_now()))
            session.execute(waiting.where(is_slow).values(run_at=utc_now() + LATER))
        is_open = worker.run_one()
    with database.transaction() as session:
        session.execute(waiting.values(run_at=utc_now()))


def _standing_call(session: Session) -> Call:
    return published_calls(session)[0]


def _add_people(session: Session, _demo: Demo) -> None:
    people.add_all(session)


def _open_call(session: Session, demo: Demo) -> None:
    first_month = Month.of(demo.now).plus(-opinions.MONTHS_BACK)
    callfile.open_call(session, callfile.STANDING_CALL, opens_at=first_month.start)


def _submit_opinions(session: Session, demo: Demo) -> None:
    opinions.submit_all(
        session, _standing_call(session), contact_key=demo.contact_key, now=demo.now
    )


def _work_on_cases(session: Session, demo: Demo) -> None:
    casework.work_on_cases(session, _standing_call(session), now=demo.now)


def _name_and_answer(session: Session, _demo: Demo) -> None:
    known = topics.read_topics()
    themes = curation.curate(session, _standing_call(session), known)
    for topic in known:
        if topic.name in themes:
            _answer(session, themes[topic.name].id, topic.answers)


def _answer(session: Session, theme_id: int, prepared: Sequence[PreparedAnswer]) -> None:
    for each in prepared:
        actor = people.approver_of(session, each.government)
        text = answering.AnswerText(each.current_action, each.future_policy)
        draft = answering.save_draft(
            session, theme_id, each.government, text, version=0, actor=actor
        )
        if not each.is_draft:
            answering.publish(
                session, theme_id, each.government, version=draft.version, actor=actor
            )


def _report(session: Session, demo: Demo) -> None:
    call = _standing_call(session)
    this_month = Month.of(demo.now)
    for months_back in range(opinions.MONTHS_BACK, 0, -1):
        month = this_month.plus(-months_back)
        for government in governments_of(session, call.id):
            actor = people.approver_of(session, government.slug)
            report = reporting.draft(session, call.id, month, government.slug, actor=actor)
            if months_back > 1 or government.slug != UNAPPROVED:
                reporting.approve(session, report.id, content_hash=report.content_hash, actor=actor)


def _set_up_office(session: Session, demo: Demo) -> None:
    office.set_up(session, _standing_call(session), contact_key=demo.contact_key, now=demo.now)


STEPS: dict[str, Step] = {
    "職員": _add_people,
    "意見募集": _open_call,
    "意見と分析": _submit_opinions,
    "職員の対応": _work_on_cases,
    "テーマの確認と回答": _name_and_answer,
    "月次報告": _report,
    "課と個別の回答": _set_up_office,
}
