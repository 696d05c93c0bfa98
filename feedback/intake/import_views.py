"""Pages on which staff import opinions from files（取込）."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.calls.models import (
    all_calls,
    all_governments,
    all_municipalities,
    initiatives_of,
    texts_of,
)
from feedback.intake import imports
from feedback.intake.import_forms import ColumnsForm, UploadForm
from feedback.intake.import_tables import ImportRefused
from feedback.intake.models import Channel, ImportState
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires
from feedback.web.spreadsheets import csv_bytes

blueprint = Blueprint("imports", __name__, url_prefix="/staff/imports")

PREVIEWED_ROWS = 10
LISTED_PROBLEMS = 50


@blueprint.get("")
@requires(Permission.IMPORT_OPINIONS)
def list_imports() -> str:
    """The imports of the reader's governments."""
    number = page_number(request.args.get("page"))
    with reading() as session:
        page = imports.list_imports(session, page=number, actor=acting())
    return render_template("imports/list.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def upload_file() -> ResponseReturnValue:
    """Hand in a file."""
    form = UploadForm()
    form.offer(_calls(), _governments())
    earlier_id: int | None = None
    if form.validate_on_submit():
        try:
            return redirect(url_for("imports.choose_columns", import_id=_received(form)))
        except imports.AlreadyImported as error:
            form.file.errors, earlier_id = [str(error)], error.import_id
        except ImportRefused as error:
            form.file.errors = [str(error)]
    return render_template("imports/upload.html", form=form, earlier_id=earlier_id)


@blueprint.get("/<int:import_id>")
@requires(Permission.IMPORT_OPINIONS)
def show_import(import_id: int) -> ResponseReturnValue:
    """One import: what became of it."""
    with reading() as session:
        import_ = imports.find(session, import_id, actor=acting())
    if import_.state is ImportState.DONE or import_.staff_id != acting().id:
        return render_template("imports/show.html", import_=import_)
    return redirect(url_for("imports.choose_columns", import_id=import_id))


@blueprint.route("/<int:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Say which column holds what."""
    with reading() as session:
        found = imports.waiting(session, import_id, actor=acting())
        offered = initiatives_of(session, found.import_.call_id)
    form = ColumnsForm()
    form.offer(found.table.headers, [(each.slug, each.name) for each in offered])
    if form.validate_on_submit():
        with transaction() as session:
            imports.choose_columns(session, import_id, form.chosen(), actor=acting())
        return redirect(url_for("imports.preview", import_id=import_id))
    if not form.is_submitted():
        form.show(found.columns)
    return render_template("imports/columns.html", form=form, found=found)


@blueprint.get("/<int:import_id>/preview")
@requires(Permission.IMPORT_OPINIONS)
def preview(import_id: int) -> str:
    """The first rows as they will be stored, or what is wrong."""
    with reading() as session:
        import_, read = imports.examine(session, import_id, actor=acting())
        names = {each.slug: each.name for each in initiatives_of(session, import_.call_id)}
        places = {each.code: each.name for each in all_municipalities(session)}
    return render_template(
        "imports/preview.html",
        import_=import_,
        read=read,
        names=names,
        places=places,
        previewed=PREVIEWED_ROWS,
        listed=LISTED_PROBLEMS,
    )


@blueprint.get("/<int:import_id>/errors.csv")
@requires(Permission.IMPORT_OPINIONS)
def download_problems(import_id: int) -> Response:
    """Everything that is wrong, as a file to work through."""
    with reading() as session:
        _import, read = imports.examine(session, import_id, actor=acting())
    rows = [(each.row, each.column, each.value, each.wrong, each.advice) for each in read.problems]
    content = csv_bytes(["行", "列", "書かれている内容", "誤り", "直し方"], rows)
    name = f"attachment; filename=import-{import_id}-errors.csv"
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": name})


@blueprint.post("/<int:import_id>/confirm")
@requires(Permission.IMPORT_OPINIONS)
def confirm_import(import_id: int) -> ResponseReturnValue:
    """Store every row."""
    try:
        with transaction() as session:
            done = imports.confirm(session, import_id, actor=acting())
    except imports.RowsWrong as error:
        flash(str(error), "error")
        return redirect(url_for("imports.preview", import_id=import_id))
    except imports.AlreadyImported as error:
        flash(str(error), "error")
        return redirect(url_for("imports.list_imports"))
    flash(f"{done.rows:,}件の意見を取り込みました。", "success")
    return redirect(url_for("imports.show_import", import_id=import_id))


@blueprint.post("/<int:import_id>/discard")
@requires(Permission.IMPORT_OPINIONS)
def discard_import(import_id: int) -> ResponseReturnValue:
    """Give up, and delete the file."""
    with transaction() as session:
        imports.discard(session, import_id, actor=acting())
    flash("取込をやめ、ファイルを削除しました。", "success")
    return redirect(url_for("imports.list_imports"))


def _received(form: UploadForm) -> int:
    file = form.file.data
    upload = imports.Upload(
        call_id=form.call.data,
        government=form.government.data,
        channel=Channel(form.channel.data),
        file_name=file.filename or "",
        content=file.read(),
    )
    with transaction() as session:
        return imports.receive(session, upload, actor=acting()).id


def _calls() -> list[tuple[int, str]]:
    with reading() as session:
        return [(call.id, texts_of(session, call.id)["ja"].title) for call in all_calls(session)]


def _governments() -> list[tuple[str, str]]:
    allowed = acting().governments(Permission.IMPORT_OPINIONS)
    with reading() as session:
        return [(each.slug, each.name) for each in all_governments(session) if each.slug in allowed]
