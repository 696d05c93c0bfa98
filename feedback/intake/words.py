"""The choices of the form in citizens' languages; the one place where they are marked for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from analysis.screening import PersonalDataKind, UrgentKind
from feedback.intake.models import AgeBand, Kind, Relation
from feedback.intake.rules import LONGEST_BODY, LONGEST_TITLE, SHORTEST_BODY

GOVERNMENTS: dict[str, LazyString] = {
    "tokyo": _l("東京都"),
    "saitama": _l("埼玉県"),
    "chiba": _l("千葉県"),
    "kanagawa": _l("神奈川県"),
    "region": _l("一都三県（4つの都県すべて）"),
}

KINDS: dict[Kind, LazyString] = {
    Kind.PROPOSAL: _l("提案（こうしてはどうか）"),
    Kind.REQUEST: _l("要望（こうしてほしい）"),
    Kind.PROBLEM: _l("課題の指摘（ここが困る）"),
    Kind.QUESTION: _l("質問（教えてほしい）"),
    Kind.PRAISE: _l("評価（ここがよい）"),
}

AGE_BANDS: dict[AgeBand, LazyString] = {
    AgeBand.UNDER_20: _l("20歳未満"),
    AgeBand.TWENTIES: _l("20代"),
    AgeBand.THIRTIES: _l("30代"),
    AgeBand.FORTIES: _l("40代"),
    AgeBand.FIFTIES: _l("50代"),
    AgeBand.SIXTIES: _l("60代"),
    AgeBand.SEVENTIES: _l("70代"),
    AgeBand.EIGHTY_AND_OVER: _l("80歳以上"),
}

RELATIONS: dict[Relation, LazyString] = {
    Relation.LIVE: _l("住んでいる（在住）"),
    Relation.WORK: _l("働いている（在勤）"),
    Relation.STUDY: _l("通学している（在学）"),
    Relation.OTHER: _l("そのほか"),
}

INITIATIVES_OF_ALL = _l("そのほかの取組・ご意見")
NO_ANSWER = _l("回答しない")
CHOOSE = _l("選んでください")

#: What the check page calls the personal parts that it found.
PERSONAL_PARTS: dict[PersonalDataKind, LazyString] = {
    PersonalDataKind.PHONE: _l("電話番号"),
    PersonalDataKind.EMAIL: _l("メールアドレス"),
    PersonalDataKind.POSTAL_CODE: _l("郵便番号"),
    PersonalDataKind.ADDRESS: _l("住所"),
    PersonalDataKind.MY_NUMBER: _l("マイナンバー"),
    PersonalDataKind.CARD: _l("カードの番号"),
    PersonalDataKind.ACCOUNT: _l("口座の番号"),
    PersonalDataKind.PLATE: _l("車のナンバー"),
    PersonalDataKind.SNS: _l("SNSのアカウント"),
    PersonalDataKind.NAME: _l("お名前"),
    PersonalDataKind.BIRTH_DATE: _l("生年月日"),
    PersonalDataKind.DOCUMENT: _l("証明書などの番号"),
    PersonalDataKind.OTHER: _l("個人が分かること"),
}


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Whom to call."""

    name: LazyString
    number: str
    note: LazyString


_DAY_AND_NIGHT = _l("24時間・無料")
_YORISOI = HelpLine(
    _l("よりそいホットライン"), "0120-279-338", _l("24時間・無料。外国語でも相談できます")
)
#: Those of 厚生労働省「まもろうよ こころ」, こども家庭庁 and 内閣府男女共同参画局, written
#: down without a network: an office compares them with those pages before it opens a call.
HELP_LINES: dict[UrgentKind, tuple[HelpLine, ...]] = {
    UrgentKind.SELF_HARM: (
        HelpLine(_l("#いのちSOS"), "0120-061-338", _DAY_AND_NIGHT),
        _YORISOI,
    ),
    UrgentKind.ABUSE: (
        HelpLine(_l("児童相談所（子どもの虐待・子育ての悩み）"), "189", _DAY_AND_NIGHT),
        HelpLine(
            _l("DV相談ナビ（配偶者・恋人からの暴力）"), "#8008", _l("近くの窓口につながります")
        ),
        _YORISOI,
    ),
    UrgentKind.DANGER: (),
}

_UNKNOWN = _l("一覧から選び直してください。")

PROBLEMS: dict[tuple[str, str], LazyString] = {
    ("government", "missing"): _l("ご意見を届ける先を選んでください。"),
    ("government", "unknown"): _l("ご意見を届ける先を選び直してください。"),
    ("initiative", "missing"): _l("どの取組についてのご意見かを選んでください。"),
    ("initiative", "unknown"): _l("どの取組についてのご意見かを選び直してください。"),
    ("initiative", "of_another_government"): _l(
        "「%(initiative)s」は%(owner)sの取組です。届け先か取組のどちらかを選び直してください。"
    ),
    ("kind", "missing"): _l("ご意見の種類を選んでください。"),
    ("kind", "unknown"): _l("ご意見の種類を選び直してください。"),
    ("title", "too_long"): _l("題名は%(count)s文字以内で入力してください。", count=LONGEST_TITLE),
    ("body", "missing"): _l("ご意見を入力してください。"),
    ("body", "too_short"): _l("ご意見は%(count)s文字以上で入力してください。", count=SHORTEST_BODY),
    ("body", "too_long"): _l(
        "ご意見は%(count)s文字以内で入力してください。長いときは2回に分けて送れます。",
        count=f"{LONGEST_BODY:,}",
    ),
    ("municipality", "unknown"): _UNKNOWN,
    ("age_band", "unknown"): _UNKNOWN,
    ("relation", "unknown"): _UNKNOWN,
    ("contact_name", "too_long"): _l("お名前を短くしてください。"),
    ("contact_email", "too_long"): _l("メールアドレスが長すぎます。ご確認ください。"),
    ("contact_email", "invalid"): _l("メールアドレスの形になっていません。例：yamada@example.jp"),
}


def help_lines(needs: Iterable[UrgentKind]) -> list[HelpLine]:
    """Whom to call in these needs, each once."""
    return list(dict.fromkeys(line for kind in needs for line in HELP_LINES[kind]))
