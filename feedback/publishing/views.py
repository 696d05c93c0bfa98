"""Pages of publishing."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("publishing", __name__)
