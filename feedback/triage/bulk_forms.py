"""The form below the queue: what to change, on the ticked rows or on the whole view."""

from __future__ import annotations

from datetime import datetime

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from feedback.storage import utc_now
from feedback.triage.bulk import Selection
from feedback.triage.bulk_change import BulkChange
from feedback.triage.choices import Choices
from feedback.triage.forms import is_number, labelled, number_or_none, with_first
from feedback.triage.models import CaseStatus
from feedback.triage.tags import LONGEST_TAG, tag_name
from feedback.web.fields import DayField

UNCHANGED = SelectChoice("", "変更しない")
TICKED, EVERYTHING = "ticked", "view"
#: How sure a proposal must at least be, in percent.
LINES = (90, 80, 70, 60, 50, 0)


def _line(percent: int) -> SelectChoice:
    words = f"確からしさ{percent}%以上を確定" if percent else "すべて確定"
    return SelectChoice(str(percent), words)


class BulkForm(Form):
    """What to change on the cases that are selected."""

    case = SelectMultipleField("意見", validate_choice=False)
    scope = RadioField(
        "対象",
        choices=[SelectChoice(TICKED, "選んだ意見"), SelectChoice(EVERYTHING, "すべて")],
        validate_choice=False,
    )
    copies = BooleanField("同文の意見も変更する")
    new_status = SelectField(
        "対応状況",
        choices=[UNCHANGED, *labelled(each for each in CaseStatus if each is not CaseStatus.NEW)],
        validate_choice=False,
    )
    new_section = SelectField("担当課", validate_choice=False)
    new_assignee = SelectField("担当", validate_choice=False)
    new_due_on = DayField("期限", [Optional()])
    new_tag = StringField(
        "タグを付ける", [Length(max=LONGEST_TAG, message="タグは20文字以内で入力してください。")]
    )
    accept_from = SelectField(
        "テーマの提案", choices=[UNCHANGED, *map(_line, LINES)], validate_choice=False
    )
    new_theme = SelectField("未確定のテーマ", validate_choice=False)
    seen_at = HiddenField()

    @classmethod
    def shown_at(cls, moment: datetime) -> BulkForm:
        """The form as a page shows it at a moment."""
        return cls(scope=TICKED, copies=True, seen_at=moment.isoformat())

    def offer(self, choices: Choices) -> None:
        """Fill the lists of sections, people and themes."""
        self.new_section.choices = with_first(UNCHANGED, choices.sections)
        self.new_assignee.choices = with_first(UNCHANGED, choices.members)
        self.new_theme.choices = with_first(UNCHANGED, choices.themes)

    @property
    def change(self) -> BulkChange:
        """What is to be changed."""
        status = self.new_status.data
        line = number_or_none(self.accept_from.data)
        return BulkChange(
            status=CaseStatus(status) if status in set(CaseStatus) else None,
            section_id=number_or_none(self.new_section.data),
            assignee_id=number_or_none(self.new_assignee.data),
            due_on=self.new_due_on.data,
            tag=tag_name(self.new_tag.data or "") or None,
            accept_from=min(line, 100) / 100 if line is not None else None,
            theme_id=number_or_none(self.new_theme.data),
        )

    @property
    def selection(self) -> Selection:
        """What is to be changed so."""
        return Selection(
            read_ticks(self.case.data or ()),
            everything=self.scope.data == EVERYTHING,
            with_copies=bool(self.copies.data),
        )

    @property
    def seen(self) -> datetime:
        """When the rows were shown; now, when the form does not say."""
        return read_moment(self.seen_at.data)

    @property
    def first_error(self) -> str:
        """What to put right first."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


def read_ticks(written: list[str] | tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """``submission:version`` of each ticked row; what is no such pair is left out."""
    pairs = (each.split(":") for each in written)
    return tuple(
        (int(pair[0]), int(pair[1]))
        for pair in pairs
        if len(pair) == 2 and all(is_number(part) for part in pair)
    )


def read_moment(written: str | None) -> datetime:
    """A moment that a page kept; now, when it is none, and never later than now."""
    now = utc_now()
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return now
    return min(moment, now) if moment.tzinfo is not None else now
