"""Forms of replies to people and of their templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from feedback.answering.replies import ReplyPage, Seen
from feedback.answering.reply_models import OUTSIDE, Method, ReplyTemplate
from feedback.answering.reply_text import ReplyText
from feedback.calls.models import Government


class SeenForm(FlaskForm):
    """Which reply the page showed; every act on one carries it."""

    reply = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def seen(self) -> Seen:
        """The reply that the reader saw."""
        return Seen(self.reply.data or 0, self.version.data or 0)

    def show(self, page: ReplyPage) -> None:
        """Carry what this page shows."""
        self.reply.data, self.version.data = page.seen.reply_id, page.seen.version


class ReplyForm(SeenForm):
    """The text of a reply."""

    subject = StringField("件名")
    body = TextAreaField("本文")

    def text(self) -> ReplyText:
        """What was written."""
        return ReplyText(self.subject.data or "", self.body.data or "")


class NoteForm(SeenForm):
    """Why a draft is sent back."""

    note = TextAreaField("差し戻す理由", description="下書きを作った職員に伝えます。")


class RecordForm(SeenForm):
    """An answer that was given without this software."""

    method = RadioField(
        "回答の方法",
        choices=[SelectChoice(each.value, each.label) for each in OUTSIDE],
        validators=[InputRequired("回答の方法を選んでください。")],
        validate_choice=False,
    )
    given_on = DateField("回答した日", [Optional()])
    note = TextAreaField(
        "控え（任意）", description="文書番号や話した内容など。市民には表示されません。"
    )

    def day(self) -> date | None:
        """The day, when it is one."""
        return self.given_on.data if isinstance(self.given_on.data, date) else None

    def how(self) -> Method | None:
        """The method, when it is one of those offered."""
        known = {each.value for each in OUTSIDE}
        return Method(self.method.data) if self.method.data in known else None


class ChooseTemplateForm(FlaskForm):
    """The template to begin with; it only fills the form, so its address may be kept."""

    class Meta:
        """Read from the address."""

        csrf = False

    template = SelectField("ひな形", validate_choice=False)

    def offer(self, templates: Sequence[ReplyTemplate]) -> None:
        """Fill the list."""
        self.template.choices = [SelectChoice(str(each.id), each.name) for each in templates]


class TemplateForm(FlaskForm):
    """A template."""

    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    name = StringField(
        "ひな形の名称", description="職員が選ぶときの名前です。市民には表示されません。"
    )
    subject = StringField("件名")
    body = TextAreaField("本文")
    version = HiddenField()

    def offer(self, governments: Sequence[Government]) -> None:
        """Set the governments to choose from."""
        self.government.choices = [SelectChoice(each.slug, each.name) for each in governments]

    def text(self) -> ReplyText:
        """What was written."""
        return ReplyText(self.subject.data or "", self.body.data or "")
