"""Open data and the feed of a call, for whoever wants to work with what was heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import force_locale

from feedback.publishing import feed, open_data, open_data_files, service
from feedback.publishing.anonymity import K
from feedback.publishing.open_data import Dataset
from feedback.publishing.open_data_fields import FIELDS
from feedback.storage import utc_now
from feedback.web.database import reading, settings
from feedback.web.languages import SOURCE, current_language
from feedback.web.permissions import public

blueprint = Blueprint("open_data", __name__, url_prefix="/calls/<slug>")

IN_MEMORY = 1024 * 1024
BLOCK = 64 * 1024
SECONDS_KEPT = 600
"""How long others may keep a file: a masked word must go from caches soon, too."""


@blueprint.get("/open-data")
@public
def show_open_data(slug: str) -> str:
    """What can be downloaded, under which licence, and what it means."""
    with reading() as session:
        call = service.published_call(session, slug, current_language().code)
    return render_template(
        "publishing/open_data.html",
        call=call,
        now=utc_now(),
        k=K,
        fields=FIELDS,
        licence_url=open_data_files.LICENCE_URL,
        address=_base() + url_for(".show_open_data", slug=slug),
    )


@blueprint.get("/open-data/themes.csv")
@public
def download_themes_csv(slug: str) -> Response:
    """The themes for a spreadsheet."""
    return _file(slug, open_data.themes, open_data_files.csv_file, open_data_files.CSV_TYPE)


@blueprint.get("/open-data/themes.json")
@public
def download_themes_json(slug: str) -> Response:
    """The themes for a program."""
    return _file(slug, open_data.themes, _json_file, open_data_files.JSON_TYPE)


@blueprint.get("/open-data/opinions.csv")
@public
def download_opinions_csv(slug: str) -> Response:
    """The opinions for a spreadsheet."""
    return _file(slug, open_data.opinions, open_data_files.csv_file, open_data_files.CSV_TYPE)


@blueprint.get("/open-data/opinions.json")
@public
def download_opinions_json(slug: str) -> Response:
    """The opinions for a program."""
    return _file(slug, open_data.opinions, _json_file, open_data_files.JSON_TYPE)


@blueprint.get("/feed.atom")
@public
def show_feed(slug: str) -> Response:
    """Answers and themes as they are published."""
    with reading() as session:
        read = feed.read_feed(session, slug)
    base = _base()
    addresses = feed.Addresses(
        host=urlsplit(base).hostname or "localhost",
        feed=base + url_for(".show_feed", slug=slug),
        themes=base + url_for("publishing.list_themes", slug=slug),
        theme=lambda theme_id: (
            base + url_for("publishing.show_theme", slug=slug, theme_id=theme_id)
        ),
    )
    return _open(Response(feed.written(read, addresses), content_type=feed.ATOM_TYPE))


def _base() -> str:
    """The site as citizens see it, without a slash at the end."""
    mail = settings().mail
    return mail.public_url if mail else request.url_root.rstrip("/")


def _json_file(dataset: Dataset) -> Iterator[bytes]:
    return open_data_files.json_file(dataset, _base() + request.path)


def _file(
    slug: str,
    read: Callable[..., Dataset],
    write: Callable[[Dataset], Iterator[bytes]],
    content_type: str,
) -> Response:
    """Write the whole file aside, then send it: a slow reader keeps no connection busy."""
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        # The same file whoever asks: the dictionary inside is in Japanese.
        with reading() as session, force_locale(SOURCE.locale):
            file.writelines(write(read(session, slug, now=utc_now())))
        close = stack.pop_all().close
    size = file.tell()
    file.seek(0)
    response = Response(_blocks(file), content_type=content_type)
    response.call_on_close(close)  # Also when nobody reads it to the end.
    response.content_length = size
    name = f"{slug}-{request.path.rpartition('/')[2]}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return _open(response)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK):
            yield block


def _open(response: Response) -> Response:
    """Let programs in other pages read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public = True
    response.cache_control.max_age = SECONDS_KEPT
    return response
