"""The feed of a call: valid Atom, the last first, the same ids for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask import Flask

from feedback.calls.models import Call
from feedback.publishing import feed
from feedback.storage import Database
from tests.builders import a_call
from tests.publishing.builders import a_theme, merged, publish_answer
from tests.strict_client import StrictClient

FEED = "/calls/shin-tosei/feed.atom"
ATOM = {"a": feed.ATOM}
#: RFC 4287, 4.1.1 and 4.1.2: each exactly once.
REQUIRED = ("id", "title", "updated")


@pytest.fixture
def call(database: Database) -> Call:
    """An open call."""
    with database.transaction() as session:
        return a_call(session)


def read(client: StrictClient) -> Element:
    answer = client.get(FEED)
    assert answer.mimetype == "application/atom+xml"
    return fromstring(answer.data)


def text(element: Element, name: str) -> str:
    return element.findtext(f"a:{name}", "", ATOM)


def entries(tree: Element) -> list[Element]:
    return tree.findall("a:entry", ATOM)


def links(element: Element) -> dict[str | None, str | None]:
    return {each.get("rel"): each.get("href") for each in element.findall("a:link", ATOM)}


def test_answers_and_themes_are_entries(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call, "支払い<b>&")
        a_theme(session, call, "機械の仮の名前", is_checked=False)
        publish_answer(session, theme, "chiba", says="県税の窓口で\x0b使えます。<script>")
        theme_id = theme.id
    tree = read(client)
    for element in (tree, *entries(tree)):
        assert all(len(element.findall(f"a:{name}", ATOM)) == 1 for name in REQUIRED)
        assert datetime.fromisoformat(text(element, "updated")).tzinfo is not None
        assert element.findtext("a:author/a:name", "", ATOM)
    assert links(tree)["self"] == f"http://localhost{FEED}"
    answer, new = entries(tree)
    assert text(answer, "title") == "千葉県の回答：支払い<b>&"
    assert text(answer, "content") == (
        "現在の対応\n県税の窓口で使えます。<script>\n\n今後の方針\nすべての窓口に広げます。"
    )
    assert text(new, "title") == "新しいテーマ：支払い<b>&"
    address = f"http://localhost/calls/shin-tosei/themes/{theme_id}"
    assert {links(each)["alternate"] for each in (answer, new)} == {address}


def test_ids_stay_when_an_answer_is_revised_or_the_page_is_read_again(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        theme = a_theme(session, call)
        publish_answer(session, theme)
        theme_id = theme.id
    tag = "tag:localhost,2026-04-01:calls/shin-tosei"
    first = read(client)
    ids = [text(each, "id") for each in (first, *entries(first))]
    assert ids == [tag, f"{tag}/themes/{theme_id}/answers/tokyo", f"{tag}/themes/{theme_id}"]
    assert text(first, "updated") == text(entries(first)[0], "updated")
    second = read(client)
    assert ids == [text(each, "id") for each in (second, *entries(second))]


def test_an_answer_to_a_merged_theme_leads_to_where_it_went(
    client: StrictClient, database: Database, call: Call
) -> None:
    with database.transaction() as session:
        old, target = a_theme(session, call, "古い名前"), a_theme(session, call, "新しい名前")
        publish_answer(session, old)
        merged(session, old, target)
        target_id = target.id
    tree = read(client)
    assert "東京都の回答：新しい名前" in [text(each, "title") for each in entries(tree)]
    address = f"http://localhost/calls/shin-tosei/themes/{target_id}"
    assert {links(each)["alternate"] for each in entries(tree)} == {address}
    assert client.get(address).status_code == 200


def test_an_empty_feed_is_valid(client: StrictClient, call: Call) -> None:
    tree = read(client)
    assert entries(tree) == []
    assert text(tree, "updated") == "2026-04-01T09:00:00+09:00"


def test_a_feed_has_an_end(app: Flask, database: Database, call: Call) -> None:
    with database.transaction() as session:
        for _ in range(feed.LONGEST + 1):
            a_theme(session, call)
    with database.reading() as session:
        found = feed.read_feed(session, "shin-tosei")
    assert len(found.entries) == feed.LONGEST
    assert replace(found, entries=[]).call.slug == "shin-tosei"


def test_the_themes_page_leads_to_the_feed(client: StrictClient, call: Call) -> None:
    tree = client.page("/calls/shin-tosei/themes")
    found = [each for each in tree.iter("link") if each.get("rel") == "alternate"]
    assert [(each.get("type"), each.get("href")) for each in found] == [(feed.ATOM_TYPE, FEED)]
