"""Pages of themes: the list, one theme, and the workshop that changes them."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.calls.models import Call
from feedback.theming import (
    decisions,
    details,
    marks,
    merging,
    naming,
    overview,
    panels,
    run_requests,
)
from feedback.theming.arranging import Look, Sort
from feedback.theming.details import Order
from feedback.theming.errors import ThemeError
from feedback.theming.forms import CheckForm, MergeForm, MoveForm, RenameForm, TargetForm
from feedback.theming.marks import Mark
from feedback.theming.models import ThemeState
from feedback.theming.outcome_views import refusals_shown, to_theme
from feedback.undo import views as undo_views
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

LONGEST_QUERY = 60

blueprint = Blueprint("theming", __name__, url_prefix="/staff/themes")


@blueprint.get("")
@requires(Permission.READ_THEMES)
def list_themes() -> str:
    """The themes of a call at two levels."""
    with reading() as session:
        found = overview.overview(session, request.args.get("call"), _look(), actor=acting())
    return render_template("theming/list_themes.html", view=found, look=_look(), sorts=[*Sort])


@blueprint.get("/<int:theme_id>")
@requires(Permission.READ_THEMES)
def show_theme(theme_id: int) -> str | Response:
    """One theme; a merged one leads to where it went."""
    with reading() as session:
        theme = details.theme_of(session, theme_id)
        if theme.state is ThemeState.MERGED:
            address = details.address_of(session, theme)
            return redirect(url_for("theming.show_theme", theme_id=address))
        order = _order()
        number = page_number(request.args.get("page"))
        page = details.theme_page(session, theme_id, actor=acting(), page=number, order=order)
        form = _move_form(overview.theme_options(session, theme.call_id))
        call = session.get_one(Call, theme.call_id)
        extra = [
            make(session, theme, acting()) for make in current_app.extensions[panels.EXTENSION]
        ]
    form.source.data = theme_id
    return render_template(
        "theming/show_theme.html", view=page, form=form, order=order, call=call, panels=extra
    )


@blueprint.get("/unplaced")
@requires(Permission.READ_CASES)
def list_unplaced() -> str:
    """The statements of a call in no theme."""
    number = page_number(request.args.get("page"))
    with reading() as session:
        call = overview.call_of(session, request.args.get("call"))
        rows = details.unplaced_statements(session, call.id, actor=acting(), page=number)
        form = _move_form(overview.theme_options(session, call.id))
        governments = overview.government_names(session)
    return render_template(
        "theming/list_unplaced.html",
        call=call,
        rows=rows,
        form=form,
        governments=governments,
        may_edit=acting().may(Permission.EDIT_THEMES),
    )


@blueprint.post("/run")
@requires(Permission.EDIT_THEMES)
def request_run() -> Response:
    """Ask for the call to be analysed again."""
    with transaction() as session:
        call = overview.call_of(session, request.form.get("call"))
        run_requests.request_run(session, call, actor=acting())
    flash("分析を受け付けました。終わるまで、今のテーマをそのまま使えます。", "success")
    return redirect(url_for("theming.list_themes", call=call.slug))


@blueprint.route("/<int:theme_id>/name", methods=["GET", "POST"])
@requires(Permission.EDIT_THEMES)
def rename_theme(theme_id: int) -> str | Response:
    """Give a theme a name of staff's own."""
    with reading() as session:
        theme = details.theme_of(session, theme_id)
    form = RenameForm(version=theme.version, name=theme.name)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                act = naming.rename_undoably(
                    session, theme_id, form.name.data, version=form.version.data, actor=acting()
                )
        except ThemeError as error:
            form.name.errors = [str(error)]
        else:
            undo_views.flash_done("テーマの名前を変えました。", act)
            return to_theme(theme_id)
    return render_template("theming/rename_theme.html", theme=theme, form=form)


@blueprint.post("/<int:theme_id>/check")
@requires(Permission.EDIT_THEMES)
def check_theme(theme_id: int) -> Response:
    """Mark a theme as read and agreed, or take that back."""
    form = CheckForm()
    checked = form.checked.data == "yes"
    if form.validate():
        done = "確認済みにしました。" if checked else "確認済みを取り消しました。"
        with refusals_shown(done) as note, transaction() as session:
            note.act = marks.mark(
                session,
                theme_id,
                Mark.CHECKED,
                on=checked,
                version=form.version.data,
                actor=acting(),
            )
    return to_theme(theme_id)


@blueprint.get("/<int:theme_id>/merge")
@requires(Permission.EDIT_THEMES)
def choose_merge(theme_id: int) -> str:
    """Choose the theme to merge into, then see what would move."""
    form = TargetForm(request.args)
    preview = None
    with reading() as session:
        theme = details.theme_of(session, theme_id)
        form.offer(overview.theme_options(session, theme.call_id, without=theme_id))
        if request.args and form.validate():
            try:
                preview = merging.preview(session, theme, int(form.into.data))
            except ThemeError as error:
                form.into.errors = [str(error)]
    if preview is None:
        return render_template("theming/choose_merge.html", theme=theme, form=form)
    confirm = MergeForm(formdata=None, version=theme.version, into=preview.target.id)
    return render_template("theming/confirm_merge.html", view=preview, form=confirm)


@blueprint.post("/<int:theme_id>/merge")
@requires(Permission.EDIT_THEMES)
def merge_themes(theme_id: int) -> Response:
    """Merge a theme into another."""
    form = MergeForm()
    if form.validate():
        with refusals_shown("テーマを統合しました。") as note, transaction() as session:
            note.act = merging.merge(
                session,
                theme_id,
                form.into.data,
                version=form.version.data,
                actor=acting(),
            )
    return to_theme(theme_id)


@blueprint.post("/move")
@requires(Permission.EDIT_THEMES)
def move_statements() -> Response:
    """Move the ticked statements to another theme or to 未分類."""
    form = MoveForm()
    with reading() as session:
        call = overview.call_of(session, request.form.get("call"))
        form.offer(overview.theme_options(session, call.id))
    if not form.validate():
        flash(form.first_error, "error")
    else:
        count = len(form.statements.data)
        with refusals_shown(f"意見文{count}件を移しました。") as note, transaction() as session:
            note.act = decisions.move(
                session,
                form.statements.data,
                source=form.source.data,
                target=form.target_id,
                actor=acting(),
            )
    if form.source.data is None:
        return redirect(url_for("theming.list_unplaced", call=call.slug))
    return to_theme(form.source.data)


def _look() -> Look:
    sort = request.args.get("sort")
    chosen = Sort(sort) if sort in {each.value for each in Sort} else Sort.VOICES
    return Look(request.args.get("q", "")[:LONGEST_QUERY], chosen)


def _order() -> Order:
    return Order.DOUBTFUL if request.args.get("order") == Order.DOUBTFUL else Order.SURE


def _move_form(options: list[tuple[str, str]]) -> MoveForm:
    form = MoveForm(formdata=None)
    form.offer(options)
    return form
