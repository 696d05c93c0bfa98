"""Forms of a case's page. CSRF is checked for every POST of the application, so not again here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from wtforms import Form, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from feedback.calendar import add_working_days
from feedback.triage import deadlines
from feedback.triage.choices import Choice
from feedback.triage.decisions import ThemeChoice
from feedback.triage.forms import labelled, number_or_none, with_first
from feedback.triage.models import CaseStatus
from feedback.triage.page import CasePage
from feedback.triage.service import CaseState
from feedback.web.fields import DayField

UNTHEMED = SelectChoice("", "未分類")


class CaseForm(Form):
    """Status, section, assignee and due date of a case, and what they were when it was shown."""

    status = SelectField("対応状況", validate_choice=False)
    section = SelectField("担当課", validate_choice=False)
    assignee = SelectField("担当", validate_choice=False)
    due_on = DayField("対応期限", [Optional()])
    version = IntegerField("版", [InputRequired("もう一度この画面を開いてから変更してください。")])
    seen = HiddenField()
    quick_days = deadlines.QUICK_DAYS

    @classmethod
    def showing(cls, page: CasePage) -> CaseForm:
        """The form as a page shows it."""
        case = page.case
        form = cls(
            status=case.status.value,
            section=str(case.section_id or ""),
            assignee=str(case.assignee_id or ""),
        )
        form.due_on.data = case.due_on
        form.version.data = case.version
        form.seen.data = json.dumps(case.state.payload())
        return form

    @classmethod
    def overwriting(cls, page: CasePage, wanted: CaseState) -> dict[str, str]:
        """The fields that set a case once more, now that its present state was seen."""
        return {
            "status": wanted.status.value,
            "section": str(wanted.section_id or ""),
            "assignee": str(wanted.assignee_id or ""),
            "due_on": wanted.due_on.isoformat() if wanted.due_on else "",
            "version": str(page.case.version),
            "seen": json.dumps(page.case.state.payload()),
        }

    def offer(self, page: CasePage) -> None:
        """Fill the lists with what may be chosen for this case."""
        case = page.case
        statuses = (case.status, *case.next_statuses)
        self.status.choices = labelled(statuses)
        self.assignee.choices = with_first(SelectChoice("", "担当なし"), page.workers)
        self.section.choices = with_first(SelectChoice("", "課なし"), page.sections)
        if case.section_id and str(case.section_id) not in {each.value for each in page.sections}:
            self.section.choices.append(SelectChoice(str(case.section_id), case.section or ""))
        if case.assignee_id and str(case.assignee_id) not in {
            each.value for each in self.assignee.choices
        }:
            former = SelectChoice(str(case.assignee_id), case.assignee or "")
            self.assignee.choices.append(former)

    @property
    def seen_state(self) -> CaseState | None:
        """How the case stood when the form was shown; None when the form does not say."""
        try:
            return CaseState.kept(json.loads(self.seen.data or ""))
        except (ValueError, TypeError, KeyError):
            return None

    @property
    def is_sound(self) -> bool:
        """Whether the form can be read; its fields say what is wrong."""
        return bool(self.validate()) and self.status.data in set(CaseStatus)

    def wanted(self, asked: str | None, today: date) -> CaseState:
        """What the case is to be; a button may have asked for so many working days from today."""
        due_on = self.due_on.data
        if asked in {str(each) for each in deadlines.QUICK_DAYS}:
            due_on = add_working_days(today, int(asked))
        return CaseState(
            CaseStatus(self.status.data),
            number_or_none(self.assignee.data),
            due_on,
            number_or_none(self.section.data),
        )


class NoteForm(Form):
    """A note between staff."""

    body = TextAreaField("メモを書く", description="市民には表示されません。")


class TagForm(Form):
    """A tag."""

    tag = StringField("タグを付ける")


class ThemeForm(Form):
    """The theme of one statement."""

    theme = SelectField("ほかのテーマを選ぶ", validate_choice=False)

    def offer(self, themes: tuple[Choice, ...]) -> None:
        """Fill the list of themes."""
        self.theme.choices = with_first(UNTHEMED, themes)


def read_pairs(written: Iterable[str]) -> dict[int, int]:
    """``statement:theme`` for each proposal that was seen; what is no such pair is left out."""
    found: dict[int, int] = {}
    for each in written:
        statement, _, theme = each.partition(":")
        statement_id, theme_id = number_or_none(statement), number_or_none(theme)
        if statement_id is not None and theme_id is not None:
            found[statement_id] = theme_id
    return found


def read_choices(written: Iterable[str]) -> list[ThemeChoice]:
    """``statement:theme:mark`` for each theme that was chosen; what is none is left out."""
    found = []
    for each in written:
        statement, _, rest = each.partition(":")
        theme, _, mark = rest.partition(":")
        statement_id = number_or_none(statement)
        if statement_id is not None and (theme == "" or number_or_none(theme) is not None):
            found.append(ThemeChoice(statement_id, number_or_none(theme), mark))
    return found
