"""Transactions are explicit, and columns keep what they promise, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from feedback.accounts.models import Membership, Role, Staff
from feedback.calendar import JST
from feedback.storage import Database, is_unique_violation

MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=JST)


def a_person(login: str, **more: object) -> Staff:
    return Staff(login=login, name="名前", password_hash="-", created_at=MOMENT, **more)


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        session.add(a_person("a"))
        session.flush()
        raise RuntimeError("in the middle")
    with database.reading() as session:
        assert session.scalars(sa.select(Staff)).all() == []


def test_what_a_reader_changes_is_thrown_away(database: Database) -> None:
    with database.reading() as session:
        session.add(a_person("a"))
        session.flush()
    with database.reading() as session:
        assert session.scalars(sa.select(Staff)).all() == []


def test_moments_come_back_in_utc(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_person("a"))
    with database.reading() as session:
        stored = session.scalars(sa.select(Staff)).one().created_at
    assert stored == MOMENT
    assert stored.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = MOMENT.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"), database.transaction() as session:
        session.add(Staff(login="a", name="b", password_hash="-", created_at=naive))


def test_a_value_outside_the_enum_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="king"), database.transaction() as session:
        person = a_person("a")
        session.add(person)
        session.flush()
        session.add(Membership(staff_id=person.id, government_slug="tokyo", role="king"))


def test_a_taken_value_is_told_from_other_errors(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_person("a"))
    with pytest.raises(IntegrityError) as taken, database.transaction() as session:
        session.add(a_person("a"))
    assert is_unique_violation(taken.value, "login")
    with pytest.raises(IntegrityError) as orphan, database.transaction() as session:
        session.add(Membership(staff_id=999, government_slug="tokyo", role=Role.STAFF))
        session.flush()
    assert not is_unique_violation(orphan.value, "staff_id")


def test_many_writers_at_once_lose_nothing(database: Database) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with database.transaction() as session:
                session.add(a_person(f"{number}-{turn}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Staff)) == 60
