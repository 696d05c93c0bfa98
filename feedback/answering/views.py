"""Pages of answers: write, look at, publish, read."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.answering import reading as answers
from feedback.answering import service
from feedback.answering.forms import AnswerForm, PublishForm
from feedback.answering.service import AnswerError
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("answering", __name__, url_prefix="/staff/themes")

LOOK = "preview"


@blueprint.get("/<int:theme_id>/answers")
@requires(Permission.READ_THEMES)
def list_answers(theme_id: int) -> str:
    """Every government's published answer to a theme, with earlier revisions."""
    with reading() as session:
        page = answers.answers_page(session, theme_id)
    return render_template("answering/list_answers.html", view=page)


@blueprint.route("/<int:theme_id>/answers/<government>", methods=["GET", "POST"])
@requires(Permission.DRAFT_ANSWERS)
def edit_answer(theme_id: int, government: str) -> str | Response:
    """Write a government's answer to a theme."""
    with reading() as session:
        now = service.standing(session, theme_id, government, actor=acting())
    form = AnswerForm(
        current_action=now.text.current_action,
        future_policy=now.text.future_policy,
        version=now.version,
    )
    if form.validate_on_submit() and _saved(theme_id, government, form):
        if request.form.get("next") == LOOK:
            return redirect(
                url_for("answering.preview_answer", theme_id=theme_id, government=government)
            )
        flash("下書きを保存しました。", "success")
        return redirect(url_for("answering.edit_answer", theme_id=theme_id, government=government))
    return render_template(
        "answering/edit_answer.html", view=now, form=form, limit=service.TEXT_CHARACTERS
    )


@blueprint.get("/<int:theme_id>/answers/<government>/preview")
@requires(Permission.DRAFT_ANSWERS)
def preview_answer(theme_id: int, government: str) -> str | Response:
    """See the draft as citizens will, and how many cases it answers."""
    with reading() as session:
        now = service.standing(session, theme_id, government, actor=acting())
        cases = service.cases_waiting(session, theme_id, government)
    if now.draft is None:
        return redirect(url_for("answering.edit_answer", theme_id=theme_id, government=government))
    return render_template(
        "answering/preview_answer.html",
        view=now,
        cases=cases,
        form=PublishForm(formdata=None, version=now.version),
        may_publish=acting().may(Permission.PUBLISH_ANSWERS, government),
    )


@blueprint.post("/<int:theme_id>/answers/<government>/publish")
@requires(Permission.PUBLISH_ANSWERS)
def publish_answer(theme_id: int, government: str) -> Response:
    """Publish the draft."""
    form = PublishForm()
    try:
        with transaction() as session:
            cases = service.publish(
                session, theme_id, government, version=form.version.data or 0, actor=acting()
            )
    except AnswerError as error:
        flash(str(error), "error")
        return redirect(
            url_for("answering.preview_answer", theme_id=theme_id, government=government)
        )
    flash(f"回答を公開しました。意見{cases:,}件が回答済みになりました。", "success")
    return redirect(url_for("answering.list_answers", theme_id=theme_id))


def _saved(theme_id: int, government: str, form: AnswerForm) -> bool:
    try:
        with transaction() as session:
            service.save_draft(
                session,
                theme_id,
                government,
                form.text(),
                version=form.version.data,
                actor=acting(),
            )
    except AnswerError as error:
        form.current_action.errors = [str(error)]
        return False
    return True
