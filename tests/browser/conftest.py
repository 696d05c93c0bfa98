"""A headless Chromium whose every page is watched, and the sites it visits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.site import Site, a_demo, a_site
from tests.conftest import BACKENDS, execute_on_server, on_database
from tools.find_browser import find

#: The last ones keep a fresh Chromium from looking for its maker on the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 10_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; a machine without one fails here, it does not skip."""
    path = find()
    assert path, "no Chromium: apt install chromium, or set CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a window: ``visit(site.url, width=320, java_script_enabled=False)``.

    Whatever a page says in the console as an error, a breach of the Content-Security-Policy
    included, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.location.get('url')}: {message.text}")

    def open_window(url: str, *, width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def _fresh_database(request: pytest.FixtureRequest, backend: str, folder: Path) -> str:
    if backend == "sqlite":
        path = folder / "meyasubako.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgresql_url")
    template: str = request.getfixturevalue("postgresql_template")
    name = f"site_{os.getpid()}_{os.urandom(4).hex()}"
    execute_on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return on_database(server, name)


@pytest.fixture(scope="module", params=BACKENDS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running installation on SQLite, and one on PostgreSQL."""
    folder = tmp_path_factory.mktemp("site")
    with a_site(_fresh_database(request, request.param, folder), folder) as started:
        yield started


@pytest.fixture(scope="module")
def sqlite_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running installation for what does not depend on the database."""
    folder = tmp_path_factory.mktemp("sqlite_site")
    with a_site(_fresh_database(request, "sqlite", folder), folder) as started:
        yield started


@pytest.fixture(scope="session")
def demo_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The demo, loaded once: something to see on every page."""
    folder = tmp_path_factory.mktemp("demo_site")
    with a_demo(_fresh_database(request, "sqlite", folder), folder) as started:
        yield started
