"""A real mail server on the loopback address, and the ways in which real ones disappoint."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from feedback.settings import MailSettings, Security
from feedback.storage import utc_now
from tests.processes import free_port

SENDER = "東京都 目安箱 <meyasubako@example.lg.jp>"
PUBLIC_URL = "https://meyasubako.example.lg.jp"
USER, PASSWORD = "meyasubako", "a password for the tests"


@dataclass
class Post:
    """What the server took, and how it behaves."""

    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    sessions_over_tls: list[bool] = field(default_factory=list)
    #: Answers instead of taking: by command, "RCPT" or "DATA".
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up_after_data: bool = False
    #: Set: the server takes the message and then says nothing until ``go_on`` is set.
    waits_after_data: bool = False
    has_taken: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    settings: MailSettings | None = None

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient or not."""
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message or not."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        self.sessions_over_tls.append(server.transport.get_extra_info("sslcontext") is not None)
        self.has_taken.set()
        if self.waits_after_data:
            await asyncio.to_thread(self.go_on.wait, 30)
        if self.hangs_up_after_data:
            server.transport.abort()
        return "250 OK"


@contextmanager
def a_mail_server(
    *,
    tls: tuple[Path, Path] | None = None,
    security: Security = Security.NONE,
    asks_who: bool = False,
) -> Iterator[Post]:
    """A server that runs until the end of the block."""
    post = Post()
    context = None
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
    is_wrapped = security is Security.TLS
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if is_wrapped else None,
        tls_context=None if is_wrapped else context,
        require_starttls=security is Security.STARTTLS,
        authenticator=_knows if asks_who else None,
        auth_required=asks_who,
        auth_require_tls=tls is not None and not is_wrapped,
    )
    controller.start()
    post.settings = MailSettings(
        host="localhost" if tls else "127.0.0.1",
        port=controller.port,
        security=security,
        ca_file=str(tls[0]) if tls else "",
        user=USER if asks_who else "",
        password=PASSWORD if asks_who else "",
        sender=SENDER,
        public_url=PUBLIC_URL,
    )
    try:
        yield post
    finally:
        post.go_on.set()
        controller.stop()


def _knows(
    _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    # What is not handled here is answered by the server: 535.
    return AuthResult(success=is_right, handled=is_right)


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that only its own file vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "server.pem", folder / "server.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file
