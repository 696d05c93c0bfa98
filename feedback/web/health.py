"""Is the process alive, and can it serve?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from feedback.web.database import reading
from feedback.web.permissions import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """The database answers too; a failure here is a 500."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    return jsonify(status="ok")
