"""Forms for typing in paper. What a person types fast is read as generously as a file's cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from feedback.calendar import today_jst
from feedback.intake import import_values
from feedback.intake.import_values import OLDEST_DAY, NotUnderstood, Vocabulary
from feedback.intake.models import AgeBand, Channel, Kind, Relation
from feedback.intake.paper import LONGEST_LABEL, BundleFacts, Sheet
from feedback.intake.paper_models import PaperBundle
from feedback.intake.rules import Problem
from feedback.storage import utc_now

Value = TypeVar("Value")

CHANNELS = (Channel.PAPER, Channel.PHONE, Channel.COUNTER, Channel.MEETING, Channel.EMAIL)
PROBLEMS = {
    "missing": "入力してください。",
    "too_long": "長すぎます。短くするか、2枚に分けてください。",
    "unknown": "選び直してください。",
    "of_another_government": "ほかの自治体の取組です。選び直してください。",
    "invalid": "メールアドレスの形になっていません。",
}


class BundleForm(FlaskForm):
    """What holds for all sheets of a bundle."""

    label = StringField(
        "束の名前",
        [
            DataRequired("あとで見分けられる名前を入力してください。"),
            Length(max=LONGEST_LABEL, message=f"{LONGEST_LABEL}文字以内で入力してください。"),
        ],
    )
    call = SelectField("意見募集", coerce=int, invalid_choice_message="意見募集を選んでください。")
    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    channel = RadioField(
        "受付経路",
        choices=[SelectChoice(each.value, each.label) for each in CHANNELS],
        default=Channel.PAPER.value,
        validators=[DataRequired("受付経路を選んでください。")],
    )
    initiative = SelectField("多い取組", invalid_choice_message="取組を選んでください。")
    kind = SelectField(
        "多い種類",
        choices=[SelectChoice(each.value, each.label) for each in Kind],
        default=Kind.REQUEST.value,
        invalid_choice_message="種類を選んでください。",
    )
    received_on = DateField("受付日", [DataRequired("日付を入力してください。")])
    is_typed_twice = BooleanField("2回入力して照合する")

    def offer(
        self,
        calls: Sequence[tuple[int, str]],
        governments: Sequence[tuple[str, str]],
        initiatives: Sequence[tuple[str, str]],
    ) -> None:
        """Set what may be chosen."""
        self.call.choices = [SelectChoice(*each) for each in calls]
        self.government.choices = [SelectChoice(*each) for each in governments]
        self.initiative.choices = [SelectChoice(*each) for each in initiatives]

    def validate_received_on(self, field: Field) -> None:
        """Paper came in the past, but not before this century."""
        if field.data and not OLDEST_DAY <= field.data <= today_jst(utc_now()):
            raise ValidationError(f"{OLDEST_DAY:%Y/%m/%d}から今日までの日付を入力してください。")

    def facts(self) -> BundleFacts:
        """What was entered."""
        return BundleFacts(
            label=self.label.data or "",
            call_id=self.call.data,
            government=self.government.data,
            channel=Channel(self.channel.data),
            initiative=self.initiative.data,
            kind=Kind(self.kind.data),
            received_on=self.received_on.data,
            is_typed_twice=bool(self.is_typed_twice.data),
        )


class SheetForm(FlaskForm):
    """One sheet, in the order in which the eye goes over it."""

    form_id = HiddenField()
    body = TextAreaField("意見（用紙のとおりに）")
    title = StringField("題名")
    initiative = SelectField("取組", invalid_choice_message="取組を選んでください。")
    kind = SelectField(
        "種類",
        choices=[SelectChoice(each.value, each.label) for each in Kind],
        invalid_choice_message="種類を選んでください。",
    )
    municipality = StringField("市区町村")
    age_band = StringField("年代または年齢")
    relation = SelectField(
        "つながり",
        choices=[
            SelectChoice("", "無回答"),
            *(SelectChoice(each.value, each.label) for each in Relation),
        ],
        invalid_choice_message="選び直してください。",
    )
    consents_to_publish = BooleanField("公表してよいと書かれている")
    contact_name = StringField("連絡先の氏名")
    contact_email = StringField("連絡先のメールアドレス")
    settled = HiddenField()

    def offer(self, initiatives: Sequence[tuple[str, str]]) -> None:
        """Set the initiatives to choose from."""
        self.initiative.choices = [SelectChoice(*each) for each in initiatives]

    def start(self, bundle: PaperBundle, form_id: str) -> None:
        """Begin an empty sheet with what the bundle says."""
        self.form_id.data = form_id
        self.initiative.data = bundle.initiative_slug
        self.kind.data = bundle.kind.value

    def sheet(self, vocabulary: Vocabulary) -> Sheet | None:
        """What was typed; None when something is not understood, which is then said beside it."""
        municipality = _understood(self.municipality, vocabulary.municipality)
        age = _understood(self.age_band, import_values.age_band)
        if self.municipality.errors or self.age_band.errors:
            return None
        return Sheet(
            body=self.body.data or "",
            title=self.title.data or "",
            initiative=self.initiative.data,
            kind=Kind(self.kind.data),
            municipality=municipality,
            age_band=age,
            relation=Relation(self.relation.data) if self.relation.data else None,
            consents_to_publish=bool(self.consents_to_publish.data),
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
        )

    def show(self, problems: Sequence[Problem]) -> None:
        """Put problems beside their fields, in words."""
        for problem in problems:
            self[problem.field].errors = [PROBLEMS.get(problem.code, "入力し直してください。")]


def shown(field: str, sheet: Sheet, towns: dict[str, str]) -> str:
    """A field of a sheet as people read it."""
    value = getattr(sheet, field)
    if field == "municipality":
        return towns.get(value, "") if value else ""
    if isinstance(value, Kind | AgeBand | Relation):
        return value.label
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return str(value or "")


def _understood(field: Field, read: Callable[[str], Value]) -> Value | None:
    try:
        return read(field.data or "")
    except NotUnderstood as error:
        field.errors = [str(error)]
        return None
