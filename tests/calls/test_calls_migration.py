"""Calls of before have a version and stay public; opinions survive the way back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from feedback.calls.models import call_by_slug
from feedback.commands import alembic_config
from feedback.storage import Database
from tests.builders import CALL_SLUG, a_submission


def test_the_columns_come_and_go_around_the_calls_that_are_there(
    database: Database, database_url: str
) -> None:
    with database.transaction() as session:
        a_submission(session)
    database.dispose()
    config = alembic_config(database_url)
    command.downgrade(config, "0014")
    with database.engine.connect() as connection:
        columns = {each["name"] for each in sa.inspect(connection).get_columns("calls")}
        assert columns.isdisjoint({"version", "archived_at"})
        assert connection.scalar(sa.text("SELECT count(*) FROM submissions")) == 1
    database.dispose()
    command.upgrade(config, "head")
    with database.reading() as session:
        call = call_by_slug(session, CALL_SLUG)
        assert call is not None
        assert (call.version, call.archived_at, call.is_published) == (1, None, True)
