"""Addresses that lead to a home: a municipality, a part of it, and the numbers of the lot.

A town, or a town and its 丁目, is where many thousands live and is left to read; a lot or a room is
not. 丁目 alone is taken only when somebody says to live there. The 212 municipalities of the four
prefectures are known by name, others need their prefecture written before them.
"""

import re
from collections.abc import Iterator

from analysis import lexicon

Span = tuple[int, int]

_LOT_HINT = re.compile(
    r"[0-9一二三四五六七八九十〇百](?:\s?(?:丁目|番|の|[-‐‑‒–—―−ーｰ─])|[0-9]{1,4}(?:\s|$|[、。,)]|に))"
)
_PLACE_HINT = re.compile(
    "[市区町村県都府][一-龥ぁ-んァ-ヶー々]{0,12}?\\s?[0-9〇一二三四五六七八九十百]"
)
_PREFECTURE = "(?:東京都|北海道|(?:大阪|京都)府|[一-龥]{2,3}県)"
_DIGIT = "[0-9〇一二三四五六七八九十百]"
_NUMBER = rf"{_DIGIT}(?: ?{_DIGIT}){{0,4}}"
_DASH = r"\s?[-‐‑‒–—―−ーｰ─]\s?"
_BAR = rf"(?:{_DASH}|の)"
_COUNTER = (
    r"(?!\s?(?:[0-9]|[回人件時日年月ヶ割万億円分週名歳台本つ個%階倍枚票割系]"
    r"|か[所国月]|[つぐらい以未]|代|歳|ターミナル|号線|番線|番目|番窓口|番バス|丁目構想))"
)
_LOT = (
    rf"(?:{_NUMBER}\s?丁目\s?{_NUMBER}(?:\s?番地?{_BAR}?|{_BAR})(?:{_NUMBER}号?)?(?:{_BAR}{_NUMBER}){{0,2}}"
    rf"|{_NUMBER}\s?丁目{_NUMBER}(?:番地?)?"
    rf"|{_NUMBER}\s?番地(?:{_BAR}?{_NUMBER}){{0,2}}|{_NUMBER}番{_BAR}?{_NUMBER}号?|{_NUMBER}{_BAR}{_NUMBER}(?:{_BAR}{_NUMBER}){{0,3}})"
)
_HOUSE = (
    "(?:マンション|ハイツ|荘|コーポ|ビル|アパート|団地|ハウス|レジデンス|ハイム|メゾン|パレス|タワー"
    "|コート|住宅|寮|館|棟|ヒルズ|ガーデン)"
)
_ROOM = (
    r"(?:[0-9]{1,2}階\s?|[A-Z0-9]棟\s?)?(?:[A-Z]-?)?"
    r"(?:[0-9〇一二三四五六七八九]{1,4}号室?|[0-9〇一二三四五六七八九]{2,4})(?![0-9円年人件])"
)
_BUILDING = (
    rf"(?:[、,]?\s?(?:[一-龥ぁ-んァ-ヶーA-Za-z・]{{1,12}}{_HOUSE}[一-龥ァ-ヶー]{{0,8}}(?:\s?{_ROOM})?"
    rf"|[一-龥ァ-ヶーA-Za-z・]{{0,4}}{_HOUSE}[一-龥ァ-ヶー]{{1,8}}(?:\s?{_ROOM})?"
    rf"|[ァ-ヶーA-Za-z][一-龥ァ-ヶーA-Za-z・]{{2,14}}\s?{_ROOM}|\s?[0-9]{{1,4}}号室?))?"
)
_TOWN = r"[一-龥ぁ-んァ-ヶー々]{1,12}?(?<![でにはがをともの])"
_LIVES = r"(?=[にの]?(?:在住|住|居住|家が|自宅|実家|暮ら))"
_ALONE = re.compile(
    rf"(?<![一-龥])[一-龥ヶケ]{{1,6}}?{_NUMBER}丁目\s?{_NUMBER}番(?:地|{_BAR})?{_NUMBER}号?{_BUILDING}"
)
_TOLD = re.compile(
    r"(?:住所|居所|所在地|おところ|じゅうしょ)(?:[はが:]|\s)[はが:\s「]*"
    rf"(?P<told>[一-龥ぁ-んァ-ヶー]{{2,20}}\s?[一-龥ぁ-んァ-ヶー]{{0,12}}\s?{_LOT}{_COUNTER}{_BUILDING})"
)
_ROOM_ALONE = re.compile(
    rf"[一-龥ァ-ヶーA-Za-z・]{{2,12}}{_HOUSE}\s?(?:[A-Z0-9一二三四五六七八九]{{1,2}}(?:号?棟)\s?)?[A-Z]?-?"
    rf"[0-9〇一二三四五六七八九]{{2,4}}号室"
)
_ROMAN = re.compile(
    r"(?:(?:Room|Apt\.?|Unit)\s?#?[0-9A-Z-]{1,6},?\s)?(?:#?[0-9]{1,4}(?:-[0-9]{1,4}){1,3},?\s[A-Z][A-Za-z-]+(?:[,\s]+[A-Z][A-Za-z]+(?:-[A-Za-z]+)?){0,4}"
    r"(?:-(?:shi|ku|cho|machi|mura|gun|son)|\s(?:City|Ward|Tokyo|Saitama|Chiba|Kanagawa|Japan))"
    r"(?:,\s?[A-Z][a-z]+)?)"
)
_NOT_BEFORE = re.compile(r"(?:条例|規則|告示|要綱|法律)第?$")
_SHORTEST_TO_SHORTEN = 3
_TRAILING = " \n、,のー-−~"


