"""Forms of learning: a question answered, a new topic made a theme or dismissed."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from feedback.theming.errors import ThemeError
from feedback.theming.forms import CHOOSE, UNPLACED


class AnswerForm(FlaskForm):
    """Where one statement belongs."""

    statement = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    """The theme that was proposed when it was seen."""
    act = HiddenField(validators=[DataRequired()])
    """``accept``, ``move`` to what was chosen, or ``to:ID``."""
    target = SelectField("ほかのテーマ", [Optional()])

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Set the themes to choose from, and 未分類."""
        self.target.choices = [CHOOSE, *options, (UNPLACED, "未分類にする")]

    @property
    def chosen(self) -> int | None:
        """The theme to put it into; None for 未分類.

        Raises:
            ThemeError: when none was chosen.
        """
        wanted = str(self.act.data).removeprefix("to:")
        wanted = self.target.data if wanted == "move" else wanted
        if wanted == UNPLACED:
            return None
        if not str(wanted).isdecimal():
            raise ThemeError("移す先のテーマを選んでください。")
        return int(wanted)


class SignForm(FlaskForm):
    """What becomes of a new topic."""

    name = StringField("テーマの名前", [Optional()])
    act = HiddenField(validators=[AnyOf(["accept", "dismiss"])])
