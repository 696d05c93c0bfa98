"""What the queue shows to whom, and in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role
from feedback.accounts.policy import ROLE_PERMISSIONS
from feedback.intake.models import Channel, Kind
from feedback.storage import Database
from feedback.triage import decisions, tags
from feedback.triage import service as triage
from feedback.triage.counting import Count
from feedback.triage.decisions import ThemeChoice
from feedback.triage.filters import Flag, QueueFilter, Sort
from feedback.triage.listing import Queue, neighbours, read_queue
from feedback.triage.models import WORKING_ROLES, Case, CaseStatus
from feedback.triage.service import CaseState
from feedback.web.actor import Actor
from feedback.web.permissions import Permission
from tests.triage.builders import (
    MECAB,
    a_campaign,
    a_member,
    a_theme,
    an_actor,
    an_opinion,
    proposed,
)


def queue_of(session: Session, actor: Actor, page: int = 1, **wanted: Any) -> Queue:
    return read_queue(session, QueueFilter(**wanted), MECAB, page=page, actor=actor)


def ids(session: Session, actor: Actor, **wanted: Any) -> list[int]:
    return [row.submission_id for row in queue_of(session, actor, **wanted).page.rows]


def test_each_filter_narrows_the_queue(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        plain = an_opinion(session, "窓口を増やしてほしい。", received_at=at(2026, 11, 1, 14, 59))
        region = an_opinion(
            session,
            "広域でデータを共有してほしい。",
            government_slug="region",
            received_at=at(2026, 11, 1, 15, 0),
        )
        paper = an_opinion(
            session,
            "紙の書類も残してください。",
            initiative_slug="tokyo-gyosei-dx",
            kind=Kind.PROBLEM,
            channel=Channel.PAPER,
            received_at=at(2026, 11, 5),
        )
        private = an_opinion(session, "電話は090-1234-5678です。", received_at=at(2026, 11, 6))
        urgent = an_opinion(session, "もう死にたいです。", received_at=at(2026, 11, 7))
        nothing = an_opinion(session, "特になし", received_at=at(2026, 11, 8))
        parent = a_theme(session, "窓口")
        child = a_theme(session, "窓口の待ち時間", parent=parent)
        proposed(session, plain, child)
        for each in (region, private, urgent, nothing):
            proposed(session, each, a_theme(session, "ほか"))
        proposed(session, paper, None)
        session.get_one(Case, private).assignee_id = actor.id
        tags.add_tag(session, paper, "要　確認", actor=actor)
        everything = {plain, region, paper, private, urgent}

        def found(**wanted: Any) -> set[int]:
            rows = ids(session, actor, **wanted)
            assert queue_of(session, actor, **wanted).counts[None] == Count(len(rows))
            return set(rows)

        assert found() == everything
        assert found(government="region") == {region}
        assert found(government="saitama") == set()
        assert found(initiative="tokyo-gyosei-dx") == {paper}
        assert found(kind=Kind.PROBLEM) == {paper}
        assert found(channel=Channel.PAPER) == {paper}
        assert found(theme_id=parent) == found(theme_id=child) == {plain}
        assert found(tag="要 確認") == {paper}
        assert found(flags=frozenset({Flag.URGENT})) == {urgent}
        assert found(flags=frozenset({Flag.MINE})) == {private}
        assert found(flags=frozenset({Flag.PERSONAL_DATA})) == {private}
        assert found(flags=frozenset({Flag.UNTHEMED})) == {paper}
        assert found(flags=frozenset({Flag.SET_ASIDE})) == {nothing}
        assert found(flags=frozenset({Flag.URGENT, Flag.MINE})) == set()
        assert found(until=date(2026, 11, 1)) == {plain}, "days are days in Japan"
        assert found(since=date(2026, 11, 2), until=date(2026, 11, 2)) == {region}


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def test_urgent_ones_lead_while_they_wait(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        urgent = an_opinion(session, "もう死にたいです。", received_at=at(2026, 11, 1))
        old = an_opinion(session, "古い意見の本文です。", received_at=at(2026, 11, 2))
        new = an_opinion(session, "新しい意見の本文です。", received_at=at(2026, 11, 3))
        assert ids(session, actor) == [urgent, new, old]
        assert ids(session, actor, sort=Sort.NEWEST) == [new, old, urgent]
        assert ids(session, actor, sort=Sort.OLDEST) == [urgent, old, new]
        session.get_one(Case, old).due_on = date(2026, 11, 9)
        assert ids(session, actor, sort=Sort.DUE) == [old, new, urgent]
        session.get_one(Case, urgent).status = CaseStatus.ANSWERED
        assert ids(session, actor) == [new, old, urgent]


def test_copies_are_one_row_with_their_count_in_every_government(database: Database) -> None:
    tokyo, saitama = an_actor(database), an_actor(database, "木村", government="saitama")
    with database.transaction() as session:
        body = "県の手続きをすべてオンラインにしてください。"
        copies = [an_opinion(session, body) for _ in range(3)]
        copies += [an_opinion(session, body, government_slug="saitama") for _ in range(2)]
        alone = an_opinion(session, "道を直してほしい。")
        a_campaign(session, copies)

        queue = queue_of(session, tokyo)
        assert [(row.submission_id, row.copies) for row in queue.page.rows] == [
            (alone, 0),
            (copies[0], 5),
        ]
        assert {at: each.number for at, each in queue.counts.items() if each.number} == {
            None: 2,
            CaseStatus.NEW: 2,
        }
        assert len(ids(session, tokyo, folds_copies=False)) == 4
        assert ids(session, saitama) == [copies[3]], "the representative is another government's"

        closed = CaseState(CaseStatus.CLOSED, None, None)
        triage.change_case(session, copies[0], closed, version=1, actor=tokyo)
        assert ids(session, tokyo, status=CaseStatus.NEW) == [alone, copies[1]]
        assert ids(session, tokyo, flags=frozenset({Flag.CAMPAIGN})) == [copies[0]]


def test_each_government_sees_its_own_and_the_regions(database: Database) -> None:
    with database.transaction() as session:
        made = {
            slug: an_opinion(session, f"{slug}への意見です。", government_slug=slug)
            for slug in ("tokyo", "saitama", "chiba", "kanagawa", "region")
        }
    for slug in ("tokyo", "saitama", "chiba", "kanagawa"):
        actor = an_actor(database, government=slug)
        with database.reading() as session:
            queue = queue_of(session, actor)
            assert {row.submission_id for row in queue.page.rows} == {made[slug], made["region"]}
            assert [each.value for each in queue.choices.governments] == [slug, "region"]
            assert ids(session, actor, government="tokyo") == (
                [made["tokyo"]] if slug == "tokyo" else []
            )
    with database.reading() as session:
        assert ids(session, an_actor(database, role=Role.CIO)) == []


def test_pages_and_neighbours(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        made = [an_opinion(session, f"{n}番目の意見です。") for n in range(53)][::-1]
        first, second = queue_of(session, actor), queue_of(session, actor, page=2)
        assert [row.submission_id for row in first.page.rows] == made[:50]
        assert [row.submission_id for row in second.page.rows] == made[50:]
        assert queue_of(session, actor, page=99).page.number == 2

        view = QueueFilter(status=CaseStatus.NEW)
        near = neighbours(session, view, MECAB, made[1], actor=actor)
        assert (near.previous_id, near.next_id) == (made[0], made[2])
        assert neighbours(session, view, MECAB, made[0], actor=actor).previous_id is None
        assert neighbours(session, view, MECAB, made[-1], actor=actor).next_id is None

        session.get_one(Case, made[1]).status = CaseStatus.READING
        session.flush()
        near = neighbours(session, view, MECAB, made[1], actor=actor)
        assert (near.previous_id, near.next_id) == (made[0], made[2]), "it has left the view"


def test_a_row_says_what_there_is_to_decide(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        worker = a_member(session, "山本 花")
        submission = an_opinion(session, "押印を廃止してほしい。\n窓口を増やしてほしい。")
        one, two = proposed(session, submission, a_theme(session, "押印の廃止"))
        decisions.choose_themes(session, submission, [ThemeChoice(two, None)], actor=actor)
        case = session.get_one(Case, submission)
        case.assignee_id, case.due_on = worker.id, date(2020, 1, 6)
        (row,) = queue_of(session, actor).page.rows
        assert [(each.name, each.is_decided) for each in row.themes] == [
            ("押印の廃止", False),
            (None, True),
        ]
        assert row.assignee == "山本 花"
        assert row.is_overdue
        assert one != two


def test_only_those_who_may_triage_are_offered_as_workers(database: Database) -> None:
    working = {role for role, held in ROLE_PERMISSIONS.items() if Permission.TRIAGE_CASES in held}
    assert set(WORKING_ROLES) == working
    actor = an_actor(database)
    with database.transaction() as session:
        a_member(session, "最高 責任", Role.CIO)
        a_member(session, "埼玉 次郎", government="saitama")
        a_member(session, "停止 中").is_active = False
        colleague = a_member(session, "同僚 一", Role.APPROVER)
        names = {each.label for each in queue_of(session, actor).choices.members}
    assert names == {"田中", colleague.name}


@pytest.mark.parametrize("size", [1, 60])
def test_reading_the_queue_takes_four_selects_whatever_its_size(
    database: Database, size: int
) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        theme = a_theme(session, "窓口")
        for number in range(size):
            proposed(session, an_opinion(session, f"窓口の意見{number}です。"), theme)
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as session:
        queue_of(session, actor, query="窓口")
    assert len([each for each in statements if each.lstrip().startswith("SELECT")]) == 4
