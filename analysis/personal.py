"""Spans of personal data, by shape, check digit and the words around them.

Missing one in a published text is worse than hiding one too many, but a date, an ordinance
number or a measured value that is hidden makes the opinion unreadable; so digits alone are not
enough where the shape is shared (postal codes, accounts, My Number).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis.normalize import normalize


class PersonalDataKind(StrEnum):
    """What kind of personal data a span holds."""

    PHONE = "phone"
    EMAIL = "email"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    MY_NUMBER = "my_number"
    CARD = "card"
    ACCOUNT = "account"
    PLATE = "plate"
    SNS = "sns"
    NAME = "name"
    OTHER = "other"
    """Found by staff only: a date of birth, an illness, a workplace that tells who it is."""

    @property
    def label(self) -> str:
        """The Japanese name shown to staff and put in place of the span."""
        return _LABELS[self]


_LABELS = {
    PersonalDataKind.PHONE: "電話番号",
    PersonalDataKind.EMAIL: "メールアドレス",
    PersonalDataKind.POSTAL_CODE: "郵便番号",
    PersonalDataKind.ADDRESS: "住所",
    PersonalDataKind.MY_NUMBER: "マイナンバー",
    PersonalDataKind.CARD: "カード番号",
    PersonalDataKind.ACCOUNT: "口座番号",
    PersonalDataKind.PLATE: "車両番号",
    PersonalDataKind.SNS: "SNSアカウント",
    PersonalDataKind.NAME: "氏名",
    PersonalDataKind.OTHER: "個人情報",
}


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Where personal data stands in the original text."""

    kind: PersonalDataKind
    start: int
    end: int


