"""The workshop's pages as staff see them: splitting, the theme above, never one, hints."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.calls.models import Call
from feedback.storage import Database
from feedback.theming import apart, guards, hinting, hints, marks
from feedback.theming.arranging import Look, Sort, arrange
from feedback.theming.marks import Mark
from feedback.theming.models import Hint, HintKind, Theme, ThemeState
from feedback.theming.progress import Decided
from feedback.theming.reading import themes_of_call
from tests.builders import a_call
from tests.strict_client import StrictClient, text_of
from tests.theming import workshop
from tests.theming.builders import bodies, opinions, standing_themes
from tests.theming.workshop import ACTOR, in_theme

SignIn = Callable[..., StrictClient]


@pytest.fixture
def call(database: Database) -> Call:
    """A call with sixty opinions of Tokyo, analysed."""
    with database.transaction() as session:
        call = a_call(session)
        opinions(session, call, bodies(15), government="tokyo")
    workshop.run(database, call.id)
    return call


@pytest.fixture
def clerk(call: Call, sign_in: SignIn) -> StrictClient:
    """One member of Tokyo's staff."""
    return sign_in(Role.STAFF, "tokyo", name="作業 花子")


def largest(database: Database) -> Theme:
    with database.reading() as session:
        return max(
            standing_themes(session),
            key=lambda each: len(in_theme(session, *guards.family_of(session, each.id))),
        )


def fields_of(page: Element, form_end: str) -> dict[str, str]:
    """What a browser would send of a form that nobody has touched."""
    forms = [each for each in page.findall(".//form") if each.get("method") == "post"]
    form = next(each for each in forms if (each.get("action") or "").endswith(form_end))
    fields = {}
    for field in form.findall(".//input"):
        if field.get("type") != "radio" or field.get("checked") is not None:
            fields[field.get("name") or ""] = field.get("value") or ""
    return fields


def test_a_proposal_is_adjusted_and_becomes_two_themes(
    database: Database, clerk: StrictClient
) -> None:
    theme = largest(database)
    address = f"/staff/themes/{theme.id}/split"
    page = clerk.page(f"{address}?parts=2&how=beside")
    assert "分かれ方のはっきりさ" in text_of(page)
    assert len(page.findall(".//section[@class='split-part']")) == 2
    fields = fields_of(page, "/split")
    moved = next(name for name, value in fields.items() if name.startswith("to-") and value == "2")
    sent = {**fields, "name-1": "残る話題", "name-2": "新しい話題", moved: "1"}
    answer = clerk.post_form(address, sent, page_url=address)
    assert answer.status_code == 302
    text = clerk.get(answer.headers["Location"]).text
    assert "テーマを2つに分けました" in text
    assert "元に戻す" in text
    with database.reading() as session:
        part = session.scalars(sa.select(Theme).where(Theme.staff_label == "新しい話題")).one()
        statement_id = int(moved.split("-")[1].removeprefix("s"))
        assert statement_id not in in_theme(session, part.id)
        wanted = sum(v == "2" for n, v in sent.items() if n.startswith("to-"))
        assert len(in_theme(session, part.id)) == wanted
    clerk.post_form("/staff/undo", {}, page_url=address)
    with database.reading() as session:
        assert session.get_one(Theme, part.id).state is ThemeState.MERGED
        assert session.get_one(Theme, theme.id).name == theme.name


def test_a_refused_split_loses_nothing_that_was_written(
    database: Database, clerk: StrictClient
) -> None:
    theme = largest(database)
    address = f"/staff/themes/{theme.id}/split"
    page = clerk.page(f"{address}?parts=2")
    sent = {**fields_of(page, "/split"), "name-1": "残る話題", "name-2": ""}
    answer = clerk.post_form(address, sent, page_url=address)
    assert answer.status_code == 200
    assert "部分2：名前は1文字以上" in answer.text
    assert 'value="残る話題"' in answer.text


def test_a_proposal_that_is_out_of_date_is_shown_anew(
    database: Database, clerk: StrictClient
) -> None:
    theme = largest(database)
    address = f"/staff/themes/{theme.id}/split"
    sent = {**fields_of(clerk.page(f"{address}?parts=2"), "/split"), "fingerprint": "0" * 64}
    answer = clerk.post_form(address, sent, page_url=address)
    assert "まだ何も分けていません" in answer.text


def test_too_small_a_theme_says_that_it_cannot_be_split(
    database: Database, call: Call, clerk: StrictClient
) -> None:
    theme = largest(database)
    with database.transaction() as session:
        session.execute(sa.text("UPDATE assignments SET theme_id = NULL, proposed_theme_id = NULL"))
    page = clerk.page(f"/staff/themes/{theme.id}/split?parts=9&how=sideways")
    assert "この分け方の案は作れません" in text_of(page)


def test_a_theme_is_put_under_another_and_refusals_say_what_to_do(
    database: Database, clerk: StrictClient
) -> None:
    with database.reading() as session:
        one, other, third, *_ = standing_themes(session)
    address = f"/staff/themes/{one.id}/parent"
    answer = clerk.post_form(address, {"version": one.version, "parent": other.id})
    assert "テーマの位置を変えました" in clerk.get(answer.headers["Location"]).text
    address = f"/staff/themes/{other.id}/parent"
    assert "小テーマが1件あります" in text_of(clerk.page(address))
    answer = clerk.post_form(address, {"version": other.version, "parent": third.id})
    assert "先に小テーマを独立させるか" in answer.text


