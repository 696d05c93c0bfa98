"""Alembic's environment: runs the migrations against the configured database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from feedback.schema import METADATA, is_ours
from feedback.storage import Choice, Identifier, UtcDateTime

config = context.config


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as plain ones: a migration must not change when the code does."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Choice):
        return "sa.String(length=32)"
    if item is Identifier:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def run() -> None:
    """Apply the migrations in one transaction."""
    engine = create_engine(config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            include_object=is_ours,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
