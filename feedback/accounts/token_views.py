"""Pages on which administrators manage the tokens of other systems（連携トークン）."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from feedback.accounts import tokens
from feedback.calls.models import all_governments
from feedback.web.actor import acting
from feedback.web.database import reading, transaction
from feedback.web.permissions import Permission, requires

blueprint = Blueprint("tokens", __name__, url_prefix="/staff/api-tokens")

LIVES = [("90", "90日"), ("180", "180日"), ("366", "1年")]


class TokenForm(FlaskForm):
    """A new token."""

    name = StringField(
        "名前",
        [
            DataRequired("どのシステムが使うか分かる名前を入力してください。"),
            Length(max=tokens.LONGEST_NAME, message="名前は60文字以内で入力してください。"),
        ],
    )
    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    days = SelectField("有効期間", choices=[SelectChoice(*each) for each in LIVES], default="180")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def list_tokens() -> str:
    """The tokens; a new one shows its secret once."""
    form = TokenForm()
    form.government.choices = [SelectChoice(*each) for each in _governments()]
    made = _made(form) if form.validate_on_submit() else None
    if made is not None:
        return render_template("tokens/made.html", made=made)
    with reading() as session:
        rows = tokens.list_tokens(session, actor=acting())
    return render_template("tokens/list.html", form=form, rows=rows)


@blueprint.post("/<int:token_id>/revoke")
@requires(Permission.MANAGE_STAFF)
def revoke_token(token_id: int) -> Response:
    """End a token at once."""
    with transaction() as session:
        tokens.revoke(session, token_id, actor=acting())
    flash("トークンを無効にしました。このトークンでは、もう意見を登録できません。", "success")
    return redirect(url_for("tokens.list_tokens"))


def _made(form: TokenForm) -> tokens.MadeToken | None:
    try:
        with transaction() as session:
            return tokens.make(
                session,
                form.name.data or "",
                form.government.data,
                int(form.days.data),
                actor=acting(),
            )
    except tokens.TokenError as error:
        form.name.errors = [str(error)]
        return None


def _governments() -> list[tuple[str, str]]:
    own = acting().governments(Permission.MANAGE_STAFF)
    with reading() as session:
        return [(each.slug, each.name) for each in all_governments(session) if each.slug in own]
