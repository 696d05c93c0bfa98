"""Which column of a file holds what: guessed from its headers, chosen by staff, remembered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_DEFAULT = "default:"


class Field(StrEnum):
    """What a column can hold."""

    BODY = "body"
    TITLE = "title"
    INITIATIVE = "initiative"
    KIND = "kind"
    MUNICIPALITY = "municipality"
    AGE_BAND = "age_band"
    RELATION = "relation"
    CONSENT = "consents_to_publish"
    RECEIVED = "received_at"
    SOURCE_ID = "source_id"
    CONTACT_NAME = "contact_name"
    CONTACT_EMAIL = "contact_email"

    @property
    def label(self) -> str:
        """The field in Japanese."""
        return _LABELS[self]


_LABELS = {
    Field.BODY: "意見",
    Field.TITLE: "件名",
    Field.INITIATIVE: "取組",
    Field.KIND: "種類",
    Field.MUNICIPALITY: "市区町村",
    Field.AGE_BAND: "年代",
    Field.RELATION: "在住・在勤・在学",
    Field.CONSENT: "掲載可否",
    Field.RECEIVED: "受付日",
    Field.SOURCE_ID: "元の番号",
    Field.CONTACT_NAME: "氏名（連絡先）",
    Field.CONTACT_EMAIL: "メールアドレス（連絡先）",
}

#: Headers in order of preference; the first that the file has is taken.
_NAMES: Mapping[Field, str] = {
    Field.BODY: "意見 ご意見 本文 意見本文 意見内容 意見の内容 ご意見の内容 内容 自由記述 自由意見 "
    "コメント body opinion text comment content message",
    Field.TITLE: "件名 題名 表題 タイトル title subject",
    Field.INITIATIVE: "取組 取組名 対象の取組 取り組み 施策 施策名 事業 事業名 initiative project",
    Field.KIND: "種類 意見の種類 種別 意見種別 区分 kind type category",
    Field.MUNICIPALITY: "市区町村 市区町村コード 市区町村名 市町村 居住地 お住まい 住所地 "
    "municipality city",
    Field.AGE_BAND: "年代 年齢層 年齢 age_band age_group age",
    Field.RELATION: "在住在勤在学 在住在勤在学の別 在住 地域との関わり 関わり relation",
    Field.CONSENT: "掲載可否 公開可否 掲載の可否 公開の可否 掲載同意 公開同意 掲載の同意 "
    "公開の同意 掲載 公開 consents_to_publish consent publish",
    Field.RECEIVED: "受付日 受付日時 受付年月日 受領日 受信日 受信日時 受電日 到着日 投稿日 "
    "投稿日時 日付 received_at received date",
    # 番号 and No. count anew in each file; only what names an opinion for good is proposed.
    Field.SOURCE_ID: "受付番号 整理番号 管理番号 意見番号 意見ID ID Message-ID source_id",
}
# Names and addresses of people are taken in only when staff say so: no header proposes them.

#: The column that names a row of an earlier import, and those that explain what was wrong with it.
ORIGIN = "取込番号と行"
EXPLAINING = ("誤りのある列", "誤り", "直し方")
_ORIGIN_CELL = re.compile(r"(\d{1,18})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Columns:
    """Field → header, and what to take where there is no column or the cell is empty."""

    headers: Mapping[Field, str]
    defaults: Mapping[Field, str] = field(default_factory=dict)

    def stored(self) -> dict[str, str]:
        """As an import keeps it."""
        defaults = {f"{_DEFAULT}{each}": value for each, value in self.defaults.items()}
        return {each.value: header for each, header in self.headers.items()} | defaults

    def for_another_file(self) -> Columns:
        """The same, but for the day: each file came on its own."""
        kept: dict[Field, str] = {
            each: value for each, value in self.defaults.items() if each is not Field.RECEIVED
        }
        return Columns(self.headers, kept)

    @classmethod
    def from_stored(cls, stored: Mapping[str, str]) -> Columns:
        """Read back what ``stored`` gave."""
        return cls(
            {Field(key): text for key, text in stored.items() if not key.startswith(_DEFAULT)},
            {
                Field(key.removeprefix(_DEFAULT)): text
                for key, text in stored.items()
                if key.startswith(_DEFAULT)
            },
        )


def offered(headers: Sequence[str]) -> tuple[str, ...]:
    """The columns that can hold something: all but those that we added to rows that were wrong."""
    return tuple(each for each in headers if each not in (ORIGIN, *EXPLAINING))


def origin(import_id: int, row: int) -> str:
    """How a row that was wrong is named in the file that gives it back."""
    return f"{import_id}-{row}"


def origin_import(cell: str) -> int | None:
    """The import that a row came from at first; None when the cell names none."""
    found = _ORIGIN_CELL.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    return int(found[1]) if found else None


def guess(headers: Sequence[str]) -> Columns:
    """The columns that the headers' own words give away; each header is taken once."""
    by_name = {_plain(header): header for header in reversed(headers)}
    found: dict[Field, str] = {}
    for each, names in _NAMES.items():
        for name in names.split():
            header = by_name.get(_plain(name))
            if header is not None and header not in found.values():
                found[each] = header
                break
    return Columns(found)


def _plain(text: str) -> str:
    """Letters and digits alone, so that 在住・在勤・在学（必須）and 在住在勤在学 meet."""
    folded = unicodedata.normalize("NFKC", text).casefold().split("(")[0]
    return "".join(letter for letter in folded if letter.isalnum())
