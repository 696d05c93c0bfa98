"""The numbers of a report are those that plain SQL counts."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.calendar import Month
from feedback.calls.models import Call
from feedback.reporting import content, service
from feedback.reporting.content import Figures, ReportContent, Row
from feedback.storage import Database
from feedback.triage.models import CaseStatus
from tests.builders import a_call
from tests.reporting.builders import (
    NOVEMBER_NOW,
    SEPTEMBER,
    a_busy_october,
    a_campaign,
    a_submission,
    a_theme,
    an_actor,
)

OCTOBER_2026 = Month(2026, 10)


def drafted(
    session: Session, call: Call, government: str = "tokyo", month: Month = OCTOBER_2026
) -> ReportContent:
    report = service.draft(
        session,
        call.id,
        month,
        government,
        actor=an_actor(government),
        now=NOVEMBER_NOW,
    )
    return content.from_dict(report.content)


def figures_by(rows: tuple[Row, ...]) -> dict[str, Figures]:
    return {row.key: row.figures for row in rows}


#: Written apart from the code under test: each opinion of a period with its campaign.
PLAIN = """
    SELECT s.id, s.government_slug, s.initiative_slug, s.municipality_code, s.age_band, s.kind,
           s.channel, m.campaign_id
    FROM submissions s
    LEFT JOIN screenings c ON c.submission_id = s.id
    LEFT JOIN campaign_members m ON m.submission_id = s.id
    WHERE s.received_at >= :first AND s.received_at < :last AND NOT c.is_set_aside
