"""Due dates in working days: the government's rule, the date's words, one press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from feedback.accounts.models import Role
from feedback.calendar import add_working_days, today_jst
from feedback.storage import Database, utc_now
from feedback.triage import deadlines
from feedback.triage.deadlines import Rule
from feedback.triage.errors import RuleRefused
from feedback.triage.models import Case
from feedback.web.actor import NotPermitted
from tests.strict_client import StrictClient, text_of
from tests.triage.builders import an_actor, an_opinion

SignIn = Callable[..., StrictClient]


def test_no_promise_is_made_until_the_government_makes_one(database: Database) -> None:
    with database.transaction() as session:
        assert session.get_one(Case, an_opinion(session, "窓口を増やして。")).due_on is None


def test_a_new_case_is_due_so_many_working_days_after_its_receipt(database: Database) -> None:
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    received = datetime(2026, 12, 24, 15, 30, tzinfo=UTC)
    assert today_jst(received) == date(2026, 12, 25)
    with database.transaction() as session:
        assert deadlines.set_rule(session, Rule("tokyo", 3), actor=admin)
        assert not deadlines.set_rule(session, Rule("tokyo", 3), actor=admin)
        ours = an_opinion(session, "窓口を増やして。", received_at=received)
        theirs = an_opinion(session, "窓口を増やして。", government_slug="chiba")
        assert session.get_one(Case, ours).due_on == date(2027, 1, 5)
        assert session.get_one(Case, theirs).due_on is None


@pytest.mark.parametrize("rule", [Rule("tokyo", 0), Rule("tokyo", 251), Rule("tokyo", 5, 0)])
def test_a_rule_without_sense_is_refused(database: Database, rule: Rule) -> None:
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session, pytest.raises(RuleRefused):
        deadlines.set_rule(session, rule, actor=admin)


def test_a_rule_is_its_own_governments(database: Database) -> None:
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session, pytest.raises(NotPermitted):
        deadlines.set_rule(session, Rule("chiba", 5), actor=admin)


@pytest.mark.parametrize(
    ("due_on", "today", "words", "is_overdue", "is_soon"),
    [
        (date(2026, 11, 30), date(2026, 11, 25), "あと3開庁日", False, False),
        (date(2026, 11, 27), date(2026, 11, 25), "あと2開庁日", False, True),
        (date(2026, 11, 25), date(2026, 11, 25), "今日まで", False, True),
        (date(2026, 11, 20), date(2026, 11, 25), "2開庁日超過", True, False),
        (date(2026, 11, 20), date(2026, 11, 21), "期限超過", True, False),
        (date(2026, 12, 28), date(2027, 1, 4), "1開庁日超過", True, False),
        (date(1, 1, 1), date(2026, 11, 25), "1年以上超過", True, False),
        (date(9999, 1, 1), date(2026, 11, 25), "1年以上先", False, False),
    ],
)
def test_a_due_date_reads_in_working_days(
    due_on: date, today: date, words: str, *, is_overdue: bool, is_soon: bool
) -> None:
    assert deadlines.due_label(due_on, today) == deadlines.DueLabel(words, is_overdue, is_soon)


def test_one_press_sets_a_date_so_many_working_days_from_today(
    database: Database, sign_in: SignIn
) -> None:
    client = sign_in()
    with database.transaction() as session:
        at = an_opinion(session, "窓口を増やして。")
    url = f"/staff/cases/{at}"
    form = {"status": "reading", "section": "", "assignee": "", "due_on": "", "version": "1"}
    assert client.post_form(url, {**form, "due_in": "5"}).status_code == 302
    with database.reading() as session:
        due = session.get_one(Case, at).due_on
        assert due == add_working_days(today_jst(utc_now()), 5)
    assert "あと5開庁日" in text_of(client.page(url))
    assert "あと5開庁日" in text_of(client.page("/staff/cases"))


def test_the_rule_is_kept_on_its_own_page(database: Database, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMINISTRATOR)
    url = "/staff/deadlines"
    form = {"government": "tokyo", "tokyo-due_days": "十", "tokyo-urgent_hours": "4"}
    assert "半角の数字" in admin.post_form(url, form).text
    assert admin.post_form(url, {**form, "tokyo-due_days": "400"}).status_code == 200
    assert admin.post_form(url, {**form, "tokyo-due_days": "10"}).status_code == 302
    with database.reading() as session:
        assert deadlines.rules(session)["tokyo"] == Rule("tokyo", 10, 4)
    admin.post_form(url, {**form, "government": "chiba", "chiba-due_days": "10"})
    with database.reading() as session:
        assert deadlines.rules(session)["chiba"].due_days is None
