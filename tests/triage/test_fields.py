"""Fields of the search box: what they find, and what is said when they find nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.intake import receipts
from feedback.intake.models import AgeBand, Channel, Kind, Submission
from feedback.storage import Database
from feedback.triage import asking, search, tags
from feedback.triage import service as triage
from feedback.triage.filters import QueueFilter
from feedback.triage.listing import Queue, read_queue
from feedback.triage.models import CaseStatus
from feedback.triage.service import CaseState
from tests.strict_client import StrictClient
from tests.triage.builders import MECAB, a_theme, an_actor, an_opinion, proposed


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 3, tzinfo=UTC)


@pytest.fixture
def ask(database: Database) -> Callable[[str], Queue]:
    """Ask the queue of somebody in Saitama who also sees the region's."""
    actor = an_actor(database, government="saitama")
    with database.transaction() as session:
        plan = an_opinion(
            session,
            "申請をオンラインでできるようにしてほしい。",
            government_slug="saitama",
            initiative_slug="saitama-dx-plan",
            received_at=at(10, 5),
            age_band=AgeBand.THIRTIES,
            municipality_code="111007",
        )
        card = an_opinion(
            session,
            "マイナンバーがなくても使えるようにしてほしい。",
            government_slug="saitama",
            initiative_slug="saitama-dx-plan",
            kind=Kind.PROBLEM,
            channel=Channel.PAPER,
            received_at=at(11, 30),
        )
        an_opinion(
            session, "広域で共有してほしい。", government_slug="region", received_at=at(9, 1)
        )
        proposed(session, plan, a_theme(session, "窓口の待ち時間"))
        tags.add_tag(session, card, "要確認", actor=actor)
        reading = CaseState(CaseStatus.READING, actor.id, None)
        triage.change_case(session, card, reading, version=1, actor=actor)
        number = session.get_one(Submission, plan).receipt_number = receipts.new()
    numbers = {"RECEIPT": receipts.display(number)}

    def answered(query: str) -> Queue:
        with database.reading() as session:
            query = query.format(**numbers)
            return read_queue(session, QueueFilter(query=query), MECAB, page=1, actor=actor)

    return answered


def words(queue: Queue) -> set[str]:
    firsts = ("申請", "マイ", "広域")
    texts = ["".join(piece.text for piece in row.excerpt) for row in queue.page.rows]
    return {first for first in firsts if any(text.startswith(first) for text in texts)}


FOUND = [
    ("取組:DX推進 -マイナンバー 自治体:埼玉県", {"申請"}),
    ("取組：ＤＸ推進", {"申請", "マイ"}),
    ("-取組:DX推進", {"広域"}),
    ("自治体:一都三県", {"広域"}),
    ("-自治体:埼玉", {"広域"}),
    ("テーマ:待ち時間", {"申請"}),
    ("テーマ:「窓口の待ち」", {"申請"}),
    ("-テーマ:待ち時間", {"マイ", "広域"}),
    ("タグ:要確認", {"マイ"}),
    ("担当:自分", {"マイ"}),
    ("担当:なし", {"申請", "広域"}),
    ("状態:確認中", {"マイ"}),
    ("状態:未確認,確認中", {"申請", "マイ", "広域"}),
    ("-状態:未確認", {"マイ"}),
    ("種類:課題", {"マイ"}),
    ("経路:紙", {"マイ"}),
    ("受付:2026-10", {"申請"}),
    ("受付:2026-10..2026-11", {"申請", "マイ"}),
    ("受付:2026-10-05", {"申請"}),
    ("受付:..2026-09", {"広域"}),
    ("受付:2026/11/1〜", {"マイ"}),
    ("受付:2026年10月", {"申請"}),
    ("年代:30代", {"申請"}),
    ("市区町村:さいたま", {"申請"}),
    ("受付番号:{RECEIPT}", {"申請"}),
    ("課:なし", {"申請", "マイ", "広域"}),
]


def test_each_field_finds_what_it_says(ask: Callable[[str], Queue]) -> None:
    for query, expected in FOUND:
        queue = ask(query)
        assert queue.problems == (), query
        assert words(queue) == expected, query


REFUSED = [
    ("部署:総務", "「部署:」という項目はありません"),
    ("取組:存在しない", "「取組」に「存在しない」に当たるものはありません"),
    ("受付:来年", "日付として読めません"),
    ("受付:2026-13", "日付として読めません"),
    ("受付番号:123", "受付番号の形ではありません"),
    ("状態:", "続けて入力してください"),
    ("担当:だれか", "当たるものはありません"),
]


def test_what_cannot_be_read_is_said_and_not_carried_out(ask: Callable[[str], Queue]) -> None:
    for query, hint in REFUSED:
        queue = ask(f"{query} 申請")
        assert any(hint in each.text for each in queue.problems), query
        assert queue.page.rows == [], "nothing is shown as if the field had not been typed"


@pytest.mark.parametrize("query", ["10:30", "https://example.jp/a", "「部署:総務」"])
def test_a_colon_is_not_always_a_field(query: str) -> None:
    assert asking.parse(query, MECAB).problems == ()
    assert asking.parse(query, MECAB).fields == ()


def test_the_page_says_so_too(database: Database, sign_in: Callable[..., StrictClient]) -> None:
    with database.transaction() as session:
        an_opinion(session, "申請をオンラインで。")
    text = sign_in().get("/staff/cases?q=部署:総務").text
    assert "「部署:」という項目はありません" in text
    assert "この条件では探していません" in text


@given(st.text(max_size=80), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_pairs_of_a_phrase_stand_in_every_text_that_holds_it(
    body: str, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(body)))
    last = data.draw(st.integers(first, len(body)))
    held = set(search.pairs(body))
    for run in search.runs_of(body[first:last]):
        for start in range(len(run) - 1):
            assert run[start : start + 2] in held
        assert any(pair.startswith(run[0]) for pair in held)