_DASH = r"[-‐‑‒–—―−ーｰ~ ]"
_PREFECTURE = r"(?:東京都|北海道|(?:大阪|京都)府|[一-龥]{2,3}県)"
_CITY = r"(?:さいたま|ふじみ野|あきる野|いすみ|つくば|ひたちなか|[一-龥ヶケ]{1,5}?)"
_N = r"(?:[0-9]{1,4}|[一二三四五六七八九十]{1,3})"
_LOT = (
    rf"(?:{_N}丁目(?:{_N}(?:番地?|{_DASH}|の)(?:{_N}号?)?(?:{_DASH}{_N})?)?"
    rf"|{_N}番地(?:の?{_N})?|{_N}番{_N}号|[0-9]{{1,4}}(?:{_DASH}[0-9]{{1,4}}){{1,3}})"
)
_COUNTER = r"(?![0-9]|[回人件時日年月ヶか割万円分週名歳台本つ個%％階倍枚])"
_PHONE = re.compile(
    rf"(?<![0-9A-Za-z])(?:\+?81{_DASH}?\(?0?\)?|0)(?:[5789]0{_DASH}?[0-9]{{4}}{_DASH}?[0-9]{{4}}"
    rf"|[1-9][0-9]{{0,3}}{_DASH}[0-9]{{1,4}}{_DASH}[0-9]{{3,4}}"
    rf"|[1-9][0-9]{{0,3}} ?\([0-9]{{1,4}}\) ?[0-9]{{3,4}}|120{_DASH}?[0-9]{{3}}{_DASH}?[0-9]{{3}}"
    r"|[1-9][0-9]{8})(?![0-9])"
    rf"|(?<![0-9])\(0[0-9]{{1,4}}\) ?[0-9]{{1,4}}{_DASH}[0-9]{{3,4}}(?![0-9])"
    rf"|(?:電話|TEL|Tel|tel|携帯|連絡先)(?:番号)?(?:は|:|;|\s)*"
    rf"(?P<local>[0-9]{{2,4}}{_DASH}[0-9]{{4}})(?![-0-9])"
)
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]+(?:@|\s?(?:\[at\]|\(at\)|☆|★|あっと(?:まーく)?|アットマーク)\s?)"
    r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
)
_POSTAL = re.compile(
    rf"〒\s?[0-9]{{3}}{_DASH}?[0-9]{{4}}(?![0-9])"
    rf"|郵便番号(?:は|:|\s)*[0-9]{{3}}{_DASH}?[0-9]{{4}}(?![0-9])"
    rf"|(?<![0-9A-Za-z.-])[0-9]{{3}}[-‐−–ー][0-9]{{4}}(?=\s*{_PREFECTURE})"
    r"|(?<![0-9A-Za-z.,第号年月日:/-])[0-9]{3}[-‐−–ー][0-9]{4}(?![0-9A-Za-z.号条件円年-])"
)
_ADDRESS = re.compile(
    rf"(?:{_PREFECTURE})?{_CITY}[市郡区町村](?:[一-龥ヶケ]{{1,5}}?[区町村])?"
    rf"[一-龥ぁ-んァ-ヶー]{{1,10}}?(?<![でにはがをとも])(?:{_LOT}){_COUNTER}"
    r"(?:\s?[一-龥ァ-ヶーA-Za-z]{2,15}(?:マンション|ハイツ|荘|コーポ|ビル|アパート|団地|ハウス|レジデンス)"
    r"(?:\s?[0-9A-Z]{1,5}(?:号室?)?)?|\s?[0-9]{1,4}号室?)?"
)
_TWELVE = re.compile(rf"(?<![0-9A-Za-z.])[0-9]{{4}}{_DASH}?[0-9]{{4}}{_DASH}?[0-9]{{4}}(?![0-9])")
_CARD = re.compile(
    rf"(?<![0-9A-Za-z.])(?:[0-9]{{4}}{_DASH}?[0-9]{{4}}{_DASH}?[0-9]{{4}}{_DASH}?[0-9]{{2,4}}"
    rf"|3[47][0-9]{{2}}{_DASH}?[0-9]{{6}}{_DASH}?[0-9]{{5}})(?![0-9])"
)
_ACCOUNT = re.compile(
    r"(?:口座(?:番号)?|普通(?:預金|口座)?|当座(?:預金)?|記号番号|番号)(?:は|が|:|\s|No\.?|の)*"
    r"(?P<number>(?:[0-9]{5}[-ー][0-9]{1,8}|[0-9]{6,8}))(?![0-9])"
)
_BANK_NEAR = re.compile(r"銀行|信金|信用金庫|支店|ゆうちょ|口座|預金|振込|記号")
_PLATE = re.compile(
    r"(?:[一-龥]{2,4}|なにわ|とちぎ|つくば|いわき|とき|尾張小牧)\s?[0-9][0-9A-Z]{1,2}\s?"
    r"[あ-ん]\s?(?:[0-9]{1,2}[-ー・][0-9]{2}|[・.]{1,3}[0-9]{1,3}|[0-9]{4})(?![0-9])"
)
_SNS = re.compile(
    r"(?<![A-Za-z0-9._%+-])@[A-Za-z0-9_]{3,30}(?![A-Za-z0-9.@])"
    r"|(?:(?:LINE|ライン|Instagram|インスタ(?:グラム)?|Twitter|ツイッター|X|TikTok|Facebook|FB)の?"
    r"(?:ID|アカウント|id|垢)(?:は|:|\s|が)*)(?P<handle>@?[A-Za-z0-9_.-]{3,30})"
    r"|(?:https?://)?(?:www\.)?(?:twitter|x|instagram|facebook|tiktok)\.com/@?(?P<path>[A-Za-z0-9_.]{3,30})"
)
_FAMILY = (
    "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|"
    "斎藤|齋藤|斉藤|清水|山崎|阿部|池田|橋本|山下|石川|中島|前田|藤田|小川|後藤|岡田|長谷川|村上|近藤|"
    "石井|坂本|遠藤|青木|藤井|西村|福田|太田|三浦|岡本|松田|中川|中野|原田|小野|田村|竹内|金子|和田|"
    "中山|藤原|石田|上田|森田|柴田|酒井|工藤|横山|宮崎|宮本|内田|高木|安藤|谷口|大野|丸山|今井|高田|"
    "藤本|武田|村田|上野|杉山|増田|平野|大塚|千葉|久保|松井|小島|岩崎|桜井|野口|松尾|野村|木下|菊地|菊池|"
    "佐野|大西|杉本|新井|荒井|浜田|古川|市川|小松|水野|島田|小山|高野|山内|西田|西川|北村|五十嵐|安田|"
    "中田|川口|平田|飯田|川崎|本田|久保田|吉川|沢田|服部|岩田|中西|土屋|川村|福島|秋山|樋口|永井"
)
# Names of one letter begin too many other words (林業, 東京) to stand without さん or a space.
_SHORT_FAMILY = "林|森|原|東|関|辻"
_NO_PLACE = "(?![市区町村都道府県駅線])"
_GIVEN = r"[一-龥々]{1,3}|[ぁ-ん]{2,4}|[ァ-ヶー]{2,5}"
_NAME = re.compile(
    r"(?:氏名|名前|姓名|本名|担当者名)(?:は|:|\s|/)+"
    rf"(?P<stated>[一-龥々]{{1,4}}[ \u3000]?(?:{_GIVEN}))"
    rf"|(?<![一-龥])(?P<full>(?:{_FAMILY}){_NO_PLACE}[ \u3000]?(?:{_GIVEN}))"
    r"(?=(?:と(?:申|い)|といいます|です|より|拝|でございます|\(|$))"
    rf"|(?<![一-龥])"
    rf"(?P<spaced>(?:{_FAMILY}|{_SHORT_FAMILY})[ \u3000](?:[一-龥々]{{1,3}}))(?![一-龥])"
    rf"|(?<![一-龥])"
    rf"(?P<called>(?:{_FAMILY}|{_SHORT_FAMILY})(?:{_GIVEN})?)(?=(?:さん|様|氏|先生|くん|君|ちゃん)(?![一-龥]))"
    rf"|(?:私は|わたしは|名は|担当の|職員の|係の|課の|の)"
    rf"(?P<intro>(?:{_FAMILY})(?:[一-龥々]{{1,3}})?)(?=と(?:申し|いい|言い)|という)"
    r"|(?P<said>[一-龥々]{2,3}[ \u3000]?[一-龥々]{1,3})(?=と申します)"
)
_NO_ADDRESS_BEFORE = re.compile(r"(?:条例|規則|告示|要綱|法律)第?$")


