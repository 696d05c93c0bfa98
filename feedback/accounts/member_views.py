"""Pages on which administrators manage staff（職員）."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts import members
from feedback.accounts.member_forms import (
    ROLE_HINTS,
    EmailForm,
    ExistingMemberForm,
    MemberForm,
    RoleForm,
)
from feedback.accounts.models import Role
from feedback.accounts.service import AccountError
from feedback.calls.models import all_governments
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.pagination import page_number
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("members", __name__, url_prefix="/staff/members")


@blueprint.get("")
@requires(Permission.MANAGE_STAFF)
def list_members() -> str:
    """Everybody whom the administrator manages."""
    search = request.args.get("search", "").strip().replace("\0", "")
    number = page_number(request.args.get("page"))
    with reading() as session:
        page = members.list_members(session, search=search, page=number, actor=acting())
    return render_template("members/list.html", page=page, search=search)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def add_member() -> str | Response:
    """Register a member of staff and show the initial password once."""
    form = MemberForm()
    form.offer(_managed_governments())
    made = _member_added(form) if form.validate_on_submit() else None
    if made is not None:
        return render_template("members/password.html", made=made, is_new=True)
    return render_template("members/new.html", form=form, role_hints=ROLE_HINTS)


@blueprint.route("/existing", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def add_existing_member() -> str | Response:
    """Give a role to somebody who has an account already."""
    form = ExistingMemberForm()
    form.offer(_managed_governments())
    staff_id = _existing_added(form) if form.validate_on_submit() else None
    if staff_id is not None:
        flash("役割を与えました。", "success")
        return redirect(url_for("members.show_member", staff_id=staff_id))
    return render_template("members/existing.html", form=form, role_hints=ROLE_HINTS)


@blueprint.get("/<int:staff_id>")
@requires(Permission.MANAGE_STAFF)
def show_member(staff_id: int) -> str:
    """One person: roles, state, and what can be done."""
    form = RoleForm()
    form.offer(_managed_governments())
    with reading() as session:
        member = members.member(session, staff_id, actor=acting())
    address = EmailForm(email=member.email)
    return render_template("members/show.html", member=member, form=form, address=address)


@blueprint.post("/<int:staff_id>/roles")
@requires(Permission.MANAGE_STAFF)
def give_role(staff_id: int) -> Response:
    """Give a role."""
    form = RoleForm()
    form.offer(_managed_governments())
    if not form.validate_on_submit():
        flash("自治体と役割を選んでください。", "error")
        return _back_to(staff_id)
    role, government = Role(form.role.data), form.government.data
    with transaction() as session:
        members.give_role(session, staff_id, role=role, government=government, actor=acting())
    flash(f"役割「{role.label}」を与えました。", "success")
    return _back_to(staff_id)


@blueprint.post("/<int:staff_id>/roles/<int:membership_id>/take")
@requires(Permission.MANAGE_STAFF)
def take_role(staff_id: int, membership_id: int) -> Response:
    """Take a role away."""
    try:
        with transaction() as session:
            members.take_role(session, staff_id, membership_id, actor=acting())
    except AccountError as error:
        flash(str(error), "error")
        return _back_to(staff_id)
    flash("役割を外しました。", "success")
    return _back_to(staff_id)


@blueprint.post("/<int:staff_id>/email")
@requires(Permission.MANAGE_STAFF)
def set_email(staff_id: int) -> Response:
    """Set or empty the address for the daily digest."""
    form = EmailForm()
    try:
        with transaction() as session:
            members.set_email(session, staff_id, (form.email.data or "")[:255], actor=acting())
    except AccountError as error:
        flash(str(error), "error")
        return _back_to(staff_id)
    flash("メールアドレスを保存しました。", "success")
    return _back_to(staff_id)


@blueprint.post("/<int:staff_id>/stop")
@requires(Permission.MANAGE_STAFF)
def stop_member(staff_id: int) -> Response:
    """Stop an account."""
    return _set_active(
        staff_id,
        is_active=False,
        done="アカウントを停止しました。サインイン中の画面も使えなくなります。",
    )


@blueprint.post("/<int:staff_id>/restart")
@requires(Permission.MANAGE_STAFF)
def restart_member(staff_id: int) -> Response:
    """Let a stopped account in again."""
    return _set_active(staff_id, is_active=True, done="アカウントの停止を解きました。")


@blueprint.post("/<int:staff_id>/password")
@requires(Permission.MANAGE_STAFF)
def reset_password(staff_id: int) -> str | Response:
    """Give a new initial password and show it once."""
    try:
        with transaction() as session:
            made = members.reset_password(session, staff_id, actor=acting())
    except AccountError as error:
        flash(str(error), "error")
        return _back_to(staff_id)
    # Shown in the answer itself: a redirect would have to carry it in a cookie.
    return render_template("members/password.html", made=made, is_new=False)


def _managed_governments() -> list[tuple[str, str]]:
    """Slug and name of each government whose staff the actor manages."""
    managed = acting().governments(Permission.MANAGE_STAFF)
    with reading() as session:
        return [(each.slug, each.name) for each in all_governments(session) if each.slug in managed]


def _set_active(staff_id: int, *, is_active: bool, done: str) -> Response:
    try:
        with transaction() as session:
            members.set_active(session, staff_id, is_active=is_active, actor=acting())
    except AccountError as error:
        flash(str(error), "error")
    else:
        flash(done, "success")
    return _back_to(staff_id)


def _member_added(form: MemberForm) -> members.NewPassword | None:
    try:
        with transaction() as session:
            return members.add_member(
                session,
                login=form.login.data,
                name=form.name.data,
                role=Role(form.role.data),
                government=form.government.data,
                actor=acting(),
            )
    except AccountError as error:
        form.login.errors = [str(error)]
        return None


def _existing_added(form: ExistingMemberForm) -> int | None:
    try:
        with transaction() as session:
            staff = members.give_role_to_login(
                session,
                login=form.login.data,
                role=Role(form.role.data),
                government=form.government.data,
                actor=acting(),
            )
            return staff.id
    except AccountError as error:
        form.login.errors = [str(error)]
        return None


def _back_to(staff_id: int) -> Response:
    return redirect(url_for("members.show_member", staff_id=staff_id))
