"""What lists know of a case is always what a rebuilding from the left would say."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.queue import service as queue
from feedback.screening import campaigns
from feedback.screening.campaigns import Group, Grouping
from feedback.screening.models import Screening, opinion_texts, statements_of
from feedback.storage import Database
from feedback.theming import decisions as theming
from feedback.theming.models import Assignment
from feedback.triage import decisions, handovers, rebuilding, upkeep
from feedback.triage import service as triage
from feedback.triage.decisions import ThemeChoice
from feedback.triage.filters import QueueFilter
from feedback.triage.listed import Listed
from feedback.triage.listing import read_queue
from feedback.triage.models import CASES, Case, CaseStatus
from feedback.triage.service import CaseState
from feedback.web.actor import Actor
from tests.screening.builders import the_call
from tests.triage.builders import MECAB, a_campaign, a_theme, an_actor, an_opinion, proposed

LISTED = sorted(each.name for each in CASES if hasattr(Listed, each.name))
BODY = "県の手続きをすべてオンラインにしてください。"


def kept(session: Session) -> dict[int, tuple[object, ...]]:
    """What lists know of every case."""
    session.flush()
    rows = session.execute(sa.select(CASES.submission_id, *(CASES[name] for name in LISTED)))
    return {row[0]: tuple(row[1:]) for row in rows}


def forget_everything(session: Session) -> None:
    """As if the columns had been thrown away."""
    session.execute(
        sa.update(Case).values(
            is_urgent=False,
            is_set_aside=False,
            has_personal_data=False,
            has_unthemed=False,
            lowest_confidence=None,
            campaign_id=None,
            leads=True,
            leads_in_status=True,
            copies=None,
            municipality_code=None,
            age_band=None,
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_up_equals_what_is_rebuilt(
    database: Database, work: Callable[[], int], seed: int
) -> None:
    dice = random.Random(seed)
    actor = an_actor(database)
    with database.transaction() as session:
        ids = [
            an_opinion(session, BODY, government_slug=dice.choice(["tokyo", "tokyo", "saitama"]))
            for _ in range(9)
        ]
        themes = [a_theme(session, name) for name in ("窓口", "押印")]
    for _ in range(25):
        act = dice.choice(ACTS)
        with database.transaction() as session:
            act(session, dice, ids, themes, actor)
    work()
    with database.transaction() as session:
        before = kept(session)
        forget_everything(session)
    rebuilding.rebuild(database, MECAB, lambda _done: None)
    with database.reading() as session:
        assert kept(session) == before


def move_on(
    session: Session, dice: random.Random, ids: list[int], _themes: list[int], actor: Actor
) -> None:
    """A status that may follow."""
    case = session.get_one(Case, dice.choice(ids))
    if case.government_slug != "tokyo":
        return
    status = dice.choice(triage.NEXT_STATUSES[case.status])
    wanted = CaseState(status, None, dice.choice([None, date(2026, 12, 1)]))
    triage.change_case(session, case.submission_id, wanted, version=case.version, actor=actor)


def regroup(
    session: Session, dice: random.Random, ids: list[int], _themes: list[int], _actor: Actor
) -> None:
    """The campaign search finds other groups; its job tells triage."""
    texts = opinion_texts(session, the_call(session).id)
    known = [each.submission_id for each in texts]
    chosen = dice.sample(known, dice.randint(0, len(known)))
    halves = [chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]]
    groups = tuple(
        Group(dice.choice(half), texts[0].received_at, dict.fromkeys(half, 1.0))
        for half in halves
        if len(half) > 1
    )
    stored = campaigns.store(session, the_call(session).id, Grouping(groups, len(texts)))
    queue.enqueue(session, "triage.refold", {"submission_ids": list(stored.submission_ids)})
    queue.enqueue(session, "triage.refold", {"campaign_ids": list(stored.campaign_ids)})


def set_aside(
    session: Session, dice: random.Random, ids: list[int], _themes: list[int], _actor: Actor
) -> None:
    """Screening thinks otherwise; its job tells triage."""
    at = dice.choice(ids)
    screening = session.get_one(Screening, at)
    screening.is_set_aside = not screening.is_set_aside
    screening.is_urgent = dice.random() < 0.3
    queue.enqueue(session, "triage.open_cases", {"submission_ids": [at]})


def place(
    session: Session, dice: random.Random, ids: list[int], themes: list[int], _actor: Actor
) -> None:
    """The machine files a statement; its job tells triage."""
    at = dice.choice(ids)
    if session.scalars(sa.select(Assignment).where(_of(session, at))).first() is None:
        proposed(session, at, dice.choice([*themes, None]))


def decide(
    session: Session, dice: random.Random, ids: list[int], themes: list[int], actor: Actor
) -> None:
    """A person decides about a statement on the case's page."""
    at = dice.choice(ids)
    case = session.get_one(Case, at)
    undecided = [
        each.id
        for each in statements_of(session, at)
        if not session.scalars(
            sa.select(Assignment.decided_by).where(
                Assignment.statement_id == each.id, Assignment.decided_by.is_not(None)
            )
        ).all()
    ]
    if case.government_slug == "tokyo" and undecided:
        choices = [ThemeChoice(undecided[0], dice.choice(themes))]
        decisions.choose_themes(session, at, choices, actor=actor)


def pass_on(
    session: Session, dice: random.Random, ids: list[int], _themes: list[int], actor: Actor
) -> None:
    """A case goes to another government."""
    case = session.get_one(Case, dice.choice(ids))
    if case.government_slug == "tokyo" and case.status in handovers.OPEN and dice.random() < 0.3:
        handovers.hand_over(
            session,
            case.submission_id,
            "saitama",
            "埼玉県の事務です。",
            version=case.version,
            actor=actor,
        )


def _of(session: Session, submission_id: int) -> sa.ColumnElement[bool]:
    return Assignment.statement_id.in_([each.id for each in statements_of(session, submission_id)])


ACTS = (move_on, move_on, regroup, set_aside, place, decide, pass_on)


def test_each_campaign_has_one_row_and_each_status_its_own(database: Database) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        copies = [an_opinion(session, BODY) for _ in range(4)]
        a_campaign(session, copies)
        closed = CaseState(CaseStatus.CLOSED, None, None)
        triage.change_case(session, copies[0], closed, version=1, actor=actor)

        def shown(status: CaseStatus | None) -> list[int]:
            wanted = QueueFilter(status=status)
            found = read_queue(session, wanted, MECAB, page=1, actor=actor)
            return [row.submission_id for row in found.page.rows]

        assert shown(None) == [copies[0]]
        assert shown(CaseStatus.CLOSED) == [copies[0]]
        assert shown(CaseStatus.NEW) == [copies[1]]


def test_a_decision_taken_back_is_waited_for_again(
    database: Database, work: Callable[[], int]
) -> None:
    actor = an_actor(database)
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "窓口")
        (statement,) = proposed(session, at, theme)
        assert session.get_one(Case, at).lowest_confidence == pytest.approx(0.8)
        decided = theming.decide_all(session, {statement: theme}, actor=actor)
        upkeep.refresh(session, [at])
        assert session.get_one(Case, at).lowest_confidence is None
        theming.take_back(session, decided.payload(), actor=actor)
    work()
    with database.reading() as session:
        assert session.get_one(Case, at).lowest_confidence == pytest.approx(0.8)
