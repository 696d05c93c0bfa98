"""Numbers that only the words around them tell: postal codes, accounts, plates, papers, birthdays.

``text`` is normalised, ``even`` is its view with even digits and dashes (``digits.view``); both
are equally long, so that a place in one is the same place in the other.
"""

import re
from collections.abc import Iterator

from analysis import digits, lexicon

Span = tuple[int, int]

_S = "[- \n._/]{0,3}"
_TOLD_POSTAL = re.compile(
    rf"(?:(?:〒|郵便番号|郵便|ZIP|zip|Postal code|postal code)(?:欄|コード)?[は:「(に、が\s]*)"
    rf"(?P<code>[0-9]{{3}}{_S}[0-9]{{4}})(?![0-9])"
    rf"|(?P<behind>(?<![0-9])[0-9]{{3}}{_S}[0-9]{{4}})(?=[」)]?\s?[(（]?(?:郵便番号|〒))"
)
_BARE_POSTAL = re.compile(
    r"(?<![0-9A-Za-z.,第号年月日/@_-])(?<![0-9]:)[0-9]{3}-[0-9]{4}"
    r"(?![0-9A-Za-z.,号条件円年人万個台票名回台枚点世倍%-]| ?(?:億|兆|千|世帯|ページ|k|m|M|Bq))"
)
_NO_POSTAL_BEFORE = re.compile(
    r"(?:番号|管理|受付|整理|様式|別紙|別表|図|表|No\.?|ID|型番|品番|条例|告示|電話|TEL|Tel)[は:\s第]*$"
)

_BANK = re.compile(
    r"銀行|信金|信用金庫|信組|信用組合|労金|労働金庫|農協|JA|漁協|信連|支店|店番|ゆうちょ|口座|預金|振込|振り込|"
    r"還付|名義|記号"
)
_ACCOUNT = re.compile(
    r"(?:口座(?:番号)?|(?:普通|当座|貯蓄)(?:預金|口座)?|\(?(?:普|当|貯)\)|番号)"
    r"[はが:\s」「(・,、の=)]*(?:No\.?|NO\.?|#)?[:\s]*"
    r"(?P<number>[0-9](?:[- ]?[0-9]){5,9})(?![-0-9])"
)
_POST_BANK = re.compile(
    r"(?:記号[は:\s]*)?(?<![0-9])(?P<number>1[0-9]{4}(?:\s?-\s?|[^0-9\n]{0,8}番号[は:\s]*|\s)[0-9]{2,8}(?:-[0-9])?)(?![0-9])"
)
_BRANCH_NUMBER = re.compile(
    r"(?:銀行|金庫|信組|労金|農協)[^0-9\n。]{0,12}(?:本店|支店)[^0-9\n。]{0,8}"
    r"(?P<number>[0-9]{7}|[0-9]{3}[- ][0-9]{4})(?![-0-9])"
)

_KANA_ON_PLATES = (
    "あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆよらりるれろわを"
)
_US_FORCES = "ABEHKMTY"
_PARTICLES = "のにはがをともやかで"
_SERIAL = r"(?:[0-9]{1,2}[-・·][0-9]{2}|[・.]{1,4}\s?[-・]?\s?[0-9]{1,3}|[0-9]{4})(?![0-9])"
_PLATE_HINT = re.compile(r"[0-9A-Z]\s?[あ-をA-Z]\s?[0-9・.]|[\s区市町村][あ-を]\s?[0-9]{2}")
_UNKNOWN_PLATE = re.compile(
    rf"[一-龥]{{2,4}}\s?[0-9][0-9A-Z]{{2}}\s?[{_KANA_ON_PLATES}]\s?"
    r"(?:[0-9]{2}-[0-9]{2}|[・.]{1,4}\s?[0-9]{1,3})(?![0-9])"
)

_ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHR]\.?)"
_IN_KANJI = "[0-9十元]{1,3}"
_DATE = (
    rf"(?:{_ERA}\s?{_IN_KANJI}|(?:19|20)[0-9]{{2}})\s?(?:年|[-./])\s?{_IN_KANJI}\s?(?:月|[-./])"
    rf"\s?{_IN_KANJI}日?"
)
_BORN = re.compile(
    rf"(?P<told>(?<![0-9A-Za-z]){_DATE}\s?(?:生まれ|うまれ|産まれ|生(?![活徒産]))(?:れ|まれ)?)"
    r"|(?:生年月日|誕生日|誕生年月日|生まれた?日|Date of birth|DOB|born on)[はが:\s「(・]*"
    rf"(?P<date>{_DATE})"
    r"|(?:生年月日|誕生日|DOB)[はが:\s「(]*(?P<bare>(?:19|20)[0-9]{6})(?![0-9])"
)

