"""Pages of answering."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("answering", __name__, url_prefix="/staff/themes")
