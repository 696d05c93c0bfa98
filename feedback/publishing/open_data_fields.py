"""The data dictionary of the open data: every column, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.intake.models import AgeBand, Kind
from feedback.publishing.open_data import AGES, PREPARING, PUBLISHED

_TEXT = _l("文字列")
_WHOLE = _l("整数")
_DAY = _l("日付（年-月-日）")
_LIST = _l("一覧（CSVでは「;」で区切る）")
_OR_HIDDEN = _l("0以上。伏せたときは空")
_PREFECTURES = "tokyo, saitama, chiba, kanagawa"
_GOVERNMENTS = f"{_PREFECTURES}, region"


@dataclass(frozen=True, slots=True)
class Field:
    """A column; ``{government}`` and ``{age_band}`` in a name stand for one column each."""

    name: str
    type: LazyString
    meaning: LazyString
    values: LazyString | str = ""


THEME_FIELDS = (
    Field("theme_id", _WHOLE, _l("テーマの番号。月が変わっても変わりません。")),
    Field("parent_id", _WHOLE, _l("上位のテーマの番号。ないときは空")),
    Field("name", _TEXT, _l("テーマの名前（日本語）")),
    Field("opinions", _WHOLE, _l("意見の件数。下位のテーマの分を含む"), _OR_HIDDEN),
    Field("voices", _WHOLE, _l("声の数。同じ文面の意見は全体で1人"), _OR_HIDDEN),
    Field("suppressed", _LIST, _l("この行で伏せた数：自治体、age_年代、または全体の数")),
    Field("{government}_opinions", _WHOLE, _l("その自治体あての意見の件数"), _OR_HIDDEN),
    Field("{government}_voices", _WHOLE, _l("その自治体あての声の数"), _OR_HIDDEN),
    Field("{government}_answer_state", _TEXT, _l("回答の状態"), f"{PUBLISHED}, {PREPARING}"),
    Field("{government}_current_action", _TEXT, _l("現在の対応")),
    Field("{government}_future_policy", _TEXT, _l("今後の方針")),
    Field("{government}_published_on", _DAY, _l("回答の公表日")),
    Field("age_{age_band}_opinions", _WHOLE, _l("その年代の意見の件数"), _OR_HIDDEN),
    Field("age_{age_band}_voices", _WHOLE, _l("その年代の声の数"), _OR_HIDDEN),
)

OPINION_FIELDS = (
    Field("month", _TEXT, _l("受け付けた月（年-月）")),
    Field("government", _TEXT, _l("届け先"), _GOVERNMENTS),
    Field("initiative", _TEXT, _l("取組の記号。伏せたときは空")),
    Field("kind", _TEXT, _l("意見の種類"), ", ".join(Kind)),
    Field("language", _TEXT, _l("文章の言語（自動の判定）"), "ja, en, zh, ko"),
    Field("age_band", _TEXT, _l("年代。答えがないか伏せたときは空"), ", ".join(AgeBand)),
    Field("prefecture", _TEXT, _l("書いた人の都県。答えがないか伏せたときは空"), _PREFECTURES),
    Field("municipality", _TEXT, _l("書いた人の市区町村。答えがないか伏せたときは空")),
    Field("theme_ids", _LIST, _l("この意見が入ったテーマの番号")),
    Field("body", _TEXT, _l("意見の本文。題名は含まない")),
)

FIELDS: dict[str, Sequence[Field]] = {"themes": THEME_FIELDS, "opinions": OPINION_FIELDS}

#: What may stand in a name of a column in place of its ``{part}``.
PLACEHOLDERS: dict[str, Sequence[str]] = {
    "government": tuple(_GOVERNMENTS.split(", ")),
    "age_band": tuple(AGES.values()),
}
