"""Forms of triage. CSRF is checked for every POST of the application, so not again here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import (
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from feedback.calls.names import government_short
from feedback.intake.models import Channel, Kind
from feedback.triage import asking, deadlines, handovers
from feedback.triage.choices import Choice, Choices
from feedback.triage.filters import Flag, QueueFilter, Sort
from feedback.triage.models import CaseStatus
from feedback.web.actor import Actor
from feedback.web.fields import DayField
from feedback.web.permissions import Permission

ALL = SelectChoice("", "すべて")
FOLDED, EACH = "folded", "each"


def labelled(values: Iterable[Any]) -> list[SelectChoice]:
    """The members of an enum with their words."""
    return [SelectChoice(each.value, each.label) for each in values]


class WholeField(IntegerField):
    """A whole number, with our own words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 10.

        Raises:
            ValueError: with words for the reader.
        """
        text = "".join(valuelist).strip()
        if not text:
            self.data = None
            return
        if not is_number(text):
            self.data = None
            raise ValueError(f"「{self.label.text}」は半角の数字で入力してください。")
        self.data = int(text)


def _printable(text: str | None) -> str:
    return "".join(each for each in text or "" if each.isprintable() or each in "\t\u3000")


def _list(label: str, choices: list[SelectChoice] | None = None) -> SelectField:
    # Choices are checked where the value is read: an old address must still open.
    return SelectField(label, choices=choices, validate_choice=False)


class QueueForm(Form):
    """What to see in the queue; a value that is not offered counts as none."""

    q = StringField("ことばで探す", filters=[_printable])
    status = HiddenField(filters=[_printable])
    government = _list("自治体")
    theme = _list("テーマ")
    sort = _list("並び順", labelled(Sort))
    initiative = _list("取組")
    kind = _list("種類", [ALL, *labelled(Kind)])
    channel = _list("受付経路", [ALL, *labelled(Channel)])
    since = DayField("受付日（から）", [Optional()])
    until = DayField("受付日（まで）", [Optional()])
    copies = _list(
        "同文の意見", [SelectChoice(FOLDED, "1件にまとめる"), SelectChoice(EACH, "1件ずつ表示")]
    )
    tag = StringField("タグ", filters=[_printable])
    flag = SelectMultipleField("しるし", choices=labelled(Flag), validate_choice=False)

    def offer(self, choices: Choices) -> None:
        """Fill the lists with what this person may choose."""
        self.government.choices = with_first(ALL, choices.governments)
        self.theme.choices = with_first(ALL, choices.themes)
        self.initiative.choices = with_first(ALL, choices.initiatives)

    def wanted(self) -> QueueFilter:
        """The view that was asked for."""
        self.validate()
        values: dict[str, Any] = {name: field.data for name, field in self._fields.items()}
        return QueueFilter(
            status=_member(CaseStatus, values["status"]),
            query=(values["q"] or "").strip()[: asking.LONGEST_QUERY],
            government=_key(values["government"]),
            initiative=_key(values["initiative"]),
            theme_id=number_or_none(values["theme"]),
            kind=_member(Kind, values["kind"]),
            channel=_member(Channel, values["channel"]),
            tag=_key(values["tag"]),
            flags=frozenset(Flag(each) for each in values["flag"] or () if each in set(Flag)),
            since=_day(values["since"]),
            until=_day(values["until"]),
            sort=_member(Sort, values["sort"]) or Sort.URGENT,
            folds_copies=values["copies"] != EACH,
        )

    @property
    def has_details(self) -> bool:
        """Whether one of the less common conditions is set."""
        names = ("initiative", "kind", "channel", "since", "until", "tag", "flag")
        return self.copies.data == EACH or any(self._fields[name].data for name in names)


class NamedViewForm(Form):
    """A name for the view that is shown, and with whom to share it."""

    name = StringField("表示の名前")
    conditions = HiddenField()
    shared_with = _list("だれが使うか")

    def offer(self, actor: Actor, choices: Choices | None = None) -> None:
        """Fill the list with the governments whose staff one may share with."""
        slugs = sorted(actor.governments(Permission.TRIAGE_CASES))
        if choices is None:
            names = {slug: government_short(slug) for slug in slugs}
        else:
            names = {each.value: each.label for each in choices.governments}
        self.shared_with.choices = [
            SelectChoice("", "自分だけ"),
            *(SelectChoice(slug, f"{names.get(slug, slug)}の職員と共有") for slug in slugs),
        ]


class RenameViewForm(Form):
    """Another name for a view."""

    name = StringField("新しい名前")


class RuleForm(Form):
    """A government's rule for due dates."""

    due_days = WholeField(
        "対応期限（受付からの開庁日数）",
        [Optional()],
        description=f"空にすると、期限を自動では決めません。目安は{deadlines.SUGGESTED_DUE_DAYS}開庁日です。",
    )
    urgent_hours = WholeField(
        "緊急の意見を知らせるまでの時間",
        [InputRequired("緊急の意見を知らせるまでの時間を入力してください。")],
        description="緊急とされた意見が、この時間を過ぎても未確認のとき「やること」に表示します。",
    )


class HandoverForm(Form):
    """To whom a case is handed over, and why."""

    government = SelectField("回付する先", validate_choice=False)
    reason = TextAreaField(
        "回付する理由",
        [InputRequired("回付する理由を入力してください。")],
        description="回付する先の職員と、あとから経緯を確かめる職員が読みます。市民には表示されません。",
    )
    version = IntegerField("版", [InputRequired("もう一度この画面を開いてから回付してください。")])

    def offer(self, case: handovers.HandoverPage) -> None:
        """Fill the list of governments."""
        places = [SelectChoice(each.slug, each.name) for each in case.targets]
        self.government.choices = [SelectChoice("", "選んでください"), *places]


def number_or_none(text: str | None) -> int | None:
    """The number that a list's value stands for; None for the empty choice."""
    return int(text) if text and is_number(text) else None


def with_first(first: SelectChoice, choices: tuple[Choice, ...]) -> list[SelectChoice]:
    """Choices behind one that stands first."""
    return [first, *(SelectChoice(each.value, each.label) for each in choices)]


def _member(enum: Any, value: str | None) -> Any:
    return enum(value) if value in {each.value for each in enum} else None


def _key(value: str | None) -> str | None:
    return (value or "").replace("\0", "").strip() or None


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def is_number(text: str) -> bool:
    """Whether a text is a number that a database can look for."""
    return text.isascii() and text.isdigit() and len(text) < 16
