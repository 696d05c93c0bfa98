"""Forms of sections."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange

from feedback.accounts.forms import typed
from feedback.accounts.sections import LAST_POSITION, LONGEST_NAME
from feedback.calls.models import Government

_TOO_LONG = f"課の名称は{LONGEST_NAME}文字以内で入力してください。"


class NewSectionForm(FlaskForm):
    """A new section."""

    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    name = StringField(
        "課の名称",
        [DataRequired("課の名称を入力してください。"), Length(max=LONGEST_NAME, message=_TOO_LONG)],
        filters=[typed],
    )

    def offer(self, governments: Sequence[Government]) -> None:
        """Set the governments to choose from."""
        self.government.choices = [SelectChoice(each.slug, each.name) for each in governments]


class SectionForm(FlaskForm):
    """A section and its people."""

    name = StringField(
        "課の名称",
        [DataRequired("課の名称を入力してください。"), Length(max=LONGEST_NAME, message=_TOO_LONG)],
        filters=[typed],
    )
    position = IntegerField(
        "並び順",
        [NumberRange(0, LAST_POSITION, f"並び順は0から{LAST_POSITION}までの数にしてください。")],
        description="小さい順に並びます。",
    )
    is_active = BooleanField(
        "使用中",
        description="外すと、新しく割り当てられなくなります。割当済みの意見はそのままです。",
    )
    members = SelectMultipleField(
        "この課の職員", invalid_choice_message="職員を選び直してください。"
    )

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Set the people to choose from."""
        self.members.choices = [SelectChoice(str(at), name) for at, name in people]

    def chosen(self) -> list[int]:
        """Who sits in the section."""
        return [int(each) for each in self.members.data or ()]
