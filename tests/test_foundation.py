"""The foundation holds: both databases, permissions by default, the chain of audit entries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from feedback.accounts.models import Role
from feedback.audit import service as audit
from feedback.queue import service as queue
from feedback.queue.service import JobContext, Registry
from feedback.queue.worker import Worker
from feedback.schema import METADATA, is_ours
from feedback.settings import SettingsError, from_environment
from feedback.storage import Database
from feedback.web.permissions import declared
from tests.strict_client import StrictClient


def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": False}
        )
        assert compare_metadata(context, METADATA) == []


def test_every_route_declares_a_permission(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and declared(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


def test_a_citizen_is_sent_to_sign_in_from_staff_pages(client: StrictClient) -> None:
    answer = client.get("/staff/")
    assert answer.status_code == 302
    assert "/staff/sign-in" in answer.headers["Location"]


def test_an_administrator_signs_in(sign_in: Callable[..., StrictClient]) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    assert client.get("/staff/").status_code == 302


def test_production_without_secrets_names_each_and_how_to_make_it() -> None:
    with pytest.raises(SettingsError) as problem:
        from_environment({})
    assert "SECRET_KEY" in str(problem.value)
    assert "CONTACT_KEY" in str(problem.value)


CHANGED = audit.declare("tests.changed", "試した", "what")


def test_an_edited_audit_entry_is_found(database: Database) -> None:
    with database.transaction() as session:
        for what in ("一", "二", "三"):
            audit.record(session, CHANGED, actor=None, subject="test:1", what=what)
    with database.reading() as session:
        assert audit.verify(session).problems == ()
    with database.transaction() as session:
        session.execute(sa.text("UPDATE audit_entries SET actor_name = '別人' WHERE id = 2"))
    with database.reading() as session:
        assert audit.verify(session).problems == ("監査記録 2 が書き換えられています",)


def test_a_failing_job_is_tried_again_then_set_aside(database: Database) -> None:
    registry = Registry()

    def fail(_job: JobContext) -> None:
        raise RuntimeError("poison")

    done: list[str] = []

    def succeed(job: JobContext) -> None:
        with job.finishing():
            done.append(job.payload["who"])

    registry.register("fail", fail)
    registry.register("succeed", succeed)
    with database.transaction() as session:
        queue.enqueue(session, "fail")
        queue.enqueue(session, "succeed", {"who": "a"}, key="k")
        queue.enqueue(session, "succeed", {"who": "b"}, key="k")
    worker = Worker(database, registry, tokenizer="janome", poll_seconds=1)
    for _ in range(6):
        worker.run_all_due()
        with database.transaction() as session:
            session.execute(sa.text("UPDATE jobs SET run_at = queued_at"))
    assert done == ["a"]
    with database.reading() as session:
        states = session.execute(sa.text("SELECT name, state, attempts FROM jobs ORDER BY id"))
        assert [tuple(row) for row in states] == [("fail", "set_aside", 4), ("succeed", "done", 1)]
