"""What a cell of a file means: labels as people write them, or the codes of this software."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeVar

from feedback.calendar import JST
from feedback.calls.models import Government, Initiative, Municipality
from feedback.intake.models import AgeBand, Kind, Relation

Labelled = TypeVar("Labelled", Kind, AgeBand, Relation)

OLDEST_DAY = date(2000, 1, 1)
_ERA_YEARS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(令和|平成|R|H)\.?(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME_AND_WEEKDAY = re.compile(r"(\([日月火水木金土]\))?([T ]*\d{1,2}:\d{2}.*)?$")
_AGE = re.compile(r"(\d{1,3})(歳|才)?")
_DECADE = re.compile(r"(\d0)(歳|才)?(代|s)(以上)?")
_UNANSWERED = frozenset(
    {"", "-", "ー", "なし", "無し", "不明", "無回答", "未回答", "回答なし", "その他不明"}
)
_CONSENTS: Mapping[bool, str] = {
    True: "可 はい 同意 同意する 同意あり 有 あり ○ 〇 ◯ 1 true yes y 公開可 掲載可 公開 掲載",
    False: "不可 否 いいえ 同意しない 同意なし 無 × ✕ x 0 false no n "
    "公開不可 掲載不可 非公開 非掲載",
}
_CONSENT_WORDS = {word: answer for answer, words in _CONSENTS.items() for word in words.split()}
_KINDS = {
    "課題": Kind.PROBLEM,
    "指摘": Kind.PROBLEM,
    "苦情": Kind.PROBLEM,
    "問い合わせ": Kind.QUESTION,
    "問合せ": Kind.QUESTION,
    "感謝": Kind.PRAISE,
}
_AGES = {"10代": AgeBand.UNDER_20, "10歳代": AgeBand.UNDER_20, "80歳以上": AgeBand.EIGHTY_AND_OVER}
_RELATIONS = {
    "居住": Relation.LIVE,
    "勤務": Relation.WORK,
    "通勤": Relation.WORK,
    "通学": Relation.STUDY,
}


class NotUnderstood(Exception):
    """A cell means nothing that can be stored; the message says what may stand there."""


def plain(text: str) -> str:
    """A cell for comparing: full and half width made one, case folded, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of initiatives and municipalities, ready to be looked up."""

    initiatives: Mapping[str, str]
    municipalities: Mapping[str, str]

    def initiative(self, text: str) -> str:
        """The slug of an initiative by its name in any language, or by the slug."""
        slug = self.initiatives.get(plain(text))
        if slug is None:
            raise NotUnderstood("この意見募集にある取組の名前を、画面のとおりに書いてください。")
        return slug

    def municipality(self, text: str) -> str | None:
        """The code of a municipality by its name or code; None where nothing is said."""
        name = _municipality_name(text)
        if name in _UNANSWERED:
            return None
        for candidate in (name, _city_of_ward(name)):
            code = self.municipalities.get(candidate)
            if code is not None:
                return code
        raise NotUnderstood(
            "一都三県の市区町村名（例：川崎市）か、全国地方公共団体コードを書いてください。"
        )


def vocabulary(
    governments: Sequence[Government],
    initiatives: Sequence[Initiative],
    municipalities: Sequence[Municipality],
) -> Vocabulary:
    """Everything that a cell may call an initiative or a municipality."""
    named: dict[str, str] = {}
    for initiative in initiatives:
        named |= {plain(name): initiative.slug for name in initiative.names.values()}
        named[plain(initiative.slug)] = initiative.slug
    prefectures = {each.slug: each.name for each in governments}
    places: dict[str, str] = {}
    for place in municipalities:
        name = _municipality_name(place.name)
        spellings = (name, prefectures[place.government_slug] + name, place.code, place.code[:5])
        places |= dict.fromkeys(spellings, place.code)
    return Vocabulary(named, places)


def kind(text: str) -> Kind:
    """A kind by its label or code."""
    found = _labelled(Kind, text) or _KINDS.get(plain(text))
    if found is None:
        raise NotUnderstood(f"{_labels(Kind)}のどれかを書いてください。")
    return found


def age_band(text: str) -> AgeBand | None:
    """An age band by its label or code, or from an age; None where nothing is said."""
    word = plain(text)
    if word in _UNANSWERED:
        return None
    found = _labelled(AgeBand, text) or _AGES.get(word)
    if found is None and (decade := _DECADE.fullmatch(word)):
        found = _band_of(int(decade[1]))
    if found is None and (age := _AGE.fullmatch(word)):
        found = _band_of(int(age[1]))
    if found is None:
        raise NotUnderstood(f"{_labels(AgeBand)}のどれか、または年齢の数字を書いてください。")
    return found


def relation(text: str) -> Relation | None:
    """A tie to the place by its label or code; None where nothing is said."""
    word = plain(text)
    if word in _UNANSWERED:
        return None
    found = _labelled(Relation, text) or _RELATIONS.get(word)
    if found is None:
        raise NotUnderstood(f"{_labels(Relation)}のうち1つだけを書いてください。")
    return found


def consent(text: str) -> bool:
    """Whether the person agreed to publication; an empty cell is a no."""
    word = plain(text)
    if word in _CONSENT_WORDS:
        return _CONSENT_WORDS[word]
    if word in _UNANSWERED:
        return False
    raise NotUnderstood("「可」か「不可」を書いてください。")


def received_at(text: str, *, today: date) -> datetime:
    """The day an opinion came, at noon in Japan."""
    day = _day(plain_date(text))
    if day is None:
        raise NotUnderstood("2026-11-03、2026/11/3、令和8年11月3日のように年から書いてください。")
    if not OLDEST_DAY <= day <= today:
        raise NotUnderstood(f"{OLDEST_DAY:%Y/%m/%d}から今日までの日付を書いてください。")
    return datetime.combine(day, time(12), tzinfo=JST).astimezone(UTC)


def plain_date(text: str) -> str:
    """A date without weekday and time of day, in half width."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return _TIME_AND_WEEKDAY.sub("", folded).replace(" ", "")


def _day(text: str) -> date | None:
    for pattern in (_WESTERN, _COMPACT):
        if found := pattern.fullmatch(text):
            return _date(int(found[1]), found[2], found[3])
    if found := _ERA.fullmatch(text):
        year = 1 if found[2] == "元" else int(found[2])
        return _date(_ERA_YEARS[found[1]] + year, found[3], found[4])
    return None


def _date(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _labelled(choices: type[Labelled], text: str) -> Labelled | None:
    word = plain(text)
    return next((each for each in choices if word in (plain(each.label), each.value)), None)


def _labels(choices: type[Kind] | type[AgeBand] | type[Relation]) -> str:
    return "・".join(each.label for each in choices)


def _band_of(age: int) -> AgeBand | None:
    bands = list(AgeBand)
    if age > 130:
        return None
    return bands[min(max(age // 10 - 1, 0), len(bands) - 1)]


def _municipality_name(text: str) -> str:
    """One spelling: no county, ケ for ヶ."""
    name = plain(text).replace("ヶ", "ケ").replace("ヵ", "カ")
    return re.sub(r"(?<=[都道府県])\w+?郡|^\w+?郡(?=\w+[町村]$)", "", name)


def _city_of_ward(name: str) -> str:
    """横浜市中区 → 横浜市: wards of designated cities are not in the list."""
    found = re.fullmatch(r"(.+?市).+区", name)
    return found[1] if found else name
