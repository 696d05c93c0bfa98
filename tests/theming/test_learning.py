"""Staff's decisions teach: the rest is filed anew, decisions stay, and what is new is offered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.queue import service as queue
from feedback.screening.models import Statement
from feedback.storage import Database, utc_now
from feedback.theming import (
    decisions,
    emerging,
    filing,
    guards,
    learning,
    lessons_page,
    line,
    meaning,
    merging,
)
from feedback.theming.errors import NameRefused, StaleEmerging
from feedback.theming.learnt import (
    EmergingState,
    EmergingTheme,
    LearningStep,
    Learnt,
    StatementMeaning,
    learnt_of,
)
from feedback.theming.models import Assignment, Theme, ThemeState
from feedback.undo import service as undo
from feedback.web.actor import NotPermitted
from tests.builders import a_call
from tests.strict_client import StrictClient, text_of
from tests.theming import workshop
from tests.theming.builders import SUBJECTS, an_actor, bodies, opinions
from tests.theming.workshop import ACTOR

SignIn = Callable[..., StrictClient]
Form = dict[str, object]
Work = Callable[[], int]
WORDS = ("キャッシュレス", "保育園", "Wi-Fi", "スマートフォン")


@pytest.fixture
def call(database: Database) -> Call:
    """Forty opinions on four subjects, with a theme of staff's own for each subject."""
    with database.transaction() as session:
        call = a_call(session)
        opinions(session, call, bodies(10))
    workshop.run(database, call.id)
    with database.transaction() as session:
        for name in ("支払い方法", "保育園の手続", "公衆無線", "講習会"):
            session.add(a_theme(call, name))
    return call


def a_theme(call: Call, name: str) -> Theme:
    return Theme(
        call_id=call.id,
        label=name,
        staff_label=name,
        keywords=[],
        quote_ids=[],
        state=ThemeState.OPEN,
        created_at=utc_now(),
        answer_states={},
        version=1,
    )


def own_themes(session: sa.orm.Session) -> list[int]:
    query = sa.select(Theme.id).where(Theme.first_run_id.is_(None)).order_by(Theme.id)
    return list(session.scalars(query))


def about(session: sa.orm.Session, subject: int) -> list[int]:
    query = sa.select(Statement.id).where(Statement.text.contains(WORDS[subject]))
    return list(session.scalars(query.order_by(Statement.id)))


def teach(database: Database, each: int = 4) -> None:
    """Put some statements of each subject into its theme."""
    with database.transaction() as session:
        for subject, theme in enumerate(own_themes(session)):
            choices = dict.fromkeys(about(session, subject)[:each], theme)
            decisions.decide_all(session, choices, actor=ACTOR)


def learn(database: Database, call: Call) -> None:
    """Learn as the worker would, by the words alone."""
    with database.reading() as session:
        lesson = learning.read(session, call.id)
    outcome = learning.compute(lesson)
    with database.transaction() as session:
        guards.lock_call(session, call.id)
        learning.store(session, lesson, outcome)


def told(staff: StrictClient, address: str, form: Form, *, seen_on: str) -> str:
    """What the page says after a form was sent."""
    answer = staff.post_form(address, form, page_url=seen_on)
    assert answer.status_code == 302, answer.text
    return text_of(staff.page(answer.headers["Location"]))


def stands(session: sa.orm.Session, statement_ids: list[int]) -> list[Assignment]:
    query = sa.select(Assignment).where(Assignment.statement_id.in_(statement_ids))
    return list(session.scalars(query.order_by(Assignment.statement_id)))


def test_what_staff_decided_brings_the_rest_to_their_themes(database: Database, call: Call) -> None:
    teach(database)
    learn(database, call)
    with database.reading() as session:
        found = own_themes(session)
        right = [
            row.theme_id == found[subject]
            for subject in range(len(SUBJECTS))
            for row in stands(session, about(session, subject)[4:])
        ]
        assert sum(right) / len(right) >= 0.9


def test_a_decision_is_never_changed_however_odd(database: Database, call: Call) -> None:
    teach(database)
    with database.transaction() as session:
        themes = own_themes(session)
        odd, nowhere = about(session, 0)[4:6]
        decisions.decide_all(session, {odd: themes[3], nowhere: None}, actor=ACTOR)
    learn(database, call)
    with database.reading() as session:
        first, second = stands(session, [odd, nowhere])
        assert (first.theme_id, first.decided_by) == (themes[3], ACTOR.name)
        assert (second.theme_id, second.decided_by) == (None, ACTOR.name)


