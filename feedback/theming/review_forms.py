"""Forms of the review page: the line, and what is done with rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput

from feedback.theming import guards, line
from feedback.theming.forms import CHOOSE, UNPLACED
from feedback.theming.review import Look, Order, Show

_KEY = r"[sc]\d{1,18}-\d{1,18}"
_ACT = re.compile(rf"(accept|move)(?::({_KEY}))?(?::(\d{{1,18}}|{UNPLACED}))?(?:@(\d{{1,3}}))?")


class Verb(StrEnum):
    """What is done with rows."""

    ACCEPT = "accept"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Command:
    """What a button asks for: one row's own, or that for all ticked rows."""

    verb: Verb
    keys: tuple[str, ...]
    target: int | None
    """Where to; None is 未分類, and means nothing for what stays."""


class RowsForm(FlaskForm):
    """What to do with which rows. Each button says it in its value: ``move:s12-3:7@4``.

    That is: move the row ``s12-3`` to theme 7; it stood in the fourth place.
    """

    upto = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    rows = SelectMultipleField("意見文", [Optional()], validate_choice=False)
    target = SelectField("移す先のテーマ", [Optional()])
    act = HiddenField(validators=[DataRequired()])

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Set the themes to choose from, and 未分類."""
        self.target.choices = [CHOOSE, *options, (UNPLACED, "未分類にする")]

    @property
    def place(self) -> str | None:
        """Where the row stood whose button was pressed: the next one moves up to it."""
        found = _ACT.fullmatch(self.act.data or "")
        return found[4] if found else None

    @property
    def command(self) -> Command | str:
        """What is asked for, or what to put right first."""
        found = _ACT.fullmatch(self.act.data or "")
        if not self.validate() or found is None:
            return "操作を確認できませんでした。もう一度操作してください。"
        verb, key, target = Verb(found[1]), found[2], found[3] or self.target.data
        keys = (key,) if key else tuple(k for k in self.rows.data or () if re.fullmatch(_KEY, k))
        if not keys:
            return "意見文を選んでください。"
        if verb is Verb.MOVE and not target:
            return "移す先のテーマを選んでください。"
        number = None if verb is Verb.ACCEPT or target == UNPLACED else int(target)
        return Command(verb, keys, number)


class AcceptAboveForm(FlaskForm):
    """境目より上の確定: what was seen, and nothing else."""

    line = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(line.LEAST, line.MOST)]
    )
    upto = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, guards.LARGEST_ID)]
    )
    fingerprint = HiddenField(validators=[Regexp(r"[0-9a-f]{64}\Z")])


def look_of(arguments: Mapping[str, str], page: int) -> Look:
    """How the address says to look; whatever it says wrongly is as usual."""
    show, order, where = (arguments.get(each, "") for each in ("show", "order", "line"))
    number = int(where) if re.fullmatch(r"[0-9]{1,3}", where) else 0
    return Look(
        show=Show(show) if show in {each.value for each in Show} else Show.OPEN,
        order=Order(order) if order in {each.value for each in Order} else Order.SURE,
        line=number if line.LEAST <= number <= line.MOST else None,
        page=page,
    )


def address_of(look: Look, **changes: str | int | None) -> dict[str, Any]:
    """The address's arguments for a way to look, without what is as usual."""
    every: dict[str, str | int | None] = {
        "show": None if look.show is Show.OPEN else look.show.value,
        "order": None if look.order is Order.SURE else look.order.value,
        "line": look.line,
        "page": look.page if look.page > 1 else None,
        **changes,
    }
    return {name: value for name, value in every.items() if value is not None}
