"""A run changes nothing that staff decided, whatever they did in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feedback.storage import Database
from feedback.theming.errors import ThemeError
from feedback.undo.service import UndoError
from tests.conftest import quick_folder
from tests.theming import workshop
from tests.theming.builders import a_call_with, bodies, opinions
from tests.theming.workshop import ACTS, Desk, Kept

Step = tuple[str, int, int]
NUMBERS = st.integers(0, 400)
STEPS = st.lists(
    st.tuples(st.sampled_from([*ACTS, "run"]), NUMBERS, NUMBERS), min_size=2, max_size=9
)
#: Found by longer searches, or by thinking; each was wrong once, or could easily be.
HARD: tuple[list[Step], ...] = (
    [("merge", 0, 1), ("accept_some", 1, 11), ("run", 0, 0), ("undo", 0, 0), ("undo", 0, 0)],
    [("split", 0, 1), ("keep_apart", 0, 4), ("run", 0, 0), ("set_parent", 4, 1)],
    [("set_parent", 0, 1), ("run", 0, 0), ("split", 1, 0), ("run", 0, 0), ("merge", 1, 2)],
    [("keep_apart", 0, 1), ("merge", 1, 2), ("run", 0, 0), ("undo", 0, 0), ("run", 0, 0)],
)


@pytest.fixture(scope="module")
def analysed(sqlite_template: Path) -> Iterator[Path]:
    """A call with forty-eight opinions, analysed once."""
    with tempfile.TemporaryDirectory(prefix="meyasubako-", dir=quick_folder()) as folder:
        path = Path(folder) / "analysed.sqlite3"
        shutil.copyfile(sqlite_template, path)
        database = Database(f"sqlite:///{path}")
        call = a_call_with(database, bodies(12))
        workshop.run(database, call.id)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.dispose()
        yield path


def play(database: Database, steps: list[Step]) -> None:
    """Let staff act; after every run all that they decided must be as it was."""
    later = 100
    for what, one, other in [*steps, ("run", 0, 0)]:
        if what != "run":
            try:
                with database.transaction() as session:
                    Desk(session).act(what, one, other)
            except (ThemeError, UndoError):
                continue
            with database.reading() as session:
                workshop.assert_sound(session)
            continue
        with database.transaction() as session:
            before = Kept.read(session)
            later += 4
            call = workshop.open_themes(session)[0].call_id
            opinions(session, _Call(call), bodies(1, start=later)[: 2 + one % 3])
        workshop.run(database, call)
        with database.reading() as session:
            assert_kept(before, Kept.read(session))
            workshop.assert_sound(session)


class _Call:
    """What the builder of opinions asks of a call."""

    def __init__(self, call_id: int) -> None:
        self.id = call_id


def assert_kept(before: Kept, after: Kept) -> None:
    assert after.decided == before.decided
    assert after.names == before.names
    assert after.pinned == before.pinned
    assert after.parents == before.parents
    assert after.merged == before.merged
    assert after.apart == before.apart
    assert before.touched <= after.touched


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
@example(steps=list(HARD[0]))
@example(steps=list(HARD[1]))
@example(steps=list(HARD[2]))
@example(steps=list(HARD[3]))
def test_no_run_changes_what_staff_decided(analysed: Path, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory(prefix="meyasubako-", dir=quick_folder()) as folder:
        path = Path(folder) / "themes.sqlite3"
        shutil.copyfile(analysed, path)
        database = Database(f"sqlite:///{path}")
        play(database, steps)
        database.dispose()


def test_every_kind_of_act_on_both_databases(database: Database) -> None:
    call = a_call_with(database, bodies(12))
    workshop.run(database, call.id)
    everything = [(what, 3 + 5 * turn, 7 * turn + 1) for turn, what in enumerate(ACTS)]
    play(database, [*everything, ("run", 0, 0), *[("undo", 0, 0)] * len(ACTS)])
