"""Forms of screening. CSRF is checked for every POST of the application, so not again here."""

from __future__ import annotations

from wtforms import BooleanField, Form, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from analysis.screening import PersonalDataKind, SetAsideKind, UrgentKind
from feedback.intake.unmasking import LONGEST_DETAIL, UnmaskReason
from feedback.screening.asides import Seen
from feedback.screening.marks import Selection, Typed, Verdict

CHOOSE = SelectChoice("", "選んでください")


def _with_lines(text: str | None) -> str:
    # A browser sends every line end as CR LF; citizens' words are stored with LF.
    return (text or "").replace("\r\n", "\n")


class MaskForm(Form):
    """What to mask: a selection of the script's, or words that were typed."""

    kinds = tuple((each.value, each.label) for each in PersonalDataKind)

    version = IntegerField(validators=[Optional()])
    part = StringField()
    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    text = StringField(filters=[_with_lines])
    words = StringField("伏せる文言", filters=[_with_lines])
    kind = SelectField(
        "種類",
        choices=[CHOOSE, *(SelectChoice(each.value, each.label) for each in PersonalDataKind)],
        validate_choice=False,
    )
    everywhere = BooleanField("同じ文言をすべて伏せる")

    def selection(self) -> Selection | None:
        """What the script selected; None when the words were typed."""
        if self.start.data is None or self.end.data is None:
            return None
        return Selection(self.part.data or "", self.start.data, self.end.data, self.text.data or "")

    def typed(self) -> Typed:
        """The words that were typed."""
        return Typed(self.words.data or "", everywhere=bool(self.everywhere.data))


class UnmaskForm(Form):
    """Why somebody reads the citizen's own words."""

    reason = SelectField(
        "理由",
        choices=[CHOOSE, *(SelectChoice(each.value, each.label) for each in UnmaskReason)],
        validate_choice=False,
    )
    detail = StringField(
        "補足", description=f"{LONGEST_DETAIL}文字まで。氏名などの個人情報は書かないでください。"
    )


class AsideForm(Form):
    """Why a submission is set aside or urgent, when staff say so themselves."""

    urgent_choices = tuple((each.value, each.label) for each in UrgentKind)

    kind = SelectField(
        "理由",
        choices=[CHOOSE, *(SelectChoice(each.value, each.label) for each in SetAsideKind)],
        validate_choice=False,
    )

    def chosen(self) -> SetAsideKind | None:
        """The reason that was chosen."""
        return SetAsideKind(self.kind.data) if self.kind.data in set(SetAsideKind) else None


def number(text: str | None) -> int | None:
    """A whole number that a database can look for; None for anything else."""
    is_number = bool(text) and text is not None and text.isascii() and text.isdecimal()
    return int(text) if is_number and text and len(text) < 19 else None


def seen(values: list[str]) -> list[Seen]:
    """``12:3`` is submission 12 as it was in version 3; what is nothing of the kind is dropped."""
    pairs = (each.partition(":")[::2] for each in values)
    found = ((number(at), number(version)) for at, version in pairs)
    return [Seen(at, version) for at, version in found if at is not None and version is not None]


def verdict(decision: str) -> tuple[Verdict, int | None] | None:
    """``yes:12`` is a yes to mark 12, ``yes:all`` to every mark; None is no decision."""
    said, _, which = decision.partition(":")
    if said not in set(Verdict) or (which != "all" and number(which) is None):
        return None
    return Verdict(said), number(which)
