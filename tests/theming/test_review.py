"""The review page: from sure to doubtful, copies folded, a line, and nothing confirmed unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.storage import Database
from feedback.theming import decisions, guards
from feedback.theming.models import Assignment, Theme
from tests.builders import a_call
from tests.strict_client import StrictClient, text_of
from tests.theming import workshop
from tests.theming.builders import (
    a_campaign,
    an_actor,
    bodies,
    opinions,
    standing_themes,
)
from tests.theming.test_pages import counted
from tests.theming.workshop import in_theme, places

SignIn = Callable[..., StrictClient]


@pytest.fixture
def call(database: Database) -> Call:
    """A call with sixty opinions of Tokyo and twenty of Saitama, analysed."""
    with database.transaction() as session:
        call = a_call(session)
        opinions(session, call, bodies(15), government="tokyo")
        opinions(session, call, bodies(5, start=30), government="saitama")
    workshop.run(database, call.id)
    return call


@pytest.fixture
def theme(database: Database, call: Call) -> Theme:
    """The largest theme, its statements of Tokyo from 95 % down."""
    with database.transaction() as session:
        theme = max(standing_themes(session), key=lambda each: len(in_theme(session, each.id)))
        family = guards.family_of(session, theme.id)
        for turn, statement_id in enumerate(tokyos(session, family)):
            session.execute(
                sa.update(Assignment)
                .where(Assignment.statement_id == statement_id)
                .values(confidence=max(0.05, 0.95 - turn / 20))
            )
    return theme


def tokyos(session: sa.orm.Session, family: list[int]) -> list[int]:
    query = (
        sa.select(Statement.id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(Assignment.theme_id.in_(family), Submission.government_slug == "tokyo")
        .order_by(Statement.id)
    )
    return list(session.scalars(query))


def url(theme: Theme, more: str = "") -> str:
    return f"/staff/themes/{theme.id}/review{more}"


def percents(page: Element) -> list[int]:
    return [int(row.get("data-percent") or "") for row in page.findall(".//tr[@data-percent]")]


def keys(page: Element) -> list[str]:
    return [box.get("value") or "" for box in page.findall(".//input[@name='rows']")]


def hidden(page: Element, form_end: str, name: str) -> str:
    forms = (each for each in page.findall(".//form") if each.get("method") == "post")
    form = next(each for each in forms if (each.get("action") or "").endswith(form_end))
    field = form.find(f".//input[@name='{name}']")
    assert field is not None
    return field.get("value") or ""


def send(client: StrictClient, theme: Theme, **data: object) -> str:
    """Press a button of the page as it is now; the next page's text."""
    page = client.page(url(theme))
    form = {"upto": hidden(page, "/review", "upto"), **data}
    answer = client.post_form(url(theme), form, page_url=url(theme))
    assert answer.status_code == 302
    return client.get(answer.headers["Location"]).text


