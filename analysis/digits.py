"""Numbers however they are written: phone, My Number and card numbers by length and check digit.

A view of the text in which every digit is 0–9 and every dash is ``-``, letter for letter as long
as the text, is cut into runs of digits with marks between them; what a run holds is decided by the
digits alone. So no width, spacing, dash or line break hides a number.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

DASHES = "-‐‑‒–—―−─━﹣"
_KANJI = "〇一二三四五六七八九"
_VIEW = str.maketrans(
    dict.fromkeys(DASHES, "-")
    | {kanji: str(value) for value, kanji in enumerate(_KANJI)}
    | {"零": "0", "○": "0", "◯": "0"}
)
_ZERO_IN_LETTERS = re.compile("(?:ゼロ|ｾﾞﾛ)(?=[ 、の・-]{0,2}[0-9])")
_LONG_MARK = re.compile(r"(?<=[0-9)])ー|(?<![ァ-ヶぁ-んー])ー(?=\s?[0-9(])")
_ADDRESS_OF_A_PAGE = re.compile(r"(?:https?://|www\.)[!-~]+")
_RUN = re.compile(r"[0-9](?:[-./_・() \nの、]{0,4}[0-9])+")
_GROUP = re.compile("[0-9]+")
_PHONE_CUE = re.compile(
    r"(?:電話|でんわ|TEL|携帯|けいたい|スマホ|連絡先|FAX|ファッ?クス|phone|mobile|cell|电话|手机|전화)"
    r"(?:番号|ばんごう|number)?[^0-9\n。、]{0,8}\n?\s?$",
    re.IGNORECASE,
)
_MY_NUMBER_CUE = re.compile(
    r"(?:マイナンバー|個人番号|こじんばんごう)(?:カード)?(?:の番号)?(?:は|が|:|の|「|\(|\s)*$"
)
_CARD_CUE = re.compile(
    r"(?:カード|クレカ|VISA|Master|JCB|AMEX|アメックス|ダイナース)[^0-9\n。、]{0,10}\n?$",
    re.IGNORECASE,
)
_CARD_NUMBER_CUE = re.compile(r"(?:クレジット|クレカ|カード番号)[^0-9\n。、]{0,6}$")
_OTHER_NUMBER = re.compile(
    r"(?:(?<!電話)(?<!携帯)(?<!FAX)(?<!連絡先)番号|No\.?|ID|コード|第|[A-Za-z])[は:\s-]*$"
)
_NUMBER_OF_A_MATTER = re.compile(
    r"(?:契約|受付|整理|予約|伝票|注文|管理|問い?合わ?せ|お客様|事業|法人|文書|製造|会員)(?:番号|No\.?)[は:\s]*$"
)
_EXTENSION = re.compile(r"\s?\(?\s?内線\s?:?\s?[0-9]{1,5}\)?")
_COUNTED = re.compile(
    r"\s?(?:[回人件円万億兆千歳台個枚票桁点階倍年月日時分秒%‰]|世帯|[kKMGTm]?[BbgmlLW]\b|Hz|バイト)"
)
_PUBLIC = re.compile("0(?:120|570|800|990)")
_PLUS = re.compile(r"\+$")
_ABROAD = re.compile(r"(?:\+|010|00)810?")
_AREA = re.compile("0[1-9]")
_MOBILE = re.compile("0[5-9]0")
_TIES = "-./_"
_SHORTEST = 6
_SHORTEST_PART = 2
_LOOSE = re.compile("[の、()]")
_SIXTEEN = re.compile(r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?!\1?[0-9])")
_DATE = re.compile(
    "(?:19|20)[0-9]{2}(?:[-./年](?:0?[1-9]|1[0-2])[-./月]|(?:0[1-9]|1[0-2])[0-3][0-9][^0-9])"
)
_DIGITS_OF_A_MY_NUMBER = 12
_CARD_LENGTHS = range(14, 17)
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some groups that follow each other, and the words around them."""

    text: str
    even: str
    groups: Sequence[_Group]
    digits: str

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def cut(self) -> list[int]:
        """How many digits each group has."""
        return [len(group.digits) for group in self.groups]

    def follows(self, cue: re.Pattern[str]) -> bool:
        """Tell whether a word that announces it stands before it."""
        return bool(cue.search(self.text[max(0, self.start - 28) : self.start]))

    def is_loose(self) -> bool:
        """Tell whether marks that only a phone number is told with stand between the groups."""
        return bool(_LOOSE.search(self.even, self.start, self.end))

    def is_counted(self) -> bool:
        """Tell whether a word behind makes it an amount: 円, 件, 人."""
        return bool(_COUNTED.match(self.text, self.end))


def view(text: str) -> str:
    """Return normalised ``text`` with even digits and dashes, each letter in its old place."""
    even = text.translate(_VIEW)
    if "ー" in even:
        even = _LONG_MARK.sub("-", even)
    return _ZERO_IN_LETTERS.sub("0_", even) if "ゼロ" in even else even


def numbers(text: str, even: str) -> Iterator[tuple[str, Span]]:
    """Yield ``card``, ``my_number`` and ``phone`` with their places; ``even`` is the view."""
    pages = [match.span() for match in _ADDRESS_OF_A_PAGE.finditer(text)]
    for run in _RUN.finditer(even):
        if any(start <= run.start() < end for start, end in pages):
            continue
        groups = [
            _Group(match.start(), match.end(), match.group())
            for match in _GROUP.finditer(even, *run.span())
        ]
        yield from _in_groups(text, even, groups)


