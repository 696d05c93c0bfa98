"""Staff make a call: what the rules take and refuse, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role
from feedback.audit import labels
from feedback.audit import service as audit
from feedback.audit.models import AuditEntry
from feedback.calendar import today_jst
from feedback.calls import desk, editing
from feedback.calls import service as calls
from feedback.calls.draft import CallDraft
from feedback.calls.models import Call, CallState
from feedback.calls.service import CallWords
from feedback.storage import Database, utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from tests.triage.builders import an_actor

TODAY = today_jst(utc_now())
WORDS = CallWords(
    "窓口の混雑について", "窓口の何を変えるとよいですか。", "いただいた声を改善に使います。"
)
DRAFT = CallDraft(
    slug="counter-2026",
    opens_on=TODAY - timedelta(days=1),
    closes_on=TODAY + timedelta(days=30),
    words={"ja": WORDS},
    governments=("tokyo",),
    initiatives=("tokyo-gyosei-dx", "other"),
)


@pytest.fixture
def actor(database: Database) -> Actor:
    return an_actor(database, "承認", Role.APPROVER)


def published(database: Database, actor: Actor, draft: CallDraft = DRAFT) -> Call:
    with database.transaction() as session:
        call = editing.add_call(session, draft, actor=actor)
        return editing.publish_call(session, call.id, version=call.version, actor=actor)


def entries(session: Session) -> list[AuditEntry]:
    query = sa.select(AuditEntry).where(AuditEntry.event.like("calls.%")).order_by(AuditEntry.id)
    return list(session.scalars(query))


def refusal(database: Database, call: Call, draft: CallDraft, actor: Actor) -> dict[str, str]:
    with database.transaction() as session, pytest.raises(editing.CallRefused) as refused:
        editing.change_call(session, call.id, draft, version=call.version, actor=actor)
    return refused.value.problems


def test_the_whole_life_of_a_call_leaves_one_entry_for_each_change(
    database: Database, actor: Actor
) -> None:
    with database.transaction() as session:
        call = editing.add_call(session, DRAFT, actor=actor)
        with pytest.raises(calls.CallNotFound):
            calls.open_page(session, DRAFT.slug, "ja")
    english = {**DRAFT.words, "en": CallWords("Counters", "What would help?", "We will use it.")}
    with database.transaction() as session:
        editing.change_call(session, call.id, replace(DRAFT, words=english), version=1, actor=actor)
        editing.change_call(session, call.id, replace(DRAFT, words=english), version=2, actor=actor)
        editing.publish_call(session, call.id, version=2, actor=actor)
        assert calls.open_page(session, DRAFT.slug, "en").title == "Counters"
        assert calls.open_page(session, DRAFT.slug, "ko").title == WORDS.title
        editing.end_call(session, call.id, version=3, actor=actor)
        assert not calls.open_page(session, DRAFT.slug, "ja").is_open(utc_now())
        editing.archive_call(session, call.id, version=4, actor=actor)
        assert desk.standing(session, call.id, actor=actor).state is CallState.ARCHIVED
        editing.restore_call(session, call.id, version=5, actor=actor)
    with database.reading() as session:
        told = entries(session)
        steps = ["made", "changed", "published", "ended", "archived", "restored"]
        assert [each.event for each in told] == [f"calls.{step}" for step in steps]
        assert {each.government for each in told} == {"tokyo"}
        assert "変更した項目：英語の文" in labels.details_label(told[1].details)
        assert audit.verify(session).problems == ()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"slug": ""}, "slug", "アドレスを入力"),
        ({"slug": "Counter"}, "slug", "英小文字"),
        ({"slug": "窓口"}, "slug", "英小文字"),
        ({"slug": "a--b"}, "slug", "ハイフン"),
        ({"slug": "-a"}, "slug", "ハイフン"),
        ({"slug": "a" * 61}, "slug", "60文字"),
        ({"opens_on": None}, "opens_on", "開始日を入力"),
        ({"opens_on": date.min}, "opens_on", "年を確かめて"),
        ({"closes_on": date.max}, "closes_on", "年を確かめて"),
        ({"closes_on": TODAY - timedelta(days=2)}, "closes_on", "開始日と同じ日か"),
        ({"words": {}}, "title_ja", "日本語の題名を入力"),
        ({"words": {"ja": replace(WORDS, question="")}}, "question_ja", "日本語の質問を入力"),
        ({"words": {"ja": replace(WORDS, title="長" * 101)}}, "title_ja", "100文字以内"),
        (
            {"words": {"ja": WORDS, "ja-easy": CallWords("まどぐち", "", "")}},
            "question_ja_easy",
            "3つの欄をすべて空に",
        ),
        ({"governments": ()}, "governments", "1つ以上"),
        ({"governments": ("chiba",)}, "governments", "東京都"),
        ({"initiatives": ()}, "initiatives", "1つ以上"),
        ({"governments": ("tokyo", "chiba"), "initiatives": ("tokyo-gyosei-dx",)},
         "initiatives", "千葉県"),
        ({"initiatives": ("tokyo-gyosei-dx", "chiba-ict")}, "initiatives", "選んでいない自治体"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_field(
    database: Database, actor: Actor, changes: dict[str, object], field: str, message: str
) -> None:
    with database.transaction() as session, pytest.raises(editing.CallRefused) as refused:
        editing.add_call(session, replace(DRAFT, **changes), actor=actor)  # type: ignore[arg-type]
    assert message in refused.value.problems[field]
    with database.reading() as session:
        assert entries(session) == []


def test_a_taken_address_is_refused_for_new_and_for_changed_calls(
    database: Database, actor: Actor
) -> None:
    with database.transaction() as session:
        editing.add_call(session, DRAFT, actor=actor)
        other = editing.add_call(session, replace(DRAFT, slug="other"), actor=actor)
    with database.transaction() as session, pytest.raises(editing.CallRefused, match="すでに別の"):
        editing.add_call(session, DRAFT, actor=actor)
    assert "すでに別の" in refusal(database, other, DRAFT, actor)["slug"]


def test_an_address_taken_in_the_same_moment_is_refused_too(
    database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        editing.add_call(session, DRAFT, actor=actor)
    monkeypatch.setattr(editing, "_demand_free", lambda *_all: None)
    with pytest.raises(editing.CallRefused, match="すでに別の"), database.transaction() as session:
        editing.add_call(session, DRAFT, actor=actor)


def test_the_second_of_two_editors_is_told(database: Database, actor: Actor) -> None:
    with database.transaction() as session:
        call = editing.add_call(session, DRAFT, actor=actor)
        first = replace(DRAFT, closes_on=None)
        editing.change_call(session, call.id, first, version=1, actor=actor)
    for act in (editing.publish_call, editing.end_call, editing.archive_call):
        with database.transaction() as session, pytest.raises(editing.StaleCall):
            act(session, call.id, version=1, actor=actor)
    with database.transaction() as session, pytest.raises(editing.StaleCall):
        editing.change_call(session, call.id, DRAFT, version=1, actor=actor)


def test_after_publishing_nothing_is_taken_away(database: Database, actor: Actor) -> None:
    call = published(database, actor)
    found = refusal(
        database,
        call,
        replace(
            DRAFT,
            slug="another",
            opens_on=TODAY,
            governments=("chiba",),
            initiatives=("other",),
            closes_on=TODAY - timedelta(days=1),
        ),
        actor,
    )
    assert set(found) == {"slug", "opens_on", "closes_on", "governments", "initiatives"}
    assert "「東京都」を選んだまま" in found["governments"]
    wider = replace(
        DRAFT,
        words={"ja": replace(WORDS, title="窓口の混雑")},
        governments=("tokyo", "chiba"),
        closes_on=None,
    )
    with database.transaction() as session:
        editing.change_call(session, call.id, wider, version=call.version, actor=actor)
        page = calls.open_page(session, DRAFT.slug, "ja")
        assert page.title == "窓口の混雑"
        assert [each.slug for each in page.governments] == ["tokyo", "chiba"]
        assert page.closes_at is None
        assert entries(session)[-1].government == "region"


def test_a_call_closes_with_the_last_minute_of_its_day_in_japan(
    database: Database, actor: Actor
) -> None:
    draft = replace(DRAFT, opens_on=date(2030, 3, 30), closes_on=date(2030, 3, 31))
    call = published(database, actor, draft)
    with database.reading() as session:
        page = calls.open_page(session, DRAFT.slug, "ja")
        stored = session.get_one(Call, call.id)
        for moment, state in (
            (datetime(2030, 3, 29, 14, 59, 59, tzinfo=UTC), CallState.EARLY),
            (datetime(2030, 3, 29, 15, 0, tzinfo=UTC), CallState.OPEN),
            (datetime(2030, 3, 31, 14, 59, 59, tzinfo=UTC), CallState.OPEN),
            (datetime(2030, 3, 31, 15, 0, tzinfo=UTC), CallState.CLOSED),
        ):
            assert stored.state(moment) is state
            assert page.is_open(moment) is (state is CallState.OPEN)
        assert desk.stored_draft(session, stored).closes_on == date(2030, 3, 31)


def test_an_ended_call_keeps_its_moment_and_can_be_prolonged(
    database: Database, actor: Actor
) -> None:
    call = published(database, actor)
    with database.transaction() as session:
        ended = editing.end_call(session, call.id, version=call.version, actor=actor)
    moment = ended.closes_at
    with database.reading() as session:
        now = desk.stored_draft(session, session.get_one(Call, call.id))
    corrected = replace(now, words={"ja": replace(WORDS, title="直した題名")})
    with database.transaction() as session:
        kept = editing.change_call(session, call.id, corrected, version=ended.version, actor=actor)
        assert kept.closes_at == moment
        later = replace(corrected, closes_on=TODAY + timedelta(days=60))
        again = editing.change_call(session, call.id, later, version=kept.version, actor=actor)
        assert again.state(utc_now()) is CallState.OPEN


def test_steps_that_do_not_fit_the_state_are_refused(database: Database, actor: Actor) -> None:
    with database.transaction() as session:
        draft = editing.add_call(session, replace(DRAFT, slug="draft"), actor=actor)
    call = published(database, actor)
    for act, wrong in (
        (editing.publish_call, call),
        (editing.end_call, draft),
        (editing.archive_call, call),
        (editing.archive_call, draft),
        (editing.restore_call, call),
    ):
        with database.transaction() as session, pytest.raises(editing.CallStateRefused):
            act(session, wrong.id, version=wrong.version, actor=actor)
    with database.transaction() as session:
        editing.end_call(session, call.id, version=2, actor=actor)
        editing.archive_call(session, call.id, version=3, actor=actor)
    with database.transaction() as session, pytest.raises(editing.CallStateRefused):
        editing.change_call(session, call.id, DRAFT, version=4, actor=actor)


def test_a_draft_whose_last_day_is_over_is_not_published(database: Database, actor: Actor) -> None:
    over = replace(DRAFT, opens_on=TODAY - timedelta(days=9), closes_on=TODAY - timedelta(days=1))
    with database.transaction() as session:
        call = editing.add_call(session, over, actor=actor)
    with (
        database.transaction() as session,
        pytest.raises(editing.CallRefused, match="過ぎて"),
    ):
        editing.publish_call(session, call.id, version=1, actor=actor)


def test_only_those_of_a_government_in_the_call_find_it(database: Database, actor: Actor) -> None:
    call = published(database, actor)
    stranger = an_actor(database, "千葉", Role.APPROVER, "chiba")
    with database.transaction() as session:
        assert desk.list_calls(session, actor=stranger) == []
        with pytest.raises(NotFound):
            desk.standing(session, call.id, actor=stranger)
        with pytest.raises(NotFound):
            editing.end_call(session, call.id, version=call.version, actor=stranger)
        with pytest.raises(NotFound):
            editing.end_call(session, 987654, version=1, actor=actor)
    wider = replace(DRAFT, governments=("tokyo", "chiba"))
    with database.transaction() as session:
        editing.change_call(session, call.id, wider, version=call.version, actor=actor)
        assert [each.id for each in desk.list_calls(session, actor=stranger)] == [call.id]
