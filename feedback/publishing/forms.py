"""The field to look up an opinion by its receipt number."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from feedback.intake import receipts


class LookUpForm(Form):
    """A receipt number as people type it; a plain GET form, so it carries no token."""

    number = StringField(
        _l("受付番号"),
        description=_l("ご意見を送ったときに表示された、12文字の番号です（例：2345-6789-CFGH）。"),
    )

    def validate_number(self, field: StringField) -> None:
        """The number must be one that a receipt can bear."""
        if not (field.data or "").strip():
            raise ValidationError(_("受付番号を入力してください。"))
        if receipts.parse(field.data or "") is None:
            raise ValidationError(
                _("受付番号に誤りがあります。12文字の英数字を、もう一度お確かめください。")
            )

    def say_unknown(self) -> None:
        """Tell that no opinion has this number."""
        self.number.errors = [
            _("この受付番号のご意見は見つかりませんでした。番号をもう一度お確かめください。")
        ]
