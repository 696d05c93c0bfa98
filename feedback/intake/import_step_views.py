"""Pages on which staff hand in a file or a text, and say what it holds（取込の手順）."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.calendar import to_jst
from feedback.calls.models import (
    all_governments,
    all_municipalities,
    initiatives_of,
    published_titles,
)
from feedback.intake import import_preview, import_sources, import_waiting, imports, pasted
from feedback.intake.import_forms import (
    TAKE,
    ColumnsForm,
    LayoutForm,
    PasteForm,
    SourceForm,
    StartForm,
    UploadForm,
)
from feedback.intake.import_models import ImportFormat
from feedback.intake.import_rules import FILE_BYTES, ImportRefused
from feedback.intake.import_sources import HandedIn
from feedback.intake.models import Channel
from feedback.storage import utc_now
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission, requires
from feedback.web.security import csrf

blueprint = Blueprint("import_steps", __name__, url_prefix="/staff/imports")

PREVIEWED_ROWS = 10
LISTED_PROBLEMS = 50
#: The other fields and the boundaries of the form around the file.
AROUND_THE_FILE = 1024 * 1024


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def upload_file() -> ResponseReturnValue:
    """Hand in a file."""
    request.max_content_length = FILE_BYTES + AROUND_THE_FILE
    form = UploadForm()
    _offer(form)
    if form.validate_on_submit():
        files = [HandedIn(each.filename or "", each.stream) for each in form.file.data]
        try:
            one, kind = import_sources.as_one(files)
            return redirect(_after(_received(form, one, kind)))
        except ImportRefused as error:
            form.file.errors = [str(error)]
    return render_template("imports/upload.html", form=form)


# The form checks its token itself: only here may a request be as large as a file of a year.
csrf.exempt(upload_file)


@blueprint.route("/paste", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def paste_text() -> ResponseReturnValue:
    """Hand in a text with several opinions."""
    form = PasteForm()
    _offer(form)
    found: list[str] | None = None
    if "check" in request.form:
        found = form.only_cut()
    elif form.validate_on_submit():
        file = HandedIn(_name_of_pasted(), BytesIO(pasted.as_file(form.opinions())))
        try:
            return redirect(_after(_received(form, file, ImportFormat.PASTED)))
        except ImportRefused as error:
            form.text.errors = [str(error)]
    return render_template("imports/paste.html", form=form, found=found, shown=PREVIEWED_ROWS)


@blueprint.route("/<int:import_id>/layout", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def choose_layout(import_id: int) -> ResponseReturnValue:
    """Say which sheet it is, and where its headers stand."""
    sheet = request.args.get("sheet")
    with reading() as session:
        found = import_waiting.table(session, import_id, sheet, actor=acting())
    form = LayoutForm(sheet=found.sheet, top=found.layout.top, bottom=found.layout.bottom)
    form.offer(found.sheets)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                imports.choose_layout(
                    session, import_id, form.sheet.data, form.chosen(), actor=acting()
                )
            return redirect(url_for("import_steps.choose_columns", import_id=import_id))
        except ImportRefused as error:
            form.top.errors = [str(error)]
    return render_template("imports/layout.html", form=form, found=found)


@blueprint.route("/<int:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.IMPORT_OPINIONS)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Say which column holds what."""
    with reading() as session:
        found = import_waiting.columns(session, import_id, actor=acting())
        offered = initiatives_of(session, found.import_.call_id)
    form = ColumnsForm()
    form.fit(found.import_.format)
    form.offer(found.headers, [(each.slug, each.name) for each in offered])
    if form.validate_on_submit():
        chosen = form.chosen(found.import_.format, found.headers)
        with transaction() as session:
            imports.choose_columns(session, import_id, chosen, actor=acting())
        return redirect(url_for("import_steps.preview", import_id=import_id))
    if not form.is_submitted():
        form.show(found.columns)
    return render_template("imports/columns.html", form=form, found=found)


@blueprint.get("/<int:import_id>/preview")
@requires(Permission.IMPORT_OPINIONS)
def preview(import_id: int) -> str:
    """The first rows as they will be stored, and what is wrong."""
    with reading() as session:
        found = import_preview.preview(session, import_id, actor=acting())
        offered = initiatives_of(session, found.import_.call_id)
        municipalities = all_municipalities(session)
    return render_template(
        "imports/preview.html",
        found=found,
        form=StartForm(),
        names={each.slug: each.name for each in offered},
        places={each.code: each.name for each in municipalities},
        previewed=PREVIEWED_ROWS,
        listed=LISTED_PROBLEMS,
    )


@blueprint.post("/<int:import_id>/start")
@requires(Permission.IMPORT_OPINIONS)
def start_import(import_id: int) -> ResponseReturnValue:
    """Have the worker take in every row."""
    form = StartForm()
    with transaction() as session:
        takes_repeats = form.repeats.data == TAKE
        imports.start(session, import_id, takes_repeats=takes_repeats, actor=acting())
    return redirect(url_for("imports.show_import", import_id=import_id))


def _name_of_pasted() -> str:
    return f"貼り付けた文章（{to_jst(utc_now()):%Y/%m/%d %H:%M}）"


def _offer(form: SourceForm) -> None:
    with reading() as session:
        calls = published_titles(session)
        governments = all_governments(session)
    allowed = acting().governments(Permission.IMPORT_OPINIONS)
    form.offer(calls, [(each.slug, each.name) for each in governments if each.slug in allowed])
    if not form.is_submitted():
        _follow(form)


def _follow(form: SourceForm) -> None:
    """A file of corrections is for the same call, government and channel as the first."""
    earlier_id = request.args.get("after", type=int)
    if earlier_id is None:
        return
    try:
        with reading() as session:
            form.follow(imports.find(session, earlier_id, actor=acting()))
    except NotFound:
        return


def _received(form: SourceForm, one: HandedIn, kind: ImportFormat | None) -> int:
    upload = imports.Upload(
        call_id=form.call.data,
        government=form.government.data,
        channel=Channel(form.channel.data),
        file_name=one.name,
        file=one.file,
        format=kind,
    )
    with transaction() as session:
        return imports.receive(session, upload, actor=acting()).id


def _after(import_id: int) -> str:
    """The next page: which sheet, where there is a choice; else the columns."""
    with reading() as session:
        has_choice = import_waiting.has_several_sheets(session, import_id, actor=acting())
    step = "choose_layout" if has_choice else "choose_columns"
    return url_for(f"import_steps.{step}", import_id=import_id)
