"""E-mails (.eml, .mbox) as the rows of a table: one message a row, attachments named, not read."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import BinaryIO

from feedback.calendar import JST
from feedback.intake import mail_pages, mail_parts
from feedback.intake.import_rules import Fault, Row
from feedback.intake.mail_texts import decoded, header
from feedback.intake.rules import LONGEST_TITLE

BODY, TITLE, NAME, ADDRESS = "本文", "件名", "差出人", "差出人のメールアドレス"
RECEIVED, QUOTED, SIGNATURE = "受信日", "引用（取り込みません）", "署名（取り込みません）"
ATTACHED, MESSAGE_ID = "添付ファイル（取り込みません）", "Message-ID"
HEADERS = (BODY, TITLE, NAME, ADDRESS, RECEIVED, QUOTED, SIGNATURE, ATTACHED, MESSAGE_ID)

LARGEST_MESSAGE = 40 * 1024 * 1024
_FROM_LINE = b"From "
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FROM_TO_ESCAPE = re.compile(rb"^(>*From )", re.MULTILINE)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(?:自動返信|自動応答|自動送信|不在通知|\[?Auto(?:matic)?[ -]?(?:reply|response)"
    r"|Out of Office"
    r"|Undeliver|Delivery Status|Delivery failure|Mail delivery|Returned mail|Failure notice"
    r"|配信不能|配信エラー|送信エラー)",
    re.IGNORECASE,
)
_MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply-bounce)@", re.IGNORECASE)


def looks_like_mail(start: bytes) -> bool:
    """Whether a file begins as a message or a box of messages does."""
    first = start.lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 1)[0]
    is_header = re.match(rb"^[A-Za-z][A-Za-z0-9-]*:[ \t\r]?", first) is not None
    return first.startswith(_FROM_LINE) or (is_header and b"\nFrom:" in b"\n" + start)


def boxed(message: bytes) -> bytes:
    """One message (.eml) as a box holds it."""
    unified = message.replace(b"\r\n", b"\n").lstrip(b"\xef\xbb\xbf\n")
    return b"From MAILER 0\n" + _FROM_TO_ESCAPE.sub(rb">\1", unified).rstrip(b"\n") + b"\n\n"


def rows(file: BinaryIO) -> Iterator[Row]:
    """Every message of a box, numbered from 1."""
    for number, content in enumerate(_messages(file), start=1):
        yield _row(number, content)


def count(file: BinaryIO) -> int:
    """How many messages a box has."""
    return sum(1 for _ in _messages(file))


def _messages(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of one message after another; of one beyond all measure, the beginning."""
    file.seek(0)
    kept: list[bytes] = []
    size, was_blank, has_begun = 0, True, False
    for line in iter(lambda: file.readline(LARGEST_MESSAGE), b""):
        if line.startswith(_FROM_LINE) and was_blank:
            if has_begun:
                yield b"".join(kept)
            kept, size, has_begun = [], 0, True
        elif has_begun or line.strip():
            has_begun = True
            size += len(line)
            if size <= LARGEST_MESSAGE:
                kept.append(line)
        was_blank = not line.strip()
    if has_begun:
        yield b"".join(kept)


def _row(number: int, content: bytes) -> Row:
    message = email.message_from_bytes(_ESCAPED_FROM.sub(rb"\1", content), policy=compat32)
    text, attached = _text_and_attached(message)
    parts = mail_parts.split(text)
    name, address = _sender(message)
    cells = (
        parts.opinion,
        _shortened(header(message, "Subject")),
        name,
        address,
        _received(message),
        parts.quoted,
        parts.signature,
        "、".join(attached),
        header(message, "Message-ID").strip("<> "),
    )
    return Row(number, cells, _fault(message, address, parts, attached))


