"""Pages of the views that staff keep under a name."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.triage import saved
from feedback.triage.forms import NamedViewForm, RenameViewForm
from feedback.undo import views as undo
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("saved_views", __name__, url_prefix="/staff/cases/views")

Answer = str | Response | tuple[str, int]
REFUSED = 422


@blueprint.get("")
@requires(Permission.READ_CASES)
def list_views() -> Answer:
    """One's own views and the shared ones, to rename, delete or begin with."""
    return _page()


@blueprint.post("")
@requires(Permission.READ_CASES)
def save_view() -> Answer:
    """Keep the view that was shown, and show it under its name."""
    form = NamedViewForm(request.form)
    try:
        with transaction() as session:
            view_id = saved.save(
                session,
                form.name.data or "",
                form.conditions.data or "",
                government=form.shared_with.data or None,
                actor=acting(),
            )
            arguments = saved.arguments_of(view_id, form.conditions.data or "")
    except saved.ViewError as error:
        form.name.errors = [str(error)]
        return _page(form=form, code=REFUSED)
    flash("表示条件を保存しました。", "success")
    return redirect(url_for("triage.show_queue", **arguments))


@blueprint.post("/<int:view_id>")
@requires(Permission.READ_CASES)
def rename_view(view_id: int) -> Answer:
    """Give a view another name."""
    form = RenameViewForm(request.form, prefix=f"view-{view_id}")
    try:
        with transaction() as session:
            saved.rename(session, view_id, form.name.data or "", actor=acting())
    except saved.ViewError as error:
        form.name.errors = [str(error)]
        return _page(renaming={view_id: form}, code=REFUSED)
    flash("名前を変更しました。", "success")
    return redirect(url_for("saved_views.list_views"))


@blueprint.post("/<int:view_id>/delete")
@requires(Permission.READ_CASES)
def delete_view(view_id: int) -> Response:
    """Delete a view; it can be taken back."""
    with transaction() as session:
        name, act_id = saved.remove(session, view_id, actor=acting())
    undo.flash_done(f"「{name}」を削除しました。", act_id)
    return redirect(url_for("saved_views.list_views"))


@blueprint.post("/default")
@requires(Permission.READ_CASES)
def choose_default() -> Response:
    """Begin with a view, or with the whole queue."""
    written = request.form.get("view", "")
    view_id = int(written) if written.isdecimal() and len(written) < 19 else None
    with transaction() as session:
        saved.choose_default(session, view_id, actor=acting())
    flash("最初に開く表示を変更しました。", "success")
    return redirect(url_for("saved_views.list_views"))


def _page(
    *,
    form: NamedViewForm | None = None,
    renaming: dict[int, RenameViewForm] | None = None,
    code: int = 200,
) -> Answer:
    actor = acting()
    if form is not None:
        form.offer(actor)
    with reading() as session:
        views = saved.list_views(session, actor=actor)
    forms = {each.id: _rename_form(each) for each in views if each.may_change}
    html = render_template(
        "triage/saved_views.html",
        views=views,
        form=form,
        forms={**forms, **(renaming or {})},
        longest_name=saved.LONGEST_NAME,
    )
    return html, code


def _rename_form(view: saved.View) -> RenameViewForm:
    return RenameViewForm(prefix=f"view-{view.id}", name=view.name)
