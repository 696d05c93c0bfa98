"""Pages of theming."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("theming", __name__, url_prefix="/staff/themes")
