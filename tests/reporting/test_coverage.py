"""The page of who is speaking against who lives here."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from feedback.accounts.models import Role
from feedback.calls.models import Call, Population
from feedback.intake.models import AgeBand, Relation
from feedback.reporting import coverage
from feedback.reporting.coverage import Coverage, CoverageFilter
from feedback.screening.models import Campaign
from feedback.storage import Database, utc_now
from tests.builders import a_call
from tests.reporting.builders import a_submission
from tests.strict_client import StrictClient


def read(database: Database, call: Call, **wanted: object) -> Coverage:
    with database.reading() as session:
        return coverage.coverage(session, CoverageFilter(call.id, **wanted))  # type: ignore[arg-type]


def voices(table: coverage.Table) -> dict[str, int]:
    return {line.label: line.found.voices for line in table.lines if line.found.voices}


def test_the_under_heard_are_named_with_what_their_number_would_be(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        for _ in range(40):
            a_submission(session, call, age=AgeBand.FORTIES)
        a_submission(session, call, age=AgeBand.TWENTIES)
    found = read(database, call, government="tokyo")
    by_label = {line.label: line for line in found.ages.lines}
    twenties = by_label["20代"]
    assert twenties.is_less
    assert by_label["40代"].is_more
    assert 5 < twenties.found.expected < 7, "a seventh of Tokyo's people over nine"
    assert "20代" in [line.label for line in found.less]


def test_a_campaign_is_one_voice_and_all_its_copies_are_counted_too(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        first = a_submission(session, call)
        campaign = Campaign(
            call_id=call.id, representative_id=first.id, size=5, first_seen_at=utc_now()
        )
        session.add(campaign)
        session.flush()
        for _ in range(5):
            a_submission(session, call, campaign=campaign)
    found = read(database, call)
    assert (found.submissions, found.voices) == (6, 2)
    assert found.ages.voices == 2


def test_who_only_works_there_is_counted_apart(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_submission(session, call)
        a_submission(session, call).relation = Relation.WORK
    found = read(database, call)
    assert (found.voices, found.elsewhere) == (1, 1)


def test_where_somebody_lives_counts_not_whom_they_wrote_to(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_submission(session, call, government="region", municipality="141003")
        a_submission(session, call, government="chiba", municipality=None)
        a_submission(session, call, government="region", municipality=None)
    found = read(database, call)
    assert voices(found.places) == {"神奈川県": 1, "千葉県": 1}
    assert found.places.untold == 1
    assert voices(found.municipalities) == {"神奈川県　横浜市": 1}
    assert found.municipalities.untold == 2
    assert read(database, call, government="kanagawa").voices == 1


def test_under_twenty_is_compared_with_those_over_nine(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_submission(session, call, age=AgeBand.UNDER_20)
        teens = session.scalar(
            select(func.sum(Population.people)).where(Population.age_band == "10s")
        )
    found = read(database, call)
    assert found.ages.lines[0].label == "20歳未満"
    assert found.ages.lines[0].found.people == teens
    assert found.ages.lines[0].found.voices == 1


def test_nothing_is_claimed_before_anybody_has_spoken(
    database: Database, sign_in: Callable[..., StrictClient]
) -> None:
    with database.transaction() as session:
        a_call(session)
    page = sign_in(Role.STAFF).get("/staff/coverage")
    assert "比べられる声がまだありません" in page.text


def test_the_page_shows_every_table_and_its_limits(
    database: Database, sign_in: Callable[..., StrictClient]
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        for _ in range(30):
            a_submission(session, call, age=AgeBand.FORTIES)
    client = sign_in(Role.CIO)
    page = client.get("/staff/coverage")
    for words in (
        "人口に比べて声が少ないところ",
        "千代田区",
        "無作為に集めたものではない",
        "令和4年1月1日現在",
    ):
        assert words in page.text
    narrowed = client.get("/staff/coverage?government=saitama&since=2026-13-45&theme=99")
    assert "比べられる声がまだありません" in narrowed.text
    assert "日付は" in narrowed.text
