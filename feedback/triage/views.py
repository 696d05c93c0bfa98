"""Pages of triage."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("triage", __name__, url_prefix="/staff/cases")
