"""Settings from environment variables, validated once at start."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

#: Public on purpose: demo mode only.
DEMO_SECRET = "meyasubako-demo-only-secret-key-never-use-in-production"  # noqa: S105
MINIMUM_SECRET_LENGTH = 32
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Mode(StrEnum):
    """How this installation runs."""

    DEMO = "demo"
    PRODUCTION = "production"


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server through which replies and digests go, and in whose name."""

    host: str
    port: int
    security: Security
    ca_file: str
    """Certificates to trust besides the system's, for an office's own authority."""
    user: str
    password: str
    sender: str
    """What stands in From, perhaps with a name: 東京都 目安箱 <meyasubako@example.lg.jp>."""
    public_url: str
    """Where this installation is reached, without a slash at its end."""


class SettingsError(Exception):
    """Settings are missing or wrong; the message names each and says how to set it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the application reads from its environment.

    docs/operations.md lists each variable; a test holds the two together.
    """

    mode: Mode
    secret_key: str
    contact_key: str
    database_url: str
    data_dir: Path
    host: str
    port: int
    web_processes: int
    web_threads: int
    https: bool
    trusted_proxies: int
    session_hours: int
    tokenizer: str
    poll_seconds: float
    mail: MailSettings | None = None
    """None: no mail leaves this installation; answers by letter or telephone are written down."""

    @property
    def is_demo(self) -> bool:
        """Whether demo accounts and demo data are allowed."""
        return self.mode is Mode.DEMO