def test_each_proposal_shows_words_and_decided_statements_like_it(
    database: Database, call: Call
) -> None:
    teach(database)
    learn(database, call)
    with database.reading() as session:
        themes = own_themes(session)
        rows = [r for r in stands(session, about(session, 1)[4:]) if r.theme_id == themes[1]]
        assert rows
        for row in rows:
            assert row.reasons[0]["word"]
            assert row.runner_up_id in themes or row.runner_up_id
            assert 0 < row.confidence <= 1
            assert {each.theme_id for each in stands(session, row.evidence)} == {themes[1]}
            assert all(each.decided_by for each in stands(session, row.evidence))


def test_staff_are_asked_what_teaches_most_and_nothing_twice(
    database: Database, call: Call
) -> None:
    teach(database)
    learn(database, call)
    with database.reading() as session:
        asked = lessons_page.questions(session, call.id, actor=ACTOR)
        by_id = {row.statement_id: row for row in session.scalars(sa.select(Assignment))}
        worth = [by_id[each.statement_id].teaches for each in asked]
        assert len(asked) == lessons_page.QUESTIONS
        assert worth == sorted(worth, reverse=True)
        assert all(by_id[each.statement_id].decided_by is None for each in asked)
        assert asked[0].evidence == () or asked[0].evidence[0].decided_by == ACTOR.name
        saitama = an_actor("saitama")
        for each in lessons_page.questions(session, call.id, actor=saitama):
            assert session.get_one(Submission, each.submission_id).government_slug == "saitama"


def test_the_worker_learns_by_itself_once_enough_is_decided(
    database: Database, call: Call, work: Work
) -> None:
    teach(database, each=2)
    work()
    with database.reading() as session:
        assert learnt_of(session, call.id) is None
    teach(database, each=3)
    work()
    with database.reading() as session:
        learnt = session.get_one(Learnt, call.id)
        assert learnt.decisions == 12
        assert 6 <= len(learnt.example_ids) <= 12  # equal words are one example
        # The encoders have read every statement once, and what they said was learnt from too.
        read = session.scalar(sa.select(sa.func.count(StatementMeaning.statement_id)))
        assert read == session.scalar(sa.select(sa.func.count(Statement.id)))
        steps = session.scalars(sa.select(LearningStep)).all()
        assert [step.decisions for step in steps] == [12, 12]
        assert not learning.is_worth_it(session, call.id)


def test_a_decision_taken_back_is_unlearnt(database: Database, call: Call) -> None:
    teach(database)
    learn(database, call)
    with database.transaction() as session:
        themes = own_themes(session)
        more = about(session, 0)[4:10]
        made = decisions.decide_all(session, dict.fromkeys(more, themes[0]), actor=ACTOR)
        act = decisions.remember(session, made, "6文を決めました", ACTOR)
        assert learning.is_worth_it(session, call.id)
    learn(database, call)
    with database.transaction() as session:
        assert session.get_one(Learnt, call.id).decisions == 22
        workshop.take_back(session, act=act)
        assert learning.is_worth_it(session, call.id)
        assert {row.agreed for row in stands(session, more)} == {None}


def test_new_statements_are_filed_by_what_was_learnt(
    database: Database, call: Call, work: Work
) -> None:
    teach(database)
    learn(database, call)
    with database.transaction() as session:
        ids = opinions(session, call, bodies(1, start=70))
        queue.enqueue(session, "theming.assign", {"submission_ids": ids})
    work()
    with database.reading() as session:
        themes = own_themes(session)
        query = sa.select(Statement.id).where(Statement.submission_id == ids[2])
        rows = stands(session, list(session.scalars(query)))
        assert themes[2] in [row.theme_id for row in rows]
        assert all(row.decided_by is None and 0 <= row.teaches < 1 for row in rows)
        assert any(row.evidence for row in rows)


def test_after_a_run_the_rest_is_filed_by_staffs_decisions_again(
    database: Database, call: Call, work: Work
) -> None:
    teach(database)
    learn(database, call)
    with database.transaction() as session:
        opinions(session, call, bodies(1, start=80))
        queue.enqueue(session, "theming.run_all")
    work()
    with database.reading() as session:
        themes = own_themes(session)
        rows = stands(session, about(session, 0)[4:])
        assert sum(row.theme_id == themes[0] for row in rows) >= 0.8 * len(rows)


