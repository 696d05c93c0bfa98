"""A submission's way through screening, as the worker takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tokens import Token, tokenizer
from feedback.app import create_registry
from feedback.intake.service import Words
from feedback.queue import service as queue
from feedback.queue.models import Job
from feedback.queue.worker import Worker
from feedback.screening import service as screening
from feedback.screening.examine import WITHHELD, examine
from feedback.screening.models import (
    Campaign,
    CampaignMember,
    PersonalDataMark,
    Screening,
    Statement,
    statements_of,
)
from feedback.storage import Database
from tests.screening.builders import all_stored, stored

MECAB = tokenizer("mecab")


def screened(database: Database, *ids: int) -> list[Screening]:
    with database.reading() as session:
        found = [session.get_one(Screening, each) for each in ids]
        session.expunge_all()
        return found


def run_screening(database: Database, ids: Sequence[int]) -> None:
    """Queue and run the screening of these submissions, and nothing that follows from it."""
    with database.transaction() as session:
        queue.enqueue(session, "screening.screen", {"submission_ids": list(ids)})
    worker = Worker(database, create_registry(), tokenizer="mecab", poll_seconds=1)
    assert worker.run_one()
    with database.reading() as session:
        assert not session.scalar(sa.select(sa.func.count()).where(Job.error.is_not(None)))


def test_personal_data_is_masked_in_title_body_and_statements(database: Database) -> None:
    body = "窓口の予約をオンラインにしてください。電話は090-1234-5678までお願いします。"
    with database.transaction() as session:
        at = stored(session, body, title="連絡先 taro@example.jp").id
    run_screening(database, [at])
    (found,) = screened(database, at)
    assert found.title == "連絡先 ［メールアドレス］"
    assert "090" not in found.body
    assert "［電話番号］" in found.body
    assert found.has_personal_data
    with database.reading() as session:
        statements = statements_of(session, at)
        assert statements
        for statement in statements:
            assert "090" not in statement.text
            assert not any("090" in word or word == "5678" for word in statement.words)
        marks = session.scalars(sa.select(PersonalDataMark).order_by(PersonalDataMark.id)).all()
        assert [(mark.part, mark.kind) for mark in marks] == [("title", "email"), ("body", "phone")]
        phone = marks[1]
        assert body[phone.start : phone.end] == "090-1234-5678"


def test_statements_point_into_the_citizens_own_words(database: Database) -> None:
    body = "申請書の押印を廃止してほしい。\n市役所の窓口にキャッシュレス決済を入れてください。"
    with database.transaction() as session:
        at = stored(session, body).id
    run_screening(database, [at])
    with database.reading() as session:
        statements = statements_of(session, at)
        assert [statement.position for statement in statements] == [0, 1]
        assert [body[each.start : each.end] for each in statements] == [
            each.text for each in statements
        ]
        assert "押印" in statements[0].words
        assert statements[0].tokenizer.startswith("mecab ")


def test_flags(database: Database) -> None:
    with database.transaction() as session:
        nothing, urgent, english, plain = all_stored(
            session,
            [
                "特になし",
                "もう生きていたくない。死にたいです。",
                "Please make the online application available in English as well.",
                "駅前に証明書の自動交付機を置いてほしい。",
            ],
        )
    run_screening(database, [nothing, urgent, english, plain])
    rows = screened(database, nothing, urgent, english, plain)
    assert [row.is_set_aside for row in rows] == [True, False, False, False]
    assert [row.is_urgent for row in rows] == [False, True, False, False]
    assert rows[1].urgent_kinds == ["self_harm"]
    assert [row.language for row in rows] == ["ja", "ja", "en", "ja"]
    with database.reading() as session:
        assert statements_of(session, english)[0].words == []
        assert statements_of(session, plain)[0].words != []


def test_screening_twice_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        ids = all_stored(
            session, ["手続きをスマートフォンで済ませたい。", "説明が長くて分かりにくい。"]
        )
    run_screening(database, ids)
    with database.reading() as session:
        before = session.execute(sa.select(Statement.id, Statement.text)).all()
    run_screening(database, ids)
    with database.reading() as session:
        assert session.execute(sa.select(Statement.id, Statement.text)).all() == before
        queued = session.scalars(sa.select(Job.name).where(Job.name == "triage.open_cases")).all()
        assert len(queued) == 1


class Stumbles:
    """A tokenizer that fails on one word, as an engine may on a text nobody foresaw."""

    name = "stumbles"
    version = "1"

    def tokens(self, text: str) -> list[Token]:
        if "毒" in text:
            raise RuntimeError(f"cannot read {text}")
        return MECAB.tokens(text)


def test_one_poisoned_text_does_not_lose_the_chunk(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with database.transaction() as session:
        ids = all_stored(
            session,
            ["窓口を増やしてほしい。", "毒のある文章、山田太郎です。", "紙の申請も残して。"],
        )
        words = [
            Words(at, "", body)
            for at, body in zip(
                ids,
                ["窓口を増やしてほしい。", "毒のある文章、山田太郎です。", "紙の申請も残して。"],
                strict=True,
            )
        ]
        assert screening.screen(session, words, Stumbles()) == ids
    first, poisoned, last = screened(database, *ids)
    assert first.body == "窓口を増やしてほしい。"
    assert last.body == "紙の申請も残して。"
    assert poisoned.body == WITHHELD
    assert poisoned.has_personal_data
    assert "毒" not in caplog.text
    assert "RuntimeError" in caplog.text


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_examined(body: str, title: str) -> None:
    found = examine(Words(1, title, body), (), MECAB)
    for claim in found.claims:
        assert 0 <= claim.start <= claim.end <= len(body)
    for mark in found.marks:
        assert 0 <= mark.start < mark.end <= len(title if mark.part == "title" else body)


COPY = (
    "県の手続きはすべてオンラインで完結できるようにしてください。平日に窓口へ行くことができません。"
)
OTHER = (
    "公園の遊具が古くて危ないので、早めに取り替えてください。近所の子どもがよく遊んでいる場所です。"
)


def campaigns_in(database: Database) -> dict[int, set[int]]:
    with database.reading() as session:
        found: dict[int, set[int]] = {}
        for member in session.scalars(sa.select(CampaignMember)):
            found.setdefault(member.campaign_id, set()).add(member.submission_id)
        sizes = dict(session.execute(sa.select(Campaign.id, Campaign.size)).all())
        assert sizes == {at: len(members) for at, members in found.items()}
        return found


def test_copies_become_a_campaign_that_keeps_its_identity(
    database: Database, work: Callable[[], int]
) -> None:
    def send(*bodies: str) -> list[int]:
        with database.transaction() as session:
            ids = all_stored(session, list(bodies))
            queue.enqueue(session, "screening.screen", {"submission_ids": ids})
        work()
        return ids

    first = send(COPY, COPY, OTHER)
    ((identity, members),) = campaigns_in(database).items()
    assert members == set(first[:2])

    more = send(COPY + "お願いします。", OTHER)
    found = campaigns_in(database)
    assert found[identity] == {*first[:2], more[0]}
    (other,) = (members for at, members in found.items() if at != identity)
    assert other == {first[2], more[1]}


def test_non_opinions_and_signatures(database: Database, work: Callable[[], int]) -> None:
    with database.transaction() as session:
        nothing = all_stored(session, ["特になし"] * 5)
        signed = all_stored(session, [f"{COPY}電話 03-3{n}11-2345" for n in range(3)])
        queue.enqueue(session, "screening.screen", {"submission_ids": nothing + signed})
    work()
    assert list(campaigns_in(database).values()) == [set(signed)]


def test_a_grouping_that_missed_something_is_made_again(database: Database) -> None:
    from feedback.screening import campaigns
    from feedback.screening.models import opinion_texts

    with database.transaction() as session:
        first = stored(session, COPY)
        call_id = first.call_id
        screening.screen(session, [Words(first.id, "", COPY)], MECAB)
        stale = campaigns.find(opinion_texts(session, call_id))
        second = stored(session, COPY)
        screening.screen(session, [Words(second.id, "", COPY)], MECAB)
        assert not campaigns.store(session, call_id, stale).is_whole
        grouping = campaigns.find(opinion_texts(session, call_id))
        assert campaigns.store(session, call_id, grouping).is_whole
    assert list(campaigns_in(database).values()) == [{first.id, second.id}]


def test_inheritance_goes_by_the_largest_overlap_and_to_one_group_only() -> None:
    from feedback.screening.campaigns import Group, inherit
    from tests.screening.builders import RECEIVED_AT

    def group(*members: int) -> Group:
        return Group(members[0], RECEIVED_AT, dict.fromkeys(members, 1.0))

    before = {1: 10, 2: 10, 3: 10, 4: 20, 5: 20}
    assert inherit([group(1), group(2, 3), group(6, 7)], before) == [None, 10, None]
    assert inherit([group(1, 2, 3, 4, 5)], before) == [10]
    assert inherit([group(1, 4), group(2, 5)], before) == [10, 20]
