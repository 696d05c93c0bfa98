"""Last month's reports are drafted by themselves, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from feedback.calendar import Month
from feedback.queue import service as queue
from feedback.reporting import service
from feedback.reporting.models import Report, ReportState
from feedback.storage import Database, utc_now
from tests.builders import a_call
from tests.reporting.builders import a_submission, an_actor


@pytest.fixture
def last_month() -> Month:
    return Month.of(utc_now()).plus(-1)


def run(database: Database, work: Callable[[], int]) -> list[Report]:
    with database.transaction() as session:
        queue.enqueue(session, "reporting.draft_last_month")
    work()
    with database.reading() as session:
        return list(session.scalars(sa.select(Report).order_by(Report.id)))


def test_each_government_and_the_region_get_a_draft_once(
    database: Database, work: Callable[[], int], last_month: Month
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        call.opens_at = last_month.start
        a_submission(session, call, at=last_month.start)
        hidden = a_call(session, slug="hidden")
        hidden.is_published = False
    first = run(database, work)
    assert {(each.government_slug, each.state) for each in first} == {
        (slug, ReportState.DRAFT) for slug in ("tokyo", "saitama", "chiba", "kanagawa", "region")
    }
    assert {each.month for each in first} == {last_month.first_day}
    assert {each.drafted_by for each in first} == {"システム"}
    again = run(database, work)
    assert [each.content_hash for each in again] == [each.content_hash for each in first]


def test_what_staff_drafted_is_left_alone(
    database: Database, work: Callable[[], int], last_month: Month
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        call.opens_at = last_month.start
        own = service.draft(session, call.id, last_month, "tokyo", actor=an_actor("tokyo"))
    reports = run(database, work)
    assert len(reports) == 5
    assert next(each for each in reports if each.id == own.id).drafted_by == "報告 担当"


def test_a_call_that_opened_this_month_has_nothing_to_report(
    database: Database, work: Callable[[], int]
) -> None:
    opened: datetime = Month.of(utc_now()).start
    with database.transaction() as session:
        call = a_call(session)
        call.opens_at = opened
    assert run(database, work) == []