def test_two_themes_are_kept_apart_listed_and_released(
    database: Database, clerk: StrictClient
) -> None:
    with database.reading() as session:
        one, other, *_ = standing_themes(session)
    address = f"/staff/themes/{one.id}/apart"
    answer = clerk.post_form(address, {"other": other.id})
    assert "2つを別のテーマとして保ちます" in clerk.get(answer.headers["Location"]).text
    assert "すでに別のテーマとして保つ" in clerk.post_form(address, {"other": other.id}).text
    assert f"「{one.name}」と「{other.name}」" in text_of(clerk.page("/staff/themes/hints"))
    merge = clerk.get(f"/staff/themes/{one.id}/merge?into={other.id}").text
    assert "先に「別のテーマとして保つ」を解いてください" in merge
    answer = clerk.post_form(f"{address}/release", {"other": other.id}, page_url=address)
    assert "やめました" in clerk.get(answer.headers["Location"]).text
    with database.reading() as session:
        assert apart.pairs_with(session, session.get_one(Theme, one.id)) == []


def test_a_theme_is_fixed_and_stands_first(database: Database, clerk: StrictClient) -> None:
    with database.reading() as session:
        last = themes_of_call(session, standing_themes(session)[0].call_id)[-1]
    address = f"/staff/themes/{last.id}"
    form = {"version": last.version, "mark": "pinned", "on": "yes"}
    answer = clerk.post_form(f"{address}/mark", form, page_url=address)
    assert "テーマを固定しました" in clerk.get(answer.headers["Location"]).text
    first = clerk.page("/staff/themes").find(".//table[@id='themes']/tbody/tr")
    assert first is not None
    assert last.name in text_of(first)
    assert "固定" in text_of(first)


def test_the_list_is_searched_and_sorted(database: Database, clerk: StrictClient) -> None:
    with database.transaction() as session:
        one, other, *_ = standing_themes(session)
        one.staff_label, other.staff_label = "ＷｉＦｉの整備", "いろいろな話題"

    def names(query: str) -> list[str]:
        rows = clerk.page(f"/staff/themes?{query}").findall(".//a[@class='theme-row__name']")
        return [text_of(row) for row in rows]

    assert names("q=wifi") == ["ＷｉＦｉの整備"]
    assert len(names("sort=nonsense&q=")) == len(names(""))
    page = clerk.page("/staff/themes?q=存在しない言葉")
    assert "「存在しない言葉」を含むテーマはありません" in text_of(page)
    for sort in Sort:
        assert set(names(f"sort={sort.value}")) == set(names(""))
    assert names("sort=name") == sorted(names(""))


def test_the_most_undecided_come_first_when_asked_for(database: Database, call: Call) -> None:
    with database.reading() as session:
        themes = themes_of_call(session, call.id)
    decided = {theme.id: Decided(9, turn) for turn, theme in enumerate(themes)}
    found = arrange(themes, decided, Look(sort=Sort.UNDECIDED))
    assert [each.id for each in found] == [each.id for each in reversed(themes)]


def test_hints_are_decided_on_their_page(database: Database, clerk: StrictClient) -> None:
    with database.transaction() as session:
        one, other, third, *_ = standing_themes(session)
        session.execute(sa.delete(Hint))
        for kind, pair in (
            (HintKind.MERGE, other),
            (HintKind.MERGE, third),
            (HintKind.SPLIT, None),
        ):
            session.add(
                Hint(
                    call_id=one.call_id,
                    kind=kind,
                    theme_id=one.id,
                    other_id=pair.id if pair else None,
                    share=0.4,
                    evidence=in_theme(session, one.id)[:2],
                    other_evidence=in_theme(session, pair.id)[:2] if pair else [],
                )
            )
    page = clerk.page("/staff/themes/hints")
    assert len(page.findall(".//section[@class='hint']")) == 3
    assert page.findall(".//ul[@class='hint__quotes']/li")
    address = "/staff/themes/hints"
    for act, data in (
        ("apart", {"other": other.id}),
        ("whole", {}),
        ("merge", {"other": third.id}),
    ):
        with database.reading() as session:
            version = session.get_one(Theme, one.id).version
        form = {"theme": one.id, "version": version, "act": act, **data}
        clerk.post_form(address, form, page_url=address)
        left = clerk.page(address).findall(".//section[@class='hint']")
        assert len(left) < 3
    assert "見直しの候補はありません" in text_of(clerk.page(address))
    with database.reading() as session:
        assert session.get_one(Theme, one.id).merged_into_id == third.id


def test_a_run_asks_again_only_what_nobody_has_decided(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, *_ = standing_themes(session)
        apart.keep_apart(session, one.id, other.id, actor=ACTOR)
        third = next(each for each in standing_themes(session) if each.id not in (one.id, other.id))
        marks.mark(session, third.id, Mark.WHOLE, on=True, version=third.version, actor=ACTOR)
        found = [
            hinting.Found(HintKind.MERGE, "a", "b", 0.9, (), ()),
            hinting.Found(HintKind.SPLIT, "c", None, 0.8, (), ()),
            hinting.Found(HintKind.SPLIT, "a", None, 0.7, (), ()),
        ]
        run = workshop.last_run_of(session, call.id)
        own = {"a": one.id, "b": other.id, "c": third.id}
        hinting.store(session, run, found, own)
        views = hints.hints_of(session, call.id, actor=ACTOR)
        assert [(each.kind, each.theme.id) for each in views] == [(HintKind.SPLIT, one.id)]


def test_a_cio_opens_no_page_of_the_workshop(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = largest(database)
    client = sign_in(Role.CIO, "tokyo")
    for path in (f"{theme.id}/split", f"{theme.id}/parent", f"{theme.id}/apart", "hints"):
        assert client.get(f"/staff/themes/{path}").status_code == 403
