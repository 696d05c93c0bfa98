"""Forms of the theme workshop."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from feedback.theming.naming import NAME_CHARACTERS

#: The value of 未分類 in a choice of themes.
UNPLACED = "none"
CHOOSE = ("", "選んでください")


class VersionedForm(FlaskForm):
    """A change of a theme as it was when the page was shown."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class RenameForm(VersionedForm):
    """テーマの名前."""

    name = StringField(
        "テーマの名前",
        [
            DataRequired("名前を入力してください。"),
            Length(max=NAME_CHARACTERS, message=f"{NAME_CHARACTERS}文字以内で入力してください。"),
        ],
        description=f"{NAME_CHARACTERS}文字以内。次の分析の後も、この名前を使い続けます。",
    )


class CheckForm(VersionedForm):
    """確認済みにする、または取り消す."""

    checked = HiddenField(validators=[DataRequired()])


class TargetForm(FlaskForm):
    """統合先のテーマ."""

    class Meta:
        """It only asks what would move, and changes nothing."""

        csrf = False

    into = SelectField("統合先のテーマ", [DataRequired("統合先のテーマを選んでください。")])

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Set the themes to choose from."""
        self.into.choices = [CHOOSE, *options]


class MergeForm(VersionedForm):
    """統合の確認."""

    into = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MoveForm(FlaskForm):
    """選んだ意見文を移す先."""

    source = IntegerField(widget=HiddenInput(), validators=[Optional()])
    statements = SelectMultipleField(
        "意見文",
        [DataRequired("移す意見文を選んでください。")],
        coerce=int,
        validate_choice=False,
    )
    target = SelectField("移す先のテーマ", [DataRequired("移す先のテーマを選んでください。")])

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Set the themes to choose from, and 未分類."""
        self.target.choices = [CHOOSE, *options, (UNPLACED, "未分類にする")]

    @property
    def target_id(self) -> int | None:
        """The chosen theme; None for 未分類."""
        return None if self.target.data == UNPLACED else int(self.target.data)

    @property
    def first_error(self) -> str:
        """What to put right first."""
        for errors in self.errors.values():
            return str(errors[0])
        return ""
