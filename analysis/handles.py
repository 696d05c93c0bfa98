"""Where a person is found on the net: e-mail addresses, also disguised ones, and SNS handles."""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_AT = (
    r"(?:\s?@\s?|\s?[\[({<【「](?:at|アット|あっと|アットマーク|@)[\])}>】」]\s?"
    r"|\s?[☆★]\s?|\s?(?:アット|あっと)(?:マーク|まーく)?\s?|\s(?:at|AT)\s)"
)
_DOT = r"(?:\.|\s?[\[({](?:dot|ドット|\.)[\])}]\s?|\s?(?:ドット|どっと)\s?|\sdot\s)"
_EMAIL = re.compile(
    rf"(?:[A-Za-z0-9](?:[A-Za-z0-9_%+.-]{{0,62}}[A-Za-z0-9_%+-])?|\"[!-~]{{1,62}}\"){_AT}"
    rf"(?!\s)(?:[A-Za-z0-9-]{{1,40}}{_DOT}){{1,5}}[A-Za-z]{{2,12}}(?![A-Za-z0-9])"
)
_EMAIL_HINT = re.compile("[@☆★]|アット|あっと|[\\[({【<](?:at|AT)|\\s(?:at|AT)\\s")

_HOSTS = (
    r"(?:twitter|x|instagram|facebook|tiktok|threads|ameblo|pixiv|note|mixi|bsky|t|line|lin|linkedin"
    r"|youtube|discord|wa|github|weibo|mastodon)\.(?:com|net|jp|app|me|ee|gg|social)"
)
_PAGE = re.compile(
    rf"(?<![A-Za-z0-9.-])(?:https?://)?(?:(?:www|m|mobile|jp|ja-jp)\.)?{_HOSTS}/"
    r"(?!(?:watch|share|sharer|intent|hashtag|search|home|explore|help|login|about|policies|terms"
    r"|playlist|results|privacy|settings|embed|legal)\b)(?:[a-z]{1,10}/)*@?[A-Za-z0-9_%][!-~]*"
)
_HANDLE = re.compile(
    r"(?<![A-Za-z0-9._%+-])@(?=[0-9_.]*[A-Za-z])[A-Za-z0-9_](?:[A-Za-z0-9_.-]{1,48}[A-Za-z0-9_])"
)
_SERVICE = (
    r"(?:LINE|ライン|インスタ(?:グラム)?|Instagram|Insta|Twitter|ツイッター|TikTok|ティックトック|Facebook"
    r"|フェイスブック|FB|Threads|スレッズ|mixi2?|ミクシィ|カカオ(?:トーク)?|Kakao(?:Talk)?|WeChat|微信|Discord"
    r"|ディスコード|Telegram|テレグラム|Signal|Skype|スカイプ|WhatsApp|Bluesky|ブルースカイ|YouTube|SNS|X|note|Zalo)"
)
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{2,28}[A-Za-z0-9_](?:#[0-9]{4})?"
# Behind the word ID or account any name is one; else it needs a mark no ordinary word has.
_TOLD = re.compile(
    rf"{_SERVICE}(?:の|は|で)?\s?(?:ID|id|Id|アカウント名?|アカ|垢|名|ユーザー名|ユーザーID|account)"
    rf"[^A-Za-z0-9\n。、]{{1,6}}(?P<name>{_NAME})(?![A-Za-z0-9@])"
)
_HINTED = re.compile(
    rf"(?<![A-Za-z]){_SERVICE}[^A-Za-z0-9\n。]{{0,14}}[:→⇒「『\"=は]\s?(?:ID:?\s?)?"
    rf"(?P<name>(?=[A-Za-z.]*[0-9_#-])(?=[0-9_.-]*[A-Za-z]){_NAME})(?![A-Za-z0-9@])"
)
_HANDLE_HINT = re.compile(
    "[@/]|[A-Za-z][0-9_.-]|[0-9_.#-][A-Za-z]|#[0-9]{4}|(?:ID|id|Id|アカ|垢|ユーザー)"
)
_WORDS = frozenset(("login", "official", "connect", "password", "pay", "works", "premium"))


def emails(text: str) -> Iterator[Span]:
    """Yield the places of e-mail addresses in normalised text."""
    if _EMAIL_HINT.search(text):
        for match in _EMAIL.finditer(text):
            yield match.span()


def handles(text: str) -> Iterator[Span]:
    """Yield the places of SNS handles and of the pages of SNS accounts in normalised text."""
    if not _HANDLE_HINT.search(text):
        return
    for match in _PAGE.finditer(text):
        yield match.span()
    if "@" in text:
        for match in _HANDLE.finditer(text):
            yield match.span()
    for pattern in (_TOLD, _HINTED):
        for match in pattern.finditer(text):
            if match["name"].lower() not in _WORDS:
                yield match.span("name")