"""


def plain_rows(session: Session, first: datetime, last: datetime) -> list[sa.Row[tuple[object]]]:
    query = sa.text(PLAIN).bindparams(
        sa.bindparam("first", first, sa.DateTime(timezone=True)),
        sa.bindparam("last", last, sa.DateTime(timezone=True)),
    )
    return list(session.execute(query))


def plainly(rows: list[sa.Row[tuple[object]]]) -> tuple[int, int]:
    voices = {("campaign", row.campaign_id) if row.campaign_id else row.id for row in rows}
    return len(rows), len(voices)


def test_totals_and_breakdowns_are_those_of_plain_sql(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        found = drafted(session, call)
        region = drafted(session, call, "region")
        # Japan's October, in UTC.
        start = datetime(2026, 9, 30, 15, tzinfo=UTC)
        end = datetime(2026, 10, 31, 15, tzinfo=UTC)
        everything = plain_rows(session, start, end)
        before = plain_rows(session, datetime(2026, 8, 31, 15, tzinfo=UTC), start)
    tokyo = [row for row in everything if row.government_slug == "tokyo"]
    assert (found.totals.submissions, found.totals.voices) == plainly(tokyo)
    assert (found.totals.previous_submissions, found.totals.previous_voices) == plainly(before)
    assert (region.totals.submissions, region.totals.voices) == plainly(everything)
    for column, rows in (
        ("initiative_slug", found.initiatives),
        ("municipality_code", found.municipalities),
        ("age_band", found.ages),
        ("kind", found.kinds),
        ("channel", found.channels),
    ):
        for row in rows:
            same = [each for each in tokyo if (getattr(each, column) or "") == row.key]
            assert (row.figures.submissions, row.figures.voices) == plainly(same), (column, row)
        assert sum(row.figures.submissions for row in rows) == found.totals.submissions
    for row in region.governments:
        same = [each for each in everything if each.government_slug == row.key]
        assert (row.figures.submissions, row.figures.voices) == plainly(same)


def test_what_was_received_is_opinions_and_non_opinions(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        a_submission(session, call, is_screened=False)
        found = drafted(session, call)
    assert found.non_opinions == 1
    assert [(each.label, each.submissions) for each in found.set_aside] == [("意見の記載なし", 1)]
    assert found.urgent == 1
    assert found.unscreened == 1
    assert found.received == found.totals.submissions + found.non_opinions == 12


def test_a_campaign_is_one_voice_with_all_its_copies_in_submissions(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "紙の手続")
        first = a_submission(session, call, "紙を残してください。", theme=theme)
        campaign = a_campaign(session, call, first)
        for number in range(40):
            a_submission(session, call, f"紙を残して！{number}", theme=theme, campaign=campaign)
        a_submission(session, call, "紙は要りません。", theme=theme)
        found = drafted(session, call)
    assert (found.totals.submissions, found.totals.voices) == (42, 2)
    assert found.themes[0].figures == Figures(42, 2, 0, 0)
    assert found.trend[-1].submissions == 42
    assert found.trend[-1].voices == 2
    (copies,) = found.campaigns
    assert (copies.copies, copies.previous_copies, copies.copies_in_all) == (41, 0, 41)
    assert copies.quote is not None
    assert copies.quote.text == "紙を残してください。"


def test_a_campaign_tells_since_when_and_how_many_this_month(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        found = drafted(session, call)
        september = drafted(session, call, month=Month(2026, 9))
        saitama = drafted(session, call, "saitama")
    (campaign,) = found.campaigns
    assert (campaign.copies, campaign.previous_copies, campaign.copies_in_all) == (3, 1, 4)
    assert campaign.since.isoformat() == "2026-09-10"
    assert september.campaigns == (), "one text alone is not a campaign yet"
    assert saitama.campaigns == ()


def test_a_month_begins_and_ends_at_midnight_in_japan(database: Database) -> None:
    moments = {
        "last second of September": datetime(2026, 9, 30, 14, 59, 59, 999999, tzinfo=UTC),
        "first moment of October": datetime(2026, 9, 30, 15, 0, tzinfo=UTC),
        "last second of October": datetime(2026, 10, 31, 14, 59, 59, 999999, tzinfo=UTC),
        "first moment of November": datetime(2026, 10, 31, 15, 0, tzinfo=UTC),
    }
    with database.transaction() as session:
        call = a_call(session)
        for name, moment in moments.items():
            a_submission(session, call, name, at=moment)
        found = drafted(session, call)
        september = drafted(session, call, month=Month(2026, 9))
        november = drafted(session, call, month=Month(2026, 11))
    assert found.totals == Figures(2, 2, 1, 1)
    assert september.totals == Figures(1, 1, 0, 0)
    assert november.totals == Figures(1, 1, 2, 2)
    assert [point.submissions for point in found.trend] == [0, 0, 0, 0, 1, 2]


def test_the_trend_does_not_reach_before_the_call(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        found = drafted(session, call, month=Month(2026, 5))
    assert [point.month for point in found.trend] == ["2026-04", "2026-05"]


def test_statuses_and_languages_of_the_month(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        a_submission(session, call, at=SEPTEMBER, status=CaseStatus.ANSWERED)
        found = drafted(session, call)
    statuses = {each.key: each.submissions for each in found.statuses}
    assert statuses == {"new": 9, "reading": 1, "themed": 0, "answered": 0, "closed": 1}
    assert [(each.label, each.submissions) for each in found.languages] == [("英語", 1)]
    assert found.other_languages == 1


def test_a_month_without_opinions_reads_well(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_submission(session, call, at=SEPTEMBER)
        found = drafted(session, call)
        first = drafted(session, call, "chiba", Month(2026, 4))
    assert found.totals == Figures(0, 0, 1, 1)
    assert found.summary == (
        "令和8年10月に寄せられた意見はありませんでした。前月は意見1件（声の数1）でした。",
        "テーマに整理された意見はまだありません。",
        "回答を待っているテーマはありません。",
    )
    assert first.summary[0] == "令和8年4月に寄せられた意見はありませんでした。"


def test_a_running_month_says_until_when_it_counts(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        found = drafted(session, call, month=Month(2026, 11))
        october = drafted(session, call)
    assert found.head.is_partial
    assert found.head.last_day.isoformat() == "2026-11-04"
    assert not october.head.is_partial
    assert october.head.last_day.isoformat() == "2026-10-31"


def test_a_draft_takes_as_many_queries_for_many_submissions_as_for_few(
    database: Database,
) -> None:
    counts: list[int] = []
    with database.transaction() as session:
        call = a_call(session)
        for _ in range(2):
            a_busy_october(session, call)
            session.flush()
            session.expire_all()
            statements: list[str] = []

            def count(*arguments: object, heard: list[str] = statements) -> None:
                heard.append(str(arguments[2]))

            sa.event.listen(database.engine, "before_cursor_execute", count)
            drafted(session, call)
            sa.event.remove(database.engine, "before_cursor_execute", count)
            counts.append(len([each for each in statements if each.startswith("SELECT")]))
    # Reference data, about twenty counts, and what storing a draft asks.
    assert counts[0] <= 45
    assert counts[1] <= counts[0] + 1
