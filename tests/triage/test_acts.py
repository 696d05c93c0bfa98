"""What staff did on a case is taken back, by themselves, as long as nobody changed it since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.app import create_undoers
from feedback.audit.service import verify
from feedback.storage import Database, utc_now
from feedback.theming.models import Assignment
from feedback.triage import acts, notes
from feedback.triage.acts import Done
from feedback.triage.decisions import ThemeChoice
from feedback.triage.errors import NoteRefused
from feedback.triage.models import Case, CaseNote, CaseStatus, notes_of, tags_of
from feedback.triage.service import CaseState
from feedback.undo import service as undo
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from tests.strict_client import StrictClient
from tests.triage.builders import a_theme, an_actor, an_opinion, proposed

BODY = "押印を廃止してほしい。\n窓口を増やしてほしい。"
READING = CaseState(CaseStatus.READING, None, None)


def take_back(database: Database, actor: Actor, act_id: int | None = None) -> None:
    with database.transaction() as session:
        undo.take_back(session, act_id, create_undoers(), actor=actor)


def places(database: Database) -> list[tuple[int | None, str | None]]:
    with database.reading() as session:
        rows = session.scalars(sa.select(Assignment).order_by(Assignment.statement_id))
        return [(row.theme_id, row.decided_by) for row in rows]


def state_of(database: Database, at: int) -> CaseState:
    with database.reading() as session:
        return CaseState.of(session.get_one(Case, at))


def test_acts_are_taken_back_one_after_the_other(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        first = CaseState(CaseStatus.READING, actor.id, None)
        second = CaseState(CaseStatus.CLOSED, actor.id, date(2026, 12, 1))
        acts.change_case(session, at, first, version=1, actor=actor)
        done = acts.change_case(session, at, second, version=2, actor=actor)
        assert done is not None
        assert "対応状況を「対応不要」に、期限を2026/12/01に変更しました" in done.summary
        assert acts.change_case(session, at, second, version=3, actor=actor) is None
    take_back(database, actor)
    assert state_of(database, at) == first
    take_back(database, actor)
    assert state_of(database, at) == CaseState(CaseStatus.NEW, None, None)
    with database.reading() as session:
        case = session.get_one(Case, at)
        assert (case.version, case.read_at) == (5, None), "nobody has read it again"
        assert verify(session).problems == ()
    with pytest.raises(undo.NothingToUndo):
        take_back(database, actor)


def test_what_a_colleague_changed_since_stays(database: Database) -> None:
    actor, colleague = an_actor(database), an_actor(database, "鈴木")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        acts.change_case(session, at, READING, version=1, actor=actor)
        later = CaseState(CaseStatus.READING, colleague.id, None)
        acts.change_case(session, at, later, version=2, actor=colleague)
    with pytest.raises(undo.CannotUndo, match="その後に"):
        take_back(database, actor)
    assert state_of(database, at) == later


def test_confirmed_themes_are_taken_back_with_the_status_they_brought(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        seals, counters = a_theme(session, "押印"), a_theme(session, "窓口")
        one, two = proposed(session, at, seals)
        acts.choose_themes(session, at, [ThemeChoice(two, counters)], actor=actor)
        done = acts.accept_themes(session, at, {one: seals}, actor=actor)
        assert done.is_settled
    assert state_of(database, at).status is CaseStatus.THEMED
    take_back(database, actor)
    assert state_of(database, at).status is CaseStatus.NEW
    assert places(database) == [(seals, None), (counters, "田中")]
    take_back(database, actor)
    assert places(database) == [(seals, None), (seals, None)]


def test_a_theme_that_somebody_decided_anew_is_not_taken_back(database: Database) -> None:
    actor, colleague = an_actor(database), an_actor(database, "鈴木")
    with database.transaction() as session:
        at = an_opinion(session, "押印を廃止してほしい。")
        seals, counters = a_theme(session, "押印"), a_theme(session, "窓口")
        (one,) = proposed(session, at, seals)
        done = acts.accept_themes(session, at, {one: seals}, actor=actor)
        decided_at = session.scalars(sa.select(Assignment.decided_at)).one()
        assert decided_at
        again = [ThemeChoice(one, counters, decided_at.isoformat())]
        acts.choose_themes(session, at, again, actor=colleague)
    with pytest.raises(undo.CannotUndo, match=r"決め直されています|変更されています"):
        take_back(database, actor, done.act_id)
    assert places(database) == [(counters, "鈴木")]


@pytest.mark.parametrize("kind", ["put", "taken", "note"])
def test_tags_and_notes_are_taken_back(database: Database, kind: str) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        acts.add_tag(session, at, "要確認", actor=actor)
        steps: dict[str, Callable[[], Done | None]] = {
            "put": lambda: acts.add_tag(session, at, "回付", actor=actor),
            "taken": lambda: acts.remove_tag(session, at, "要確認", actor=actor),
            "note": lambda: acts.add_note(session, at, "電話済み", actor=actor),
        }
        assert steps[kind]()
    take_back(database, actor)
    with database.reading() as session:
        assert list(tags_of(session, at)) == ["要確認"]
        assert notes_of(session, at) == []


def test_a_note_is_its_authors_to_take_away_for_ten_minutes(database: Database) -> None:
    actor, colleague = an_actor(database), an_actor(database, "鈴木")
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        note = notes.add_note(session, at, "書き間違い", actor=actor)
        with pytest.raises(NotFound):
            notes.remove_note(session, at, note.id, actor=colleague)
        note.created_at = utc_now() - timedelta(minutes=11)
        with pytest.raises(NoteRefused, match="10分まで"):
            notes.remove_note(session, at, note.id, actor=actor)
        note.created_at = utc_now()
        notes.remove_note(session, at, note.id, actor=actor)
        assert session.scalars(sa.select(CaseNote)).all() == []


def test_pages_offer_the_way_back(database: Database, sign_in: Callable[..., StrictClient]) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    client, url = sign_in(Role.STAFF, "tokyo"), f"/staff/cases/{at}"
    form: dict[str, Any] = {"status": "reading", "assignee": "", "due_on": "", "version": "1"}
    text = client.post_form(url, form, follow_redirects=True).text
    assert "対応状況を「確認中」に変更しました" in text
    assert "元に戻す" in text
    text = client.post_form("/staff/undo", {"next": url}, follow_redirects=True).text
    assert "取り消しました：" in text
    assert state_of(database, at).status is CaseStatus.NEW
    text = client.post_form(
        f"{url}/notes", {"body": "メモ"}, page_url=url, follow_redirects=True
    ).text
    assert "削除" in text
    with database.reading() as session:
        (note,) = notes_of(session, at)
    client.post_form(f"{url}/notes/remove", {"note": str(note.id)}, page_url=url)
    with database.reading() as session:
        assert notes_of(session, at) == []
