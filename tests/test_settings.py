"""Settings are validated once, and every problem is named with its cure."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from feedback.settings import VARIABLES, Mode, Security, SettingsError, from_environment

GOOD = {
    "SECRET_KEY": "s" * 48,
    "CONTACT_KEY": base64.urlsafe_b64encode(b"k" * 32).decode(),
}


def test_the_demo_needs_nothing() -> None:
    settings = from_environment({"MEYASUBAKO_MODE": "demo", "DATA_DIR": "/tmp/somewhere"})
    assert settings.is_demo
    assert settings.database_url == "sqlite:////tmp/somewhere/meyasubako.sqlite3"
    assert not settings.https


def test_production_is_the_default_and_expects_https() -> None:
    settings = from_environment(GOOD)
    assert settings.mode is Mode.PRODUCTION
    assert settings.https
    assert settings.data_dir == Path("var").resolve()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEYASUBAKO_MODE", "test"),
        ("SECRET_KEY", "short"),
        ("CONTACT_KEY", "not a key"),
        ("PORT", "99999"),
        ("PORT", "http"),
        ("WEB_PROCESSES", "0"),
        ("HTTPS", "yes"),
        ("TOKENIZER", "sudachi"),
        ("POLL_SECONDS", "-1"),
        ("SESSION_HOURS", "100"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as problem:
        from_environment({**GOOD, name: value})
    lines = str(problem.value).splitlines()
    assert len(lines) == 1
    assert name in lines[0]
    assert VARIABLES[name][1] in lines[0]


MAIL = {
    "SMTP_HOST": "mail.example.lg.jp",
    "MAIL_FROM": "東京都 目安箱 <meyasubako@example.lg.jp>",
    "PUBLIC_URL": "https://meyasubako.example.lg.jp/",
}


def test_without_a_mail_server_no_mail_is_sent() -> None:
    assert from_environment(GOOD).mail is None


def test_a_mail_server_is_spoken_to_over_tls_unless_told_otherwise() -> None:
    mail = from_environment({**GOOD, **MAIL}).mail
    assert mail is not None
    assert (mail.port, mail.security) == (587, Security.STARTTLS)
    assert mail.public_url == "https://meyasubako.example.lg.jp"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("MAIL_FROM", {"MAIL_FROM": ""}),
        ("MAIL_FROM", {"MAIL_FROM": "東京都"}),
        ("MAIL_FROM", {"MAIL_FROM": "a@b.jp\nBcc: c@d.jp"}),
        ("PUBLIC_URL", {"PUBLIC_URL": ""}),
        ("PUBLIC_URL", {"PUBLIC_URL": "meyasubako.example.lg.jp"}),
        ("SMTP_PORT", {"SMTP_PORT": "0"}),
        ("SMTP_TLS", {"SMTP_TLS": "ssl"}),
        ("SMTP_CA_FILE", {"SMTP_CA_FILE": "/no/such/file.pem"}),
        ("SMTP_PASSWORD", {"SMTP_USER": "meyasubako"}),
        ("SMTP_PASSWORD", {"SMTP_PASSWORD": "secret"}),
        (
            "SMTP_PASSWORD",
            {"SMTP_TLS": "none", "SMTP_USER": "meyasubako", "SMTP_PASSWORD": "secret"},
        ),
        ("SMTP_USER", {"SMTP_HOST": "", "SMTP_USER": "meyasubako"}),
    ],
)
def test_a_wrong_mail_setting_is_named_with_what_to_do(name: str, more: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as problem:
        from_environment({**GOOD, **MAIL, **more})
    (line,) = str(problem.value).splitlines()
    assert name in line
    assert "secret" not in line


def test_every_problem_is_shown_at_once() -> None:
    with pytest.raises(SettingsError) as problem:
        from_environment({"PORT": "x", "HTTPS": "x"})
    assert len(str(problem.value).splitlines()) == 4
