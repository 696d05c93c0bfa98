"""How much does a citizen's page weigh over the wire, everything in that it asks for at first?

    python -m benchmarks.page_weights

Counts the page, its style sheets, scripts (modules that they import too) and pictures; nothing is
kept from the page before. ``plain`` is what the program itself sends; ``wire`` is with the proxy of
docs/operations.md, which compresses (gzip -6) the files but not the pages: what a person typed
stands beside the form's token there (BREACH, Gluck et al. 2013). Aim: the form at most 60 KB. A
script that stops the first picture of the page (neither a module nor deferred) is counted apart;
there is to be none. On a second-generation mobile line (EDGE, 200 kbit/s) 60 KB take 2.4 s.
"""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from feedback.app import create_app
from feedback.calls import callfile
from feedback.commands import alembic_config
from feedback.settings import from_environment
from feedback.storage import Database, utc_now

LIMIT = 60 * 1024
FORM = "/calls/shin-tosei/opinion"
PAGES = ("/", "/calls/shin-tosei", FORM, "/calls/shin-tosei/themes", "/status")
LANGUAGES = ("ja", "ja-easy", "en", "zh", "ko")

_ASKED = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]*?(?:href|src)="([^"]+)"')
_IMPORTED = re.compile(r'(?:from|import)\s*\(?"(\./[^"]+)"')
_BLOCKING = re.compile(r"<script(?![^>]*(?:type=\"module\"|defer|async))")


@dataclass(frozen=True, slots=True)
class Weight:
    """What a page asks for."""

    files: int
    plain: int
    wire: int
    blocking: int


def weigh(client: FlaskClient, address: str) -> Weight:
    """Open a page as a browser with an empty cache does."""
    html = client.get(address).get_data()
    text = html.decode()
    parts = [client.get(each).get_data() for each in _needed(client, text)]
    return Weight(
        1 + len(parts),
        len(html) + sum(map(len, parts)),
        len(html) + sum(len(gzip.compress(part, 6)) for part in parts),
        len(_BLOCKING.findall(text)),
    )


def _needed(client: FlaskClient, html: str) -> Iterator[str]:
    waiting = _ASKED.findall(html)
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        yield address
        if address.split("?")[0].endswith(".js"):
            folder = address.rsplit("/", 1)[0]
            code = client.get(address).get_data(as_text=True)
            waiting += [f"{folder}/{each[2:]}" for each in _IMPORTED.findall(code)]


def main() -> None:
    """Weigh the pages, print, and fail when the form is too heavy."""
    from alembic import command

    from feedback.calls import service as calls

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'weights.sqlite3'}"
        command.upgrade(alembic_config(url), "head")
        database = Database(url)
        with database.transaction() as session:
            calls.load_reference_data(session)
            callfile.open_call(session, callfile.STANDING_CALL, opens_at=utc_now())
        settings = from_environment(
            {"MEYASUBAKO_MODE": "demo", "DATABASE_URL": url, "DATA_DIR": folder}
        )
        client = create_app(settings, database).test_client()
        print(f"{'page':28}{'language':>9}{'files':>7}{'plain':>9}{'wire':>9}{'blocking':>10}")
        heaviest = 0
        for page in PAGES:
            for language in LANGUAGES if page == FORM else LANGUAGES[:1]:
                found = weigh(client, f"{page}?lang={language}")
                print(
                    f"{page:28}{language:>9}{found.files:7}{found.plain:9,}{found.wire:9,}"
                    f"{found.blocking:10}"
                )
                if page == FORM:
                    heaviest = max(heaviest, found.wire)
        database.dispose()
    sys.exit(heaviest > LIMIT)


if __name__ == "__main__":
    main()
