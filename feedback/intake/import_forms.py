"""Forms of the import's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from feedback.calendar import today_jst
from feedback.intake import import_columns
from feedback.intake.import_columns import Columns
from feedback.intake.import_values import OLDEST_DAY
from feedback.intake.models import Channel, Kind
from feedback.storage import utc_now

NO_COLUMN = SelectChoice("", "（この列はない）")
CHANNELS = (Channel.PAPER, Channel.EMAIL, Channel.PHONE, Channel.SNS)
IMPORTED_CHANNELS = [SelectChoice(each.value, each.label) for each in CHANNELS]
PREFIX = "column_"


class UploadForm(FlaskForm):
    """The file, and what holds for all of its rows."""

    file = FileField("ファイル", [FileRequired("ファイルを選んでください。")])
    call = SelectField("意見募集", coerce=int, invalid_choice_message="意見募集を選んでください。")
    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    channel = RadioField(
        "受付経路",
        choices=IMPORTED_CHANNELS,
        validate_choice=True,
        validators=[DataRequired("受付経路を選んでください。")],
    )

    def offer(
        self, calls: Sequence[tuple[int, str]], governments: Sequence[tuple[str, str]]
    ) -> None:
        """Set the calls and governments to choose from."""
        self.call.choices = [SelectChoice(*each) for each in calls]
        self.government.choices = [SelectChoice(*each) for each in governments]


def _column(field: import_columns.Field, hint: str = "") -> SelectField:
    return SelectField(
        field.label,
        description=hint,
        invalid_choice_message="ファイルにある列から選んでください。",
    )


class ColumnsForm(FlaskForm):
    """Which column holds what, and what empty cells mean."""

    column_body = _column(import_columns.Field.BODY)
    column_title = _column(import_columns.Field.TITLE)
    column_initiative = _column(import_columns.Field.INITIATIVE)
    column_kind = _column(import_columns.Field.KIND, "・".join(each.label for each in Kind))
    column_municipality = _column(
        import_columns.Field.MUNICIPALITY, "市区町村名か、全国地方公共団体コード"
    )
    column_age_band = _column(import_columns.Field.AGE_BAND, "30代、または年齢の数字")
    column_relation = _column(import_columns.Field.RELATION, "在住・在勤・在学・その他")
    column_consents_to_publish = _column(
        import_columns.Field.CONSENT, "可・不可。列がないときや空のときは、不可として扱います。"
    )
    column_received_at = _column(import_columns.Field.RECEIVED, "2026/11/3、令和8年11月3日など")
    default_initiative = SelectField(
        "取組が書かれていない行", invalid_choice_message="取組を選んでください。"
    )
    default_kind = SelectField(
        "種類が書かれていない行",
        choices=[SelectChoice(each.value, each.label) for each in Kind],
        default=Kind.REQUEST.value,
        invalid_choice_message="種類を選んでください。",
    )
    default_received_at = DateField(
        "受付日が書かれていない行", [DataRequired("日付を入力してください。")]
    )

    def offer(self, headers: Sequence[str], initiatives: Sequence[tuple[str, str]]) -> None:
        """Set the columns and initiatives to choose from."""
        choices = [NO_COLUMN, *(SelectChoice(each, each) for each in headers)]
        for field in self.columns():
            field.choices = choices
        self.default_initiative.choices = [SelectChoice(*each) for each in initiatives]

    def columns(self) -> list[Field]:
        """The fields that choose a column, in their order."""
        return [field for field in self if field.short_name.startswith(PREFIX)]

    def show(self, columns: Columns) -> None:
        """Fill in what was chosen or guessed; the last initiative is その他."""
        for field in self.columns():
            known = import_columns.Field(field.short_name.removeprefix(PREFIX))
            field.data = columns.headers.get(known, "")
        defaults = columns.defaults
        self.default_initiative.data = defaults.get(
            import_columns.Field.INITIATIVE, self.default_initiative.choices[-1].value
        )
        self.default_kind.data = defaults.get(import_columns.Field.KIND, Kind.REQUEST.value)
        day = defaults.get(import_columns.Field.RECEIVED)
        self.default_received_at.data = date.fromisoformat(day) if day else today_jst(utc_now())

    def chosen(self) -> Columns:
        """What was chosen."""
        headers = {
            import_columns.Field(field.short_name.removeprefix(PREFIX)): field.data
            for field in self.columns()
            if field.data
        }
        defaults = {
            import_columns.Field.INITIATIVE: self.default_initiative.data,
            import_columns.Field.KIND: self.default_kind.data,
            import_columns.Field.RECEIVED: self.default_received_at.data.isoformat(),
        }
        return Columns(headers, defaults)

    def validate_column_body(self, field: Field) -> None:
        """Without a column of opinions there is nothing to import."""
        if not field.data:
            raise ValidationError("意見が書かれている列を選んでください。")

    def validate_default_received_at(self, field: Field) -> None:
        """Opinions came in the past, but not before this century."""
        if field.data and not OLDEST_DAY <= field.data <= today_jst(utc_now()):
            raise ValidationError(f"{OLDEST_DAY:%Y/%m/%d}から今日までの日付を入力してください。")

    def validate(self, extra_validators: object = None) -> bool:
        """Also refuse a column that was chosen for two fields."""
        is_valid = bool(super().validate(extra_validators))
        taken: dict[str, str] = {}
        for field in self.columns():
            if field.data and field.data in taken:
                message = f"列「{field.data}」は「{taken[field.data]}」にも選ばれています。"
                field.errors = [*field.errors, message]
                is_valid = False
            taken.setdefault(field.data, field.label.text)
        return is_valid