def _fault(
    message: Message, address: str, parts: mail_parts.Parts, attached: list[str]
) -> Fault | None:
    if _is_automatic(message, address):
        return Fault(
            TITLE,
            "自動返信や配信エラーの通知です。",
            "意見ではないため、取り込みません。意見だったときは、本文を写して貼り付けてください。",
        )
    if not parts.opinion and parts.quoted:
        return Fault(
            BODY,
            "引用や転送された文だけのメールです。",
            "引用の中に意見があるときは、本文の欄に写して、この行を取り込み直してください。",
        )
    if not parts.opinion and attached:
        return Fault(
            BODY,
            "本文がなく、添付ファイルだけのメールです。",
            "添付ファイルを開いて意見を本文の欄に写し、この行を取り込み直してください。",
        )
    return None


def _is_automatic(message: Message, address: str) -> bool:
    submitted = header(message, "Auto-Submitted").split(";")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or message.get_content_type() == "multipart/report"
        or header(message, "Precedence").lower() in {"auto_reply", "bulk", "junk"}
        or bool(header(message, "X-Autoreply") or header(message, "X-Autorespond"))
        or header(message, "Return-Path") == "<>"
        or _MACHINES.match(address) is not None
        or _AUTOMATIC_SUBJECT.match(header(message, "Subject")) is not None
    )


def _text_and_attached(message: Message) -> tuple[str, list[str]]:
    """The text that a mail program shows, and the names of what hangs on it."""
    plain: list[str] = []
    pages: list[str] = []
    attached: list[str] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if part.is_multipart() or _is_attached(part, kind):
            attached.append(_name_of(part))
        elif kind == "text/html":
            pages.append(mail_pages.text_of(_text_of(part)))
        else:
            plain.append(_unflowed(part, _text_of(part)))
    text = "\n".join(each for each in plain if each.strip())
    return text or "\n".join(pages), attached


def _leaves(message: Message) -> Iterator[Message]:
    """The parts; a message inside a message is one, and is not opened."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _is_attached(part: Message, kind: str) -> bool:
    is_text = kind in {"text/plain", "text/html"}
    disposition = part.get_content_disposition()
    return not is_text or disposition == "attachment" or _file_name(part) != ""


def _file_name(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except (ValueError, LookupError, TypeError):
        return "（名前を読めないファイル）"


def _name_of(part: Message) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        subject = header(first, "Subject") if isinstance(first, Message) else ""
        return f"転送されたメール「{subject}」"
    raw = _file_name(part)
    name = decoded(raw.encode("utf-8", "surrogateescape"), None) if not raw.isascii() else raw
    if "=?" in name:
        whole = Message()
        whole["Subject"] = name
        name = header(whole, "Subject")
    return name or f"（名前のない{part.get_content_type()}）"


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        charset = part.get_param("charset")
    except (ValueError, LookupError):
        charset = None
    return decoded(content, str(charset) if charset else None).replace("\r\n", "\n")


def _unflowed(part: Message, text: str) -> str:
    """Lines that end in a space go on in the next (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    joined: list[str] = []
    is_open = False
    for line in text.split("\n"):
        if is_open and not line.startswith(">") and line != "-- ":
            joined[-1] += line.removeprefix(" ")
        else:
            joined.append(line)
        is_open = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if is_open and str(part.get_param("delsp", "")).lower() == "yes":
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)


def _sender(message: Message) -> tuple[str, str]:
    pairs = getaddresses([header(message, "From")])
    name, address = pairs[0] if pairs else ("", "")
    return name.strip(), address.strip()


def _received(message: Message) -> str:
    """The day in Japan; empty when the mail does not say."""
    try:
        moment: datetime = parsedate_to_datetime(header(message, "Date"))
        local = moment.astimezone(JST) if moment.tzinfo else moment
        return local.strftime("%Y-%m-%d")
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""


def _shortened(subject: str) -> str:
    """A subject is no title that somebody could shorten for us; its end is cut."""
    return subject if len(subject) <= LONGEST_TITLE else f"{subject[: LONGEST_TITLE - 1]}…"
