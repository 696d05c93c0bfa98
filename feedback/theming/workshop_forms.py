"""Forms of the workshop: marks, the theme above, never one, and splitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput

from analysis import splitting
from feedback.theming import guards
from feedback.theming.forms import CHOOSE, VersionedForm
from feedback.theming.marks import Mark
from feedback.theming.parting import How, NewPart
from feedback.theming.split_proposal import Proposal

#: The value of "no theme above" in a choice of themes.
TOP = "top"


class MarkForm(VersionedForm):
    """固定する、分けないとする、または取り消す."""

    mark = HiddenField(validators=[AnyOf([each.value for each in Mark])])
    on = HiddenField(validators=[AnyOf(["yes", "no"])])


class ParentForm(VersionedForm):
    """上位のテーマ."""

    parent = SelectField(
        "上位のテーマ",
        [DataRequired("上位のテーマを選んでください。")],
        description="選んだテーマの小テーマになります。次の分析の後も、この位置のままです。",
    )

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Set the themes to stand under."""
        self.parent.choices = [CHOOSE, (TOP, "（上位なし）独立したテーマにする"), *options]

    @property
    def parent_id(self) -> int | None:
        """The theme above; None for a theme of its own."""
        return None if self.parent.data == TOP else int(self.parent.data)


class ApartForm(FlaskForm):
    """別のテーマとして保つ相手."""

    other = SelectField("もう一方のテーマ", [DataRequired("もう一方のテーマを選んでください。")])

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Set the themes to keep apart from."""
        self.other.choices = [CHOOSE, *options]


class ReleaseForm(FlaskForm):
    """別のテーマとして保つことをやめる."""

    other = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(1, guards.LARGEST_ID)]
    )


class HintForm(FlaskForm):
    """候補についての判断."""

    theme = IntegerField(validators=[InputRequired(), NumberRange(1, guards.LARGEST_ID)])
    other = IntegerField(validators=[Optional(), NumberRange(1, guards.LARGEST_ID)])
    version = IntegerField(validators=[InputRequired()])
    act = HiddenField(validators=[AnyOf(["merge", "apart", "whole"])])


class WaysForm(FlaskForm):
    """いくつに、どのように分けるか."""

    class Meta:
        """It only asks for another proposal, and changes nothing."""

        csrf = False

    parts = SelectField(
        "分ける数",
        choices=[
            SelectChoice("auto", "おまかせ"),
            *(SelectChoice(str(n), f"{n}つ") for n in range(splitting.FEWEST, splitting.MOST + 1)),
        ],
        default="auto",
    )
    how = RadioField("分け方", default=How.BESIDE.value)

    def offer(self, ways: Sequence[How]) -> None:
        """Set the ways in which this theme may be split."""
        self.how.choices = [SelectChoice(each.value, each.label) for each in ways]
        if self.how.data not in {each.value for each in ways}:
            self.how.data = How.BESIDE.value
        if self.parts.data not in {each.value for each in self.parts.choices}:
            self.parts.data = "auto"

    @property
    def number(self) -> int | None:
        """How many parts; None leaves it to the data."""
        return None if self.parts.data == "auto" else int(self.parts.data)


class SplitForm(VersionedForm):
    """分割の確認: the proposal as it was seen; names and places come with it by their keys."""

    parts = IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(), NumberRange(splitting.FEWEST, splitting.MOST)],
    )
    how = HiddenField(validators=[AnyOf([each.value for each in How])])
    upto = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, guards.LARGEST_ID)]
    )
    fingerprint = HiddenField(validators=[Regexp(r"[0-9a-f]{64}\Z")])


def wanted_parts(proposal: Proposal, sent: Mapping[str, str]) -> list[NewPart]:
    """What staff made of a proposal: names, and where each row is to go; 0 stays with the theme.

    A row that was not on the page goes where it was proposed to go.
    """
    places = proposal.part_of
    for key in places:
        asked = sent.get(f"to-{key}", "")
        if asked.isdecimal() and int(asked) <= len(proposal.parts):
            places[key] = int(asked)
    rows = proposal.rows
    return [
        NewPart(
            name=sent.get(f"name-{part.number}", part.name),
            statement_ids=tuple(
                each
                for key, number in places.items()
                if number == part.number
                for each in rows[key].statement_ids
            ),
            others=part.others,
            keywords=part.keywords,
            quote_ids=part.quote_ids,
        )
        for part in proposal.parts
    ]
