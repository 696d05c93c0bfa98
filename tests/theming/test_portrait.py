"""What a theme page tells of its voices: when, who, how they lean, and why it is one theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from analysis.results import Stance
from feedback.accounts.models import Role
from feedback.answering import service as answering
from feedback.calls.models import Call
from feedback.intake.models import AgeBand, Submission
from feedback.screening.models import Statement
from feedback.storage import Database
from feedback.theming import details, stances
from feedback.theming import service as theming
from feedback.theming.details import Order, ThemePage
from feedback.theming.models import Assignment, StatementStance, Theme
from feedback.web.actor import Actor
from tests.builders import a_call
from tests.strict_client import StrictClient
from tests.theming.builders import a_campaign, an_actor, bodies, opinions, standing_themes

FOR = "窓口のキャッシュレス決済に賛成です。{}とても助かっています。"
AGAINST = "現金が使えなくなるので、窓口のキャッシュレス決済には反対です。"
EVERYWHERE = ("tokyo", "saitama", "chiba", "kanagawa", "region")


def themed(database: Database, work: Callable[[], int], texts: list[str]) -> Call:
    """A call with these opinions, analysed."""
    with database.transaction() as session:
        call = a_call(session)
        opinions(session, call, texts)
        theming.enqueue_run(session, call.id, None)
    work()
    return call


def page_of(database: Database, theme_id: int, actor: Actor | None = None) -> ThemePage:
    with database.reading() as session:
        return details.theme_page(
            session, theme_id, actor=actor or an_actor(*EVERYWHERE), page=1, order=Order.SURE
        )


@pytest.fixture
def theme(database: Database, work: Callable[[], int]) -> Theme:
    """The first theme of forty opinions on four subjects."""
    themed(database, work, bodies(10))
    with database.reading() as session:
        return standing_themes(session)[0]


def test_every_statement_is_told_what_it_wants_by_the_worker(
    database: Database, work: Callable[[], int]
) -> None:
    themed(database, work, bodies(10))
    with database.reading() as session:
        statements = session.scalar(sa.select(sa.func.count(Statement.id)))
        told = dict(
            session.execute(
                sa.select(StatementStance.stance, sa.func.count()).group_by(StatementStance.stance)
            ).all()
        )
    assert sum(told.values()) == statements
    assert told[Stance.REQUEST] >= 30, "three subjects of four end in a request"


def test_a_worker_that_is_called_twice_tells_each_statement_once(
    database: Database, theme: Theme
) -> None:
    with database.transaction() as session:
        rows = [
            (row.id, row.text) for row in session.execute(sa.select(Statement.id, Statement.text))
        ]
        before = session.scalar(sa.select(sa.func.count()).select_from(StatementStance))
        stances.store(session, stances.tell(rows))
        assert session.scalar(sa.select(sa.func.count()).select_from(StatementStance)) == before


def test_copies_of_one_text_are_one_voice_of_its_side(
    database: Database, work: Callable[[], int]
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        ids = opinions(session, call, [*bodies(10), *[AGAINST] * 6])
        a_campaign(session, call, ids[-6:])
        theming.enqueue_run(session, call.id, None)
    work()
    with database.reading() as session:
        theme_id = session.scalar(
            sa.select(Assignment.theme_id)
            .join(Statement, Statement.id == Assignment.statement_id)
            .where(Statement.submission_id == ids[-1])
        )
    assert theme_id is not None
    page = page_of(database, theme_id)
    sides = {side.stance: side.voices for side in page.leaning.sides}
    assert sides[Stance.AGAINST] == 1
    assert page.portrait.campaigns[0].copies == 6
    assert page.portrait.campaigns[0].excerpt == AGAINST


def test_dissent_is_quoted_from_governments_that_the_reader_may_read(
    database: Database, work: Callable[[], int]
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        for turn in range(12):
            opinions(session, call, [FOR.format(f"{turn}回目の利用ですが、")], government="tokyo")
        opinions(session, call, [AGAINST], government="chiba")
        opinions(session, call, bodies(8))
        theming.enqueue_run(session, call.id, None)
    work()
    with database.transaction() as session:
        theme = standing_themes(session)[0]
        inside = sa.select(Statement.id).where(Statement.text.contains("キャッシュレス決済"))
        session.execute(
            sa.update(Assignment)
            .where(Assignment.statement_id.in_(inside))
            .values(theme_id=theme.id)
        )
        session.get_one(Theme, theme.id).keywords = ["キャッシュレス決済", "窓口"]
    assert [row.text for row in page_of(database, theme.id).dissent] == [AGAINST]
    assert page_of(database, theme.id, an_actor("tokyo")).dissent == []


def test_ages_and_months_add_up_to_the_theme(database: Database, theme: Theme) -> None:
    with database.transaction() as session:
        session.execute(sa.update(Submission).values(age_band=AgeBand.SIXTIES))
        session.execute(sa.update(Submission).where(Submission.id % 8 < 4).values(age_band=None))
    page = page_of(database, theme.id)
    assert sum(each.counts.submissions for each in page.portrait.ages) == page.counts.submissions
    told = {each.label for each in page.portrait.ages if each.counts.submissions}
    assert told == {"60代", "無回答"}
    assert [each.label for each in page.portrait.initiatives] == ["その他"]
    months = sum(each.counts.submissions for each in page.portrait.timeline)
    assert months == page.counts.submissions


def test_the_run_says_why_a_theme_is_one(database: Database, theme: Theme) -> None:
    together = page_of(database, theme.id).portrait.together
    assert together is not None
    assert together.inside > together.beside
    assert set(theme.keywords) & {word.word for word in together.words}


def test_the_page_shows_what_each_government_does_and_means_to_do(
    database: Database, theme: Theme, sign_in: Callable[..., StrictClient]
) -> None:
    actor = an_actor("tokyo", publishes=True)
    with database.transaction() as session:
        theming.mark_checked(session, theme.id, checked=True, version=theme.version, actor=actor)
        answering.save_draft(
            session,
            theme.id,
            "tokyo",
            answering.AnswerText("窓口で利用できます。", "来年度に広げます。"),
            version=0,
            actor=actor,
        )
        answering.publish(session, theme.id, "tokyo", version=1, actor=actor)
    page = sign_in(Role.CIO, "tokyo").get(f"/staff/themes/{theme.id}").text
    for words in (
        "現在の対応",
        "窓口で利用できます。",
        "今後の方針",
        "来年度に広げます。",
        "未回答",
    ):
        assert words in page
    assert "回答を書く" not in page
    assert "回答を書く" in sign_in(Role.STAFF, "chiba").get(f"/staff/themes/{theme.id}").text
