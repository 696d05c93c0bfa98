"""A run: whole or not at all, repeatable, and kind to what staff decided."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from feedback.queue import service as queue
from feedback.screening.models import Statement
from feedback.storage import Database
from feedback.theming import service as theming
from feedback.theming.models import Assignment, Run, RunAssignment, RunTheme, Theme, ThemeState
from tests.builders import a_call
from tests.theming.builders import a_call_with, an_actor, bodies, opinions, standing_themes

Work = Callable[[], int]


def analyse(database: Database, work: Work, call_id: int) -> None:
    with database.transaction() as session:
        theming.enqueue_run(session, call_id, None)
    work()


def test_a_run_finds_themes_and_places_every_statement(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    analyse(database, work, call.id)
    with database.reading() as session:
        run = session.scalars(sa.select(Run)).one()
        assert run.statements == session.scalar(sa.select(sa.func.count(Statement.id)))
        assert run.submissions == 40
        assert run.versions["scikit-learn"]
        assert "を選びました" in run.choice["reason"]
        tops = standing_themes(session)
        assert len(tops) >= 2
        placed = session.scalar(sa.select(sa.func.count()).where(Assignment.theme_id.is_not(None)))
        assert placed
        assert placed >= 0.8 * run.statements
        reasons = session.scalars(
            sa.select(Assignment.reasons).where(Assignment.theme_id.is_not(None)).limit(1)
        ).one()
        assert reasons[0]["word"]


def test_the_same_input_gives_the_same_result(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    analyse(database, work, call.id)
    analyse(database, work, call.id)
    with database.reading() as session:
        first, second = session.scalars(sa.select(Run).order_by(Run.id)).all()
        assert first.input_hash == second.input_hash
        assert first.result_hash == second.result_hash
        assert first.model == second.model
        changes = session.scalars(
            sa.select(RunTheme.change).where(RunTheme.run_id == second.id)
        ).all()
        assert set(changes) == {"continued"}


def test_themes_keep_their_identity_when_statements_are_added(
    database: Database, work: Work
) -> None:
    call = a_call_with(database, bodies(10))
    analyse(database, work, call.id)
    with database.transaction() as session:
        before = {theme.id for theme in standing_themes(session)}
        opinions(session, call, bodies(4, start=20))
    analyse(database, work, call.id)
    with database.reading() as session:
        after = {theme.id for theme in standing_themes(session)}
        assert len(before & after) >= len(before) - 1


def test_an_empty_call_has_no_run(database: Database, work: Work) -> None:
    with database.transaction() as session:
        call = a_call(session)
    analyse(database, work, call.id)
    with database.reading() as session:
        assert session.scalars(sa.select(Run)).all() == []


def test_one_statement_is_one_theme_or_none(database: Database, work: Work) -> None:
    call = a_call_with(database, ["保育園の申請をオンラインでできるようにしてほしい。"])
    analyse(database, work, call.id)
    with database.reading() as session:
        assert session.scalars(sa.select(Run)).one().statements == 1
        assert len(session.scalars(sa.select(Assignment)).all()) == 1


def test_a_staff_decision_survives_the_next_run(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    analyse(database, work, call.id)
    actor = an_actor("tokyo", "saitama", "chiba", "kanagawa")
    with database.transaction() as session:
        one, other, *_ = standing_themes(session)
        family = theming.family_of(session, one.id)
        statement_id = session.scalars(
            sa.select(Assignment.statement_id).where(Assignment.theme_id.in_(family)).limit(1)
        ).one()
        theming.decide(session, statement_id, other.id, actor=actor)
    analyse(database, work, call.id)
    with database.reading() as session:
        stands = session.scalars(
            sa.select(Assignment).where(Assignment.statement_id == statement_id)
        ).one()
        assert stands.theme_id == other.id
        assert stands.decided_by == actor.name
        assert stands.proposed_theme_id in theming.family_of(session, one.id)


def test_a_theme_that_staff_touched_never_vanishes(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    actor = an_actor("tokyo", "saitama", "chiba", "kanagawa")
    with database.transaction() as session:
        own = Theme(
            call_id=call.id,
            label="職員が見つけた話題",
            keywords=[],
            quote_ids=[],
            state=ThemeState.OPEN,
            created_at=call.created_at,
            answer_states={},
        )
        lost = Theme(
            call_id=call.id,
            label="消える話題",
            keywords=[],
            quote_ids=[],
            state=ThemeState.OPEN,
            created_at=call.created_at,
            answer_states={},
        )
        session.add_all([own, lost])
        session.flush()
        statement_id = session.scalars(sa.select(Statement.id).order_by(Statement.id)).first()
        assert statement_id
        theming.decide(session, statement_id, own.id, actor=actor)
    analyse(database, work, call.id)
    with database.reading() as session:
        assert session.get_one(Theme, own.id).state is ThemeState.OPEN
        assert session.get_one(Theme, lost.id).state is ThemeState.GONE


def test_what_staff_merged_stays_merged_in_the_next_run(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    analyse(database, work, call.id)
    actor = an_actor("tokyo")
    with database.transaction() as session:
        one, other, *_ = standing_themes(session)
        theming.merge(session, one.id, other.id, version=one.version, actor=actor)
        family = theming.family_of(session, other.id)
        joined = _in(session, family)
    with database.transaction() as session:
        opinions(session, call, bodies(1, start=30))
    analyse(database, work, call.id)
    with database.reading() as session:
        assert session.get_one(Theme, one.id).state is ThemeState.MERGED
        assert _in(session, [one.id]) == 0
        assert _in(session, theming.family_of(session, other.id)) >= joined


def _in(session: sa.orm.Session, theme_ids: list[int]) -> int:
    query = sa.select(sa.func.count()).where(Assignment.theme_id.in_(theme_ids))
    return session.scalar(query) or 0


def test_new_statements_are_placed_by_the_last_run(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    analyse(database, work, call.id)
    with database.transaction() as session:
        ids = opinions(session, call, bodies(1, start=50))
        queue.enqueue(session, "theming.assign", {"submission_ids": ids})
    work()
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Run.id))) == 1
        places = theming.proposals_of(session, ids[1])
        assert places[0].theme_name
        assert places[0].reasons
        assert 0 < places[0].confidence <= 1


def test_the_first_run_comes_by_itself(database: Database, work: Work) -> None:
    with database.transaction() as session:
        call = a_call(session)
        few = opinions(session, call, bodies(2))
        queue.enqueue(session, "theming.assign", {"submission_ids": few})
    work()
    with database.transaction() as session:
        assert session.scalars(sa.select(Run)).all() == []
        unplaced = session.scalars(sa.select(Assignment.theme_id).distinct()).all()
        assert unplaced == [None]
        more = opinions(session, call, bodies(8, start=5))
        queue.enqueue(session, "theming.assign", {"submission_ids": more})
    work()
    with database.reading() as session:
        assert session.scalars(sa.select(Run)).one().submissions == 40


def test_statements_in_other_languages_stay_unplaced(database: Database, work: Work) -> None:
    call = a_call_with(database, bodies(10))
    with database.transaction() as session:
        ids = opinions(session, call, ["Please accept cards at every counter."], words=False)
        queue.enqueue(session, "theming.assign", {"submission_ids": ids})
    work()
    with database.reading() as session:
        (place,) = theming.proposals_of(session, ids[0])
        assert place.theme_id is None
        run = session.scalars(sa.select(Run)).one()
        in_run = session.scalars(sa.select(RunAssignment.statement_id)).all()
        assert len(in_run) == run.statements
        assert place.statement_id not in in_run


def test_every_day_only_calls_with_something_new_are_analysed(
    database: Database, work: Work
) -> None:
    call = a_call_with(database, bodies(10))
    for runs in (1, 1):
        with database.transaction() as session:
            queue.enqueue(session, "theming.run_all")
        work()
        with database.reading() as session:
            assert session.scalar(sa.select(sa.func.count(Run.id))) == runs
    with database.transaction() as session:
        opinions(session, call, bodies(1, start=40))
        queue.enqueue(session, "theming.run_all")
    work()
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Run.id))) == 2
