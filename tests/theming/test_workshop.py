"""The workshop's acts: what they change, when they are refused, and how they are taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.audit.models import AuditEntry
from feedback.calls.models import Call
from feedback.intake.models import Submission
from feedback.queue.models import Job
from feedback.screening.models import Statement
from feedback.storage import Database
from feedback.theming import (
    apart,
    decisions,
    guards,
    marks,
    merging,
    naming,
    parents,
    parting,
    split_proposal,
)
from feedback.theming.errors import (
    ApartRefused,
    MergeRefused,
    NameRefused,
    ParentRefused,
    SplitRefused,
    StaleStatement,
    StaleTheme,
    UnknownTheme,
)
from feedback.theming.marks import Mark
from feedback.theming.models import Assignment, Theme, ThemeState
from feedback.theming.parting import How
from feedback.undo.service import CannotUndo
from feedback.web.actor import NotPermitted
from feedback.web.errors import NotFound
from tests.theming import workshop
from tests.theming.builders import a_call_with, an_actor, bodies, opinions, standing_themes
from tests.theming.workshop import ACTOR, as_proposed, in_theme, places, split_as_proposed

STRANGER = an_actor()


@pytest.fixture
def call(database: Database) -> Call:
    """A call with forty-eight opinions on four subjects, analysed."""
    call = a_call_with(database, bodies(12))
    workshop.run(database, call.id)
    return call


def last_event(session: Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def themes(session: Session) -> list[Theme]:
    return standing_themes(session)


# Names.


def test_a_name_is_taken_back_unless_it_was_changed_since(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one = themes(session)[0]
        label = one.name
        naming.rename_undoably(session, one.id, "窓口の支払い", version=one.version, actor=ACTOR)
        workshop.take_back(session)
        assert one.name == label
        assert last_event(session).event == "undo.undone"
        naming.rename_undoably(session, one.id, "一度目", version=one.version, actor=ACTOR)
        naming.rename(session, one.id, "二度目", version=one.version, actor=ACTOR)
        with pytest.raises(CannotUndo, match="名前が変わった"):
            workshop.take_back(session)


# Fixed.


def test_a_fixed_theme_is_neither_renamed_nor_ended_by_a_run(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one = themes(session)[0]
        marks.mark(session, one.id, Mark.PINNED, on=True, version=one.version, actor=ACTOR)
        one.label = "古い名前"
        assert last_event(session).event == "theming.pinned"
        # Nothing of it is left for the next run to find.
        session.execute(
            sa.update(Assignment)
            .where(Assignment.theme_id == one.id)
            .values(theme_id=None, proposed_theme_id=None)
        )
    workshop.run(database, call.id)
    with database.reading() as session:
        after = session.get_one(Theme, one.id)
        assert after.state is ThemeState.OPEN
        assert after.name == "古い名前"


def test_a_fixed_theme_is_not_merged_away_until_it_is_released(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        marks.mark(session, one.id, Mark.PINNED, on=True, version=one.version, actor=ACTOR)
        with pytest.raises(MergeRefused, match="固定"):
            merging.merge(session, one.id, other.id, version=one.version, actor=ACTOR)
        workshop.take_back(session)
        merging.merge(session, one.id, other.id, version=one.version, actor=ACTOR)


# Never one.


def test_two_themes_that_are_never_one_are_not_merged_by_anybody(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, third, *_ = themes(session)
        apart.keep_apart(session, other.id, one.id, actor=ACTOR)
        assert last_event(session).event == "theming.kept_apart"
        for source, target in ((one, other), (other, one)):
            with pytest.raises(MergeRefused, match="別のテーマとして保つ"):
                merging.merge(session, source.id, target.id, version=source.version, actor=ACTOR)
        with pytest.raises(ApartRefused, match="すでに"):
            apart.keep_apart(session, one.id, other.id, actor=ACTOR)
        with pytest.raises(ApartRefused, match="同じテーマ"):
            apart.keep_apart(session, one.id, one.id, actor=ACTOR)
        # What it is merged into inherits it.
        merging.merge(session, one.id, third.id, version=one.version, actor=ACTOR)
        assert [each.id for each in apart.pairs_with(session, third)] == [other.id]
        with pytest.raises(MergeRefused):
            merging.merge(session, third.id, other.id, version=third.version, actor=ACTOR)
        workshop.take_back(session)
        assert apart.pairs_with(session, third) == []
        assert [each.id for each in apart.pairs_with(session, one)] == [other.id]
        apart.release(session, one.id, other.id, actor=ACTOR)
        workshop.take_back(session)
        assert [each.id for each in apart.pairs_with(session, one)] == [other.id]


def test_a_run_that_sees_one_theme_deals_it_out_between_the_two(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        # Staff find two subjects in what every run sees as one.
        one, other = themes(session)[:2]
        mine, theirs = in_theme(session, one.id), in_theme(session, other.id)
        merging.merge(session, other.id, one.id, version=other.version, actor=ACTOR)
        proposal = split_proposal.propose(session, one.id, 2, actor=ACTOR)
        new = as_proposed(proposal, ["前からの話題", "分けた話題"])
        parting.split(session, one.id, new, how=How.BESIDE, version=one.version, actor=ACTOR)
        part = session.scalars(sa.select(Theme).where(Theme.staff_label == "分けた話題")).one()
        apart.keep_apart(session, one.id, part.id, actor=ACTOR)
        # Hand half of each back to the machine, which must not unite them.
        for theme in (one, part):
            for statement_id in in_theme(session, theme.id)[::2]:
                row = session.scalars(
                    sa.select(Assignment).where(Assignment.statement_id == statement_id)
                ).one()
                row.decided_by, row.decided_at = None, None
                row.proposed_theme_id = row.theme_id
        before = places(session)
        opinions(session, call, bodies(2, start=40))
    workshop.run(database, call.id)
    with database.reading() as session:
        after = places(session)
        ids = [each for each in (*mine, *theirs) if before[each] in (one.id, part.id)]
        assert len(ids) > 15
        same = sum(after[each] == before[each] for each in ids)
        assert same >= 0.9 * len(ids)
        assert len(in_theme(session, part.id)) > 12, "new statements go to either"


# The theme above.


def test_a_theme_becomes_a_subtheme_and_every_run_leaves_it_there(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, third, *_ = themes(session)
        parents.set_parent(session, one.id, other.id, version=one.version, actor=ACTOR)
        entry = last_event(session)
        assert (entry.event, entry.details) == (
            "theming.parent_set",
            {"before": None, "after": other.id},
        )
        held = in_theme(session, one.id)
        for theme, parent, words in (
            (third, one, "小テーマです"),
            (other, third, "小テーマがあるため"),
            (third, third, "自身の下"),
            (one, other, "すでに"),
        ):
            with pytest.raises(ParentRefused, match=words):
                parents.set_parent(session, theme.id, parent.id, version=theme.version, actor=ACTOR)
    for start in (50, 60):
        with database.transaction() as session:
            opinions(session, call, bodies(2, start=start))
        workshop.run(database, call.id)
    with database.transaction() as session:
        after = session.get_one(Theme, one.id)
        assert (after.state, after.parent_id) == (ThemeState.OPEN, other.id)
        now = places(session)
        assert sum(now[each] == one.id for each in held) >= 0.9 * len(held)
        workshop.assert_sound(session)
        workshop.take_back(session)
        assert (after.parent_id, after.parent_by) == (None, None)


def test_a_subtheme_made_independent_stays_so(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one = max(themes(session), key=lambda each: len(in_theme(session, each.id)))
        split_as_proposed(session, one, how=How.BELOW, names=["上の話", "下の話"])
        part = guards.children_of(session, one)[0]
        parents.set_parent(session, part.id, None, version=part.version, actor=ACTOR)
        opinions(session, call, bodies(2, start=50))
    workshop.run(database, call.id)
    with database.reading() as session:
        assert session.get_one(Theme, part.id).parent_id is None
        workshop.assert_sound(session)


# Splitting.


def test_a_theme_is_split_beside_itself_and_keeps_its_first_part(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        merging.merge(session, other.id, one.id, version=other.version, actor=ACTOR)
        proposal = split_proposal.propose(session, one.id, 2, actor=ACTOR)
        assert proposal.separation > 0.2
        new = as_proposed(proposal, ["残る話題", "新しい話題"])
        parting.split(session, one.id, new, how=How.BESIDE, version=one.version, actor=ACTOR)
        part = session.scalars(sa.select(Theme).where(Theme.staff_label == "新しい話題")).one()
        assert one.name == "残る話題"
        assert part.parent_id == one.parent_id
        assert in_theme(session, part.id) == sorted(new[1].statement_ids)
        rows = session.scalars(sa.select(Assignment).where(Assignment.theme_id == part.id))
        assert {row.decided_by for row in rows} == {ACTOR.name}
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "theming.split")
        ).one()
        assert entry.details["parts"] == [part.id]


def test_taking_back_a_split_restores_every_place(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one = max(themes(session), key=lambda each: len(in_theme(session, each.id)))
        name, before = one.name, places(session)
        split_as_proposed(session, one, names=["一つ目", "二つ目"])
    workshop.run(database, call.id)
    with database.transaction() as session:
        workshop.take_back(session)
        one = session.get_one(Theme, one.id)
        assert one.name == name
        after = places(session)
        inside = [each for each, theme in before.items() if theme == one.id]
        assert {after[each] for each in inside} == {one.id}
        workshop.assert_sound(session)
    workshop.run(database, call.id)
    with database.reading() as session:
        assert "二つ目" not in {theme.name for theme in workshop.open_themes(session)}


def test_a_split_is_not_taken_back_over_what_others_decided_since(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        split_as_proposed(session, one, names=["一つ目", "二つ目"])
        part = session.scalars(sa.select(Theme).where(Theme.staff_label == "二つ目")).one()
        decisions.decide(session, in_theme(session, other.id)[0], part.id, actor=ACTOR)
    with database.transaction() as session, pytest.raises(CannotUndo, match="その後に決められた"):
        workshop.take_back(session)


def test_what_another_government_decides_about_goes_along_undecided(
    database: Database, call: Call
) -> None:
    tokyo = an_actor("tokyo", name="都の職員")
    with database.transaction() as session:
        one = max(themes(session), key=lambda each: len(in_theme(session, each.id)))
        proposal = split_proposal.propose(session, one.id, 2, actor=tokyo)
        assert proposal.other_statements > 0
        shown = {member.government for row in proposal.rows.values() for member in row.members}
        assert shown == {"tokyo"}
        new = as_proposed(proposal, ["残る", "分かれる"])
        parting.split(session, one.id, new, how=How.BESIDE, version=one.version, actor=tokyo)
        part = session.scalars(sa.select(Theme).where(Theme.staff_label == "分かれる")).one()
        query = (
            sa.select(Assignment.decided_by, Submission.government_slug)
            .join(Statement, Statement.id == Assignment.statement_id)
            .join(Submission, Submission.id == Statement.submission_id)
            .where(Assignment.theme_id == part.id)
        )
        by = {(row.government_slug == "tokyo", row.decided_by) for row in session.execute(query)}
        assert by == {(True, "都の職員"), (False, None)}


def test_a_split_is_refused_with_a_reason(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        proposal = split_proposal.propose(session, one.id, 2, actor=ACTOR)
        version = one.version

        def split(names: list[str], how: How = How.BESIDE, version: int = version) -> None:
            new = as_proposed(proposal, names)
            parting.split(session, one.id, new, how=how, version=version, actor=ACTOR)

        for names, words in (
            (["残る", ""], "部分2：名前は1文字以上"),
            (["残る", "あ" * 61], "60文字以内"),
            (["同じ", "同じ"], "すでにあります"),
            (["残る", other.name], "すでにあります"),
        ):
            with pytest.raises(NameRefused, match=words):
                split(names)
        with pytest.raises(StaleTheme):
            split(["残る", "分かれる"], version=version - 1)
        moved = proposal.parts[1].rows[0].statement_ids[0]
        decisions.decide(session, moved, other.id, actor=ACTOR)
        with pytest.raises(StaleStatement):
            split(["残る", "分かれる"])
        parents.set_parent(session, one.id, other.id, version=one.version, actor=ACTOR)
        with pytest.raises(SplitRefused, match="小テーマを、さらに"):
            split(["残る", "分かれる"], How.BELOW, one.version)


# Merging.


def test_a_merge_is_taken_back_even_after_a_run(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        decisions.decide(session, in_theme(session, one.id)[0], one.id, actor=ACTOR)
        mine, theirs = in_theme(session, one.id), in_theme(session, other.id)
        merging.merge(session, one.id, other.id, version=one.version, actor=ACTOR)
        assert in_theme(session, other.id) == sorted([*mine, *theirs])
        opinions(session, call, bodies(1, start=70))
    workshop.run(database, call.id)
    with database.transaction() as session:
        workshop.take_back(session)
        assert last_event(session).event == "undo.undone"
        one = session.get_one(Theme, one.id)
        assert one.state is ThemeState.OPEN
        assert len(set(mine) & set(in_theme(session, one.id))) >= 0.9 * len(mine)
        assert set(theirs) & set(in_theme(session, one.id)) == set()
        workshop.assert_sound(session)
    workshop.run(database, call.id)
    with database.reading() as session:
        assert session.get_one(Theme, one.id).state is ThemeState.OPEN


def test_what_was_decided_after_a_merge_stays_where_it_was_decided(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        chosen = in_theme(session, one.id)[0]
        merging.merge(session, one.id, other.id, version=one.version, actor=ACTOR)
        decisions.accept(session, chosen, actor=ACTOR)
        workshop.take_back(session)
        assert places(session)[chosen] == other.id


def test_a_merge_into_what_was_merged_on_is_not_taken_back(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, third, *_ = themes(session)
        merging.merge(session, one.id, other.id, version=one.version, actor=ACTOR)
        act = workshop.last_act(session)
        merging.merge(session, other.id, third.id, version=other.version, actor=ACTOR)
        with pytest.raises(CannotUndo, match="統合先のテーマ"):
            workshop.take_back(session, act=act)


def test_a_merge_lasts_through_a_run_that_sees_one_theme(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        merging.merge(session, one.id, other.id, version=one.version, actor=ACTOR)
        for statement_id in in_theme(session, other.id):
            decisions.accept(session, statement_id, actor=ACTOR)
        joined = in_theme(session, other.id)
    for start in (70, 80):
        with database.transaction() as session:
            opinions(session, call, bodies(2, start=start))
        workshop.run(database, call.id)
    with database.reading() as session:
        assert session.get_one(Theme, one.id).state is ThemeState.MERGED
        assert set(joined) <= set(in_theme(session, other.id))
        fresh = sa.select(sa.func.max(Statement.submission_id))
        assert session.scalar(fresh)
        tops = {theme.id for theme in themes(session)}
        assert len(tops) <= 3, "no run founds the merged theme anew"


# Decisions about statements.


def test_moving_statements_is_taken_back_to_where_each_was(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        ids = in_theme(session, one.id)[:3]
        decisions.decide(
            session,
            ids[0],
            one.id,
            actor=an_actor("tokyo", "saitama", "chiba", "kanagawa", name="先の職員"),
        )
        decisions.move(session, ids, source=one.id, target=other.id, actor=ACTOR)
        jobs = session.scalars(sa.select(Job).where(Job.name == "triage.settle")).all()
        assert jobs, "the cases hear of it"
        workshop.take_back(session)
        rows = {
            row.statement_id: row
            for row in session.scalars(
                sa.select(Assignment).where(Assignment.statement_id.in_(ids))
            )
        }
        assert {row.theme_id for row in rows.values()} == {one.id}
        assert rows[ids[0]].decided_by == "先の職員"
        assert rows[ids[1]].decided_by is None
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "theming.decision_taken_back")
        ).first()
        assert entry is not None


def test_a_decision_that_somebody_made_anew_is_not_taken_back(
    database: Database, call: Call
) -> None:
    with database.transaction() as session:
        one, other, third, *_ = themes(session)
        ids = in_theme(session, one.id)[:3]
        decisions.move(session, ids, source=one.id, target=other.id, actor=ACTOR)
        decisions.decide(session, ids[0], third.id, actor=ACTOR)
        with pytest.raises(CannotUndo, match="3文のうち1文"):
            workshop.take_back(session)
        assert places(session)[ids[1]] == other.id, "all of it is taken back, or nothing"


# Who may, and what is not there.


def test_a_stranger_to_the_call_changes_nothing(database: Database, call: Call) -> None:
    stranger = workshop.without_themes(STRANGER)
    with database.transaction() as session:
        one, other, *_ = themes(session)
        v = one.version
        for act in (
            lambda: naming.rename(session, one.id, "名前", version=v, actor=stranger),
            lambda: marks.mark(session, one.id, Mark.PINNED, on=True, version=v, actor=stranger),
            lambda: merging.merge(session, one.id, other.id, version=v, actor=stranger),
            lambda: parents.set_parent(session, one.id, other.id, version=v, actor=stranger),
            lambda: apart.keep_apart(session, one.id, other.id, actor=stranger),
            lambda: apart.release(session, one.id, other.id, actor=stranger),
            lambda: split_proposal.propose(session, one.id, 2, actor=stranger),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_what_is_not_there_or_has_changed_is_refused(database: Database, call: Call) -> None:
    with database.transaction() as session:
        one, other, *_ = themes(session)
        with pytest.raises(NotFound):
            marks.mark(session, 99_999, Mark.PINNED, on=True, version=1, actor=ACTOR)
        with pytest.raises(UnknownTheme):
            parents.set_parent(session, one.id, 99_999, version=one.version, actor=ACTOR)
        with pytest.raises(UnknownTheme):
            apart.keep_apart(session, one.id, 10**30, actor=ACTOR)
        with pytest.raises(ApartRefused, match="すでに外れて"):
            apart.release(session, one.id, other.id, actor=ACTOR)
        for act in (
            lambda: marks.mark(session, one.id, Mark.WHOLE, on=True, version=9, actor=ACTOR),
            lambda: parents.set_parent(session, one.id, other.id, version=9, actor=ACTOR),
            lambda: merging.merge(session, one.id, other.id, version=9, actor=ACTOR),
        ):
            with pytest.raises(StaleTheme):
                act()
