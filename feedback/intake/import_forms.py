"""Forms of the import's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange, ValidationError

from feedback.calendar import today_jst
from feedback.intake import import_columns, mails, pasted
from feedback.intake.import_columns import Columns
from feedback.intake.import_headers import HIGHEST, SEARCHED_ROWS, Layout
from feedback.intake.import_models import Import, ImportFormat
from feedback.intake.import_values import OLDEST_DAY
from feedback.intake.models import Channel, Kind
from feedback.intake.pasted import Separator
from feedback.storage import utc_now

NO_COLUMN = SelectChoice("", "（この列はない）")
CHANNELS = (
    Channel.PAPER,
    Channel.EMAIL,
    Channel.PHONE,
    Channel.SNS,
    Channel.COUNTER,
    Channel.MEETING,
)
PREFIX = "column_"
SKIP, TAKE = "skip", "take"


class SourceForm(FlaskForm):
    """What holds for every opinion of a file or a pasted text."""

    call = SelectField("意見募集", coerce=int, invalid_choice_message="意見募集を選んでください。")
    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    channel = RadioField(
        "受付経路",
        choices=[SelectChoice(each.value, each.label) for each in CHANNELS],
        validate_choice=True,
        validators=[DataRequired("受付経路を選んでください。")],
    )

    def offer(
        self, calls: Sequence[tuple[int, str]], governments: Sequence[tuple[str, str]]
    ) -> None:
        """Set the calls and governments to choose from."""
        self.call.choices = [SelectChoice(*each) for each in calls]
        self.government.choices = [SelectChoice(*each) for each in governments]

    def follow(self, earlier: Import) -> None:
        """Choose what an earlier import chose: a file of its corrections follows."""
        self.call.data = earlier.call_id
        self.government.data = earlier.government_slug
        self.channel.data = earlier.channel.value


class UploadForm(SourceForm):
    """The file; several only where each is one e-mail."""

    file = MultipleFileField("ファイル", [FileRequired("ファイルを選んでください。")])

    def validate_file(self, field: Field) -> None:
        """Tables are imported one by one, so that each has its own columns and its own result."""
        names = [each.filename.lower() for each in field.data or () if each.filename]
        if len(names) > 1 and not all(name.endswith(".eml") for name in names):
            raise ValidationError(
                "一度に選べるファイルは1つです。まとめて選べるのは、メール（.eml）だけです。"
            )


class PasteForm(SourceForm):
    """A text with several opinions in it."""

    text = TextAreaField("意見の文章", [DataRequired("意見の文章を貼り付けてください。")])
    separator = RadioField(
        "意見の区切り",
        choices=[SelectChoice(each.value, each.label) for each in Separator],
        default=Separator.BLANK_LINE.value,
        validators=[DataRequired("区切り方を選んでください。")],
    )

    def opinions(self) -> list[str]:
        """The text cut into opinions."""
        return pasted.opinions(self.text.data, Separator(self.separator.data))

    def only_cut(self) -> list[str] | None:
        """The opinions before the rest is filled in; None where the text itself is wrong."""
        self.validate()
        for field in (self.call, self.government, self.channel):
            field.errors = []
        return None if self.errors else self.opinions()


class LayoutForm(FlaskForm):
    """Which sheet, and where its headers stand."""

    sheet = SelectField("シート", invalid_choice_message="シートを選んでください。")
    top = IntegerField(
        "見出しの最初の行",
        [NumberRange(1, SEARCHED_ROWS, f"1から{SEARCHED_ROWS}までの数字を入力してください。")],
    )
    bottom = IntegerField(
        "見出しの最後の行",
        [NumberRange(1, SEARCHED_ROWS, f"1から{SEARCHED_ROWS}までの数字を入力してください。")],
    )

    def offer(self, sheets: Sequence[str]) -> None:
        """Set the sheets to choose from."""
        self.sheet.choices = [SelectChoice(each, each or "（シートなし）") for each in sheets]

    def chosen(self) -> Layout:
        """Where the headers stand."""
        return Layout(self.top.data, self.bottom.data)

    def validate_bottom(self, field: Field) -> None:
        """Headers are one row, or a few under one another."""
        top, bottom = self.top.data or 0, field.data or 0
        if not top <= bottom < top + HIGHEST:
            raise ValidationError(
                f"最初の行と同じか、その下の行（{HIGHEST}行以内）の番号を入力してください。"
            )


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
    column_source_id = _column(
        import_columns.Field.SOURCE_ID,
        "受付番号など、意見ごとに違う番号。同じ番号の意見は、二重に取り込みません。"
        "ファイルごとに1から振り直す番号は選ばないでください。",
    )
    column_contact_name = _column(
        import_columns.Field.CONTACT_NAME, "選ぶと、返信用に暗号化して保存します。公表しません。"
    )
    column_contact_email = _column(
        import_columns.Field.CONTACT_EMAIL, "選ぶと、返信用に暗号化して保存します。公表しません。"
    )
    keeps_sender = BooleanField(
        "差出人の氏名とメールアドレスを、返信用の連絡先として保存する",
        description="暗号化して保存し、公表しません。選ばないときは、差出人を記録しません。",
    )
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

    def fit(self, kind: ImportFormat) -> None:
        """Leave out what a file of this kind has no choice about."""
        if kind is not ImportFormat.MAIL:
            del self.keeps_sender
        if kind.is_table:
            return
        for field in self.columns():
            del self[field.short_name]
        is_mail = kind is ImportFormat.MAIL
        self.default_initiative.label.text = "取組"
        self.default_kind.label.text = "種類"
        of_mail = "日付の分からないメールの受付日"
        self.default_received_at.label.text = of_mail if is_mail else "受付日"

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
        if "keeps_sender" in self:
            self.keeps_sender.data = import_columns.Field.CONTACT_EMAIL in columns.headers
        defaults = columns.defaults
        self.default_initiative.data = defaults.get(
            import_columns.Field.INITIATIVE, self.default_initiative.choices[-1].value
        )
        self.default_kind.data = defaults.get(import_columns.Field.KIND, Kind.REQUEST.value)
        day = defaults.get(import_columns.Field.RECEIVED)
        self.default_received_at.data = date.fromisoformat(day) if day else today_jst(utc_now())

    def chosen(self, kind: ImportFormat, headers: Sequence[str]) -> Columns:
        """What was chosen; a file that leaves no choice has its columns where they always are."""
        found = {
            import_columns.Field(field.short_name.removeprefix(PREFIX)): field.data
            for field in self.columns()
            if field.data
        }
        if not kind.is_table:
            found = dict(import_columns.guess(headers).headers)
        if "keeps_sender" in self and self.keeps_sender.data:
            found[import_columns.Field.CONTACT_NAME] = mails.NAME
            found[import_columns.Field.CONTACT_EMAIL] = mails.ADDRESS
        defaults = {
            import_columns.Field.INITIATIVE: self.default_initiative.data,
            import_columns.Field.KIND: self.default_kind.data,
            import_columns.Field.RECEIVED: self.default_received_at.data.isoformat(),
        }
        return Columns(found, defaults)

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


class StartForm(FlaskForm):
    """The last word before the worker begins."""

    repeats = RadioField(
        "取り込み済みの意見と同じ内容の行",
        choices=[
            SelectChoice(SKIP, "前に取り込んだ行と同じものとして、取り込まない"),
            SelectChoice(TAKE, "別の人の意見として、取り込む"),
        ],
        default=SKIP,
        description="番号の列がないため、同じ人の意見かどうかを機械では判断できません。"
        "前のファイルに追記したファイルなら上を、新しく届いた分だけのファイルなら下を選んでください。",
    )
