"""The rules of cases."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role
from feedback.app import create_registry
from feedback.audit.models import AuditEntry
from feedback.queue import service as queue
from feedback.queue.worker import Worker
from feedback.storage import Database
from feedback.theming import service as theming
from feedback.theming.models import Assignment
from feedback.triage import conflicts, decisions, errors, notes, tags
from feedback.triage import service as triage
from feedback.triage.decisions import ThemeChoice
from feedback.triage.filters import QueueFilter
from feedback.triage.models import Case, CaseStatus, notes_of, tags_of
from feedback.triage.page import case_page
from feedback.triage.service import CaseState
from feedback.web.actor import NotPermitted
from feedback.web.errors import NotFound
from tests.triage.builders import MECAB, a_member, a_theme, an_actor, an_opinion, proposed

BODY = "押印を廃止してほしい。"


def entries(session: Session, subject: str) -> list[tuple[str, dict[str, object]]]:
    query = sa.select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    return [(each.event, each.details) for each in session.scalars(query)]


def test_a_change_moves_the_case_and_is_audited(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        worker = a_member(session, "山本").id
        wanted = CaseState(CaseStatus.READING, worker, date(2026, 12, 1))
        assert triage.change_case(session, at, wanted, version=1, actor=actor)
        case = session.get_one(Case, at)
        assert (case.status, case.assignee_id, case.due_on) == (
            CaseStatus.READING,
            worker,
            date(2026, 12, 1),
        )
        assert case.version == 2
        assert case.read_at is not None
        assert entries(session, f"submission:{at}") == [
            ("triage.status_changed", {"before": "new", "after": "reading", "version": 2}),
            ("triage.assigned", {"before": None, "after": worker, "version": 2}),
            ("triage.due_changed", {"before": None, "after": "2026-12-01", "version": 2}),
        ]
        assert not triage.change_case(session, at, wanted, version=2, actor=actor)
        assert case.version == 2
        assert len(entries(session, f"submission:{at}")) == 3


def test_a_stale_form_overwrites_nothing_and_is_told_what_changed(database: Database) -> None:
    first, second = an_actor(database, "田中"), an_actor(database, "鈴木")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        state = CaseState(CaseStatus.CLOSED, None, None)
        triage.change_case(session, at, state, version=1, actor=first)
        mine = CaseState(CaseStatus.READING, second.id, None)
        with pytest.raises(errors.CaseChanged) as problem:
            triage.change_case(session, at, mine, version=1, actor=second)
        assert session.get_one(Case, at).status is CaseStatus.CLOSED
        assert problem.value.since_version == 1
        page = case_page(session, at, QueueFilter(), MECAB, actor=second)
        found = conflicts.of_state(page, mine, CaseState(CaseStatus.NEW, None, None))
        assert [(row.label, row.mine, row.now, row.who) for row in found.rows] == [
            ("対応状況", "確認中", "対応不要", "田中"),
            ("担当", "鈴木", "担当なし", None),
        ]
        assert found.overwrites == mine


@pytest.mark.parametrize("before", list(CaseStatus))
def test_only_the_listed_statuses_may_follow(before: CaseStatus) -> None:
    following = set(triage.NEXT_STATUSES[before])
    assert before not in following
    assert CaseStatus.NEW not in following
    assert following


def test_a_status_that_may_not_follow_is_refused(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        with pytest.raises(errors.StatusRefused, match="「未確認」から「回答済み」"):
            triage.change_case(
                session, at, CaseState(CaseStatus.ANSWERED, None, None), version=1, actor=actor
            )
        assert session.get_one(Case, at).version == 1


def test_the_assignee_works_for_the_government(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        own, regional = (
            an_opinion(session, BODY),
            an_opinion(session, BODY, government_slug="region"),
        )
        other = a_member(session, "木村", government="saitama").id
        officer = a_member(session, "責任者", Role.CIO).id
        for assignee in (other, officer, 10**12):
            with pytest.raises(errors.AssigneeRefused):
                triage.change_case(
                    session, own, CaseState(CaseStatus.NEW, assignee, None), version=1, actor=actor
                )
        triage.change_case(
            session, regional, CaseState(CaseStatus.NEW, other, None), version=1, actor=actor
        )


def test_another_governments_case_is_not_there(database: Database) -> None:
    actor = an_actor(database, government="saitama")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "押印")
        (statement,) = proposed(session, at, theme)
        own = an_opinion(session, BODY, government_slug="saitama")
        state = CaseState(CaseStatus.READING, None, None)
        choice = [ThemeChoice(statement, theme)]
        refused = [
            lambda: triage.visible(session, at, actor=actor),
            lambda: triage.visible(session, 2**70, actor=actor),
            lambda: case_page(session, at, QueueFilter(), MECAB, actor=actor),
            lambda: triage.change_case(session, at, state, version=1, actor=actor),
            lambda: notes.add_note(session, at, "メモ", actor=actor),
            lambda: notes.remove_note(session, at, 1, actor=actor),
            lambda: tags.add_tag(session, at, "印", actor=actor),
            lambda: tags.remove_tag(session, at, "印", actor=actor),
            lambda: decisions.choose_themes(session, at, choice, actor=actor),
            lambda: decisions.choose_themes(session, own, choice, actor=actor),
            lambda: decisions.accept_themes(session, at, {statement: theme}, actor=actor),
            lambda: decisions.accept_themes(session, own, {statement: theme}, actor=actor),
        ]
        for attempt in refused:
            with pytest.raises(NotFound):
                attempt()
        assert entries(session, f"submission:{at}") == []


def test_who_may_only_read_reports_changes_nothing(database: Database) -> None:
    officer = an_actor(database, role=Role.CIO)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        with pytest.raises((NotPermitted, NotFound)):
            notes.add_note(session, at, "メモ", actor=officer)


def test_notes_and_tags(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        notes.add_note(session, at, " 電話で確認\r\nした\0 ", actor=actor)
        assert [each.body for each in notes_of(session, at)] == ["電話で確認\nした"]
        for body in ("", " \n ", "あ" * 2001):
            with pytest.raises(errors.NoteRefused):
                notes.add_note(session, at, body, actor=actor)
        assert tags.add_tag(session, at, " ＤＸ　推進 ", actor=actor)
        assert not tags.add_tag(session, at, "DX 推進", actor=actor)
        for tag in ("", "\0", "あ" * 21):
            with pytest.raises(errors.TagRefused):
                tags.add_tag(session, at, tag, actor=actor)
        assert list(tags_of(session, at)) == ["DX 推進"]
        tags.remove_tag(session, at, "DX 推進", actor=actor)
        tags.remove_tag(session, at, "DX 推進", actor=actor)
        assert [event for event, _ in entries(session, f"submission:{at}")] == [
            "triage.noted",
            "triage.tagged",
            "triage.untagged",
        ]
        assert session.get_one(Case, at).version == 1, "a note makes nobody's form stale"


def test_a_case_is_themed_once_every_statement_is_decided(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, "押印を廃止してほしい。\n窓口を増やしてほしい。")
        seals, counters = a_theme(session, "押印"), a_theme(session, "窓口")
        one, two = proposed(session, at, seals, "押印")
        case = session.get_one(Case, at)
        decisions.accept_themes(session, at, {one: seals}, actor=actor)
        assert case.status is CaseStatus.NEW
        decisions.choose_themes(session, at, [ThemeChoice(two, counters)], actor=actor)
        assert case.status is CaseStatus.THEMED
        assert case.version == 2
        assert case.read_at is not None
        assert [
            each.theme_id for each in session.scalars(sa.select(Assignment).order_by(Assignment.id))
        ] == [seals, counters]
        page = case_page(session, at, QueueFilter(), MECAB, actor=actor)
        assert [(each.label, each.detail) for each in page.events] == [
            ("対応状況を変更した", "未確認 → 整理済み"),
            ("意見文のテーマを決めた", "意見文2：押印 → 窓口"),
            ("意見文のテーマの提案を確定した", "意見文1：押印"),
        ]


def test_a_proposal_that_changed_meanwhile_is_not_accepted(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        seen, now = a_theme(session, "前の提案"), a_theme(session, "今の提案")
        (statement,) = proposed(session, at, now)
        with pytest.raises(theming.StaleStatement):
            decisions.accept_themes(session, at, {statement: seen}, actor=actor)


def test_an_answer_to_a_theme_answers_its_cases(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        theme = a_theme(session, "窓口")
        child = a_theme(session, "窓口の待ち時間", parent=theme)
        made = {
            "unread": an_opinion(session, BODY),
            "closed": an_opinion(session, BODY),
            "saitama": an_opinion(session, BODY, government_slug="saitama"),
            "urgent": an_opinion(session, "もう死にたいです。"),
        }
        for each in made.values():
            proposed(session, each, child)
        elsewhere = an_opinion(session, BODY)
        session.get_one(Case, made["closed"]).status = CaseStatus.CLOSED
        session.flush()
        assert triage.mark_answered(session, theme, "tokyo", actor=actor) == 1
        statuses = {name: session.get_one(Case, each).status for name, each in made.items()}
        assert statuses == {
            "unread": CaseStatus.ANSWERED,
            "closed": CaseStatus.CLOSED,
            "saitama": CaseStatus.NEW,
            "urgent": CaseStatus.NEW,
        }
        assert session.get_one(Case, elsewhere).status is CaseStatus.NEW
        assert session.get_one(Case, made["unread"]).read_at is not None
        assert triage.mark_answered(session, theme, "tokyo", actor=actor) == 0
        assert entries(session, f"theme:{theme}") == [("triage.answered", {"cases": 1})]
        page = case_page(session, made["unread"], QueueFilter(), MECAB, actor=actor)
        assert [each.label for each in page.events] == ["テーマへの回答により回答済みにした"]


def test_the_jobs_of_triage_can_run_twice(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "押印")
        (statement,) = proposed(session, at, theme)
        theming.decide(session, statement, theme, actor=actor)
        call_id = session.scalar(sa.text("SELECT id FROM calls"))
        for _ in range(2):
            queue.enqueue(session, "triage.open_cases", {"submission_ids": [at]})
            queue.enqueue(session, "triage.reindex", {"call_id": call_id})
            queue.enqueue(session, "triage.settle", {"submission_ids": [at]})
    worker = Worker(database, create_registry(), tokenizer="mecab", poll_seconds=1)
    assert worker.run_all_due() == 6
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM jobs WHERE error IS NOT NULL")) == 0
        assert session.scalar(sa.text("SELECT count(*) FROM submission_search")) == 1
        assert session.get_one(Case, at).status is CaseStatus.THEMED
        assert len(entries(session, f"submission:{at}")) == 2
