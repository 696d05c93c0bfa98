"""The database of the running application, for the edges: views and commands."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from feedback.settings import Settings
from feedback.storage import Database

EXTENSION = "meyasubako_database"
SETTINGS_EXTENSION = "meyasubako_settings"


def init_app(app: Flask, database: Database, settings: Settings) -> None:
    """Hand the application its database and settings."""
    app.extensions[EXTENSION] = database
    app.extensions[SETTINGS_EXTENSION] = settings
    app.context_processor(lambda: {"is_demo": settings.is_demo})


def database() -> Database:
    """The application's database."""
    return cast(Database, current_app.extensions[EXTENSION])


def settings() -> Settings:
    """The application's settings."""
    return cast(Settings, current_app.extensions[SETTINGS_EXTENSION])


def transaction() -> AbstractContextManager[Session]:
    """One write transaction: ``with transaction() as session: service.change(session, …)``."""
    return database().transaction()


def reading() -> AbstractContextManager[Session]:
    """One session for reading."""
    return database().reading()
