"""Pages of accounts."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("members", __name__, url_prefix="/staff/members")
