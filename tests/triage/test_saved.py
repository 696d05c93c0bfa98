"""Views of the queue that are kept under a name, and the page of a mass post's copies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from feedback.accounts.models import Role
from feedback.storage import Database
from feedback.triage import saved
from feedback.triage.copy_pages import Change, compare
from feedback.triage.forms import QueueForm
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from tests.strict_client import StrictClient
from tests.triage.builders import MECAB, a_campaign, an_actor, an_opinion

SignIn = Callable[..., StrictClient]
VIEW = "status=new&flag=urgent&sort=oldest"
QUEUE = "/staff/cases?view=all"


def names(database: Database, actor: Actor) -> list[str]:
    with database.reading() as session:
        return [each.name for each in saved.list_views(session, actor=actor)]


def test_own_views_are_ones_own_and_shared_ones_the_governments(database: Database) -> None:
    tanaka, suzuki = an_actor(database, "田中"), an_actor(database, "鈴木")
    elsewhere = an_actor(database, "木村", government="saitama")
    with database.transaction() as session:
        own = saved.save(session, "わたしの緊急", VIEW, government=None, actor=tanaka)
        shared = saved.save(session, "課の緊急", VIEW, government="tokyo", actor=tanaka)
        with pytest.raises(NotPermitted):
            saved.save(session, "よその", VIEW, government="tokyo", actor=elsewhere)
        for stranger in (suzuki, elsewhere):
            with pytest.raises(NotFound):
                saved.rename(session, own, "別名", actor=stranger)
            with pytest.raises(NotFound):
                saved.choose_default(session, own, actor=stranger)
        with pytest.raises(NotFound):
            saved.remove(session, shared, actor=elsewhere)
        saved.rename(session, shared, "東京の緊急", actor=suzuki)
    assert names(database, tanaka) == ["わたしの緊急", "東京の緊急"]
    assert names(database, suzuki) == ["東京の緊急"]
    assert names(database, elsewhere) == []


@pytest.mark.parametrize(
    ("name", "conditions", "error"),
    [
        ("", VIEW, saved.NameRefused),
        ("あ" * 31, VIEW, saved.NameRefused),
        ("緊急", VIEW, saved.NameRefused),
        ("何もない", "page=2&view=3&_external=1&endpoint=x", saved.NothingToSave),
    ],
)
def test_a_view_that_cannot_be_kept(
    database: Database, name: str, conditions: str, error: type[saved.ViewError]
) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        saved.save(session, "緊急", VIEW, government=None, actor=actor)
        with pytest.raises(error):
            saved.save(session, name, conditions, government=None, actor=actor)


def test_what_is_kept_of_an_address_is_what_the_form_asks() -> None:
    assert set(QueueForm()._fields) == saved.KEPT


def test_a_view_is_saved_begun_with_renamed_and_brought_back(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        an_opinion(session, "もう死にたいです。")
    client = sign_in()
    form = {"name": "緊急で未確認", "conditions": VIEW, "shared_with": ""}
    answer = client.post_form("/staff/cases/views", form, page_url=f"/staff/cases?{VIEW}")
    address = answer.headers["Location"]
    assert "flag=urgent" in address
    assert "緊急で未確認" in client.get(address).text
    view = address.split("view=")[1].split("&")[0]

    client.post_form("/staff/cases/views/default", {"view": view}, page_url="/staff/cases/views")
    begun = client.get("/staff/cases")
    assert begun.status_code == 302
    assert f"view={view}" in begun.headers["Location"]
    assert client.get(QUEUE).status_code == 200, "the whole queue is still there"

    url = f"/staff/cases/views/{view}"
    refused = client.post_form(url, {f"view-{view}-name": " "}, page_url="/staff/cases/views")
    assert refused.status_code == 422
    client.post_form(url, {f"view-{view}-name": "急ぐもの"}, page_url="/staff/cases/views")
    client.post_form(f"{url}/delete", {}, page_url="/staff/cases/views")
    text = client.get("/staff/cases/views").text
    assert "「急ぐもの」を削除しました。" in text
    client.post_form("/staff/undo", {}, page_url="/staff/cases/views")
    assert "急ぐもの" in client.get("/staff/cases/views").text


def test_a_refused_name_comes_back_with_what_was_typed(database: Database, sign_in: SignIn) -> None:
    form = {"name": "い" * 31, "conditions": VIEW, "shared_with": "tokyo"}
    answer = sign_in().post_form("/staff/cases/views", form, page_url=QUEUE)
    assert answer.status_code == 422
    assert "い" * 31 in answer.text
    assert "30文字以内" in answer.text


def test_each_condition_can_be_taken_away_alone(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        an_opinion(session, "窓口で押印を求められた。")
    tree = sign_in().page("/staff/cases?q=窓口 押印&kind=request&flag=urgent&sort=oldest")
    chips = {
        "".join(each.itertext()): each.get("href", "")
        for each in tree.iter("a")
        if each.get("class") == "chips__link"
    }
    assert len(chips) == 4
    request = next(href for label, href in chips.items() if "要望" in label)
    assert "kind=" not in request
    assert "flag=urgent" in request
    assert "sort=oldest" in request


def test_every_copy_is_listed_with_what_sets_it_apart(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        first = an_opinion(session, "窓口の予約をオンラインにしてください。")
        second = an_opinion(
            session, "窓口の予約を必ずオンラインにしてください。電話は090-1234-5678。"
        )
        hidden = an_opinion(session, "窓口の予約をオンラインに。", government_slug="saitama")
        alone = an_opinion(session, "道を直して。")
        a_campaign(session, [first, second, hidden])
    client = sign_in()
    text = client.get(f"/staff/cases/{second}/copies").text
    assert "全3件" in text
    assert "ほかの自治体への1件は表示していません" in text
    assert "<ins" in text
    assert "必ず" in text
    assert "1234-5678" not in text
    assert client.get(f"/staff/cases/{alone}/copies").status_code == 404
    elsewhere = sign_in(Role.STAFF, "chiba")
    assert elsewhere.get(f"/staff/cases/{second}/copies").status_code == 404


def test_a_comparison_gives_back_both_texts() -> None:
    before, after = (
        "窓口の予約を電話で。\n紙も残して。",
        "窓口の予約をオンラインで。\n紙も必ず残して。",
    )
    pieces = list(compare(before, after, MECAB))
    assert "".join(each.text for each in pieces if each.change is not Change.ADDED) == before
    assert "".join(each.text for each in pieces if each.change is not Change.GONE) == after
