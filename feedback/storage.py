"""Engine, sessions and the column types that all tables share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeEngine

EnumT = TypeVar("EnumT", bound=StrEnum)

#: SQLite only grows an INTEGER primary key by itself; PostgreSQL wants 64 bits.
Identifier = BigInteger().with_variant(Integer(), "sqlite")

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MS = 10_000
#: Pages come from memory or an SSD, not from a turning disk; and compiling a query takes longer
#: than any of ours runs.
POSTGRESQL_OPTIONS = "-c random_page_cost=1.1 -c jit=off"
#: What a connection to SQLite keeps in memory, and how much of the file it may map, in bytes.
SQLITE_CACHE, SQLITE_MAPPED = 64 * 1024**2, 1024**3


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; SQLite keeps it without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC on every database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choice(TypeDecorator[EnumT]):
    """A StrEnum kept as its value."""

    impl = String(32)
    cache_ok = True

    def __init__(self, enum: type[EnumT]) -> None:
        self.enum = enum
        super().__init__()

    def process_bind_param(self, value: EnumT | str | None, dialect: Dialect) -> str | None:
        """Store the value; anything outside the enum is an error."""
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> EnumT | None:
        """Give back the enum member."""
        return None if value is None else self.enum(value)


class Base(DeclarativeBase):
    """The declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, str]: JSON(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


def choice(enum: type[EnumT]) -> TypeEngine[EnumT]:
    """The column type of a StrEnum."""
    return Choice(enum)


class Database:
    """One database with two kinds of sessions: for reading, and for one write transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction: committed at the end of the block, rolled back on an error.

        On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two writers queue
        up instead of failing when the second one upgrades.
        """
        with self._sessions() as session, session.begin():
            session.connection(execution_options={"meyasubako_write": True})
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; whatever was changed in it is thrown away."""
        with self._sessions() as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    # An error tells the statement, never its values: those are citizens' words.
    if url.startswith("sqlite"):
        engine = create_engine(
            url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        hide_parameters=True,
        connect_args={"options": POSTGRESQL_OPTIONS},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would delay BEGIN; we emit it ourselves.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        f"cache_size = -{SQLITE_CACHE // 1024}",
        f"mmap_size = {SQLITE_MAPPED}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("meyasubako_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def is_unique_violation(error: IntegrityError, *columns: str) -> bool:
    """Whether the error is a unique constraint over one of these columns being hit.

    SQLite names ``table.column``, PostgreSQL the constraint ``uq_table_column``.
    """
    text = str(error.orig)
    is_unique = "UNIQUE constraint" in text or "unique constraint" in text
    return is_unique and any(column in text for column in columns)


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)
