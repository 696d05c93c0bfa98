"""Forms of answers."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField, ValidationError
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from feedback.answering.service import TEXT_CHARACTERS, AnswerText


def _within_limit(_form: FlaskForm, field: Any) -> None:
    if len((field.data or "").replace("\r\n", "\n").strip()) > TEXT_CHARACTERS:
        raise ValidationError(f"{TEXT_CHARACTERS:,}文字以内で入力してください。")


class AnswerForm(FlaskForm):
    """現在の対応と今後の方針."""

    current_action = TextAreaField(
        "現在の対応",
        [_within_limit],
        description="今すでに行っていること、決まっていることを書きます。",
    )
    future_policy = TextAreaField(
        "今後の方針",
        [_within_limit],
        description="これから行うこと、検討すること、できない場合はその理由を書きます。",
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def text(self) -> AnswerText:
        """What was written."""
        return AnswerText(self.current_action.data or "", self.future_policy.data or "")


class PublishForm(FlaskForm):
    """公開の確認."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