def test_what_was_merged_is_filed_where_it_stands_now(database: Database, call: Call) -> None:
    teach(database)
    learn(database, call)
    with database.transaction() as session:
        themes = own_themes(session)
        one = session.get_one(Theme, themes[0])
        merging.merge(session, one.id, themes[3], version=one.version, actor=ACTOR)
        filer = filing.filer_of(session, call.id)
        assert filer is not None
        assert filer.themes[str(themes[0])] == themes[3]


def test_a_learning_that_was_overtaken_by_decisions_keeps_them(
    database: Database, call: Call
) -> None:
    teach(database)
    with database.reading() as session:
        lesson = learning.read(session, call.id)
    outcome = learning.compute(lesson)
    with database.transaction() as session:
        themes = own_themes(session)
        late = about(session, 0)[5]
        decisions.decide(session, late, themes[2], actor=ACTOR)
    with database.transaction() as session:
        learning.store(session, lesson, outcome)
    with database.reading() as session:
        (row,) = stands(session, [late])
        assert (row.theme_id, row.decided_by) == (themes[2], ACTOR.name)


def test_the_line_lies_where_left_out_decisions_say(database: Database, call: Call) -> None:
    with database.reading() as session:
        assert line.usual(session, call.id) == 80
    teach(database, each=8)
    learn(database, call)
    with database.transaction() as session:
        learnt = session.get_one(Learnt, call.id)
        assert learnt.calibration["asked"] >= 10
        assert learnt.calibration["accuracy"] >= 0.6
        learnt.calibration = {**learnt.calibration, "line": 0.613}
    with database.reading() as session:
        assert line.usual(session, call.id) == 62


def test_meanings_of_another_encoder_are_asked_anew(database: Database, call: Call) -> None:
    with database.transaction() as session:
        first = session.scalars(sa.select(Statement.id).order_by(Statement.id)).first()
        assert first is not None
        session.add(StatementMeaning(statement_id=first, version="old", rows=b""))
    with database.reading() as session:
        said = meaning.unread(session, call.id, limit=100)
    assert first in [each for each, _ in said]
    with database.transaction() as session:
        meaning.store(session, {first: b"\0\0", 10**9: b"gone"})
    with database.reading() as session:
        assert first not in [each for each, _ in meaning.unread(session, call.id, limit=100)]
        assert meaning.known(session, [first]) == {first: b"\0\0"}


def a_sign(database: Database, call: Call) -> int:
    with database.transaction() as session:
        one = EmergingTheme(
            call_id=call.id,
            label="無線がつながらない",
            keywords=["無線"],
            statement_ids=about(session, 2)[:6],
            voices=6,
            found_at=utc_now(),
            state=EmergingState.OPEN,
        )
        session.add(one)
        session.flush()
        return one.id


def test_staff_make_a_theme_of_a_new_topic_and_take_it_back(database: Database, call: Call) -> None:
    sign = a_sign(database, call)
    with database.transaction() as session:
        statements = about(session, 2)[:6]
        before = [row.theme_id for row in stands(session, statements)]
        theme_id, act = emerging.accept(session, sign, "つながらない無線", actor=ACTOR)
    with database.transaction() as session:
        rows = stands(session, statements)
        assert {row.theme_id for row in rows} == {theme_id}
        assert {row.decided_by for row in rows} == {ACTOR.name}
        assert session.get_one(Theme, theme_id).name == "つながらない無線"
        assert emerging.count(session, call.id) == 0
        workshop.take_back(session, act=act)
    with database.reading() as session:
        assert [row.theme_id for row in stands(session, statements)] == before
        assert session.get_one(Theme, theme_id).state is ThemeState.GONE
        assert emerging.count(session, call.id) == 1


def test_only_the_statements_within_reach_become_decisions(database: Database, call: Call) -> None:
    sign = a_sign(database, call)
    actor = an_actor("tokyo")
    with database.transaction() as session:
        statements = about(session, 2)[:6]
        theme_id, _ = emerging.accept(session, sign, "つながらない無線", actor=actor)
        rows = stands(session, statements)
        assert {row.theme_id for row in rows} == {theme_id}
        for row in rows:
            submission = session.get_one(
                Submission, session.get_one(Statement, row.statement_id).submission_id
            )
            is_own = submission.government_slug == "tokyo"
            assert row.decided_by == (actor.name if is_own else None)