def personal_data(text: str) -> list[PersonalSpan]:
    """Return the spans of personal data in ``text``, sorted and never overlapping."""
    even = normalize(text)
    taken: list[tuple[int, int]] = []
    found: list[PersonalSpan] = []
    for kind, finder in _FINDERS:
        for start, end in finder(even.text):
            if start < end and not any(first < end and start < last for first, last in taken):
                taken.append((start, end))
                found.append(PersonalSpan(kind, *even.span(start, end)))
    return sorted(found, key=lambda span: span.start)


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in pattern.finditer(text):
            named = [name for name, value in match.groupdict().items() if value]
            yield match.span(named[0]) if named else match.span()

    return find


def _digits(written: str) -> str:
    return "".join(letter for letter in written if letter.isdigit())


def _my_numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _TWELVE.finditer(text):
        if is_my_number(_digits(match.group())):
            yield match.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        if passes_luhn(_digits(match.group())):
            yield match.span()


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    for match in _ACCOUNT.finditer(text):
        if _BANK_NEAR.search(text[max(0, match.start() - 30) : match.end()]):
            yield match.span("number")


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for match in _ADDRESS.finditer(text):
        if not _NO_ADDRESS_BEFORE.search(text[: match.start()]):
            end = match.end()
            while end > match.start() and text[end - 1] in " のー-~":
                end -= 1
            yield match.start(), end


def is_my_number(digits: str) -> bool:
    """Check the last digit of a twelve-digit individual number (総務省令第85号 第5条)."""
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def passes_luhn(digits: str) -> bool:
    """Check a payment card number (ISO/IEC 7812-1)."""
    if not 14 <= len(digits) <= 16 or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


_FINDERS: tuple[tuple[PersonalDataKind, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    (PersonalDataKind.EMAIL, _matches(_EMAIL)),
    (PersonalDataKind.CARD, _cards),
    (PersonalDataKind.MY_NUMBER, _my_numbers),
    (PersonalDataKind.PHONE, _matches(_PHONE)),
    (PersonalDataKind.ACCOUNT, _accounts),
    (PersonalDataKind.POSTAL_CODE, _matches(_POSTAL)),
    (PersonalDataKind.PLATE, _matches(_PLATE)),
    (PersonalDataKind.ADDRESS, _addresses),
    (PersonalDataKind.SNS, _matches(_SNS)),
    (PersonalDataKind.NAME, _matches(_NAME)),
)
