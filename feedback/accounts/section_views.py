"""Pages on which administrators keep the sections（課）."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from feedback.accounts import sections
from feedback.accounts.section_forms import NewSectionForm, SectionForm
from feedback.accounts.service import AccountError
from feedback.calls.models import all_governments
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("sections", __name__, url_prefix="/staff/sections")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def list_sections() -> str | Response:
    """The sections, and a new one."""
    form = NewSectionForm()
    managed = acting().governments(Permission.MANAGE_STAFF)
    with reading() as session:
        form.offer([each for each in all_governments(session) if each.slug in managed])
    if form.validate_on_submit() and _added(form):
        return redirect(url_for("sections.list_sections"))
    with reading() as session:
        rows = sections.list_sections(session, actor=acting())
    return render_template("sections/list.html", rows=rows, form=form)


@blueprint.route("/<int:section_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def show_section(section_id: int) -> str | Response:
    """One section: its name, place, state and people."""
    with reading() as session:
        page = sections.section_page(session, section_id, actor=acting())
    form = SectionForm(
        name=page.section.name,
        position=page.section.position,
        is_active=page.section.is_active,
        members=[str(each) for each in page.members],
    )
    form.offer(page.people)
    if form.validate_on_submit() and _changed(section_id, form):
        flash("課の内容を保存しました。", "success")
        return redirect(url_for("sections.list_sections"))
    return render_template("sections/show.html", page=page, form=form)


def _added(form: NewSectionForm) -> bool:
    try:
        with transaction() as session:
            made = sections.add_section(
                session, form.government.data, form.name.data or "", actor=acting()
            )
    except AccountError as error:
        form.name.errors = [str(error)]
        return False
    flash(f"「{made.name}」を登録しました。続けて職員を選べます。", "success")
    return True


def _changed(section_id: int, form: SectionForm) -> bool:
    try:
        with transaction() as session:
            sections.change_section(
                session,
                section_id,
                name=form.name.data or "",
                position=form.position.data,
                is_active=form.is_active.data,
                actor=acting(),
            )
            sections.set_members(session, section_id, form.chosen(), actor=acting())
    except AccountError as error:
        form.name.errors = [str(error)]
        return False
    return True
