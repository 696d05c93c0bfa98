"""What waits for a person: on the page やること, and once a day by mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts import sections
from feedback.accounts.models import Role, Staff, staff_by_login
from feedback.answering import digests, replies, tasks
from feedback.answering.reply_jobs import REMIND_JOB
from feedback.answering.reply_models import Digest, DigestState
from feedback.calendar import add_working_days, is_working_day, today_jst
from feedback.queue import service as queue
from feedback.storage import Database, utc_now
from feedback.triage import service as triage
from feedback.triage.models import Case, CaseStatus
from feedback.triage.reminders import Counts, Reason
from tests.answering.builders import an_office, drafted, let_time_pass, run_jobs, seen
from tests.mail_server import PUBLIC_URL, a_mail_server
from tests.strict_client import StrictClient, text_of
from tests.triage.builders import an_actor, an_opinion

SignIn = Callable[..., StrictClient]
#: A Wednesday among working days.
NOW = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
PERSONAL = "私の名前は山田花子で、押印を廃止してほしい。"


def due(session: Session, body: str, day: date | None, **more: object) -> int:
    at = an_opinion(session, body, received_at=NOW - timedelta(days=20))
    case = session.get_one(Case, at)
    case.due_on = day
    for name, value in more.items():
        setattr(case, name, value)
    session.flush()
    return at


def test_what_is_late_or_soon_is_called_out_once_and_what_is_settled_is_not(
    database: Database,
) -> None:
    me = an_actor(database, "高橋")
    with database.transaction() as session:
        late = due(session, "窓口を増やして。", date(2026, 11, 20), assignee_id=me.id)
        soon = due(session, "押印を廃止して。", date(2026, 11, 27), assignee_id=me.id)
        due(session, "案内を分かりやすく。", date(2026, 11, 30), assignee_id=me.id)
        due(
            session,
            "予約をネットで。",
            date(2026, 11, 20),
            assignee_id=me.id,
            status=CaseStatus.CLOSED,
        )
        due(
            session, "税をカードで払いたい。", date(2026, 11, 20), assignee_id=me.id, replied_at=NOW
        )
        due(
            session,
            "証明書をコンビニで。",
            date(2026, 11, 20),
            assignee_id=me.id,
            government_slug="chiba",
        )
        due(session, "電話をつながりやすく。", None, assignee_id=me.id)
        waiting = tasks.read_tasks(session, NOW, actor=me)
        assert waiting.own == Counts(overdue=1, soon=1)
        assert [(each.submission_id, each.reason) for each in waiting.cases] == [
            (late, Reason.OVERDUE),
            (soon, Reason.SOON),
        ]
        assert [each.due and each.due.text for each in waiting.cases] == [
            "2開庁日超過",
            "あと2開庁日",
        ]


def test_an_urgent_opinion_that_nobody_reads_comes_first(database: Database) -> None:
    me = an_actor(database, "高橋")
    with database.transaction() as session:
        fresh, old = (
            an_opinion(session, "もう死にたいです。"),
            an_opinion(session, "死にたいです。"),
        )
        for each, hours in ((fresh, 3), (old, 5)):
            session.get_one(Case, each).opened_at = NOW - timedelta(hours=hours)
        due(session, "窓口を増やして。", date(2026, 11, 20))
        waiting = tasks.read_tasks(session, NOW, actor=me)
        assert waiting.unassigned == Counts(urgent=1, overdue=1)
        assert waiting.cases[0].submission_id == old
        state = triage.CaseState(CaseStatus.READING, None, None)
        triage.change_case(session, old, state, version=1, actor=me)
        assert tasks.read_tasks(session, NOW, actor=me).unassigned.urgent == 0
        assert fresh not in [each.submission_id for each in waiting.cases]


def test_counts_stand_per_person_and_section(database: Database) -> None:
    me, other = an_actor(database, "高橋"), an_actor(database, "鈴木")
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session:
        section = sections.add_section(session, "tokyo", "広報課", actor=admin)
        sections.set_members(session, section.id, [me.id], actor=admin)
        due(session, "窓口を増やして。", TODAY, section_id=section.id, assignee_id=other.id)
        mine = due(session, "押印を廃止して。", TODAY, section_id=section.id)
        waiting = tasks.read_tasks(session, NOW, actor=me)
        assert waiting.own == Counts()
        (ours,) = waiting.sections
        assert (ours.section.name, ours.counts) == ("広報課", Counts(soon=2))
        assert [each.submission_id for each in waiting.cases] == [mine]
        named = {(each.section, each.staff): n for each, n in waiting.holders.items()}
        assert named == {("広報課", "鈴木"): Counts(soon=1), ("広報課", None): Counts(soon=1)}


def test_the_page_takes_few_selects_whatever_it_shows(database: Database, sign_in: SignIn) -> None:
    client = sign_in(Role.APPROVER)
    staff = an_actor(database, "高橋")
    with database.transaction() as session:
        for number in range(12):
            at = due(session, f"窓口を{number}つ増やして。", date(2026, 11, 20))
            now = drafted(session, at, staff)
            replies.submit(session, at, seen=now, actor=staff)
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    page = client.page("/staff/tasks")
    assert "承認待ち" in text_of(page)
    assert len(statements) <= 14, statements


def test_staff_begin_with_what_is_to_be_done_and_others_do_not(sign_in: SignIn) -> None:
    assert sign_in().get("/staff/").headers["Location"].endswith("/staff/tasks")
    assert sign_in(Role.CIO).get("/staff/tasks").status_code == 403
    assert not sign_in(Role.CIO).get("/staff/").headers["Location"].endswith("/staff/tasks")


def with_address(database: Database, name: str, email: str | None) -> int:
    actor = an_actor(database, name)
    with database.transaction() as session:
        session.get_one(Staff, actor.id).email = email
    return actor.id


def remind(database: Database) -> None:
    with database.transaction() as session:
        queue.enqueue(session, REMIND_JOB)


@pytest.fixture
def on_a_working_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.answering.reply_jobs.utc_now", lambda: NOW)
    monkeypatch.setattr("feedback.answering.digests.utc_now", lambda: NOW)


@pytest.mark.usefixtures("on_a_working_day")
def test_each_gets_one_digest_a_day_with_counts_and_links_only(database: Database) -> None:
    me = with_address(database, "高橋", "takahashi@example.lg.jp")
    with_address(database, "鈴木", None)
    with database.transaction() as session:
        due(session, PERSONAL, date(2026, 11, 20), assignee_id=me)
    with a_mail_server() as post:
        for _ in range(3):
            remind(database)
            run_jobs(database, post.settings)
            let_time_pass(database)
    (message,) = post.taken
    assert message["To"] == "takahashi@example.lg.jp"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "期限超過 1件" in text
    assert f"{PUBLIC_URL}/staff/tasks" in text
    assert "押印" not in text + str(message["Subject"])
    assert "山田" not in text
    with database.reading() as session:
        assert session.scalars(sa.select(Digest.state)).all() == [DigestState.SENT]


@pytest.mark.usefixtures("on_a_working_day")
def test_who_has_nothing_to_do_gets_no_mail(database: Database) -> None:
    with_address(database, "高橋", "takahashi@example.lg.jp")
    remind(database)
    with a_mail_server() as post:
        run_jobs(database, post.settings)
    assert post.taken == []


@pytest.mark.usefixtures("on_a_working_day")
def test_a_digest_is_tried_again_only_while_it_was_surely_not_taken(database: Database) -> None:
    me = with_address(database, "高橋", "takahashi@example.lg.jp")
    with database.transaction() as session:
        due(session, PERSONAL, date(2026, 11, 20), assignee_id=me)
    remind(database)
    with a_mail_server() as post:
        post.answers["RCPT"] = "451 later"
        run_jobs(database, post.settings)
        post.answers.clear()
        post.hangs_up_after_data = True
        let_time_pass(database)
        run_jobs(database, post.settings)
        let_time_pass(database)
        remind(database)
        run_jobs(database, post.settings)
    assert len(post.taken) == 1
    with database.reading() as session:
        assert session.scalars(sa.select(Digest.state)).all() == [DigestState.FAILED]


def test_offices_that_are_closed_remind_nobody(database: Database) -> None:
    with_address(database, "高橋", "takahashi@example.lg.jp")
    sunday = date(2026, 11, 22)
    assert not is_working_day(sunday)
    with database.transaction() as session:
        assert digests.enqueue_all(session, sunday) == 0
        assert digests.enqueue_all(session, TODAY) == 1
        assert digests.enqueue_all(session, TODAY) == 0


def test_without_a_mail_server_the_page_still_tells(database: Database, sign_in: SignIn) -> None:
    client = sign_in(login="hanako", name="担当 花子")
    with database.transaction() as session:
        me = staff_by_login(session, "hanako")
        assert me is not None
        today = today_jst(utc_now())
        due(session, PERSONAL, add_working_days(today, 1), assignee_id=me.id)
    remind(database)
    run_jobs(database, None)
    text = text_of(client.page("/staff/tasks"))
    assert "あと1開庁日" in text
    assert "担当 花子" in text
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Digest.staff_id))) == 0


def test_a_reply_nobody_knows_of_stands_with_the_approvers(
    database: Database, sign_in: SignIn
) -> None:
    office = an_office(database)
    office.approve()
    with a_mail_server() as post:
        post.hangs_up_after_data = True
        run_jobs(database, post.settings)
    text = text_of(sign_in(Role.APPROVER).page("/staff/tasks"))
    assert "届いたか確認が必要" in text
    with database.transaction() as session:
        now = seen(session, office.submission_id)
        replies.resolve(
            session, office.submission_id, arrived=True, seen=now, actor=office.approver
        )
    assert "届いたか確認が必要" not in text_of(sign_in(Role.APPROVER).page("/staff/tasks"))
