"""Pages of reporting."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reporting", __name__, url_prefix="/staff/reports")