#: variable → (default, what it means); the one list that docs and start-up share.
VARIABLES: Mapping[str, tuple[str, str]] = {
    "MEYASUBAKO_MODE": ("production", "demo または production"),
    "SECRET_KEY": ("", "署名用の秘密鍵（32文字以上）"),
    "CONTACT_KEY": ("", "連絡先の暗号鍵（Fernet鍵、データベースとは別に保管）"),
    "DATABASE_URL": ("", "空なら DATA_DIR の SQLite。postgresql+psycopg://… も可"),
    "DATA_DIR": ("var", "SQLite などを置くフォルダ"),
    "HOST": ("127.0.0.1", "待ち受けるアドレス"),
    "PORT": ("8000", "待ち受けるポート"),
    "WEB_PROCESSES": ("2", "Webプロセス数"),
    "WEB_THREADS": ("4", "1プロセスあたりのスレッド数"),
    "HTTPS": ("", "1 なら HTTPS 前提（Secure Cookie・HSTS）。productionの既定は1"),
    "TRUSTED_PROXIES": ("0", "前段のリバースプロキシの段数"),
    "SESSION_HOURS": ("10", "職員のサインインが切れるまでの時間"),
    "TOKENIZER": ("auto", "auto・janome・mecab"),
    "POLL_SECONDS": ("1", "ワーカーが仕事を探す間隔（秒）"),
    "SMTP_HOST": ("", "メールサーバー。空ならメールを使わない"),
    "SMTP_PORT": ("587", "メールサーバーのポート"),
    "SMTP_TLS": ("starttls", "starttls・tls・none"),
    "SMTP_CA_FILE": ("", "庁内の認証局の証明書（PEM）。空ならOSの証明書だけを使う"),
    "SMTP_USER": ("", "メールサーバーの利用者名。空なら認証しない"),
    "SMTP_PASSWORD": ("", "メールサーバーのパスワード"),
    "MAIL_FROM": ("", "差出人。例：東京都 目安箱 <meyasubako@example.lg.jp>"),
    "PUBLIC_URL": ("", "市民から見たこのサイトのアドレス。例：https://meyasubako.example.lg.jp"),
}


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and validate the settings.

    Raises:
        SettingsError: naming every variable that is missing or wrong.
    """
    source = os.environ if environment is None else environment
    reader = _Reader(source)
    mode = reader.choice("MEYASUBAKO_MODE", [each.value for each in Mode])
    is_demo = mode == Mode.DEMO
    data_dir = Path(reader.text("DATA_DIR")).resolve()
    settings = Settings(
        mode=Mode(mode) if mode else Mode.PRODUCTION,
        secret_key=reader.secret("SECRET_KEY", DEMO_SECRET if is_demo else None),
        contact_key=reader.fernet_key("CONTACT_KEY", _demo_fernet_key() if is_demo else None),
        database_url=reader.text("DATABASE_URL") or f"sqlite:///{data_dir / 'meyasubako.sqlite3'}",
        data_dir=data_dir,
        host=reader.text("HOST"),
        port=reader.number("PORT", 1, 65535),
        web_processes=reader.number("WEB_PROCESSES", 1, 256),
        web_threads=reader.number("WEB_THREADS", 1, 256),
        https=reader.flag("HTTPS", default=not is_demo),
        trusted_proxies=reader.number("TRUSTED_PROXIES", 0, 10),
        session_hours=reader.number("SESSION_HOURS", 1, 24),
        tokenizer=reader.choice("TOKENIZER", ["auto", "janome", "mecab"]),
        poll_seconds=reader.seconds("POLL_SECONDS"),
        mail=_mail(reader),
    )
    if reader.problems:
        raise SettingsError("\n".join(reader.problems))
    return settings


def _mail(reader: _Reader) -> MailSettings | None:
    host = reader.text("SMTP_HOST")
    if not host:
        reader.unused_without("SMTP_HOST", ("SMTP_USER", "SMTP_PASSWORD", "SMTP_CA_FILE"))
        return None
    security = reader.choice("SMTP_TLS", [each.value for each in Security])
    return MailSettings(
        host=host,
        port=reader.number("SMTP_PORT", 1, 65535),
        security=Security(security) if security else Security.STARTTLS,
        ca_file=reader.file("SMTP_CA_FILE"),
        user=reader.text("SMTP_USER"),
        password=reader.password("SMTP_PASSWORD", host, security),
        sender=reader.sender("MAIL_FROM"),
        public_url=reader.web_address("PUBLIC_URL"),
    )


def _demo_fernet_key() -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(DEMO_SECRET.encode()).digest()).decode()


class _Reader:
    """Reads variables one by one and gathers every problem, so that one start shows all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self.environment.get(name, "").strip() or VARIABLES[name][0]

    def choice(self, name: str, allowed: list[str]) -> str:
        value = self.text(name)
        if value not in allowed:
            self._problem(name, f"「{value}」ではなく {'・'.join(allowed)} にします。")
            return ""
        return value

    def number(self, name: str, low: int, high: int) -> int:
        value = self.text(name)
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self._problem(name, f"「{value}」ではなく {low} から {high} までの整数にします。")
        return low

    def seconds(self, name: str) -> float:
        value = self.text(name)
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds <= 3600:
            self._problem(name, f"「{value}」ではなく 0 より大きく 3600 以下の秒数にします。")
            return 1.0
        return seconds

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name)
        if value not in {"", "0", "1"}:
            self._problem(name, f"「{value}」ではなく 0 か 1 にします。")
        return default if value == "" else value == "1"

    def secret(self, name: str, demo_value: str | None) -> str:
        value = self.text(name) or demo_value or ""
        if len(value) < MINIMUM_SECRET_LENGTH:
            self._problem(
                name,
                f"{MINIMUM_SECRET_LENGTH}文字以上の値が必要です。作り方: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
            )
        return value

    def fernet_key(self, name: str, demo_value: str | None) -> str:
        value = self.text(name) or demo_value or ""
        try:
            is_right = len(base64.urlsafe_b64decode(value)) == 32
        except ValueError:
            is_right = False
        if not is_right:
            self._problem(
                name,
                "32バイトをbase64urlで表した鍵が必要です。作り方: "
                'python3 -c "import base64, secrets; '
                'print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"',
            )
        return value

    def unused_without(self, name: str, others: tuple[str, ...]) -> None:
        for other in others:
            if self.text(other):
                self._problem(other, f"{name} が空のため使われません。{name} も設定します。")

    def file(self, name: str) -> str:
        value = self.text(name)
        if value and not Path(value).is_file():
            self._problem(name, f"ファイル「{value}」がありません。")
        return value

    def password(self, name: str, host: str, security: str) -> str:
        value, user = self.text(name), self.text("SMTP_USER")
        if bool(value) is not bool(user):
            self._problem(
                name, "SMTP_USER と SMTP_PASSWORD は、両方を設定するか、両方を空にします。"
            )
        elif value and security == Security.NONE and host not in LOOPBACK:
            self._problem(name, "暗号化しない接続ではパスワードを送れません。SMTP_TLS を変えます。")
        return value

    def sender(self, name: str) -> str:
        value = self.text(name)
        _, address = parseaddr(value)
        local, at, domain = address.partition("@")
        if not (local and at and domain) or not value.isprintable() or not address.isascii():
            self._problem(name, "SMTP_HOST を使うときは、差出人のメールアドレスが必要です。")
        return value

    def web_address(self, name: str) -> str:
        value = self.text(name).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            self._problem(name, "SMTP_HOST を使うときは、http(s):// で始まるアドレスが必要です。")
        return value

    def _problem(self, name: str, text: str) -> None:
        self.problems.append(f"設定 {name}（{VARIABLES[name][1]}）: {text}")
