"""Paper is typed in sheet by sheet; where it is typed twice, differences are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from feedback.accounts.models import Role
from feedback.intake import paper
from feedback.intake.differences import differing
from feedback.intake.models import AgeBand, Channel, Kind, Submission, SubmissionWords
from feedback.intake.paper import BundleFacts, Sheet
from feedback.intake.paper_models import PaperBundle, PaperSheet
from feedback.storage import Database
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission
from tests.builders import a_call
from tests.strict_client import StrictClient, parse, text_of

BODY = "窓口が混んでいて、一時間も待ちました。\n予約できるようにしてほしいです。"
KEY = "A" * 43 + "="
TYPED = {"body": BODY, "initiative": "tokyo-gyosei-dx", "kind": "request", "relation": ""}
SignIn = Callable[..., StrictClient]


def a_bundle(client: StrictClient, **changes: str) -> None:
    answer = client.post_form(
        "/staff/paper",
        {
            "label": "10月の説明会",
            "call": "1",
            "government": "tokyo",
            "channel": "meeting",
            "initiative": "tokyo-gyosei-dx",
            "kind": "request",
            "received_on": "2026-10-16",
            **changes,
        },
    )
    assert answer.status_code == 302, answer.text


def send(client: StrictClient, url: str = "/staff/paper/1", **changes: str) -> str:
    """Open the page, fill in its form and send it; the page that follows."""
    tree = client.page(url)
    hidden = {
        each.get("name", ""): each.get("value", "")
        for each in tree.iter("input")
        if each.get("type") == "hidden"
    }
    answer = client.post(url, data={**hidden, **TYPED, **changes}, follow_redirects=True)
    return answer.text


def stored(database: Database) -> list[tuple[Submission, str]]:
    with database.reading() as session:
        query = select(Submission, SubmissionWords.body).join(
            SubmissionWords, SubmissionWords.submission_id == Submission.id
        )
        return [(row[0], row[1]) for row in session.execute(query.order_by(Submission.id))]


@pytest.fixture
def clerk(database: Database, sign_in: SignIn) -> StrictClient:
    """A member of staff of Tokyo, with a call to type into."""
    with database.transaction() as session:
        a_call(session)
    return sign_in(Role.STAFF, "tokyo", login="clerk")


def test_sheet_after_sheet_becomes_an_opinion(database: Database, clerk: StrictClient) -> None:
    a_bundle(clerk)
    first = send(clerk, municipality="千代田区", age_band="73", consents_to_publish="y")
    assert "1番の用紙を登録しました" in first
    assert "2番の用紙を登録しました" in send(clerk, body="二枚目です。", kind="praise")
    (one, words), (two, _) = stored(database)
    assert words == BODY
    assert (one.channel, one.municipality_code) == (Channel.MEETING, "131016")
    assert (one.age_band, one.consents_to_publish) == (AgeBand.SEVENTIES, True)
    assert one.received_at == datetime(2026, 10, 16, 3, tzinfo=UTC)
    assert (two.kind, two.consents_to_publish) == (Kind.PRAISE, False)


def test_a_double_click_is_one_sheet(database: Database, clerk: StrictClient) -> None:
    a_bundle(clerk)
    tree = clerk.page("/staff/paper/1")
    hidden = {
        each.get("name", ""): each.get("value", "")
        for each in tree.iter("input")
        if each.get("type") == "hidden"
    }
    for _ in range(2):
        assert clerk.post("/staff/paper/1", data={**hidden, **TYPED}).status_code == 302
    assert len(stored(database)) == 1


def test_what_is_not_understood_is_said_beside_its_field_and_nothing_is_lost(
    database: Database, clerk: StrictClient
) -> None:
    a_bundle(clerk)
    page = send(clerk, municipality="大阪市", age_band="若者", contact_email="どこか")
    for words in ("一都三県の市区町村名", "年齢の数字", "大阪市", "若者", "予約できるように"):
        assert words in page
    assert "メールアドレスの形になっていません" in send(clerk, contact_email="どこか")
    assert "入力してください" in send(clerk, body="")
    assert stored(database) == []


def test_typed_twice_alike_is_stored_by_the_second_time(
    database: Database, clerk: StrictClient, sign_in: SignIn
) -> None:
    a_bundle(clerk, is_typed_twice="y")
    assert "預かりました" in send(clerk)
    assert stored(database) == []
    other = sign_in(Role.STAFF, "tokyo", login="other")
    url = other.get("/staff/paper/1/again").headers["Location"]
    # Blanks and line breaks are nothing that one sees on paper.
    assert "登録しました" in send(other, url, body=BODY.replace("\n", " "))
    assert len(stored(database)) == 1
    with database.reading() as session:
        (sheet,) = session.scalars(select(PaperSheet))
    assert sheet.typed is None, "the words lie in one place only"


def test_a_difference_is_shown_and_the_corrected_words_are_stored(
    database: Database, clerk: StrictClient, sign_in: SignIn
) -> None:
    a_bundle(clerk, is_typed_twice="y")
    send(clerk, age_band="70代")
    other = sign_in(Role.STAFF, "tokyo", login="other")
    typed = {**TYPED, "body": BODY.replace("一時間", "二時間"), "age_band": "60代"}
    answer = other.post_form("/staff/paper/1/again/1", typed)
    assert answer.status_code == 422
    tree = parse(answer.text)
    assert [text_of(each) for each in tree.iter("del")] == ["1回目：一", "1回目：7"]
    assert [text_of(each) for each in tree.iter("ins")] == ["今回：二", "今回：6"]
    assert stored(database) == []
    corrected = {**typed, "age_band": "70代", "settled": "yes"}
    assert other.post_form("/staff/paper/1/again/1", corrected).status_code == 302
    ((submission, words),) = stored(database)
    assert ("二時間" in words, submission.age_band) == (True, AgeBand.SEVENTIES)


def test_a_sheet_is_stored_once_even_when_two_type_it_again(
    database: Database, clerk: StrictClient, sign_in: SignIn
) -> None:
    a_bundle(clerk, is_typed_twice="y")
    send(clerk)
    other = sign_in(Role.STAFF, "tokyo", login="other")
    assert "登録しました" in send(other, "/staff/paper/1/again/1")
    assert "すでに登録されたか" in send(clerk, "/staff/paper/1/again/1")
    assert len(stored(database)) == 1


def test_a_sheet_typed_by_mistake_is_withdrawn_before_it_is_an_opinion(
    database: Database, clerk: StrictClient
) -> None:
    a_bundle(clerk, is_typed_twice="y")
    send(clerk)
    url = "/staff/paper/1/again/1"
    clerk.post_form(f"{url}/withdraw", {}, page_url=url)
    assert "すでに登録されたか" in send(clerk, url)
    assert stored(database) == []


def test_nobody_types_into_another_governments_bundle(clerk: StrictClient, sign_in: SignIn) -> None:
    a_bundle(clerk)
    other = sign_in(Role.STAFF, "chiba")
    assert other.get("/staff/paper/1").status_code == 404
    assert "10月の説明会" not in other.get("/staff/paper").text


def an_actor() -> Actor:
    return Actor(1, "職員 太郎", {Permission.IMPORT_OPINIONS: frozenset({"tokyo"})})


A_SHEET = Sheet(
    BODY, "", "tokyo-gyosei-dx", Kind.REQUEST, None, None, None,
    consents_to_publish=False, contact_name="", contact_email="",
)  # fmt: skip


def test_of_the_sheets_that_wait_those_of_others_come_first(
    database: Database, clerk: StrictClient, sign_in: SignIn
) -> None:
    sign_in(Role.STAFF, "tokyo", login="other")
    facts = BundleFacts(
        "束", 1, "tokyo", Channel.PAPER, "other", Kind.REQUEST, date(2026, 10, 1),
        is_typed_twice=True,
    )  # fmt: skip
    actors = [replace(an_actor(), id=1), replace(an_actor(), id=2)]
    with database.transaction() as session:
        bundle = paper.open_bundle(session, facts, actor=actors[0])
        for at, actor in enumerate(actors):
            paper.type_sheet(session, bundle.id, A_SHEET, f"f{at}", contact_key=KEY, actor=actor)
        assert paper.next_waiting(session, bundle.id, actor=actors[0]) == 2
        assert paper.next_waiting(session, bundle.id, actor=actors[1]) == 1
        with pytest.raises(NotFound):
            paper.bundle_of(session, 99, actor=actors[0])
        assert session.get(PaperBundle, bundle.id) is bundle


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_texts_can_be_read_from_their_differences(before: str, after: str) -> None:
    pieces = differing(before, after)
    assert "".join(each.before for each in pieces) == before
    assert "".join(each.after for each in pieces) == after
