"""What the pages of triage share: their blueprint, and the view of the queue that they carry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from analysis.tokens import Tokenizer, tokenizer
from feedback.triage.bulk_models import Bulk, Outcome
from feedback.triage.forms import QueueForm, number_or_none
from feedback.triage.selection import Seen
from feedback.undo import views as undo
from feedback.web.actor import acting
from feedback.web.database import settings

blueprint = Blueprint("triage", __name__, url_prefix="/staff/cases")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
REFUSED = 422
CONFLICT = 409


def view_arguments() -> dict[str, Any]:
    """The view of the queue that this address carries along, and nothing else of it."""
    names = (*QueueForm()._fields, "view", "page")
    return {
        name: values
        for name in names
        if (values := [each for each in request.args.getlist(name) if each])
    }


def seen_view(at: datetime) -> Seen:
    """The view that this address carries, as the reader saw it at a moment."""
    return Seen(QueueForm(request.args).wanted(), at, acting())


def case_url(submission_id: int, anchor: str | None = None) -> str:
    """A case's page in the view that this address carries."""
    return url_for(
        "triage.show_case", submission_id=submission_id, _anchor=anchor, **view_arguments()
    )


def queue_url(row: int | None = None) -> str:
    """The queue in the view that this address carries, at a row."""
    anchor = f"case-{row}" if row else None
    return url_for("triage.show_queue", _anchor=anchor, **view_arguments())


def onward(submission_id: int, anchor: str | None = None, *, is_through: bool = True) -> Response:
    """Where the reader wanted to go on to after an act; back to the case, when it is not through.

    A row of the queue leads to the row ``then``; a button with ``next`` to another case, or to
    the queue after the view's last one.
    """
    if "then" in request.args:
        return redirect(queue_url(number_or_none(request.args["then"])))
    wanted = request.form.get("next")
    if wanted is None or not is_through:
        return redirect(case_url(submission_id, anchor))
    following = number_or_none(wanted)
    return redirect(case_url(following) if following else queue_url())


def tell_bulk(bulk: Bulk) -> None:
    """Say on the next page how a change of many went, or that it has begun."""
    if bulk.finished_at is None:
        flash(f"{bulk.summary}：処理を始めました。", "info")
    elif bulk.act_id is not None:
        undo.flash_done(
            f"{bulk.count(Outcome.CHANGED):,}件を変更しました：{bulk.summary}", bulk.act_id
        )
    elif not bulk.left:
        flash("変更はありませんでした。", "info")


def queue_tokenizer() -> Tokenizer:
    """The words of what a reader searches for."""
    return tokenizer(settings().tokenizer)
