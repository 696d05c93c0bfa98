"""The page やること, the first that staff see."""

from __future__ import annotations

from flask import Blueprint, render_template

from feedback.answering import tasks
from feedback.storage import utc_now
from feedback.web.actor import acting
from feedback.web.database import reading
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("tasks", __name__, url_prefix="/staff/tasks")


@blueprint.get("")
@requires(Permission.TRIAGE_CASES)
def show_tasks() -> str:
    """What waits for the reader, for their sections, and for everybody in their governments."""
    with reading() as session:
        waiting = tasks.read_tasks(session, utc_now(), actor=acting())
    return render_template("tasks/show.html", tasks=waiting)
