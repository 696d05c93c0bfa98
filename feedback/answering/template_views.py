"""Pages of the templates of replies（ひな形）."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.answering import reply_models, reply_templates
from feedback.answering.placeholders import Place
from feedback.answering.reply_errors import ReplyError, TemplateRefused
from feedback.answering.reply_forms import TemplateForm
from feedback.answering.reply_models import ReplyTemplate
from feedback.answering.reply_text import BODY_CHARACTERS, ReplyText
from feedback.calls.models import Government, all_governments
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("reply_templates", __name__, url_prefix="/staff/reply-templates")

LOOK = "preview"
REFUSED = 422


@blueprint.get("")
@requires(Permission.DRAFT_REPLIES)
def list_templates() -> str:
    """The templates of the reader's governments."""
    own = acting().governments(Permission.DRAFT_REPLIES)
    with reading() as session:
        rows = reply_models.templates_of(session, own)
    return render_template("replies/list_templates.html", rows=rows)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT_REPLIES)
def add_template() -> str | Response | tuple[str, int]:
    """A new template."""
    form = _offered(TemplateForm())
    if form.validate_on_submit() and request.form.get("next") != LOOK and _added(form):
        return redirect(url_for("reply_templates.list_templates"))
    return _form_page(form, None)


@blueprint.route("/<int:template_id>", methods=["GET", "POST"])
@requires(Permission.DRAFT_REPLIES)
def change_template(template_id: int) -> str | Response | tuple[str, int]:
    """Change a template."""
    with reading() as session:
        kept = reply_templates.template(session, template_id, actor=acting())
        government = session.get_one(Government, kept.government_slug)
    form = TemplateForm(
        government=kept.government_slug,
        name=kept.name,
        subject=kept.subject,
        body=kept.body,
        version=str(kept.version),
    )
    form.offer([government])
    form.government.data = kept.government_slug
    if form.validate_on_submit() and request.form.get("next") != LOOK and _changed(form, kept):
        return redirect(url_for("reply_templates.list_templates"))
    return _form_page(form, kept)


@blueprint.post("/<int:template_id>/delete")
@requires(Permission.DRAFT_REPLIES)
def delete_template(template_id: int) -> Response:
    """Delete a template."""
    with transaction() as session:
        reply_templates.remove(session, template_id, actor=acting())
    flash("ひな形を削除しました。作成済みの回答はそのままです。", "success")
    return redirect(url_for("reply_templates.list_templates"))


def _offered(form: TemplateForm) -> TemplateForm:
    own = acting().governments(Permission.DRAFT_REPLIES)
    with reading() as session:
        form.offer([each for each in all_governments(session) if each.slug in own])
    return form


def _form_page(form: TemplateForm, kept: ReplyTemplate | None) -> str | tuple[str, int]:
    html = render_template(
        "replies/edit_template.html",
        form=form,
        kept=kept,
        places=list(Place),
        example=_example(form),
        limit=BODY_CHARACTERS,
        has_errors=bool(form.errors or form.form_errors),
    )
    return (html, REFUSED) if form.errors or form.form_errors else html


def _example(form: TemplateForm) -> ReplyText | None:
    """The text with an example in each place, once there is one."""
    if not form.body.data or not form.government.data:
        return None
    with reading() as session:
        return reply_templates.example_of(session, form.government.data, form.text())


def _added(form: TemplateForm) -> bool:
    government, name, text = form.government.data, form.name.data or "", form.text()
    try:
        with transaction() as session:
            reply_templates.add(session, government, name, text, actor=acting())
    except ReplyError as error:
        _refuse(form, error)
        return False
    flash("ひな形を登録しました。", "success")
    return True


def _changed(form: TemplateForm, kept: ReplyTemplate) -> bool:
    version = int(form.version.data) if (form.version.data or "").isdigit() else 0
    try:
        with transaction() as session:
            reply_templates.change(
                session,
                kept.id,
                form.name.data or "",
                form.text(),
                version=version,
                actor=acting(),
            )
    except ReplyError as error:
        _refuse(form, error)
        return False
    flash("ひな形を保存しました。", "success")
    return True


def _refuse(form: TemplateForm, error: ReplyError) -> None:
    field = form.name if isinstance(error, TemplateRefused) else form.body
    field.errors = [str(error)]