def test_statements_are_read_from_sure_to_doubtful_with_the_line_between(
    theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    page = client.page(url(theme))
    assert percents(page) == sorted(percents(page), reverse=True)
    above = [each for each in percents(page) if each >= 80]
    assert f"境目より上の{len(above)}文を確定する" in text_of(page)
    rows = page.findall(".//table[@id='review']/tbody/tr")
    place = next(at for at, row in enumerate(rows) if "review-line" in (row.get("class") or ""))
    assert place == len(above)
    doubtful = client.page(url(theme, "?order=doubtful&line=30"))
    assert percents(doubtful) == sorted(percents(doubtful))
    assert "境目 30%" in text_of(doubtful)


def test_each_row_says_why_and_what_else_it_could_be(theme: Theme, sign_in: SignIn) -> None:
    page = sign_in(Role.STAFF, "tokyo").page(url(theme))
    first = page.find(".//tr[@id='row-1']")
    assert "決め手の言葉" in text_of(first)
    buttons = [text_of(each) for each in first.findall(".//button")]
    assert buttons[0] == "確定"
    assert any(each.startswith("「") and each.endswith("」へ") for each in buttons)
    assert buttons[-1] == "未分類へ"


def test_all_above_the_line_is_confirmed_and_taken_back_in_one_go(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo", name="確認 花子")
    page = client.page(url(theme, "?line=60"))
    above = sum(each >= 60 for each in percents(page))
    form = {name: hidden(page, "/above", name) for name in ("line", "upto", "fingerprint")}
    answer = client.post_form(url(theme, "/above"), form, page_url=url(theme))
    text = client.get(answer.headers["Location"]).text
    assert f"境目より上の意見文{above}文を確定しました" in text
    with database.reading() as session:
        decided = list(
            session.scalars(sa.select(Assignment).where(Assignment.decided_by == "確認 花子"))
        )
        assert len(decided) == above
        assert all(each.confidence >= 0.6 for each in decided)
    client.post_form("/staff/undo", {}, page_url=url(theme))
    with database.reading() as session:
        query = sa.select(sa.func.count()).where(Assignment.decided_by.is_not(None))
        assert session.scalar(query) == 0


def test_what_came_after_the_page_was_shown_is_not_confirmed(
    database: Database, call: Call, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    page = client.page(url(theme, "?line=60"))
    form = {name: hidden(page, "/above", name) for name in ("line", "upto", "fingerprint")}
    with database.transaction() as session:
        (new,) = opinions(session, call, bodies(1, start=70)[:1], government="tokyo")
        statement_id = session.scalars(
            sa.select(Statement.id).where(Statement.submission_id == new)
        ).first()
        session.add(
            Assignment(
                statement_id=statement_id,
                theme_id=theme.id,
                proposed_theme_id=theme.id,
                confidence=0.99,
                reasons=[],
            )
        )
    answer = client.post_form(url(theme, "/above"), form, page_url=url(theme))
    assert "を確定しました" in client.get(answer.headers["Location"]).text
    with database.reading() as session:
        row = session.scalars(
            sa.select(Assignment).where(Assignment.statement_id == statement_id)
        ).one()
        assert row.decided_by is None


def test_nothing_is_confirmed_when_what_was_seen_has_changed(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    page = client.page(url(theme, "?line=60"))
    form = {name: hidden(page, "/above", name) for name in ("line", "upto", "fingerprint")}
    with database.transaction() as session:
        other = an_actor("tokyo", name="別の職員")
        decisions.decide(session, int(keys(page)[0][1:].split("-")[0]), None, actor=other)
    answer = client.post_form(url(theme, "/above"), form, page_url=url(theme))
    text = client.get(answer.headers["Location"]).text
    assert "まだ何も確定していません" in text
    with database.reading() as session:
        query = sa.select(Assignment.decided_by).where(Assignment.decided_by.is_not(None))
        assert set(session.scalars(query)) == {"別の職員"}


def test_one_row_is_confirmed_moved_or_put_nowhere(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    first, second, third, *_ = keys(client.page(url(theme)))
    with database.reading() as session:
        other = next(each for each in standing_themes(session) if each.id != theme.id)
    assert "意見文1文を確定しました" in send(client, theme, act=f"accept:{first}@1")
    assert "意見文1文を移しました" in send(client, theme, act=f"move:{second}:{other.id}@1")
    assert "元に戻す" in send(client, theme, act=f"move:{third}:none@1")
    with database.reading() as session:
        now = places(session)
    ids = [int(key[1:].split("-")[0]) for key in (first, second, third)]
    assert [now[each] for each in ids][1:] == [other.id, None]
    assert now[ids[0]] is not None
    page = client.page(url(theme))
    assert first not in keys(page)
    assert first in keys(client.page(url(theme, "?show=decided")))
    client.post_form("/staff/undo", {}, page_url=url(theme))
    assert third in keys(client.page(url(theme)))


def test_ticked_rows_are_confirmed_or_moved_together(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    chosen = keys(client.page(url(theme)))[:3]
    with database.reading() as session:
        other = next(each for each in standing_themes(session) if each.id != theme.id)
    for data, words in (
        ({"act": "move"}, "意見文を選んでください"),
        ({"act": "move", "rows": chosen, "target": ""}, "移す先のテーマを選んでください"),
        ({"act": "everything", "rows": chosen}, "操作を確認できませんでした"),
        ({"act": "move", "rows": chosen[:1], "target": str(other.id)}, "意見文1文を移しました"),
        ({"act": "accept", "rows": chosen[1:]}, "意見文2文を確定しました"),
        ({"act": "accept", "rows": chosen[1:]}, "テーマが変わりました"),
    ):
        assert words in send(client, theme, **data), data


def test_after_a_row_the_reader_stays_in_its_place(theme: Theme, sign_in: SignIn) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    page = client.page(url(theme, "?order=doubtful"))
    key, upto = keys(page)[3], hidden(page, "order=doubtful", "upto")
    answer = client.post_form(
        url(theme, "?order=doubtful"),
        {"act": f"accept:{key}@4", "upto": upto},
        page_url=url(theme),
    )
    assert answer.headers["Location"].endswith("?order=doubtful#row-4")


def test_a_campaign_is_one_row_and_is_decided_as_one(
    database: Database, call: Call, theme: Theme, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        family = guards.family_of(session, theme.id)
        ids = tokyos(session, family)[:6]
        submissions = session.scalars(
            sa.select(Statement.submission_id).where(Statement.id.in_(ids))
        ).all()
        a_campaign(session, call, sorted(set(submissions)))
    client = sign_in(Role.STAFF, "tokyo")
    page = client.page(url(theme))
    folded = [row for row in page.findall(".//tr[@data-percent]") if "同文" in text_of(row)]
    assert len(folded) == 1
    assert f"同文{len(set(submissions))}件" in text_of(folded[0])
    with database.reading() as session:
        rows = session.scalars(sa.select(Assignment).where(Assignment.statement_id.in_(ids)))
        least = min(row.confidence for row in rows)
    assert folded[0].get("data-percent") == str(int(least * 100)), "as sure as the least sure copy"
    key = next(each for each in keys(page) if each.startswith("c"))
    send(client, theme, act=f"accept:{key}@1")
    with database.reading() as session:
        rows = list(session.scalars(sa.select(Assignment).where(Assignment.statement_id.in_(ids))))
        assert all(row.decided_by for row in rows)


def test_other_governments_statements_are_neither_shown_nor_decided(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    tokyo, saitama = sign_in(Role.STAFF, "tokyo"), sign_in(Role.STAFF, "saitama")
    own, others = set(keys(tokyo.page(url(theme)))), set(keys(saitama.page(url(theme))))
    assert own
    assert others
    assert own.isdisjoint(others)
    text = send(tokyo, theme, act=f"accept:{others.pop()}@1")
    assert "テーマが変わりました" in text
    with database.reading() as session:
        query = sa.select(sa.func.count()).where(Assignment.decided_by.is_not(None))
        assert session.scalar(query) == 0


def test_progress_leads_through_all_themes(
    database: Database, call: Call, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    with database.reading() as session:
        total = len(standing_themes(session))
    visited = []
    here = url(theme)
    for done in range(total):
        page = client.page(here)
        assert f"{total}テーマ中 {done} 済み" in text_of(page)
        visited.append(here)
        while keys(page):
            data = {"upto": hidden(page, "/review", "upto"), "act": "accept", "rows": keys(page)}
            client.post_form(here, data, page_url=here)
            page = client.page(here)
        assert "未決定の意見文はありません" in text_of(page)
        following = page.find(".//a[@rel='next']")
        here = following.get("href") if following is not None else ""
    assert len(set(visited)) == total
    assert "すべてのテーマの確認が終わりました" in text_of(client.page(visited[-1]))


def test_the_page_asks_the_database_a_fixed_number_of_times(
    database: Database, theme: Theme, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    client.page(url(theme))
    with counted(database) as selects:
        client.page(url(theme))
    assert len(selects) <= 17, selects


def test_a_cio_does_not_review(theme: Theme, sign_in: SignIn) -> None:
    assert sign_in(Role.CIO, "tokyo").get(url(theme)).status_code == 403


@pytest.mark.parametrize(
    "query", ["?line=0", "?line=999", "?line=%EF%BC%98", "?show=x&order=y", "?page=99999"]
)
def test_a_strange_address_is_read_as_usual(theme: Theme, sign_in: SignIn, query: str) -> None:
    page = sign_in(Role.STAFF, "tokyo").page(url(theme, query))
    assert re.search(r"境目 \d+%", text_of(page))


def test_a_theme_that_no_longer_stands_is_not_reviewed(theme: Theme, sign_in: SignIn) -> None:
    client = sign_in(Role.STAFF, "tokyo")
    assert client.get("/staff/themes/99999/review").status_code == 404
    assert client.get(f"/staff/themes/{10**30}/review").status_code == 404
    assert client.get(url(theme)).status_code == 200
