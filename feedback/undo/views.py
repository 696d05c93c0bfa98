"""Pages of taking back."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.undo import service
from feedback.web.actor import acting
from feedback.web.addresses import own_path
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

EXTENSION = "meyasubako_undoers"
#: A flashed message of this category has the act's id behind it, and a button to take it back.
CATEGORY = "undo:"

blueprint = Blueprint("undo", __name__, url_prefix="/staff/undo")


def flash_done(message: str, act_id: int) -> None:
    """Tell the reader on the next page what was done, with a button to take it back."""
    flash(message, f"{CATEGORY}{act_id}")


@blueprint.get("")
@requires(Permission.SIGNED_IN)
def list_acts() -> str:
    """One's own acts, each with the way to take it back."""
    with reading() as session:
        page = service.list_acts(
            session, actor=acting(), page=page_number(request.args.get("page"))
        )
    return render_template("undo/list.html", page=page)


@blueprint.post("")
@requires(Permission.SIGNED_IN)
def take_back() -> Response:
    """Take back the named act, else the last one."""
    written = request.form.get("act", "")
    act_id = int(written) if written.isdecimal() and len(written) < 19 else None
    undoers: service.Undoers = current_app.extensions[EXTENSION]
    try:
        with transaction() as session:
            done = service.take_back(session, act_id, undoers, actor=acting())
    except service.UndoError as error:
        flash(str(error), "error")
        return redirect(own_path(request.form.get("next"), url_for("undo.list_acts")))
    flash(done.outcome.words or f"取り消しました：{done.act.summary}", "success")
    if done.outcome.endpoint is not None:
        return redirect(url_for(done.outcome.endpoint, **done.outcome.values))
    return redirect(own_path(request.form.get("next"), url_for("undo.list_acts")))