def _in_groups(text: str, even: str, groups: Sequence[_Group]) -> Iterator[tuple[str, Span]]:
    at = 0
    while at < len(groups):
        kind, stretch = _longest(text, even, groups[at:])
        tied = at > 0 and _is_tie(even, groups[at - 1].end, groups[at].start)
        if stretch is None or (tied and not stretch.follows(_PLUS)):
            at += 1
            continue
        start, end = _widened(even, stretch.start, stretch.end)
        extension = _EXTENSION.match(text, end) if kind == "phone" else None
        yield kind, (start, extension.end() if extension else end)
        at += len(stretch.groups)


def _longest(text: str, even: str, groups: Sequence[_Group]) -> tuple[str, _Stretch | None]:
    """Return what begins at the first group: the longest number that its digits allow."""
    stretches: list[_Stretch] = []
    digits = ""
    for count, group in enumerate(groups, 1):
        digits += group.digits
        if len(digits) > _LONGEST:
            break
        goes_on = count < len(groups) and _is_tie(even, group.end, groups[count].start)
        if len(digits) >= _SHORTEST and not goes_on:
            stretches.append(_Stretch(text, even, groups[:count], digits))
    for kind, test in _TESTS:
        for stretch in reversed(stretches):
            if test(stretch):
                return kind, stretch
    return "", None


def _is_tie(even: str, end: int, start: int) -> bool:
    """Tell whether a mark ties two groups together: then each is only a part."""
    return start - end == 1 and even[end] in _TIES


def _is_card(stretch: _Stretch) -> bool:
    digits = stretch.digits
    if len(digits) not in _CARD_LENGTHS:
        return False
    if not passes_luhn(digits):
        return stretch.follows(_CARD_NUMBER_CUE) and min(stretch.cut) >= _SHORTEST_PART
    if not "2" <= digits[0] <= "6" or stretch.is_counted():
        return False
    return _is_cut_as_card(stretch.cut) or stretch.follows(_CARD_CUE)


def _is_cut_as_card(cut: Sequence[int]) -> bool:
    """Tell whether the groups are as on a card, or all as long as each other but the last."""
    return len(set(cut[:-1])) <= 1 or cut[:2] == [4, 6]


def _is_personal_number(stretch: _Stretch) -> bool:
    if len(stretch.digits) != _DIGITS_OF_A_MY_NUMBER:
        return False
    if stretch.follows(_MY_NUMBER_CUE):
        return True
    if not is_my_number(stretch.digits) or stretch.is_counted():
        return False
    if stretch.follows(_NUMBER_OF_A_MATTER):
        return False
    return not (
        stretch.is_loose()
        or _DATE.match(stretch.even, stretch.start)
        or _SIXTEEN.match(stretch.even, stretch.start)
    )


def _is_phone(stretch: _Stretch) -> bool:
    digits = stretch.digits
    if abroad := _ABROAD.match(("+" if stretch.follows(_PLUS) else "") + digits):
        return _is_subscriber("0" + digits[abroad.end() - stretch.follows(_PLUS) :])
    if stretch.follows(_PHONE_CUE) and (_is_local(stretch) or _is_mistyped(stretch)):
        return True
    if not _is_subscriber(digits):
        return False
    if len(stretch.groups) == 1:
        return not stretch.follows(_OTHER_NUMBER) and not stretch.is_counted()
    spoken = "_" in stretch.even[stretch.groups[0].end : stretch.groups[1].start]
    return spoken or _is_cut_as_phone(stretch.cut, digits)


def _is_subscriber(digits: str) -> bool:
    """Tell whether the digits are as many as the numbering plan wants behind such a beginning."""
    if not _AREA.match(digits):
        return False
    return len(digits) == (11 if _MOBILE.match(digits) else 10)


def _is_cut_as_phone(cut: Sequence[int], digits: str) -> bool:
    if set(cut) == {1}:
        return True
    if not 2 <= cut[0] <= 5:
        return False
    least = 3 if _PUBLIC.match(digits) else 4
    return len(cut) == 2 or (len(cut) == 3 and cut[1] <= 4 and least <= cut[2] <= 4)


def _is_mistyped(stretch: _Stretch) -> bool:
    """One digit too few or too many, or oddly cut, where the word before says phone."""
    digits = stretch.digits
    if digits[0] != "0":
        return False
    return len(digits) in (10, 11) or (len(digits) == 9 and len(stretch.groups) > 1)


def _is_local(stretch: _Stretch) -> bool:
    """A number without its area code, which only the word before it tells: 電話 824-2111."""
    if len(stretch.groups) != 2 or stretch.is_counted():
        return False
    first, last = stretch.cut
    mark = stretch.even[stretch.groups[0].end : stretch.groups[1].start]
    return 2 <= first <= 4 and last == 4 and mark.strip() == "-"


def _widened(even: str, start: int, end: int) -> Span:
    """Take in what belongs to the number: +, and a bracket whose other half is inside."""
    if start and even[start - 1] == "+":
        start -= 1
    if start and even[start - 1] == "(" and ")" in even[start:end]:
        start -= 1
    if "(" in even[start:end] and ")" not in even[start:end] and even[end : end + 1] == ")":
        end += 1
    return start, end


def is_my_number(digits: str) -> bool:
    """Check the last digit of a twelve-digit individual number (総務省令第85号 第5条)."""
    if len(digits) != _DIGITS_OF_A_MY_NUMBER or len(set(digits)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def passes_luhn(digits: str) -> bool:
    """Check a payment card number (ISO/IEC 7812-1)."""
    if len(digits) not in _CARD_LENGTHS or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


_TESTS: tuple[tuple[str, Callable[[_Stretch], bool]], ...] = (
    ("card", _is_card),
    ("my_number", _is_personal_number),
    ("phone", _is_phone),
)
