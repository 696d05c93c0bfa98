"""The texts of an e-mail out of bytes, whatever the sender's program called their encoding.

Japanese mail says ISO-2022-JP and means Microsoft's, with ① and 髙; says Shift_JIS and means
CP932; or says nothing. What cannot be read at all becomes �, which the reader sees.
"""

from __future__ import annotations

import re
from email.header import decode_header
from email.message import Message
from typing import TypeGuard

_CP932 = {"shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932"}
_CALLED = {"gb2312": "gb18030", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252"}
_JIS_STARTS = (b"\x1b$@", b"\x1b$B", b"\x1b(B", b"\x1b(J", b"\x1b(I")
_JIS_PARTS = re.compile(rb"(\x1b\$[@B]|\x1b\([BJI])")
_TWO_BYTES = (b"\x1b$@", b"\x1b$B")
_HALF_WIDTH = b"\x1b(I"


def decoded(content: bytes, charset: str | None) -> str:
    """A text by the name of its encoding, or by what its bytes look like."""
    name = (charset or "").strip().strip("'\"").lower()
    if name.startswith("iso-2022-jp") or (not name and _is_jis(content)):
        return _jis(content)
    for encoding in _encodings(name):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def header(message: Message, name: str) -> str:
    """The first header of a name as one line of text; empty when there is none."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return " ".join(_words(str(value)).split())
    return ""


def _words(raw: str) -> str:
    """Encoded words, and the raw bytes that careless programs send instead."""
    try:
        parts = decode_header(raw)
    except (ValueError, LookupError):
        parts = [(raw, None)]
    return "".join(
        part if _is_plain(part) else decoded(_bytes(part), charset) for part, charset in parts
    )


def _is_plain(part: str | bytes) -> TypeGuard[str]:
    return isinstance(part, str) and part.isascii() and "\x1b" not in part


def _bytes(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")


def _encodings(name: str) -> tuple[str, ...]:
    if name in _CP932:
        return ("cp932", "utf-8")
    if name and name not in {"us-ascii", "unknown-8bit", "utf-8", "utf8", "default"}:
        return (_CALLED.get(name, name), "utf-8", "cp932")
    return ("utf-8", "cp932")


def _is_jis(content: bytes) -> bool:
    return any(start in content for start in _JIS_STARTS)


def _jis(content: bytes) -> str:
    """ISO-2022-JP with all that Microsoft put into it."""
    mode, pieces = b"\x1b(B", []
    for part in _JIS_PARTS.split(content):
        if _JIS_PARTS.fullmatch(part):
            mode = part
        elif mode in _TWO_BYTES:
            pieces.append(_double(part))
        elif mode == _HALF_WIDTH:
            pieces.append(bytes(byte | 0x80 for byte in part))
        else:
            pieces.append(part)
    return b"".join(pieces).decode("cp932", "replace")


def _double(part: bytes) -> bytes:
    """Rows and cells of JIS X 0208 as the bytes of CP932; line ends stay."""
    made, at = bytearray(), 0
    while at < len(part):
        first, second = part[at], part[at + 1] if at + 1 < len(part) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            made.append(first)
            at += 1
            continue
        lead = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0)
        odd = second + (0x1F if second < 0x60 else 0x20)
        made += bytes((lead, odd if first % 2 else second + 0x7E))
        at += 2
    return bytes(made)
