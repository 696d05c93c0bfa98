"""What is set aside and what is urgent, as the machine proposes and staff decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.screening import SetAsideKind
from feedback.accounts.models import Role
from feedback.app import create_undoers
from feedback.audit.models import AuditEntry
from feedback.queue.models import Job
from feedback.screening import asides, errors, proposals, urgency
from feedback.screening.asides import Outcome, Seen, Verdict
from feedback.screening.kinds import Decision, leaves_out
from feedback.screening.models import Screening, opinion_texts
from feedback.storage import Database
from feedback.theming.counts import opinions
from feedback.triage import upkeep, urgent
from feedback.triage.filters import Flag, QueueFilter
from feedback.triage.listing import read_queue
from feedback.triage.models import Case, CaseStatus
from feedback.undo import service as undo
from feedback.web.actor import Actor, NotPermitted
from feedback.web.errors import NotFound
from tests.screening.builders import the_call
from tests.triage.builders import MECAB, a_campaign, an_actor, an_opinion

PLAIN = "窓口の予約をスマートフォンでできるようにしてください。"
KINDS, STATES = SetAsideKind, Decision


@pytest.fixture
def staff(database: Database) -> Actor:
    return an_actor(database)


@pytest.mark.parametrize(
    ("kind", "state", "is_urgent", "left_out"),
    [
        (None, None, False, False),
        (KINDS.ABUSE, STATES.PROPOSED, False, True),
        (KINDS.SPAM, STATES.PROPOSED, False, True),
        (KINDS.NON_OPINION, STATES.PROPOSED, False, True),
        (KINDS.OUT_OF_SCOPE, STATES.PROPOSED, False, False),
        (KINDS.OUT_OF_SCOPE, STATES.CONFIRMED, False, True),
        (KINDS.ABUSE, STATES.REJECTED, False, False),
        (KINDS.ABUSE, STATES.PROPOSED, True, False),
        (KINDS.ABUSE, STATES.CONFIRMED, True, True),
    ],
)
def test_what_is_left_out(
    kind: SetAsideKind | None, state: Decision | None, is_urgent: bool, left_out: bool
) -> None:
    assert leaves_out(kind, state, is_urgent=is_urgent) is left_out


def decide(
    database: Database,
    seen: list[tuple[int, int]],
    verdict: Verdict,
    actor: Actor,
    kind: SetAsideKind | None = None,
) -> Outcome:
    with database.transaction() as session:
        pairs = [Seen(*each) for each in seen]
        return asides.decide(session, pairs, verdict, kind=kind, actor=actor)


@contextmanager
def refreshed(database: Database) -> Iterator[Session]:
    """A session for reading, once lists know what the worker would have told them."""
    with database.transaction() as session:
        upkeep.refresh(session, list(session.scalars(sa.select(Case.submission_id))))
    with database.reading() as session:
        yield session


def heard_in(database: Database, actor: Actor) -> tuple[list[int], int, list[int]]:
    """What the queue lists, what themes count, what campaigns compare."""
    with refreshed(database) as session:
        call = the_call(session).id
        listed = read_queue(session, QueueFilter(), MECAB, page=1, actor=actor).page.rows
        texts = [each.submission_id for each in opinion_texts(session, call)]
        return (
            sorted(each.submission_id for each in listed),
            opinions(session, call).submissions,
            texts,
        )


def take_back(database: Database, act_id: int | None, actor: Actor) -> None:
    with database.transaction() as session:
        undo.take_back(session, act_id, create_undoers(), actor=actor)


def test_staff_set_aside_by_hand_and_hear_again(database: Database, staff: Actor) -> None:
    with database.transaction() as session:
        one, other = an_opinion(session, PLAIN), an_opinion(session, "駅に案内板を。")
    assert heard_in(database, staff) == ([one, other], 2, [one, other])
    with pytest.raises(errors.KindRefused):
        decide(database, [(one, 1)], Verdict.CONFIRM, staff)
    outcome = decide(database, [(one, 1)], Verdict.CONFIRM, staff, KINDS.OUT_OF_SCOPE)
    assert (outcome.done, outcome.stale) == (1, 0)
    assert heard_in(database, staff) == ([other], 1, [other])
    with refreshed(database) as session:
        wanted = QueueFilter(flags=frozenset({Flag.SET_ASIDE}))
        (row,) = read_queue(session, wanted, MECAB, page=1, actor=staff).page.rows
        assert (row.submission_id, row.set_aside) == (one, "募集の対象外")
        names = set(session.scalars(sa.select(Job.name)))
    assert {"triage.open_cases", "theming.assign", "screening.group_campaigns"} <= names
    decide(database, [(one, 2)], Verdict.HEAR, staff)
    assert heard_in(database, staff) == ([one, other], 2, [one, other])


def test_proposals_are_decided_together_and_taken_back_together(
    database: Database, staff: Actor
) -> None:
    with database.transaction() as session:
        ids = [an_opinion(session, "特になし") for _ in range(3)]
        foreign = an_opinion(session, "特になし", government_slug="chiba")
    with refreshed(database) as session:
        found = proposals.read_proposals(session, None, number=1, actor=staff)
    assert found.counts == {KINDS.NON_OPINION: 3}
    assert [row.submission_id for row in found.page.rows] == ids
    with pytest.raises(NotFound):
        decide(database, [(ids[0], 1), (foreign, 1)], Verdict.CONFIRM, staff)

    seen = [(row.submission_id, row.version) for row in found.page.rows]
    decide(database, seen[:1], Verdict.HEAR, an_actor(database, "佐藤"))
    outcome = decide(database, seen, Verdict.CONFIRM, staff)
    assert (outcome.done, outcome.stale) == (2, 1)
    with refreshed(database) as session:
        left = proposals.read_proposals(session, None, number=9, actor=staff)
        assert left.page.total == 0
        states = [session.get_one(Screening, each).set_aside_state for each in ids]
        assert states == [STATES.REJECTED, STATES.CONFIRMED, STATES.CONFIRMED]
    take_back(database, outcome.act_id, staff)
    with refreshed(database) as session:
        again = proposals.read_proposals(session, None, number=1, actor=staff)
        assert [row.submission_id for row in again.page.rows] == ids[1:]
        query = sa.select(AuditEntry.event).where(AuditEntry.subject == f"submission:{ids[1]}")
        assert session.scalars(query.order_by(AuditEntry.id)).all() == [
            "screening.set_aside",
            "screening.set_aside_restored",
        ]


def test_a_bulk_decision_is_not_taken_back_in_part(database: Database, staff: Actor) -> None:
    with database.transaction() as session:
        ids = [an_opinion(session, "特になし") for _ in range(2)]
    outcome = decide(database, [(each, 1) for each in ids], Verdict.CONFIRM, staff)
    decide(database, [(ids[1], 2)], Verdict.HEAR, an_actor(database, "佐藤"))
    with pytest.raises(undo.CannotUndo):
        take_back(database, outcome.act_id, staff)
    with refreshed(database) as session:
        assert session.get_one(Screening, ids[0]).set_aside_state is STATES.CONFIRMED


def test_the_cio_decides_nothing(database: Database) -> None:
    with database.transaction() as session:
        at = an_opinion(session, "特になし")
    officer = an_actor(database, "統括", Role.CIO)
    with pytest.raises((NotPermitted, NotFound)):
        decide(database, [(at, 1)], Verdict.CONFIRM, officer)


def test_a_copy_that_is_set_aside_leaves_its_campaign(
    database: Database, staff: Actor, work: Callable[[], int]
) -> None:
    with database.transaction() as session:
        ids = [an_opinion(session, PLAIN) for _ in range(2)]
        a_campaign(session, ids)
    decide(database, [(ids[0], 1)], Verdict.CONFIRM, staff, KINDS.SPAM)
    work()
    with refreshed(database) as session:
        assert session.scalar(sa.text("SELECT count(*) FROM campaign_members")) == 0


URGENT = "もう死にたいです。"


def top_of(database: Database, actor: Actor) -> int:
    with refreshed(database) as session:
        return (
            read_queue(session, QueueFilter(), MECAB, page=1, actor=actor)
            .page.rows[0]
            .submission_id
        )


def unread(database: Database, actor: Actor) -> int:
    with refreshed(database) as session:
        return urgent.unread_count(session, actor=actor)


def test_what_is_not_urgent_leaves_the_top_and_comes_back_when_that_is_undone(
    database: Database, staff: Actor
) -> None:
    with database.transaction() as session:
        alarm = an_opinion(session, URGENT)
        newest = an_opinion(session, PLAIN)
    assert (top_of(database, staff), unread(database, staff)) == (alarm, 1)
    with database.transaction() as session:
        done = urgency.dismiss(session, alarm, version=1, actor=staff)
    assert (top_of(database, staff), unread(database, staff)) == (newest, 0)
    with pytest.raises(errors.ScreeningChanged), database.transaction() as session:
        urgency.confirm(session, alarm, [], version=1, actor=staff)
    take_back(database, done.act_id, staff)
    assert (top_of(database, staff), unread(database, staff)) == (alarm, 1)
    with pytest.raises(undo.CannotUndo):
        take_back(database, done.act_id, staff)


def test_staff_raise_an_alarm_by_hand_with_its_kind(database: Database, staff: Actor) -> None:
    with database.transaction() as session:
        at = an_opinion(session, "回覧板が三か月、隣の家で止まっています。")
        an_opinion(session, PLAIN)
    for kinds in ([], ["fire"]):
        with pytest.raises(errors.KindRefused), database.transaction() as session:
            urgency.confirm(session, at, kinds, version=1, actor=staff)
    with database.transaction() as session:
        urgency.confirm(session, at, ["abuse", "danger", "abuse"], version=1, actor=staff)
    assert (top_of(database, staff), unread(database, staff)) == (at, 1)
    with refreshed(database) as session:
        found = session.get_one(Screening, at)
        assert (found.urgent_kinds, found.urgent_state) == (["abuse", "danger"], STATES.CONFIRMED)
    with database.transaction() as session:
        session.get_one(Case, at).status = CaseStatus.READING
    assert unread(database, staff) == 0


def test_abuse_that_may_be_a_threat_is_hidden_only_when_somebody_has_said_it_is_none(
    database: Database, staff: Actor
) -> None:
    with database.transaction() as session:
        at = an_opinion(session, URGENT)
        found = session.get_one(Screening, at)
        found.set_aside_kind, found.set_aside_state = KINDS.ABUSE, STATES.PROPOSED
    assert heard_in(database, staff)[0] == [at]
    with database.transaction() as session:
        urgency.dismiss(session, at, version=1, actor=staff)
    assert heard_in(database, staff)[0] == []
