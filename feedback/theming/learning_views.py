"""Pages of learning: what decisions have brought, the next questions, and new topics."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.theming import decisions, emerging, guards, lessons_page, overview
from feedback.theming.learning_forms import AnswerForm, SignForm
from feedback.theming.outcome_views import refusals_shown, to_theme
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("learning", __name__, url_prefix="/staff/themes")


@blueprint.get("/learning")
@requires(Permission.READ_THEMES)
def show_learning() -> str:
    """How far the machine has learnt, and what to ask next."""
    with reading() as session:
        view = lessons_page.page(session, request.args.get("call"), actor=acting())
        form = AnswerForm(formdata=None)
        form.offer(overview.theme_options(session, view.call.id))
    return render_template("theming/show_learning.html", view=view, form=form)


@blueprint.post("/learning")
@requires(Permission.EDIT_THEMES)
def answer_question() -> Response:
    """Put one statement where it belongs."""
    form = AnswerForm()
    with reading() as session:
        call = overview.call_of(session, request.args.get("call"))
        form.offer(overview.theme_options(session, call.id))
    if form.validate():
        with refusals_shown("意見文1文のテーマを決めました。") as note, transaction() as session:
            note.act = _answered(session, form)
    else:
        flash("選んだテーマは今はありません。もう一度選んでください。", "error")
    return redirect(url_for("learning.show_learning", call=call.slug, _anchor="questions"))


def _answered(session: Session, form: AnswerForm) -> int:
    """Decide as the form says; the act's id."""
    statement = form.statement.data
    if form.act.data == "accept":
        decided = decisions.confirm(session, {statement: form.seen.data}, actor=acting())
    else:
        decided = decisions.decide(session, statement, form.chosen, actor=acting())
    return decisions.remember(session, decided, "意見文1文のテーマを決めました", acting())


@blueprint.get("/emerging")
@requires(Permission.EDIT_THEMES)
def list_emerging() -> str:
    """Topics that resemble no theme, to be made one or dismissed."""
    with reading() as session:
        call = overview.call_of(session, request.args.get("call"))
        guards.demand_editing(session, call.id, acting())
        signs = emerging.signs_of(session, call.id, actor=acting())
    return render_template("theming/list_emerging.html", call=call, signs=signs)


@blueprint.post("/emerging/<int:emerging_id>")
@requires(Permission.EDIT_THEMES)
def decide_emerging(emerging_id: int) -> Response:
    """Make a topic a theme, or dismiss it."""
    form, theme_id = SignForm(), None
    if form.validate():
        with refusals_shown("") as note, transaction() as session:
            if form.act.data == "accept":
                note.done = "新しいテーマを作りました。"
                theme_id, note.act = emerging.accept(
                    session, emerging_id, form.name.data or "", actor=acting()
                )
            else:
                note.done = "候補を見送りました。同じ候補は出てきません。"
                note.act = emerging.dismiss(session, emerging_id, actor=acting())
    if theme_id is not None:
        return to_theme(theme_id)
    return redirect(url_for("learning.list_emerging", call=request.args.get("call")))
