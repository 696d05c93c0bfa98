"""What of an e-mail its sender wrote: without what was quoted, and without the signature.

Nothing is thrown away: both are given back beside the opinion, and staff see them before they
take it in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"^\s?[>＞]")
#: From such a line on, all is an earlier message.
_EARLIER = re.compile(
    r"^\s*(?:-{2,}\s*(?:Original Message|Forwarded message|元のメッセージ|転送メッセージ"
    r"|Original message|転送されたメッセージ)\s*-{2,}|_{20,}|Begin forwarded message:)\s*$",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(r"^\s*(?:From|差出人|送信者)\s*[:：]\s*\S", re.IGNORECASE)
_SECOND_HEADER = re.compile(
    r"^\s*(?:Sent|Date|To|Subject|送信日時|日時|日付|宛先|件名)\s*[:：]", re.IGNORECASE
)
#: Introduces quoted lines: On … wrote: / 2026年11月3日(火) 10:00 山田 <a@example.jp>:
_INTRODUCTION = re.compile(
    r"^\s*(?:On\s.{5,200}\swrote:|\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?.{0,200}"
    r"(?:<\S+@\S+>\s*[:：]?|のメール[:：]?|さん(?:は|が)書きました[:：]?|[:：]))\s*$"
)
_MARK = re.compile(r"^--\s?$")
_RULE = re.compile(r"^\s*([-=*_~#+＝―─━＿～◆◇■□●○★☆※・.|｜/＊][\s　]*){6,}\s*$")
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|https?://|〒|(?:TEL|FAX|電話|携帯|住所|Mail|E-?mail)\b|"
    r"\d{2,5}[-(（]\d{1,4}[-)）]\d{3,4}",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"^\s*(?:\S{1,20}から送信|Sent from (?:my |Mail ).{0,40}|Get Outlook for \w+.*"
    r"|Outlook for \w+ を(?:入手|取得).*)\s*$",
    re.IGNORECASE,
)
LONGEST_SIGNATURE = 15


@dataclass(frozen=True, slots=True)
class Parts:
    """One e-mail's text in three."""

    opinion: str
    quoted: str
    signature: str


def split(text: str) -> Parts:
    """Tell apart what the sender wrote, what is quoted, and the signature."""
    written, quoted = _without_quoted(text.replace("\r\n", "\n").split("\n"))
    opinion, signature = _without_signature(written)
    return Parts(*("\n".join(each).strip() for each in (opinion, quoted, signature)))


def _without_quoted(lines: list[str]) -> tuple[list[str], list[str]]:
    written: list[str] = []
    quoted: list[str] = []
    for at, line in enumerate(lines):
        if _begins_earlier(lines, at):
            return written, quoted + lines[at:]
        if _QUOTED.match(line) or _introduces(lines, at):
            quoted.append(line)
        else:
            written.append(line)
    return written, quoted


def _begins_earlier(lines: list[str], at: int) -> bool:
    if _EARLIER.match(lines[at]):
        # A rule of underscores alone may end a paragraph; before an earlier message its head comes.
        is_rule = lines[at].strip().startswith("_")
        return not is_rule or any(_HEADER_LINE.match(line) for line in lines[at + 1 : at + 3])
    following = lines[at + 1 : at + 5]
    is_head = _HEADER_LINE.match(lines[at]) is not None
    return is_head and sum(_SECOND_HEADER.match(line) is not None for line in following) >= 2


def _introduces(lines: list[str], at: int) -> bool:
    """Whether a line only says whose words come next; it does so before quoted lines."""
    if not _INTRODUCTION.match(lines[at]):
        return False
    following = next((line for line in lines[at + 1 :] if line.strip()), "")
    return _QUOTED.match(following) is not None


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    first = max(0, len(lines) - LONGEST_SIGNATURE)
    for at in range(first, len(lines)):
        rest = lines[at + 1 :]
        if _MARK.match(lines[at]) or (_RULE.match(lines[at]) and _is_signature(rest)):
            return lines[:at], lines[at:]
    if lines and _SENT_FROM.match(lines[-1]):
        return lines[:-1], lines[-1:]
    return lines, []


def _is_signature(lines: list[str]) -> bool:
    return any(_CONTACT.search(line) for line in lines)
