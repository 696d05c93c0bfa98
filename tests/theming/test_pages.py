"""The theme pages as staff, a CIO and a stranger see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.accounts.models import Role
from feedback.audit.models import AuditEntry
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.queue.models import Job
from feedback.screening.models import Statement
from feedback.storage import Database
from feedback.theming import service as theming
from feedback.theming.models import Assignment, Theme, ThemeState
from tests.builders import a_call
from tests.strict_client import StrictClient, parse, text_of
from tests.theming.builders import a_call_with, a_campaign, bodies, opinions, standing_themes

#: A page with a form, for its token.
ANY_FORM = "/staff/password"
SignIn = Callable[..., StrictClient]
Work = Callable[[], int]


@pytest.fixture
def call(database: Database, work: Work) -> Call:
    """A call with forty opinions, analysed."""
    call = a_call_with(database, bodies(10))
    with database.transaction() as session:
        theming.enqueue_run(session, call.id, None)
    work()
    return call


def first_theme(database: Database) -> Theme:
    with database.reading() as session:
        return standing_themes(session)[0]


def last_event(session: Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the SELECTs that are sent inside the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine, "before_cursor_execute", note)


def statements_of(database: Database, theme_id: int, government: str) -> list[int]:
    with database.reading() as session:
        query = (
            sa.select(Statement.id)
            .join(Submission, Submission.id == Statement.submission_id)
            .join(Assignment, Assignment.statement_id == Statement.id)
            .where(
                Assignment.theme_id.in_(theming.family_of(session, theme_id)),
                Submission.government_slug == government,
            )
            .order_by(Statement.id)
        )
        return list(session.scalars(query))


def statements_with_government(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        query = sa.select(Submission.government_slug, Statement.text).join(
            Statement, Statement.submission_id == Submission.id
        )
        return [(row.government_slug, row.text) for row in session.execute(query)]


def test_the_list_shows_each_theme_with_opinions_and_voices(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        ids = session.scalars(sa.select(Submission.id).order_by(Submission.id).limit(5)).all()
        a_campaign(session, call, ids)
    page = sign_in(Role.STAFF).page("/staff/themes")
    rows = page.findall(".//table[@id='themes']/tbody/tr")
    with database.reading() as session:
        themes = theming.themes_of_call(session, call.id)
    assert len(rows) == len(themes)
    for child in (child for each in themes for child in each.children):
        assert child.name in text_of(page)
    for theme in themes:
        row = next(row for row in rows if theme.name in text_of(row))
        assert f"{theme.counts.submissions}（{theme.counts.voices}）" in text_of(row)
    assert "を選びました" in text_of(page)
    assert any(theme.counts.voices < theme.counts.submissions for theme in themes)


def test_a_top_theme_counts_its_subthemes_in_once(database: Database, call: Call) -> None:
    with database.transaction() as session:
        top = standing_themes(session)[0]
        below = [
            Theme(
                call_id=call.id,
                parent_id=top.id,
                label=label,
                keywords=[],
                quote_ids=[],
                state=ThemeState.OPEN,
                created_at=call.created_at,
                answer_states={},
            )
            for label in ("上半分", "下半分")
        ]
        session.add_all(below)
        session.flush()
        own = session.scalars(
            sa.select(Assignment).where(Assignment.theme_id == top.id).limit(4)
        ).all()
        for turn, assignment in enumerate(own):
            assignment.theme_id = below[turn % 2].id
    with database.reading() as session:
        summary = next(
            each for each in theming.themes_of_call(session, call.id) if each.id == top.id
        )
        family = theming.family_of(session, top.id)
        expected = session.scalar(
            sa.select(sa.func.count(sa.distinct(Statement.submission_id)))
            .join(Assignment, Assignment.statement_id == Statement.id)
            .where(Assignment.theme_id.in_(family))
        )
    assert summary.counts.submissions == expected
    assert {child.name for child in summary.children} >= {"上半分", "下半分"}
    assert sum(each.submissions for each in summary.by_government.values()) == expected


def test_the_list_asks_the_database_a_fixed_number_of_times(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF)
    with counted(database) as selects:
        client.page("/staff/themes")
    assert len(selects) <= 22, selects


def test_a_call_without_opinions_says_what_comes_next(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        a_call(session)
    assert "テーマはまだありません" in text_of(sign_in(Role.STAFF).page("/staff/themes"))


def test_without_any_call_there_is_no_list(sign_in: SignIn) -> None:
    assert sign_in(Role.STAFF).get("/staff/themes").status_code == 404


def test_an_unknown_theme_is_not_found(call: Call, sign_in: SignIn) -> None:
    client = sign_in(Role.STAFF)
    assert client.get("/staff/themes/99999").status_code == 404
    assert client.get("/staff/themes?call=nowhere").status_code == 404


def test_staff_read_statements_of_their_own_government_only(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    page = text_of(sign_in(Role.STAFF, "tokyo").page(f"/staff/themes/{theme.id}?page=1"))
    with database.reading() as session:
        texts = session.execute(
            sa.select(Submission.government_slug, Statement.text)
            .join(Statement, Statement.submission_id == Submission.id)
            .join(Assignment, Assignment.statement_id == Statement.id)
            .where(Assignment.theme_id.in_(theming.family_of(session, theme.id)))
        ).all()
    assert all(text in page for slug, text in texts if slug == "tokyo")
    assert not any(text in page for slug, text in texts if slug != "tokyo")


def test_a_cio_sees_quotes_and_numbers_but_no_list_of_opinions(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    client = sign_in(Role.CIO, "tokyo")
    page = client.page(f"/staff/themes/{theme.id}")
    assert page.find(".//table[@id='months']") is not None
    assert page.find(".//table[@id='statements']") is None
    quotes = [text_of(each) for each in page.findall(".//blockquote")]
    own = [text for slug, text in statements_with_government(database) if slug == "tokyo"]
    assert quotes
    assert set(quotes) <= set(own)
    assert client.get("/staff/themes/unplaced").status_code == 403


def test_a_cio_changes_nothing(database: Database, call: Call, sign_in: SignIn) -> None:
    theme = first_theme(database)
    client = sign_in(Role.CIO, "tokyo")
    text = text_of(client.page(f"/staff/themes/{theme.id}"))
    assert "名前を変える" not in text
    for path in ("name", "merge"):
        assert client.get(f"/staff/themes/{theme.id}/{path}").status_code == 403
    token = client.page("/staff/password").find(".//input[@name='csrf_token']")
    assert token is not None
    answer = client.post(
        f"/staff/themes/{theme.id}/check",
        data={"csrf_token": token.get("value"), "version": 1, "checked": "yes"},
    )
    assert answer.status_code == 403


def test_a_new_name_is_kept_through_the_next_run(
    database: Database, call: Call, sign_in: SignIn, work: Work
) -> None:
    theme = first_theme(database)
    url = f"/staff/themes/{theme.id}/name"
    answer = sign_in(Role.STAFF).post_form(url, {"version": theme.version, "name": "窓口の支払い"})
    assert answer.status_code == 302
    with database.transaction() as session:
        entry = last_event(session)
        assert (entry.event, entry.subject) == ("theming.renamed", f"theme:{theme.id}")
        assert entry.details == {"before": "", "after": "窓口の支払い"}
        opinions(session, call, bodies(1, start=20))
        theming.enqueue_run(session, call.id, None)
    work()
    with database.reading() as session:
        assert session.get_one(Theme, theme.id).name == "窓口の支払い"


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "名前を入力してください"), ("あ" * 61, "60文字以内"), ("other", "同じ名前のテーマ")],
)
def test_a_name_must_be_there_short_and_its_own(
    database: Database, call: Call, sign_in: SignIn, name: str, message: str
) -> None:
    with database.reading() as session:
        theme, other, *_ = standing_themes(session)
    url = f"/staff/themes/{theme.id}/name"
    written = other.name if name == "other" else name
    answer = sign_in(Role.STAFF).post_form(url, {"version": theme.version, "name": written})
    assert answer.status_code == 200
    assert message in answer.text


def test_a_change_made_meanwhile_is_not_overwritten(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    client = sign_in(Role.STAFF)
    url = f"/staff/themes/{theme.id}/name"
    client.post_form(url, {"version": theme.version, "name": "一人目の名前"})
    answer = client.post_form(url, {"version": theme.version, "name": "二人目の名前"})
    assert "ほかの職員がこのテーマを変更しました" in answer.text
    assert first_theme(database).name == "一人目の名前"


def test_checking_a_theme_is_shown_and_can_be_taken_back(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    client = sign_in(Role.STAFF, name="確認 花子")
    url = f"/staff/themes/{theme.id}"
    form = {"version": theme.version, "checked": "yes"}
    client.post_form(f"{url}/check", form, page_url=url)
    assert "確認 花子さんが" in text_of(client.page(url))
    with database.reading() as session:
        assert last_event(session).event == "theming.checked"
    form = {"version": theme.version + 1, "checked": "no"}
    client.post_form(f"{url}/check", form, page_url=url)
    assert first_theme(database).checked_at is None


def test_merging_says_what_moves_and_the_old_address_leads_on(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    with database.reading() as session:
        theme, target, *_ = standing_themes(session)
        family = theming.family_of(session, theme.id)
        moving = session.scalar(sa.select(sa.func.count()).where(Assignment.theme_id.in_(family)))
    client = sign_in(Role.STAFF)
    confirm = f"/staff/themes/{theme.id}/merge?into={target.id}"
    assert f"{moving}文" in text_of(client.page(confirm))
    answer = client.post_form(
        f"/staff/themes/{theme.id}/merge",
        {"version": theme.version, "into": target.id},
        page_url=confirm,
    )
    assert answer.status_code == 302
    answer = client.get(f"/staff/themes/{theme.id}")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/staff/themes/{target.id}")
    assert theme.name in text_of(client.page(f"/staff/themes/{target.id}"))
    with database.reading() as session:
        entry = last_event(session)
        assert entry.event == "theming.merged"
        assert entry.details["into"] == target.id
        assert entry.details["statements"] == moving
        left = session.scalar(sa.select(sa.func.count()).where(Assignment.theme_id == theme.id))
        assert left == 0


def test_a_theme_is_not_merged_into_itself_or_into_nothing(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    client = sign_in(Role.STAFF)
    answer = client.get(f"/staff/themes/{theme.id}/merge?into=")
    assert "統合先のテーマを選んでください" in answer.text
    answer = client.post_form(
        f"/staff/themes/{theme.id}/merge",
        {"version": theme.version, "into": theme.id},
        page_url=f"/staff/themes/{theme.id}/name",
    )
    assert "同じテーマには統合できません" in client.get(answer.headers["Location"]).text


def test_statements_are_moved_by_ticking_them(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    with database.reading() as session:
        theme, target, *_ = standing_themes(session)
    chosen = statements_of(database, theme.id, "tokyo")[:2]
    client = sign_in(Role.STAFF, "tokyo")
    url = f"/staff/themes/{theme.id}"
    data = {"source": theme.id, "call": call.slug, "statements": chosen, "target": target.id}
    answer = client.post_form("/staff/themes/move", data, page_url=url)
    assert f"意見文{len(chosen)}件を移しました" in client.get(answer.headers["Location"]).text
    with database.reading() as session:
        for assignment in session.scalars(
            sa.select(Assignment).where(Assignment.statement_id.in_(chosen))
        ):
            assert assignment.theme_id == target.id
            assert assignment.decided_by
        entry = last_event(session)
        assert entry.event == "theming.statement_decided"
        assert entry.government == "tokyo"
    again = client.post_form("/staff/themes/move", data, page_url=url)
    assert "選んだ意見文のテーマが変わりました" in client.get(again.headers["Location"]).text


def test_another_governments_statement_cannot_be_moved(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    with database.reading() as session:
        theme, target, *_ = standing_themes(session)
    hidden = statements_of(database, theme.id, "chiba")[:1]
    answer = sign_in(Role.STAFF, "tokyo").post_form(
        "/staff/themes/move",
        {"source": theme.id, "call": call.slug, "statements": hidden, "target": target.id},
        page_url=f"/staff/themes/{theme.id}",
    )
    assert answer.status_code == 404


def test_moving_nothing_says_so(database: Database, call: Call, sign_in: SignIn) -> None:
    theme = first_theme(database)
    client = sign_in(Role.STAFF, "tokyo")
    answer = client.post_form(
        "/staff/themes/move",
        {"source": theme.id, "call": call.slug, "target": ""},
        page_url=f"/staff/themes/{theme.id}",
    )
    assert "移す意見文を選んでください" in client.get(answer.headers["Location"]).text


def test_unplaced_statements_can_be_given_a_theme(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    (chosen, *_) = statements_of(database, theme.id, "tokyo")
    with database.transaction() as session:
        session.execute(
            sa.update(Assignment).where(Assignment.statement_id == chosen).values(theme_id=None)
        )
    client = sign_in(Role.STAFF, "tokyo")

    def offered() -> set[str | None]:
        page = client.page("/staff/themes/unplaced")
        return {box.get("value") for box in page.findall(".//input[@type='checkbox']")}

    assert str(chosen) in offered()
    client.post_form(
        "/staff/themes/move",
        {"source": "", "call": call.slug, "statements": [chosen], "target": theme.id},
        page_url="/staff/themes/unplaced",
    )
    assert str(chosen) not in offered()


def test_asking_for_an_analysis_queues_one_and_says_so(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    client = sign_in(Role.STAFF)
    for _ in range(2):
        client.post_form("/staff/themes/run", {"call": call.slug}, page_url=ANY_FORM)
    assert "分析の順番を待っています" in text_of(client.page("/staff/themes"))
    with database.reading() as session:
        waiting = session.scalar(
            sa.select(sa.func.count()).where(Job.name == "theming.run", Job.state == "queued")
        )
        assert waiting == 1
        assert last_event(session).event == "theming.run_requested"


def test_doubtful_statements_can_come_first(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    theme = first_theme(database)
    sure_one, doubtful_one, *_ = statements_of(database, theme.id, "tokyo")
    with database.transaction() as session:
        for statement_id, confidence in ((sure_one, 2.0), (doubtful_one, -1.0)):
            session.execute(
                sa.update(Assignment)
                .where(Assignment.statement_id == statement_id)
                .values(confidence=confidence)
            )
    client = sign_in(Role.STAFF, "tokyo")
    sure = client.get(f"/staff/themes/{theme.id}").text
    doubtful = client.get(f"/staff/themes/{theme.id}?order=doubtful").text

    def first(text: str) -> str | None:
        box = parse(text).find(".//input[@type='checkbox']")
        return box.get("value") if box is not None else None

    assert (first(sure), first(doubtful)) == (str(sure_one), str(doubtful_one))
