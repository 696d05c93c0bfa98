"""The workshop: fix a theme, set the theme above, keep two apart, and what to look at."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.theming import apart, details, guards, hints, marks, merging, overview, parents
from feedback.theming.errors import ThemeError
from feedback.theming.marks import Mark
from feedback.theming.outcome_views import refusals_shown, to_theme
from feedback.theming.workshop_forms import (
    TOP,
    ApartForm,
    HintForm,
    MarkForm,
    ParentForm,
    ReleaseForm,
)
from feedback.undo import views as undo_views
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("workshop", __name__, url_prefix="/staff/themes")


@blueprint.post("/<int:theme_id>/mark")
@requires(Permission.EDIT_THEMES)
def mark_theme(theme_id: int) -> Response:
    """Fix a theme, say that it is not to be split, or take that back."""
    form = MarkForm()
    if form.validate():
        on = form.on.data == "yes"
        what = Mark(form.mark.data)
        with refusals_shown(marks.done_words(what, on=on)) as note, transaction() as session:
            note.act = marks.mark(
                session, theme_id, what, on=on, version=form.version.data, actor=acting()
            )
    return to_theme(theme_id)


@blueprint.route("/<int:theme_id>/parent", methods=["GET", "POST"])
@requires(Permission.EDIT_THEMES)
def set_parent(theme_id: int) -> str | Response:
    """Make a theme a subtheme of another, or a theme of its own."""
    with reading() as session:
        theme = details.theme_of(session, theme_id)
        form = ParentForm(version=theme.version, parent=str(theme.parent_id or TOP))
        form.offer(overview.top_options(session, theme.call_id, without=theme_id))
        children = guards.children_of(session, theme)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                act = parents.set_parent(
                    session, theme_id, form.parent_id, version=form.version.data, actor=acting()
                )
        except ThemeError as error:
            form.parent.errors = [str(error)]
        else:
            undo_views.flash_done("テーマの位置を変えました。", act)
            return to_theme(theme_id)
    return render_template("theming/set_parent.html", theme=theme, form=form, children=children)


@blueprint.route("/<int:theme_id>/apart", methods=["GET", "POST"])
@requires(Permission.EDIT_THEMES)
def keep_apart(theme_id: int) -> str | Response:
    """The themes that are never one with this, and another to keep apart."""
    with reading() as session:
        theme = details.theme_of(session, theme_id)
        pairs = apart.pairs_with(session, theme)
        form = ApartForm()
        form.offer(overview.theme_options(session, theme.call_id, without=theme_id))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                act = apart.keep_apart(session, theme_id, int(form.other.data), actor=acting())
        except ThemeError as error:
            form.other.errors = [str(error)]
        else:
            undo_views.flash_done("2つを別のテーマとして保ちます。", act)
            return redirect(url_for("workshop.keep_apart", theme_id=theme_id))
    return render_template("theming/keep_apart.html", theme=theme, form=form, pairs=pairs)


@blueprint.post("/<int:theme_id>/apart/release")
@requires(Permission.EDIT_THEMES)
def release_apart(theme_id: int) -> Response:
    """Let two themes that were kept apart become one, if somebody so decides."""
    form = ReleaseForm()
    if form.validate():
        done = "別のテーマとして保つことをやめました。"
        with refusals_shown(done) as note, transaction() as session:
            note.act = apart.release(session, theme_id, form.other.data, actor=acting())
    return redirect(url_for("workshop.keep_apart", theme_id=theme_id))


@blueprint.get("/hints")
@requires(Permission.EDIT_THEMES)
def list_hints() -> str:
    """Themes that may be one, and themes that may be two, with statements to read."""
    with reading() as session:
        call = overview.call_of(session, request.args.get("call"))
        guards.demand_editing(session, call.id, acting())
        found = hints.hints_of(session, call.id, actor=acting())
        pairs = apart.pairs_of(session, call.id)
    return render_template("theming/list_hints.html", call=call, hints=found, pairs=pairs)


@blueprint.post("/hints")
@requires(Permission.EDIT_THEMES)
def decide_hint() -> Response:
    """Merge the two, keep them apart, or leave the one whole."""
    form = HintForm()
    if form.validate():
        with refusals_shown("") as note, transaction() as session:
            note.done, note.act = _decide(session, form)
    return redirect(url_for("workshop.list_hints", call=request.args.get("call")))


def _decide(session: Session, form: HintForm) -> tuple[str, int]:
    """What is done and the act's id."""
    theme_id, other_id, version = form.theme.data, form.other.data or 0, form.version.data
    match form.act.data:
        case "merge":
            act = merging.merge(session, theme_id, other_id, version=version, actor=acting())
            return "テーマを統合しました。", act
        case "apart":
            act = apart.keep_apart(session, theme_id, other_id, actor=acting())
            return "2つを別のテーマとして保ちます。", act
        case _:
            act = marks.mark(
                session, theme_id, Mark.WHOLE, on=True, version=version, actor=acting()
            )
            return "このテーマは分けないことにしました。", act
