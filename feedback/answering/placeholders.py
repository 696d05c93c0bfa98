"""The places in a template that are filled from a case: ``{受付番号}``, ``{課名}`` …

A name that is not offered is refused, so that no reply ever goes out with {かめい} in it. One that
has no value in a case stays as it is and is named; the reply waits until somebody writes the
words or fills the case. ``{氏名}`` alone stays open to the end: names lie encrypted and are opened
by the person who approves and by the job that sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

_PLACE = re.compile(r"[{｛]([^{}｛｝\n]{1,30})[}｝]")


class Place(StrEnum):
    """What may be filled in; the value is what stands between the braces."""

    RECEIPT = "受付番号"
    RECEIVED_ON = "受付日"
    NAME = "氏名"
    GOVERNMENT = "自治体"
    INITIATIVE = "取組"
    THEME = "テーマ"
    STATUS_URL = "回答URL"
    SECTION = "課名"
    ASSIGNEE = "担当者"
    DUE = "期限"
    TODAY = "今日"

    @property
    def hint(self) -> str:
        """Where the value comes from."""
        return _HINTS[self]


_HINTS = {
    Place.RECEIPT: "受付番号（ハイフン入り）",
    Place.RECEIVED_ON: "受け付けた日（令和の日付）",
    Place.NAME: "本人が書いた氏名。送信のときに入ります",
    Place.GOVERNMENT: "今の担当の自治体の名称",
    Place.INITIATIVE: "意見の対象の取組",
    Place.THEME: "職員が確定したテーマ",
    Place.STATUS_URL: "本人が状況を確かめるページのアドレス",
    Place.SECTION: "担当課の名称",
    Place.ASSIGNEE: "担当の職員の氏名",
    Place.DUE: "対応期限（令和の日付）",
    Place.TODAY: "文面を作った日（令和の日付）",
}

Values = Mapping[Place, str]


def places_in(text: str) -> tuple[str, ...]:
    """What stands between braces, each once, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def unknown_in(text: str) -> tuple[str, ...]:
    """The names that are not offered."""
    offered = {each.value for each in Place}
    return tuple(each for each in places_in(text) if each.strip() not in offered)


def fill(text: str, values: Values) -> str:
    """The text with every place filled that has a value; the others stay."""

    def filled(found: re.Match[str]) -> str:
        name = found[1].strip()
        known = name in {each.value for each in Place}
        value = values.get(Place(name), "") if known else ""
        return value or (f"{{{name}}}" if known else found[0])

    return _PLACE.sub(filled, text)


def open_in(text: str) -> tuple[Place, ...]:
    """The offered places that have not been filled."""
    offered = {each.value for each in Place}
    names = (each.strip() for each in places_in(text))
    return tuple(dict.fromkeys(Place(each) for each in names if each in offered))
