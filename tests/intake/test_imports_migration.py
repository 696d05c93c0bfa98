"""Imports of the first schema: what waited still waits, what was done is done; there and back."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import command

from feedback.commands import alembic_config
from feedback.intake import import_files
from feedback.intake.import_models import ColumnMemory, Import, headers_hash
from feedback.storage import Database
from tests.builders import a_call

OLD = (
    "INSERT INTO imports (id, call_id, government_slug, channel, file_name, content, content_hash,"
    " headers, mapping, state, rows, staff_id, staff_name, created_at) VALUES (:id, :call, 'tokyo',"
    " 'paper', 'a.csv', :content, :hash, :headers, :mapping, :state, 2, 1, '職員',"
    " '2026-11-01 00:00:00+00:00')"
)
CONTENT = "意見,件名\n賛成です,一\n反対です,二\n".encode()


def test_imports_of_the_first_schema_survive(database: Database, database_url: str) -> None:
    with database.transaction() as session:
        call_id = a_call(session).id
    config = alembic_config(database_url)
    command.downgrade(config, "0007-1")
    with database.transaction() as session:
        for number, state, content in ((1, "done", None), (2, "uploaded", CONTENT)):
            values = {
                "id": number,
                "call": call_id,
                "content": content,
                "hash": "0" * 64,
                "headers": json.dumps(["意見", "件名"]),
                "mapping": json.dumps({"body": "意見", "title": "件名"}),
                "state": state,
            }
            session.execute(sa.text(OLD), values)
    command.upgrade(config, "head")
    with database.reading() as session:
        done, waiting = session.scalars(sa.select(Import).order_by(Import.id)).all()
        memory = session.get_one(ColumnMemory, ("tokyo", headers_hash(["件名", "意見"])))
        assert import_files.opened(session, waiting.id).read() == CONTENT
    assert (done.rows, done.done, done.stored, done.failed) == (2, 2, 2, 0)
    assert (waiting.done, waiting.header_bottom, waiting.format.value) == (0, 1, "csv")
    assert waiting.changed_at == waiting.created_at
    assert memory.mapping == {"body": "意見", "title": "件名"}
    command.downgrade(config, "0007-1")
    with database.reading() as session:
        query = sa.text("SELECT content FROM imports WHERE id = 2")
        assert bytes(session.scalar(query) or b"") == CONTENT
