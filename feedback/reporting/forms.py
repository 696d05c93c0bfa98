"""Forms of reporting, read from an address: a value that is not offered counts as none."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from feedback.reporting.coverage import CoverageFilter
from feedback.web.fields import DayField


class CoverageForm(Form):
    """Which voices to compare with the population."""

    call = SelectField("意見募集", validate_choice=False)
    government = SelectField("自治体", validate_choice=False)
    theme = SelectField("テーマ", validate_choice=False)
    since = DayField("受付日（から）", [Optional()])
    until = DayField("受付日（まで）", [Optional()])

    def offer(
        self,
        calls: Iterable[tuple[str, str]],
        governments: Iterable[tuple[str, str]],
        themes: Iterable[tuple[str, str]],
    ) -> None:
        """Give the lists what may be chosen."""
        self.call.choices = [SelectChoice(*each) for each in calls]
        self.government.choices = [SelectChoice("", "一都三県")] + [
            SelectChoice(*each) for each in governments
        ]
        self.theme.choices = [SelectChoice("", "すべて")] + [SelectChoice(*each) for each in themes]

    def wanted(self, call_id: int) -> CoverageFilter:
        """The filter that the address holds, as far as it is valid."""
        offered = {choice.value for choice in self.government.choices or []}
        themes = {choice.value for choice in self.theme.choices or []}
        self.validate()
        government, theme = self.government.data or "", self.theme.data or ""
        return CoverageFilter(
            call_id=call_id,
            government=government if government in offered and government else None,
            theme_id=int(theme) if theme in themes and theme else None,
            since=self.since.data,
            until=self.until.data,
        )
