"""Pages of changes of many cases at once: asked for below the queue, watched, stopped."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.triage import bulk
from feedback.triage.bulk_forms import BulkForm
from feedback.triage.errors import BulkRefused
from feedback.triage.shared_views import (
    Answer,
    blueprint,
    queue_tokenizer,
    queue_url,
    seen_view,
    tell_bulk,
    view_arguments,
)
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires


@blueprint.post("/bulk")
@requires(Permission.TRIAGE_CASES)
def change_cases() -> Answer:
    """Change the selected cases; a whole view only after asking once more."""
    form = BulkForm(request.form)
    if not form.validate():
        flash(form.first_error, "error")
        return redirect(queue_url())
    if form.selection.everything and "confirmed" not in request.form:
        return _ask(form)
    seen, view = seen_view(form.seen), view_arguments()
    try:
        with transaction() as session:
            begun = bulk.start(
                session, form.selection, form.change, seen, queue_tokenizer(), view=view
            )
    except BulkRefused as error:
        flash(str(error), "error")
        return redirect(queue_url())
    tell_bulk(begun)
    return redirect(queue_url() if begun.is_plain else _url(begun.id))


@blueprint.get("/bulk")
@requires(Permission.TRIAGE_CASES)
def list_bulks() -> str:
    """One's own last changes of many cases."""
    with reading() as session:
        bulks = bulk.list_recent(session, actor=acting())
    return render_template("triage/list_bulks.html", bulks=bulks)


@blueprint.get("/bulk/<int:bulk_id>")
@requires(Permission.TRIAGE_CASES)
def show_bulk(bulk_id: int) -> str:
    """How far a change of many is, and what was left alone."""
    with reading() as session:
        progress = bulk.progress(session, bulk_id, actor=acting())
    return render_template("triage/show_bulk.html", progress=progress, bulk=progress.bulk)


@blueprint.post("/bulk/<int:bulk_id>/stop")
@requires(Permission.TRIAGE_CASES)
def stop_bulk(bulk_id: int) -> Response:
    """Leave the cases that are still to come as they are."""
    with transaction() as session:
        bulk.stop(session, bulk_id, actor=acting())
    flash("残りの意見の変更を中止しました。", "info")
    return redirect(_url(bulk_id))


def _ask(form: BulkForm) -> Answer:
    """Say what would be done to how many, before it is done."""
    with reading() as session:
        words = bulk.words(session, form.change)
        size = bulk.size(session, form.selection, seen_view(form.seen), queue_tokenizer())
    if not words or not size:
        flash("変更する内容を選んでください。" if size else "変更する意見がありません。", "error")
        return redirect(queue_url())
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template(
        "triage/confirm_bulk.html", words=words, size=size, kept=kept, view=view_arguments()
    )


def _url(bulk_id: int) -> str:
    return url_for("triage.show_bulk", bulk_id=bulk_id)
