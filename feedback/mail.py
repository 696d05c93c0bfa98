"""Hand one message to a mail server, and say for certain what became of it.

SMTP answers for a message exactly once: after its last line. Until that line has been sent, the
server cannot have taken it; after the server's answer it has or has not. Only in between nobody
knows (RFC 5321, 4.5.3.2.6 and 6.1), so there are three ways to fail::

    MailProblem
    ├── NotAccepted    surely not taken, for now: try the same message again
    ├── Refused        surely not taken, and never will be: a person must change something
    └── Uncertain      perhaps taken: never send it again by machine
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from feedback.settings import MailSettings, Security
from feedback.storage import utc_now

TIMEOUT_SECONDS = 60
#: How long to wait for the answer to the whole message（RFC 5321, 4.5.3.2.6）.
FINAL_ANSWER_SECONDS = 600
GOODBYE_SECONDS = 5
OK, GO_AHEAD = 250, 354
RECIPIENT_OK = (250, 251)
PERMANENT = 500
#: The start of a server's answer that is kept; it may quote an address, so no more than needed.
ANSWER_CHARACTERS = 200


class MailProblem(Exception):
    """A message did not surely go out; the text is for the reader."""


class NotAccepted(MailProblem):
    """Surely not taken, for now: try the same message again."""


class Refused(MailProblem):
    """Surely not taken, and never will be: a person must change something."""


class Uncertain(MailProblem):
    """Perhaps taken: never send it again by machine."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What to send to whom. ``key`` makes its Message-ID, the same at every attempt."""

    key: str
    to: str
    subject: str
    body: str
    is_automatic: bool = False
    """Whether a machine wrote it: then nobody's out-of-office notice should answer."""


def message_id(key: str, settings: MailSettings) -> str:
    """The Message-ID by which a letter is found in a mail server's log."""
    return f"<{key}@{_sender_address(settings).rpartition('@')[2]}>"


def compose(letter: Letter, settings: MailSettings) -> EmailMessage:
    """The message itself: UTF-8, seven bits on the wire, no header from a stranger's hand.

    Raises:
        Refused: when the address or the subject cannot stand in a header.
    """
    message = EmailMessage(policy=SMTP)
    name, sender = parseaddr(settings.sender)
    try:
        message["From"] = Address(name, addr_spec=sender)
        message["To"] = Address(addr_spec=ascii_address(letter.to))
        message["Subject"] = letter.subject
    except (ValueError, IndexError, MessageError) as error:
        raise Refused("宛先のメールアドレスか件名に、メールで使えない文字があります。") from error
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = message_id(letter.key, settings)
    if letter.is_automatic:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message


def send(letter: Letter, settings: MailSettings) -> None:
    """Hand a letter to the mail server; it has taken it when this returns.

    Raises:
        NotAccepted: when it surely did not, but may later.
        Refused: when it surely did not and will not.
        Uncertain: when nobody can know.
    """
    content = compose(letter, settings).as_bytes()
    try:
        server = _connected(settings)
    except (smtplib.SMTPException, OSError) as error:
        raise NotAccepted(_connection_words(error)) from error
    try:
        _envelope(server, _sender_address(settings), ascii_address(letter.to))
        _data(server, content)
    except MailProblem:
        server.close()
        raise
    _leave(server)


def ascii_address(address: str) -> str:
    """An address as every mail server takes it, its domain in IDNA.

    Raises:
        UnicodeError: when what stands before the @ is not ASCII.
    """
    local, _, domain = address.rpartition("@")
    local.encode("ascii")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _connected(settings: MailSettings) -> smtplib.SMTP:
    """A server that has said hello, over TLS where that is asked for, and knows us."""
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    where = (settings.host, settings.port)
    if settings.security is Security.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(*where, timeout=TIMEOUT_SECONDS)
    try:
        if settings.security is Security.STARTTLS:
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if settings.user:
            server.login(settings.user, settings.password)
    except BaseException:
        server.close()
        raise
    return server


def _envelope(server: smtplib.SMTP, sender: str, to: str) -> None:
    """Name the sender and the recipient; nothing of the message has been sent yet."""
    try:
        _expect((OK,), *server.mail(sender))
        _expect(RECIPIENT_OK, *server.rcpt(to))
    except (smtplib.SMTPException, OSError) as error:
        raise NotAccepted(_connection_words(error)) from error


def _data(server: smtplib.SMTP, content: bytes) -> None:
    """Send the message. From its first byte on a lost connection leaves us not knowing."""
    try:
        _expect((GO_AHEAD,), *server.docmd("DATA"))
    except (smtplib.SMTPException, OSError) as error:
        raise NotAccepted(_connection_words(error)) from error
    try:
        server.send(_wire_form(content))
        _wait_for(server, FINAL_ANSWER_SECONDS)
        code, answer = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Uncertain("文面を渡したあと、メールサーバーの返事を受け取れませんでした。") from error
    _expect((OK,), code, answer)


def _expect(wanted: tuple[int, ...], code: int, answer: bytes) -> None:
    if code in wanted:
        return
    words = answer.decode("utf-8", "replace").replace("\n", " ")[:ANSWER_CHARACTERS]
    said = f"メールサーバーが受け取りませんでした（{code} {words}）。"
    raise Refused(said) if code >= PERMANENT else NotAccepted(said)


def _wire_form(content: bytes) -> bytes:
    """With a dot before each line that begins with one, and the dot that ends it all."""
    lines = content.rstrip(b"\r\n").split(b"\r\n")
    doubled = (b"." + line if line.startswith(b".") else line for line in lines)
    return b"\r\n".join(doubled) + b"\r\n.\r\n"


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what was accepted stays so whatever happens now."""
    try:
        _wait_for(server, GOODBYE_SECONDS)
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _wait_for(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _connection_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "メールサーバーが利用者名かパスワードを認めませんでした。"
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return "メールサーバーと暗号化した接続ができませんでした。"
    return f"メールサーバーと話せませんでした（{type(error).__name__}）。"


def _sender_address(settings: MailSettings) -> str:
    return parseaddr(settings.sender)[1]