def addresses(text: str) -> Iterator[Span]:
    """Yield the places of addresses in normalised text."""
    if _LOT_HINT.search(text):
        known = _patterns() if _PLACE_HINT.search(text) or "丁目" in text else ()
        for pattern in (*known, _TOLD, _ALONE):
            for match in pattern.finditer(text):
                start, end = match.span("told" if "told" in pattern.groupindex else 0)
                if not _NOT_BEFORE.search(text[max(0, start - 5) : start]):
                    yield start, start + len(text[start:end].rstrip(_TRAILING))
        for match in _ROMAN.finditer(text):
            yield match.span()
    if "号室" in text:
        for match in _ROOM_ALONE.finditer(text):
            yield match.span()


@lexicon.remembered
def _patterns() -> tuple[re.Pattern[str], ...]:
    known = sorted(lexicon.words("municipalities"), key=len, reverse=True)
    names = "|".join(re.sub("[ヶケ]", "[ヶケが]", name) for name in known)
    short = "|".join(name[:-1] for name in known if len(name) > _SHORTEST_TO_SHORTEN)
    elsewhere = rf"{_PREFECTURE}\s?(?:[一-龥]{{1,4}}郡)?[一-龥ぁ-んヶケ]{{1,6}}?[市区町村]"
    place = rf"(?:{elsewhere}|(?:[一-龥]{{2,4}}郡)?(?:{names}))(?:[一-龥ヶケ]{{1,5}}区)?"
    return (
        re.compile(rf"{place}\s?{_TOWN}\s?{_LOT}{_COUNTER}{_BUILDING}"),
        re.compile(rf"(?:{place}|(?<![一-龥])(?:{short}))\s?{_TOWN}{_NUMBER}丁目{_LIVES}"),
        re.compile(
            rf"(?:(?<=[\s「『(:])|^){place}\s?{_TOWN}\s?[0-9]{{2,5}}(?=$|[\n、。)」をに]|\s|の者|あたり)"
            rf"(?:\s?[ァ-ヶー一-龥A-Za-z]{{2,12}}\s?{_ROOM})?",
            re.MULTILINE,
        ),
    )
