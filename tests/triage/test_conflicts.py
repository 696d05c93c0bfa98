"""Two people on one case: the second sees both sides; nothing is overwritten unseen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest

from feedback.accounts.models import Role
from feedback.storage import Database
from feedback.theming import service as theming
from feedback.theming.models import assignments_of
from feedback.triage import acts
from feedback.triage.decisions import ThemeChoice
from feedback.triage.errors import CaseChanged
from feedback.triage.models import Case, CaseStatus
from feedback.triage.service import CaseState
from tests.strict_client import StrictClient, parse, text_of
from tests.triage.builders import a_theme, an_actor, an_opinion, proposed

SignIn = Callable[..., StrictClient]
BODY = "押印を廃止してほしい。"


def fields_of(text: str, action: str) -> dict[str, list[str]]:
    """The hidden fields of the form that leads there."""
    found: dict[str, list[str]] = {}
    for form in parse(text).iter("form"):
        if form.get("action", "").endswith(action):
            found = {}
            for field in form.iter("input"):
                found.setdefault(field.get("name", ""), []).append(field.get("value", ""))
            if "自分の内容で上書きする" in text_of(form):
                return found
    return found


def state_of(database: Database, at: int) -> CaseState:
    with database.reading() as session:
        return CaseState.of(session.get_one(Case, at))


def test_the_second_sees_field_by_field_and_overwrites_only_what_they_touched(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    first, second = sign_in(name="鈴木 一郎"), sign_in(name="佐藤 花子")
    url = f"/staff/cases/{at}"
    seen = re.search(r'name="seen" value="([^"]+)"', second.get(url).text)
    assert seen
    base = {"version": "1", "seen": unescape(seen[1]), "assignee": ""}
    first.post_form(url, {**base, "status": "reading", "due_on": "2026-12-01"})
    answer = second.post_form(url, {**base, "status": "closed", "due_on": ""})
    assert answer.status_code == 409
    rows = [[text_of(cell) for cell in row] for row in parse(answer.text).iter("tr")]
    assert ["対応状況", "対応不要", "確認中"] in [row[:3] for row in rows]
    assert ["期限", "（変更していません）", "2026/12/01"] in [row[:3] for row in rows]
    assert all(row[3].startswith("鈴木 一郎、") for row in rows[1:])
    assert state_of(database, at) == CaseState(CaseStatus.READING, None, date(2026, 12, 1))
    assert "相手の変更を残す" in answer.text

    again = {name: values[-1] for name, values in fields_of(answer.text, url).items()}
    assert second.post_form(url, again).status_code == 302
    assert state_of(database, at) == CaseState(CaseStatus.CLOSED, None, date(2026, 12, 1))
    assert second.post_form(url, again).status_code == 409, "and not a second time"


def test_a_form_with_a_slip_stays_as_old_as_it_was(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    first, second = sign_in(), sign_in()
    url = f"/staff/cases/{at}"
    form = {"version": "1", "status": "reading", "assignee": "", "due_on": ""}
    first.post_form(url, form)
    answer = second.post_form(url, {**form, "status": "closed", "due_on": "あした"})
    assert answer.status_code == 422
    assert 'name="version" value="1"' in answer.text
    assert second.post_form(url, {**form, "status": "closed"}).status_code == 409


def test_what_may_not_follow_is_said_and_not_offered(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    first, second = sign_in(), sign_in()
    url = f"/staff/cases/{at}"
    form = {"version": "1", "assignee": "", "due_on": ""}
    seen = '{"status": "reading", "assignee_id": null, "due_on": null}'
    first.post_form(url, {**form, "status": "closed"})
    answer = second.post_form(url, {**form, "status": "themed", "seen": seen})
    assert "「対応不要」から「整理済み」には変更できません。" in answer.text
    assert "自分の内容で上書きする" not in answer.text


@pytest.mark.parametrize("how", ["chosen", "accepted"])
def test_a_theme_decided_meanwhile_is_shown_beside_ones_own(
    database: Database, sign_in: SignIn, how: str
) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        seals, counters = a_theme(session, "押印の廃止"), a_theme(session, "窓口の数")
        (one,) = proposed(session, at, seals)
    first, second = sign_in(name="鈴木 一郎"), sign_in(name="佐藤 花子")
    url = f"/staff/cases/{at}"
    first.post_form(f"{url}/themes/choose", {"choice": f"{one}:{counters}:"}, page_url=url)
    if how == "chosen":
        data = {f"statement-{one}-theme": str(seals), "mark": ""}
        answer = second.post_form(f"{url}/statements/{one}", data, page_url=url)
    else:
        answer = second.post_form(f"{url}/themes", {"seen": f"{one}:{seals}"}, page_url=url)
    assert answer.status_code == 409
    row = [[text_of(cell) for cell in row] for row in parse(answer.text).iter("tr")][1]
    assert row[1:3] == ["押印の廃止", "窓口の数"]
    assert row[3].startswith("鈴木 一郎、")
    fields = fields_of(answer.text, "/themes/choose")
    second.post_form(f"{url}/themes/choose", {"choice": fields["choice"]}, page_url=url)
    with database.reading() as session:
        assert assignments_of(session, [one])[one].theme_id == seals
        assert assignments_of(session, [one])[one].decided_by == "佐藤 花子"


def test_a_proposal_that_changed_is_shown_before_it_is_decided(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        seals, counters = a_theme(session, "押印の廃止"), a_theme(session, "窓口の数")
        (one,) = proposed(session, at, counters)
    url = f"/staff/cases/{at}"
    answer = sign_in().post_form(f"{url}/themes", {"seen": f"{one}:{seals}"}, page_url=url)
    assert answer.status_code == 409
    assert "窓口の数（提案）" in answer.text


def test_two_who_agree_are_told_so(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        seals = a_theme(session, "押印の廃止")
        (one,) = proposed(session, at, seals)
    url = f"/staff/cases/{at}"
    for client in (sign_in(), sign_in()):
        answer = client.post_form(
            f"{url}/themes", {"seen": f"{one}:{seals}"}, page_url=url, follow_redirects=True
        )
    assert "すでに確定されています" in answer.text


@pytest.mark.parametrize("what", ["state", "theme", "accept"])
def test_of_two_at_the_same_moment_one_is_refused(database: Database, what: str) -> None:
    """Two transactions at once: the second waits for the first, then sees what it did."""
    people = [an_actor(database, "田中"), an_actor(database, "鈴木")]
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        themes = [a_theme(session, "押印"), a_theme(session, "窓口")]
        (one,) = proposed(session, at, themes[0])
    barrier, results = threading.Barrier(2), []

    def act(number: int) -> None:
        actor = people[number]
        barrier.wait()
        try:
            with database.transaction() as session:
                if what == "state":
                    wanted = CaseState(CaseStatus.READING, actor.id, None)
                    acts.change_case(session, at, wanted, version=1, actor=actor)
                elif what == "theme":
                    choice = ThemeChoice(one, themes[number])
                    acts.choose_themes(session, at, [choice], actor=actor)
                else:
                    acts.accept_themes(session, at, {one: themes[0]}, actor=actor)
            results.append(actor.name)
        except (CaseChanged, theming.StaleStatement):
            results.append("refused")

    threads = [threading.Thread(target=act, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results).count("refused") == 1
    (winner,) = (each for each in results if each != "refused")
    with database.reading() as session:
        if what == "state":
            assert session.get_one(Case, at).version == 2
        else:
            assert assignments_of(session, [one])[one].decided_by == winner


def test_notes_never_conflict(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    url = f"/staff/cases/{at}"
    first, second = sign_in(Role.STAFF), sign_in(Role.APPROVER)
    for client, body in ((first, "一人目のメモ"), (second, "二人目のメモ")):
        client.post_form(f"{url}/notes", {"body": body}, page_url=url)
    text = first.get(url).text
    assert "一人目のメモ" in text
    assert "二人目のメモ" in text
