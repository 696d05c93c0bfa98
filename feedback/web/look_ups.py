"""Looking up receipt numbers: one limit for every page that shows an opinion by its number."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from feedback.web.errors import error_page
from feedback.web.rate_limit import RateLimit

LOOK_UPS = 30
LOOK_UP_SECONDS = 60
EXTENSION = "meyasubako_look_ups"
STATUS_TOO_MANY = 429


class TooManyLookUps(Exception):
    """This network asked for too many numbers; becomes the 429 page."""


def init_app(app: Flask) -> None:
    """Give the application its count of look-ups."""
    app.extensions[EXTENSION] = RateLimit(times=LOOK_UPS, seconds=LOOK_UP_SECONDS)
    app.register_error_handler(TooManyLookUps, lambda _error: _too_many())


def count_look_up() -> None:
    """Count one look-up of this request's network.

    Raises:
        TooManyLookUps: when it is over the limit.
    """
    limit = cast(RateLimit, current_app.extensions[EXTENSION])
    if not limit.allows(request.remote_addr):
        raise TooManyLookUps


def _too_many() -> ResponseReturnValue:
    page, status = error_page(STATUS_TOO_MANY)
    headers = {
        "Retry-After": str(LOOK_UP_SECONDS),
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
    return page, status, headers
