"""Newer rules screen everything again, and what staff decided stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from analysis.screening import PersonalDataKind, SetAsideKind
from feedback.accounts.models import Role
from feedback.intake.service import words_for_screening
from feedback.screening import asides, marks, rescreening, rules, urgency
from feedback.screening.asides import Seen, Verdict
from feedback.screening.examine import Aside, Examined, Mark, examine
from feedback.screening.kinds import Decision, MarkState
from feedback.screening.marks import Typed
from feedback.screening.models import PersonalDataMark, Screening, Statement, marks_of
from feedback.screening.rescreening import Renewed
from feedback.storage import Database
from feedback.theming.models import Assignment
from tests.triage.builders import MECAB, a_theme, an_actor, an_opinion, proposed

BODY = "甲野乙彦です。電話は090-1234-5678、会員番号はA-77です。窓口を増やしてください。"


def found_now(database: Database, at: int, *more: Mark) -> Examined:
    """What newer rules find: what these find, and more."""
    with database.reading() as session:
        (words,) = words_for_screening(session, [at])
    found = examine(words, (), MECAB)
    return replace(found, marks=(*found.marks, *more))


def mark_of(words: str, kind: PersonalDataKind) -> Mark:
    start = BODY.index(words)
    return Mark("body", kind.value, start, start + len(words))


def body_of(database: Database, at: int) -> str:
    with database.reading() as session:
        return session.get_one(Screening, at).body


def renew(database: Database, found: Examined) -> Renewed:
    with database.transaction() as session:
        return rescreening.renew(session, found)


def test_the_version_of_the_rules_covers_whatever_they_are_made_of() -> None:
    assert {"language", "screening", "setaside", "personal", "normalize"} <= set(rules.parts())
    assert "themes" not in rules.parts()
    assert len(rules.version()) <= 40


def test_nothing_new_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        before = [(each.id, each.state) for each in marks_of(session, at)]
    assert renew(database, found_now(database, at)) is Renewed.NOTHING
    with database.reading() as session:
        assert [(each.id, each.state) for each in marks_of(session, at)] == before
        assert session.get_one(Screening, at).version == 1


def test_what_newer_rules_find_is_masked_and_what_they_drop_is_shown(database: Database) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
    found = found_now(database, at, mark_of("A-77", PersonalDataKind.ACCOUNT))
    assert renew(database, found) is Renewed.MASKS
    assert "会員番号は［口座番号］です" in body_of(database, at)
    fewer = replace(found, marks=tuple(each for each in found.marks if each.kind != "phone"))
    renew(database, fewer)
    assert "090-1234-5678" in body_of(database, at)


def test_what_staff_decided_stays(database: Database) -> None:
    with database.transaction() as session:
        at = an_opinion(session, BODY)
        theme = a_theme(session, "窓口")
        proposed(session, at, theme, decided_by="田中")
    staff, approver = an_actor(database), an_actor(database, "承認", Role.APPROVER)
    with database.transaction() as session:
        marks.add(session, at, Typed("甲野乙彦"), "name", version=1, actor=staff)
        phone = next(each.id for each in marks_of(session, at) if each.kind == "phone")
        marks.decide(session, at, {phone: marks.Verdict.LIFT}, version=2, actor=approver)
        urgency.confirm(session, at, ["danger"], version=3, actor=staff)
        seen = [Seen(at, 4)]
        asides.decide(session, seen, Verdict.HEAR, actor=staff)
        statements = session.scalars(sa.select(Statement.id).order_by(Statement.id)).all()
    before = body_of(database, at)
    assert "090-1234-5678" in before
    # The machine finds the number again, a part of the name, an aside; it has been told already.
    found = replace(
        found_now(database, at, mark_of("乙彦", PersonalDataKind.NAME)),
        aside=Aside(SetAsideKind.SPAM, ()),
        urgent_kinds=(),
    )
    assert renew(database, found) is Renewed.NOTHING
    assert body_of(database, at) == before
    with database.reading() as session:
        screening = session.get_one(Screening, at)
        assert (screening.is_urgent, screening.urgent_kinds) == (True, ["danger"])
        assert (screening.set_aside_state, screening.is_set_aside) == (Decision.REJECTED, False)
        assert {each.state for each in marks_of(session, at)} == {
            MarkState.CONFIRMED,
            MarkState.REJECTED,
        }
        assert session.scalars(sa.select(Statement.id).order_by(Statement.id)).all() == statements
        assert session.scalars(sa.select(Assignment.decided_by)).all() == ["田中"] * len(statements)


def test_the_command_finds_what_older_rules_screened(
    database: Database, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        ids = [an_opinion(session, BODY), an_opinion(session, "特になし")]
        assert rescreening.request(session) == 0
        session.execute(sa.update(Screening).values(rules="0.0.1 older"))
        # As the older rules left it: a number that nobody masked, nothing set aside.
        session.execute(sa.delete(PersonalDataMark))
        session.execute(sa.update(Screening).values(is_set_aside=False, set_aside_state=None))
        session.get_one(Screening, ids[0]).body = BODY
    with database.transaction() as session:
        assert rescreening.request(session) == 2
    work()
    assert "［電話番号］" in body_of(database, ids[0])
    with database.reading() as session:
        assert session.get_one(Screening, ids[1]).is_set_aside
        assert set(session.scalars(sa.select(Screening.rules))) == {rules.version()}
        assert not any(
            "1234" in word
            for words in session.scalars(sa.select(Statement.words))
            for word in words
        )
    with database.transaction() as session:
        assert rescreening.request(session) == 0
        assert rescreening.request(session, everything=True) == 2
