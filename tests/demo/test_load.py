"""The demo is a living system, made through the same services as everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Role, Section, Staff
from feedback.answering.models import Answer, AnswerState
from feedback.answering.reply_models import Reply, ReplyState, ReplyTemplate
from feedback.audit import service as audit
from feedback.calendar import Month
from feedback.calls.models import published_calls
from feedback.demo import load, office, opinions, people, topics
from feedback.intake.models import Channel, Contact, Handover, Submission
from feedback.queue.models import Job, JobState
from feedback.reporting.models import Report, ReportState
from feedback.screening.models import Campaign, Screening
from feedback.settings import Settings, from_environment
from feedback.storage import Database, utc_now
from feedback.theming import learning
from feedback.theming import service as theming
from feedback.theming.models import Run
from feedback.triage.models import Case, CaseNote, CaseStatus, CaseTag
from tests.conftest import migrated


def settings_for(folder: Path) -> Settings:
    return from_environment({"MEYASUBAKO_MODE": "demo", "DATA_DIR": str(folder)})


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo as ``make run`` loads it first; loading takes seconds, so once."""
    settings = settings_for(tmp_path_factory.mktemp("demo"))
    migrated(settings.database_url)
    database = Database(settings.database_url)
    said: list[str] = []
    assert load.load(database, settings, said.append)
    assert len(said) == len(load.STEPS)
    yield database
    database.dispose()


@pytest.fixture
def session(loaded: Database) -> Iterator[Session]:
    with loaded.reading() as session:
        yield session


def count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def test_opinions_came_in_over_six_months_and_never_in_the_future(session: Session) -> None:
    times = session.scalars(select(Submission.received_at)).all()
    this_month = Month.of(utc_now())
    assert len(times) > 800
    assert {Month.of(each) for each in times} == {this_month.plus(-back) for back in range(6)}
    assert max(times) <= utc_now()


def test_every_channel_language_and_government_is_there(session: Session) -> None:
    assert {Channel.FORM, Channel.PAPER, Channel.EMAIL, Channel.PHONE} == set(
        session.scalars(select(Submission.channel).distinct())
    )
    assert len(set(session.scalars(select(Submission.language)))) == 5
    assert len(set(session.scalars(select(Submission.government_slug)))) == 5
    assert count(session, Screening.is_urgent, Screening.has_personal_data.is_not(None)) > 0
    assert count(session, Screening.has_personal_data) > 0
    assert count(session, Campaign.id > 0) >= 2


def test_nothing_waits_but_the_slow_reading_and_nothing_failed(session: Session) -> None:
    waiting = session.execute(select(Job.name, Job.run_at).where(Job.state != JobState.DONE)).all()
    assert [job.name for job in waiting] == [learning.READING_JOB]
    assert waiting[0].run_at <= utc_now()
    assert count(session, Job.error.is_not(None)) == 0
    assert count(session, Run.id > 0) == 1


def test_staff_have_named_answered_and_left_themes_open(session: Session) -> None:
    call = published_calls(session)[0]
    themes = theming.themes_of_call(session, call.id)
    below = [child for theme in themes for child in theme.children]
    names = {each.name for each in below}
    assert {topic.name for topic in topics.read_topics()} <= names
    states = Counter(each.state for each in session.scalars(select(Answer)))
    assert states[AnswerState.PUBLISHED] == 7
    assert states[AnswerState.DRAFT] == 2
    assert sum(1 for each in below if not each.answer_states) > 10


def test_the_chatbot_theme_has_only_now_come_up(session: Session) -> None:
    call = published_calls(session)[0]
    chatbot = next(
        child
        for theme in theming.themes_of_call(session, call.id)
        for child in theme.children
        if child.name == "AIチャットの回答の正確さ"
    )
    assert chatbot.counts.voices >= 10
    assert chatbot.answer_states == {"tokyo": "draft"}


def test_cases_stand_at_every_status(session: Session) -> None:
    statuses = Counter(session.scalars(select(Case.status)))
    assert set(statuses) == set(CaseStatus)
    assert count(session, CaseNote.id > 0) >= 4
    assert count(session, CaseTag.tag != "") >= 4


def test_reports_of_five_months_are_approved_but_one(session: Session) -> None:
    states = Counter(session.scalars(select(Report.state)))
    assert states == {ReportState.APPROVED: 24, ReportState.DRAFT: 1}
    waiting = session.scalars(select(Report).where(Report.state == ReportState.DRAFT)).one()
    assert waiting.government_slug == load.UNAPPROVED
    assert waiting.month == Month.of(utc_now()).plus(-1).first_day


def test_there_is_an_account_for_each_role_and_only_invented_contacts(
    session: Session,
) -> None:
    logins = set(session.scalars(select(Staff.login)))
    assert logins == {each.login for each in people.PEOPLE}
    assert {each.role for each in people.PEOPLE} == set(Role)
    assert count(session, Contact.submission_id > 0) == len(office.WRITERS)
    assert all(each.email.endswith("@example.jp") for each in office.WRITERS)


def test_the_office_has_sections_deadlines_templates_replies_and_a_handover(
    session: Session,
) -> None:
    assert count(session, Section.id > 0) == len(office.SECTIONS)
    assert count(session, ReplyTemplate.id > 0) == len(office.TEMPLATES)
    assert count(session, Handover.id > 0) == 1
    states = set(session.scalars(select(Reply.state)))
    assert states == {ReplyState.DRAFT, ReplyState.WAITING, ReplyState.POSTED}


def test_the_audit_chain_holds_and_a_second_loading_changes_nothing(
    loaded: Database, tmp_path: Path
) -> None:
    with loaded.reading() as session:
        before = audit.verify(session)
    assert before.problems == ()
    assert not load.load(loaded, settings_for(tmp_path), lambda _: None)
    with loaded.reading() as session:
        assert audit.verify(session).entries == before.entries


def test_a_database_that_somebody_uses_is_left_alone(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        people.add_all(session)
    assert not load.load(database, settings, lambda _: None)
    with database.reading() as session:
        assert count(session, Submission.id > 0) == 0


def test_an_interrupted_loading_goes_on_where_it_stopped(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_two = dict(list(load.STEPS.items())[:2])
    with monkeypatch.context() as patch:
        patch.setattr(load, "STEPS", first_two)
        assert load.load(database, settings, lambda _: None)
    monkeypatch.setattr(load, "STEPS", dict(list(load.STEPS.items())[:3]))
    said: list[str] = []
    assert load.load(database, settings, said.append)
    assert len(said) == 1
    with database.reading() as session:
        assert count(session, Submission.id > 0) > 800


def test_the_same_opinion_comes_at_the_same_moment_within_its_month() -> None:
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    row = {"key": "tokyo-001", "month": "-1"}
    assert opinions.received_at(row, now) == opinions.received_at(row, now)
    assert Month.of(opinions.received_at(row, now)) == Month(2026, 10)
    first_minute = datetime(2026, 10, 31, 15, 1, tzinfo=UTC)
    assert opinions.received_at({"key": "tokyo-002", "month": "0"}, first_minute) <= first_minute