_GAP = r"(?:の?番号|の|は|が|:|「|\(|No\.?|第|,|、|\s){0,5}"
_PAPERS = re.compile(
    rf"(?:免許証?)(?:の番号|番号|No\.?){_GAP}(?P<licence>[0-9]{{11,12}})(?![0-9])"
    rf"|(?:パスポート|旅券|Passport|passport){_GAP}[^0-9A-Za-z\n]{{0,4}}(?P<passport>[A-Z]{{2}}\s?[0-9]{{7}})(?![0-9])"
    r"|(?<![A-Za-z0-9])(?P<residence>[A-Z]{2}[0-9]{8}[A-Z]{2})(?![A-Za-z0-9])"
    rf"|(?:基礎)?年金(?:手帳)?(?:の)?番号{_GAP}(?P<pension>[0-9]{{4}}[- ]?[0-9]{{6}})(?![0-9])"
    rf"|住民票コード{_GAP}(?P<resident>[0-9]{{11}})(?![0-9])"
    rf"|保険(?:証|者)?[^0-9\n。]{{0,14}}?(?P<insured>記号[は:\s]*[0-9・-]{{1,8}}[\s・,、]*番号[は:\s]*[0-9]{{1,8}})"
    rf"|(?:被保険者証?|受給者証?|患者|診察券|学籍|会員|職員|社員|利用者|図書館?カード|障害者手帳|手帳)(?:の)?番号{_GAP}"
    r"(?P<member>[A-Z]?[0-9]{4,12})(?![0-9桁])"
)
_PAPERS_HINT = re.compile(
    "免許|パスポート|旅券|assport|年金|住民票コード|保険|受給者|患者|診察券|学籍|会員|職員|社員|利用者|カード番号|カードの番号|手帳"
    "|[A-Z]{2}[0-9]{8}[A-Z]{2}"
)
_CONTEXT = 40


def postal_codes(text: str, even: str) -> Iterator[Span]:
    """Yield the places of postal codes."""
    for match in _TOLD_POSTAL.finditer(even):
        start, end = match.span()
        yield (start, end) if match["code"] else match.span("behind")
    for match in _BARE_POSTAL.finditer(even):
        if not _NO_POSTAL_BEFORE.search(text[max(0, match.start() - 10) : match.start()]):
            yield match.span()


def accounts(text: str, even: str) -> Iterator[Span]:
    """Yield the places of bank account numbers: a word for an account, and a bank near it."""
    if not _BANK.search(text):
        return
    for pattern in (_POST_BANK, _ACCOUNT, _BRANCH_NUMBER):
        for match in pattern.finditer(even):
            near = text[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT]
            if _BANK.search(near) and (
                pattern is not _POST_BANK or "ゆうちょ" in near or "記号" in near
            ):
                yield match.span("number")


def plates(text: str, even: str) -> Iterator[Span]:
    """Yield the places of vehicle number plates."""
    if not _PLATE_HINT.search(even):
        return
    for match in _plate().finditer(even):
        yield match.span()
    for match in _UNKNOWN_PLATE.finditer(text):
        if match.group().strip("0123456789-・. ")[-1] not in _PARTICLES:
            yield match.span()


def birthdays(text: str, even: str) -> Iterator[Span]:
    """Yield the places of whole dates of birth; a year of birth alone is nobody's."""
    if "生" in text or "DOB" in text or "born" in text or "birth" in text or "うまれ" in text:
        for match in _BORN.finditer(even):
            yield match.span(match.lastgroup or 0)


def papers(text: str, even: str) -> Iterator[Span]:
    """Yield the places of numbers of licences, passports, insurance and other personal papers."""
    if _PAPERS_HINT.search(text):
        for match in _PAPERS.finditer(even):
            yield match.span(match.lastgroup or 0)


@lexicon.remembered
def _plate() -> re.Pattern[str]:
    names = sorted(lexicon.words("plate_places"), key=len, reverse=True)
    places = "|".join(digits.view(name) for name in names)
    own = f"[{_KANA_ON_PLATES}{_US_FORCES}]"
    alone = f"[{''.join(sorted(set(_KANA_ON_PLATES) - set(_PARTICLES)))}]"
    return re.compile(
        rf"(?:[0-9]\s?)?(?:{places})(?:\s?[0-9][0-9A-Z]{{0,2}}\s?{own}\s?{_SERIAL}"
        rf"|\s?[0-9][0-9A-Z]{{1,2}}\s?{own}\s?[0-9]{{1,3}}(?![0-9])"
        rf"|[市区町村]?\s{alone}\s?(?:[0-9]{{2}}-[0-9]{{2}}|[0-9]{{4}})(?![0-9])"
        rf"|[市区町村]?\s{own}\s(?:[0-9]{{2}}-[0-9]{{2}}|[0-9]{{4}})(?![0-9人件円回]))"
    )
