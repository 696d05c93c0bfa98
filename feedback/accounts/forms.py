"""Forms of sign-in and of one's own account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, EqualTo, Length

from feedback.accounts.service import LONGEST_LOGIN, MINIMUM_PASSWORD_LENGTH


def typed(text: str | None) -> str | None:
    """What was typed without blanks around it, and without NUL, which no page can show."""
    return text.strip().replace("\0", "") if text else text


class SignInForm(FlaskForm):
    """職員IDとパスワード."""

    login = StringField(
        "職員ID",
        [DataRequired("職員IDを入力してください。"), Length(max=LONGEST_LOGIN)],
        filters=[typed],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "パスワード",
        [DataRequired("パスワードを入力してください。"), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField("サインイン")


class ChangePasswordForm(FlaskForm):
    """今のパスワードと新しいパスワード."""

    current = PasswordField(
        "今のパスワード",
        [DataRequired("今のパスワードを入力してください。"), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        "新しいパスワード",
        [
            DataRequired("新しいパスワードを入力してください。"),
            Length(
                min=MINIMUM_PASSWORD_LENGTH,
                max=256,
                message=f"{MINIMUM_PASSWORD_LENGTH}文字以上にしてください。",
            ),
        ],
        description=f"{MINIMUM_PASSWORD_LENGTH}文字以上。言葉をいくつか並べると覚えやすくなります。",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "新しいパスワード（確認）",
        [EqualTo("new", "新しいパスワードと同じものを入力してください。")],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField("変更する")