def test_a_dismissed_topic_is_not_offered_again(database: Database, call: Call) -> None:
    sign = a_sign(database, call)
    with database.transaction() as session:
        act = emerging.dismiss(session, sign, actor=ACTOR)
        with pytest.raises(StaleEmerging):
            emerging.accept(session, sign, "無線", actor=ACTOR)
    teach(database)
    learn(database, call)
    with database.transaction() as session:
        assert session.get_one(EmergingTheme, sign).state is EmergingState.DISMISSED
        workshop.take_back(session, act=act)
        assert emerging.count(session, call.id) >= 1


def test_refusals_of_a_new_topic_say_what_to_do(database: Database, call: Call) -> None:
    sign = a_sign(database, call)
    with database.transaction() as session, pytest.raises(NameRefused, match="同じ名前"):
        emerging.accept(session, sign, "公衆無線", actor=ACTOR)
    with database.transaction() as session, pytest.raises(NameRefused, match="1文字以上"):
        emerging.accept(session, sign, "　", actor=ACTOR)
    with database.transaction() as session, pytest.raises(NotPermitted):
        emerging.accept(session, sign, "無線", actor=workshop.without_themes(ACTOR))
    with database.transaction() as session, pytest.raises(StaleEmerging):
        emerging.dismiss(session, 10**20, actor=ACTOR)


def test_a_theme_that_was_changed_since_stays(database: Database, call: Call) -> None:
    sign = a_sign(database, call)
    with database.transaction() as session:
        theme_id, act = emerging.accept(session, sign, "つながらない無線", actor=ACTOR)
        other = about(session, 2)[7]
        decisions.decide(session, other, theme_id, actor=ACTOR)
    with database.transaction() as session, pytest.raises(undo.CannotUndo, match="変更されて"):
        workshop.take_back(session, act=act)


def test_the_page_shows_what_decisions_brought_and_asks_the_next(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    staff = sign_in(Role.STAFF, "tokyo")
    address = f"/staff/themes/learning?call={call.slug}"
    assert "あと10文のテーマを決めると始まります" in text_of(staff.page(address))
    teach(database, each=8)
    learn(database, call)
    page = text_of(staff.page(address))
    assert "次に決めると役立つ意見文" in page
    assert "からの週" in page
    with database.reading() as session:
        first = lessons_page.questions(session, call.id, actor=an_actor("tokyo"))[0]
    form: Form = {"statement": first.statement_id, "seen": first.theme_id, "act": "accept"}
    assert "意見文1文のテーマを決めました。" in told(staff, address, form, seen_on=address)
    with database.reading() as session:
        (row,) = stands(session, [first.statement_id])
        assert (row.theme_id, row.agreed) == (first.theme_id, True)
    assert "最新の内容を確認して" in told(staff, address, form, seen_on=address)


def test_moving_without_a_choice_says_so(database: Database, call: Call, sign_in: SignIn) -> None:
    teach(database)
    learn(database, call)
    staff = sign_in(Role.STAFF, "tokyo")
    address = f"/staff/themes/learning?call={call.slug}"
    with database.reading() as session:
        first = lessons_page.questions(session, call.id, actor=an_actor("tokyo"))[0]
        theme = own_themes(session)[3]
    form: Form = {"statement": first.statement_id, "seen": first.theme_id, "act": "move"}
    assert "移す先のテーマを選んで" in told(staff, address, form, seen_on=address)
    told(staff, address, {**form, "target": theme}, seen_on=address)
    with database.reading() as session:
        (row,) = stands(session, [first.statement_id])
        assert row.theme_id == theme


def test_new_topics_have_a_page_of_their_own(
    database: Database, call: Call, sign_in: SignIn
) -> None:
    sign = a_sign(database, call)
    staff = sign_in(Role.STAFF, "tokyo")
    listed = text_of(staff.page(f"/staff/themes?call={call.slug}"))
    assert "新しい話題のきざしを見る（1件）" in listed
    page = f"/staff/themes/emerging?call={call.slug}"
    assert "無線がつながらない" in text_of(staff.page(page))
    address = f"/staff/themes/emerging/{sign}?call={call.slug}"
    made = told(staff, address, {"act": "accept", "name": "無線の不調"}, seen_on=page)
    assert "新しいテーマを作りました。" in made
    assert "無線の不調" in made
    seen_on = f"/staff/themes/learning?call={call.slug}"
    late = told(staff, address, {"act": "dismiss"}, seen_on=seen_on)
    assert "最新の候補を確認してください" in late
