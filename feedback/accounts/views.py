"""Pages of sign-in and of one's own account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts import guard, service
from feedback.accounts.forms import ChangePasswordForm, SignInForm
from feedback.accounts.models import Staff
from feedback.web import navigation
from feedback.web.actor import acting
from feedback.web.addresses import own_path
from feedback.web.database import settings, transaction
from feedback.web.permissions import Permission, public, requires

blueprint = Blueprint("accounts", __name__, url_prefix="/staff")


@blueprint.get("/")
@requires(Permission.SIGNED_IN)
def home() -> Response:
    """Open the first page of the person's own navigation."""
    items = navigation.items_for(acting())
    return redirect(items[0].url if items else url_for("accounts.change_password"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str | Response:
    """Let a member of staff in."""
    form = SignInForm()
    if form.validate_on_submit():
        staff = _signed_in(form)
        if staff is not None:
            guard.remember(staff)
            return redirect(own_path(request.args.get("next"), url_for("accounts.home")))
    return render_template("accounts/sign_in.html", form=form, is_demo=settings().is_demo)


@blueprint.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> Response:
    """End the session."""
    guard.forget()
    flash("サインアウトしました。", "success")
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def change_password() -> str | Response:
    """Change one's own password."""
    form = ChangePasswordForm()
    if form.validate_on_submit() and _password_changed(form):
        flash("パスワードを変更しました。", "success")
        return redirect(url_for("accounts.home"))
    return render_template("accounts/change_password.html", form=form)


def _signed_in(form: SignInForm) -> Staff | None:
    refused: service.AccountError
    with transaction() as session:
        try:
            return service.sign_in(
                session,
                form.login.data,
                form.password.data,
                network=request.remote_addr or "",
                key=settings().secret_key,
            )
        except (service.SignInRefused, service.TooManyFailures) as error:
            refused = error
    form.login.errors = [str(refused)]
    return None


def _password_changed(form: ChangePasswordForm) -> bool:
    try:
        with transaction() as session:
            staff = session.get_one(Staff, acting().id)
            service.change_password(session, staff, form.current.data, form.new.data)
    except service.SignInRefused as error:
        form.current.errors = [str(error)]
        return False
    except service.AccountError as error:
        form.new.errors = [str(error)]
        return False
    guard.remember(staff)
    return True
