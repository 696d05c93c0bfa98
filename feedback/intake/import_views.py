"""Pages of imports（取込）under way and done: list, progress, result, and what was wrong."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.intake import import_failures, import_progress, imports
from feedback.intake.import_failures import FileKind
from feedback.intake.import_models import ImportState
from feedback.intake.import_rules import ImportRefused
from feedback.storage import utc_now
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("imports", __name__, url_prefix="/staff/imports")


@blueprint.get("")
@requires(Permission.IMPORT_OPINIONS)
def list_imports() -> str:
    """The imports of the reader's governments."""
    number = page_number(request.args.get("page"))
    with reading() as session:
        page = imports.list_imports(session, page=number, actor=acting())
    return render_template("imports/list.html", page=page)


@blueprint.get("/<int:import_id>")
@requires(Permission.IMPORT_OPINIONS)
def show_import(import_id: int) -> ResponseReturnValue:
    """One import: how far it has come, or what became of it."""
    with reading() as session:
        import_ = imports.find(session, import_id, actor=acting())
        failures = import_failures.failures_of(session, import_, actor=acting())
    if import_.state is ImportState.UPLOADED and import_.staff_id == acting().id:
        return redirect(url_for("import_steps.choose_columns", import_id=import_id))
    progress = import_progress.progress_of(import_, utc_now())
    return render_template(
        "imports/show.html", import_=import_, progress=progress, failures=failures
    )


@blueprint.post("/<int:import_id>/stop")
@requires(Permission.IMPORT_OPINIONS)
def stop_import(import_id: int) -> ResponseReturnValue:
    """Stop taking in rows."""
    try:
        with transaction() as session:
            imports.stop(session, import_id, actor=acting())
        flash("取込を停止しました。残りは、続きから取り込めます。", "success")
    except ImportRefused as error:
        flash(str(error), "error")
    return redirect(url_for("imports.show_import", import_id=import_id))


@blueprint.post("/<int:import_id>/continue")
@requires(Permission.IMPORT_OPINIONS)
def continue_import(import_id: int) -> ResponseReturnValue:
    """Go on from where it stands."""
    try:
        with transaction() as session:
            imports.go_on(session, import_id, actor=acting())
        flash("続きの取込を始めました。", "success")
    except ImportRefused as error:
        flash(str(error), "error")
    return redirect(url_for("imports.show_import", import_id=import_id))


@blueprint.post("/<int:import_id>/discard")
@requires(Permission.IMPORT_OPINIONS)
def discard_import(import_id: int) -> ResponseReturnValue:
    """Give up what is not taken in, and delete the file."""
    try:
        with transaction() as session:
            kept = imports.discard(session, import_id, actor=acting())
    except ImportRefused as error:
        flash(str(error), "error")
        return redirect(url_for("imports.show_import", import_id=import_id))
    if kept is None:
        flash("取込をやめ、ファイルを削除しました。", "success")
        return redirect(url_for("imports.list_imports"))
    flash("残りの行は取り込まずに終え、ファイルを削除しました。", "success")
    return redirect(url_for("imports.show_import", import_id=import_id))


@blueprint.post("/<int:import_id>/failed-rows")
@requires(Permission.IMPORT_OPINIONS)
def download_failed_rows(import_id: int) -> Response:
    """The rows that were wrong, as a file to put right and import."""
    wanted = request.form.get("kind")
    if wanted not in set(FileKind):
        abort(400)
    kind = FileKind(wanted)
    with transaction() as session:
        content = import_failures.download(session, import_id, kind, actor=acting())
    name = f"attachment; filename=import-{import_id}-failed-rows.{kind.value}"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(content, mimetype=kind.mime_type, headers=headers)


@blueprint.post("/<int:import_id>/failed-rows/delete")
@requires(Permission.IMPORT_OPINIONS)
def delete_failed_rows(import_id: int) -> ResponseReturnValue:
    """Delete the rows that were wrong before their time."""
    with transaction() as session:
        count = import_failures.forget(session, import_id, actor=acting())
    flash(f"取り込めなかった{count:,}行を削除しました。", "success")
    return redirect(url_for("imports.show_import", import_id=import_id))
