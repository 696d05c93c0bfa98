"""The search box finds words in Japanese, and no query breaks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.storage import Database
from feedback.triage import search
from feedback.triage.filters import QueueFilter
from feedback.triage.listing import read_queue
from tests.strict_client import StrictClient
from tests.triage.builders import MECAB, an_actor, an_opinion

OPINIONS = {
    "押印": "申請書の押印を廃止してほしい。",
    "窓口": "市役所の窓口でキャッシュレス決済を使えるようにしてください。",
    "両方": "窓口で押印を求められた。オンライン申請なら要らないはずだ。",
    "長い語": "行政手続オンライン化推進計画を読みました。",
    "英語": "The e-Gov form rejected my café's name.",
    "記号": "100%オフラインの人も_忘れないで。",
}


@pytest.fixture
def found(database: Database) -> Callable[[str], set[str]]:
    """Ask the queue: the names of the opinions found."""
    actor = an_actor(database)
    with database.transaction() as session:
        names = {an_opinion(session, body): name for name, body in OPINIONS.items()}

    def ask(query: str) -> set[str]:
        with database.reading() as session:
            queue = read_queue(session, QueueFilter(query=query), MECAB, page=1, actor=actor)
            assert queue.total.number == len(queue.page.rows)
            return {names[row.submission_id] for row in queue.page.rows}

    return ask


QUERIES = [
    ("押印", {"押印", "両方"}),
    ("窓口　押印", {"両方"}),
    ("押印 -窓口", {"押印"}),
    ("-押印 -窓口", {"長い語", "英語", "記号"}),
    ("オンライン申請", {"両方"}),
    ("行政手続オンライン化", {"長い語"}),
    ("行政手続", {"長い語"}),
    ("「押印を求められ」", {"両方"}),
    ("「押印を求めない」", set()),
    ('"押印を廃止"', {"押印"}),
    ("-「押印を廃止」 押印", {"両方"}),
    ("ｷｬｯｼｭﾚｽ", {"窓口"}),
    ("E-GOV", {"英語"}),
    ("E-gov", {"英語"}),
    ("「100%」", {"記号"}),
    ("「_忘」", {"記号"}),
    ("ない語ですよ存在しない", set()),
    ("", set(OPINIONS)),
    ("。、！", set(OPINIONS)),
    ("-", set(OPINIONS)),
]


def test_queries(found: Callable[[str], set[str]]) -> None:
    for query, names in QUERIES:
        assert found(query) == names, query


HOSTILE = [
    *('"', "'", '""', "''''", "「", "」", "“”", "(", ")", "((押印", "%", "_", "*", "\\", "\\'"),
    *("NEAR(", "NEAR(押印 窓口, 2)", "押印 OR 窓口", "押印 AND", "NOT", "words:押印", "rowid:1"),
    *("押*", "^押印", "{words}: 押印", "押印 & 窓口", "押印 | 窓口", "!押印", "押印:*", "<->"),
    *("'; DROP TABLE cases; --", "押印\\", "\0", "押\0印", "😀", "𠮷野家", "\u202e押印", "\ud800"),
    *("a" * 4000, "押印 " * 500, "-" * 300),
]


def test_hostile_queries_are_only_words(found: Callable[[str], set[str]]) -> None:
    for query in HOSTILE:
        assert found(query) <= set(OPINIONS), query


def test_any_query_is_answered(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        for body in OPINIONS.values():
            an_opinion(session, body)

    marks = st.sampled_from(
        [*list("\"'-「」“”()*:&|!<>^{}\\%_\u3000 "), "押印", "窓口", "AND", "NEAR"]
    )

    @given(st.one_of(st.text(max_size=60), st.lists(marks, max_size=12).map("".join)))
    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    def answered(query: str) -> None:
        with database.reading() as session:
            queue = read_queue(session, QueueFilter(query=query), MECAB, page=1, actor=actor)
            assert len(queue.page.rows) == queue.total.number <= len(OPINIONS)

    answered()


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_a_text_is_found_by_each_of_its_own_words(body: str) -> None:
    """What goes into the index and what a query asks for are made by the same rules."""
    indexed = set(search.index_words("", body, MECAB))
    for word in search.index_words("", body, MECAB):
        assert word in indexed
        assert len(word) <= search.LONGEST_WORD


def test_a_very_long_word_can_be_indexed(database: Database) -> None:
    with database.transaction() as session:
        an_opinion(session, "a" * 4000)


def test_the_mask_itself_is_no_word() -> None:
    assert "電話番号" not in search.index_words("", "［電話番号］に電話を。", MECAB)


def test_the_page_shows_the_hit(database: Database, sign_in: Callable[..., StrictClient]) -> None:
    with database.transaction() as session:
        before = "".join(f"{at}階の窓口にも並びました。" for at in range(1, 21))
        an_opinion(session, f"{before}最後に押印の廃止を望みます。")
    client = sign_in()
    text = client.get("/staff/cases?q=押印").text
    assert "<mark>押印</mark>" in text
    text = client.get("/staff/cases?q=存在しない言葉").text
    assert "条件に合う意見はありません" in text
