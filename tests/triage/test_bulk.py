"""Many cases at once: what was selected is what is changed, with reasons and one undo."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role, Staff
from feedback.app import create_registry, create_undoers
from feedback.audit.models import AuditEntry
from feedback.audit.service import verify
from feedback.queue import service as queue
from feedback.queue.models import Job
from feedback.queue.service import JobContext, LeaseLost
from feedback.storage import Database, utc_now
from feedback.theming.errors import StaleStatement
from feedback.theming.models import Assignment
from feedback.triage import acts, bulk, bulk_jobs, bulk_run
from feedback.triage.bulk import Selection
from feedback.triage.bulk_change import BulkChange
from feedback.triage.bulk_models import Bulk, BulkState, Outcome
from feedback.triage.errors import BulkRefused
from feedback.triage.filters import QueueFilter
from feedback.triage.models import Case, CaseStatus, tags_of
from feedback.triage.selection import Seen
from feedback.triage.service import CaseState
from feedback.undo import service as undo
from feedback.web.actor import Actor
from tests.triage.builders import MECAB, a_campaign, a_theme, an_actor, an_opinion, proposed

BODY = "押印を廃止してほしい。"
CLOSED = BulkChange(status=CaseStatus.CLOSED)
EVERYTHING = Selection(everything=True)
Work = Callable[[], int]


def start(
    session: Session, actor: Actor, chosen: Selection, change: BulkChange, **wanted: Any
) -> Bulk:
    at = wanted.pop("at", utc_now())
    seen = Seen(QueueFilter(**wanted), at, actor)
    view = {"status": [wanted["status"].value]} if wanted.get("status") else {}
    return bulk.start(session, chosen, change, seen, MECAB, view=view)


def statuses(database: Database) -> list[CaseStatus]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Case.status).order_by(Case.submission_id)))


def take_back(database: Database, actor: Actor) -> undo.TakenBack:
    with database.transaction() as session:
        return undo.take_back(session, None, create_undoers(), actor=actor)


def many(session: Session, number: int) -> list[int]:
    """Cases beyond what is changed while the reader waits."""
    return [an_opinion(session, f"窓口の意見{each}です。") for each in range(number)]


def test_everything_that_can_be_changed_is_changed_and_taken_back(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        one, two = an_opinion(session, BODY), an_opinion(session, BODY)
        theme, other = a_theme(session, "押印"), a_theme(session, "窓口")
        (first,) = proposed(session, one, theme)
        proposed(session, two, other)
        session.scalars(
            sa.select(Assignment).where(Assignment.statement_id == first)
        ).one().confidence = 0.6
        acts.accept_themes(session, two, dict(_proposals(session, two)), actor=actor)
        version = session.get_one(Case, two).version
        change = BulkChange(
            status=CaseStatus.CLOSED,
            assignee_id=actor.id,
            due_on=date(2026, 12, 1),
            tag="要確認",
            theme_id=theme,
        )
        done = start(session, actor, Selection(((one, 1), (two, version))), change)
        assert (done.count(Outcome.CHANGED), done.left) == (2, 0)
        for at in (one, two):
            assert CaseState.of(session.get_one(Case, at)) == CaseState(
                CaseStatus.CLOSED, actor.id, date(2026, 12, 1)
            )
            assert list(tags_of(session, at)) == ["要確認"]
        assert [each[1] for each in _places(session)] == [theme, other], "decided ones stay"
    taken = take_back(database, actor)
    assert taken.outcome.words == ""
    with database.reading() as session:
        assert statuses(database) == [CaseStatus.NEW, CaseStatus.THEMED]
        assert [list(tags_of(session, at)) for at in (one, two)] == [[], []]
        assert [each[2] for each in _places(session)] == [None, "田中"]
        assert verify(session).problems == ()
        summary = session.scalars(sa.select(Bulk.summary).order_by(Bulk.id)).first()
    assert summary == (
        "対応状況を「対応不要」に変更、担当を田中に変更、期限を2026/12/01に変更、"
        "タグ「要確認」を付与、未確定の意見文をテーマ「押印」に確定"
    )


def _proposals(session: Session, at: int) -> list[tuple[int, int | None]]:
    query = sa.text(
        "SELECT statement_id, proposed_theme_id FROM assignments"
        " JOIN statements ON statements.id = statement_id WHERE submission_id = :at"
    )
    return [(row[0], row[1]) for row in session.execute(query, {"at": at})]


def _places(session: Session) -> list[tuple[int, int | None, str | None]]:
    rows = session.scalars(sa.select(Assignment).order_by(Assignment.statement_id))
    return [(row.statement_id, row.theme_id, row.decided_by) for row in rows]


def test_proposals_above_a_line_are_confirmed(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        made = [an_opinion(session, BODY) for _ in range(3)]
        theme = a_theme(session, "押印")
        for at, confidence in zip(made, (0.9, 0.7, 0.5), strict=True):
            (statement,) = proposed(session, at, theme)
            query = sa.select(Assignment).where(Assignment.statement_id == statement)
            session.scalars(query).one().confidence = confidence
        done = start(session, actor, EVERYTHING, BulkChange(accept_from=0.7))
        assert (done.count(Outcome.CHANGED), done.count(Outcome.SAME)) == (2, 1)
    assert statuses(database) == [CaseStatus.THEMED, CaseStatus.THEMED, CaseStatus.NEW]
    with database.reading() as session:
        events = session.scalars(
            sa.select(AuditEntry.event).where(AuditEntry.event == "theming.statement_accepted")
        )
        assert len(events.all()) == 2


def test_each_case_stands_by_itself_and_says_why_it_was_left(database: Database) -> None:
    actor, colleague = an_actor(database), an_actor(database, "鈴木")
    elsewhere = an_actor(database, "木村", government="saitama")
    with database.transaction() as session:
        fresh, stale, answered = (an_opinion(session, BODY) for _ in range(3))
        foreign = an_opinion(session, BODY, government_slug="saitama")
        reading = CaseState(CaseStatus.READING, None, None)
        acts.change_case(session, stale, reading, version=1, actor=colleague)
        session.get_one(Case, answered).status = CaseStatus.ANSWERED
        session.flush()
        ticked = ((fresh, 1), (stale, 1), (answered, 1), (foreign, 1), (10**12, 1))
        done = start(session, actor, Selection(ticked[:4]), BulkChange(CaseStatus.CLOSED))
        assert [done.count(each) for each in Outcome] == [1, 0, 1, 2]
        left = bulk.progress(session, done.id, actor=actor).left
        assert [(at, reason) for at, _, reason in left] == [
            (stale, "選んだ後に、ほかの職員が変更しました。"),
            (answered, "「回答済み」から「対応不要」には変更できません。"),
            (foreign, "この意見を変更する権限がありません。"),
        ]
        with pytest.raises(bulk.NotFound):
            bulk.progress(session, done.id, actor=elsewhere)
    assert statuses(database) == [
        CaseStatus.CLOSED,
        CaseStatus.READING,
        CaseStatus.ANSWERED,
        CaseStatus.NEW,
    ]


def test_a_refusal_undoes_what_the_same_case_had_gained_before_it(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        session.get_one(Case, at).status = CaseStatus.ANSWERED
        change = BulkChange(status=CaseStatus.CLOSED, tag="要確認")
        done = start(session, actor, Selection(((at, 1),)), change)
        assert done.count(Outcome.REFUSED) == 1
        assert list(tags_of(session, at)) == []


@pytest.mark.parametrize("wrong", ["nothing selected", "nothing to change"])
def test_an_empty_wish_is_refused(database: Database, wrong: str) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        with pytest.raises(BulkRefused):
            if wrong == "nothing selected":
                start(session, actor, Selection(), CLOSED)
            else:
                start(session, actor, Selection(((at, 1),)), BulkChange())


def test_a_row_that_stands_for_copies_changes_them_all(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        copies = [an_opinion(session, BODY) for _ in range(4)]
        alone = an_opinion(session, "窓口を増やしてほしい。")
        a_campaign(session, copies)
        session.get_one(Case, copies[3]).status = CaseStatus.ANSWERED
        session.flush()
        chosen = Selection(((copies[0], 1),), with_copies=True)
        start(session, actor, chosen, CLOSED, status=CaseStatus.NEW)
        assert session.get_one(Case, alone).status is CaseStatus.NEW
    assert statuses(database)[:4] == [CaseStatus.CLOSED] * 3 + [CaseStatus.ANSWERED]


def test_a_whole_view_is_changed_in_a_job_with_its_progress(database: Database, work: Work) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        many(session, 55)
        answered = an_opinion(session, "回答の済んだ意見です。")
        session.get_one(Case, answered).status = CaseStatus.ANSWERED
        session.flush()
        begun = start(session, actor, EVERYTHING, CLOSED, status=CaseStatus.NEW)
        assert begun.state is BulkState.GATHERING
    assert CaseStatus.CLOSED not in statuses(database)
    work()
    with database.reading() as session:
        progress = bulk.progress(session, begun.id, actor=actor)
        assert progress.is_over
        assert (progress.percent, progress.changed, progress.bulk.total) == (100, 55, 55)
    assert statuses(database) == [CaseStatus.CLOSED] * 55 + [CaseStatus.ANSWERED]
    taken = take_back(database, actor)
    assert taken.outcome.endpoint == "triage.show_bulk"
    work()
    assert statuses(database) == [CaseStatus.NEW] * 55 + [CaseStatus.ANSWERED]


def test_what_others_did_after_the_view_was_shown_is_not_overwritten(
    database: Database, work: Work
) -> None:
    actor, colleague = an_actor(database), an_actor(database, "鈴木")
    with database.transaction() as session:
        made = many(session, 52)
    shown_at = utc_now()
    taken = CaseState(CaseStatus.NEW, colleague.id, None)
    with database.transaction() as session:
        acts.change_case(session, made[0], taken, version=1, actor=colleague)
        late = an_opinion(session, "後から届いた意見です。")
        begun = start(session, actor, EVERYTHING, CLOSED, status=CaseStatus.NEW, at=shown_at)
    with database.transaction() as session:
        # Between the moment it was asked for and the worker's turn.
        acts.change_case(session, made[1], taken, version=1, actor=colleague)
    work()
    with database.reading() as session:
        progress = bulk.progress(session, begun.id, actor=actor)
        assert (progress.changed, progress.stale) == (50, 2)
        for at in (*made[:2], late):
            assert session.get_one(Case, at).status is CaseStatus.NEW
    with database.transaction() as session:
        version = session.get_one(Case, made[5]).version
        state = CaseState(CaseStatus.READING, None, None)
        acts.change_case(session, made[5], state, version=version, actor=colleague)
    outcome = take_back(database, actor).outcome
    assert "49件を取り消しました。1件は、その後に変更されているため" in outcome.words
    assert statuses(database).count(CaseStatus.NEW) == 52


def interrupted(database: Database, bulk_id: int, steps: int) -> None:
    """A worker that takes the job and dies after so many steps."""
    with database.transaction() as session:
        job = queue.claim(session, utc_now())
        assert job is not None
        context = JobContext(job.id, job.payload, database, "mecab", job.attempts)
    bulk_jobs._gather(context, bulk_id)
    for _ in range(steps):
        with context.step() as session:
            actor = bulk_jobs._actor(session, bulk_id)
            bulk_run.advance(session, bulk_id, actor=actor, limit=10)
    with database.transaction() as session:
        session.execute(sa.update(Job).values(leased_until=utc_now() - timedelta(seconds=1)))


def test_a_job_whose_worker_died_goes_on_where_it_was(database: Database, work: Work) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        many(session, 60)
        begun = start(session, actor, EVERYTHING, CLOSED)
    interrupted(database, begun.id, 3)
    assert statuses(database).count(CaseStatus.CLOSED) == 30
    work()
    assert statuses(database) == [CaseStatus.CLOSED] * 60
    with database.reading() as session:
        query = sa.select(sa.func.count()).where(AuditEntry.event == "triage.status_changed")
        assert session.scalar(query) == 60, "each once"
        assert session.get_one(Bulk, begun.id).count(Outcome.CHANGED) == 60


def test_it_can_be_stopped_and_what_was_done_taken_back(database: Database, work: Work) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        many(session, 60)
        begun = start(session, actor, EVERYTHING, CLOSED)
    interrupted(database, begun.id, 2)
    with database.transaction() as session:
        bulk.stop(session, begun.id, actor=actor)
    work()
    assert statuses(database).count(CaseStatus.CLOSED) == 20
    with database.reading() as session:
        assert bulk.progress(session, begun.id, actor=actor).bulk.state is BulkState.STOPPED
    take_back(database, actor)
    assert CaseStatus.CLOSED not in statuses(database)


def test_who_has_left_changes_nothing_any_more(database: Database, work: Work) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        many(session, 51)
        begun = start(session, actor, EVERYTHING, CLOSED)
        session.get_one(Staff, actor.id).is_active = False
    work()
    assert CaseStatus.CLOSED not in statuses(database)
    with database.reading() as session:
        assert session.get_one(Bulk, begun.id).finished_at is not None


def test_a_worker_that_lost_its_lease_changes_nothing(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        many(session, 51)
        begun = start(session, actor, EVERYTHING, CLOSED)
    with database.transaction() as session:
        job = queue.claim(session, utc_now())
        assert job is not None
        slow = JobContext(job.id, job.payload, database, "mecab", job.attempts)
        job.attempts += 1
    with pytest.raises(LeaseLost):
        create_registry().handlers[bulk.JOB](slow)
    assert CaseStatus.CLOSED not in statuses(database)
    assert begun.id == slow.payload["bulk_id"]


def test_two_changes_and_a_person_at_once_wait_for_each_other(database: Database) -> None:
    people = [an_actor(database, name) for name in ("田中", "鈴木", "佐藤")]
    with database.transaction() as session:
        made = many(session, 20)
        theme = a_theme(session, "窓口")
        seen = [dict.fromkeys(proposed(session, at, theme), theme) for at in made]
    barrier = threading.Barrier(3)

    def act(number: int) -> None:
        actor = people[number]
        barrier.wait()
        if number == 2:
            for at, pairs in zip(reversed(made), reversed(seen), strict=True):
                with suppress(StaleStatement), database.transaction() as session:
                    acts.accept_themes(session, at, pairs, actor=actor)
        else:
            ticked = tuple((at, 1) for at in made)
            with database.transaction() as session:
                start(session, actor, Selection(ticked), BulkChange(accept_from=0.0))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses(database)) == {CaseStatus.THEMED}
    with database.reading() as session:
        accepted = sa.select(sa.func.count()).where(
            AuditEntry.event == "theming.statement_accepted"
        )
        assert session.scalar(accepted) == 20, "each statement is decided once"
        assert verify(session).problems == ()


def test_only_roles_that_work_on_cases_change_many(database: Database) -> None:
    officer = an_actor(database, role=Role.CIO)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        done = start(session, officer, Selection(((at, 1),)), CLOSED)
        assert done.count(Outcome.REFUSED) == 1
