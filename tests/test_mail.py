"""One message to a real mail server: taken, surely not taken, or nobody knows."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage, Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import mail
from feedback.mail import Letter
from feedback.settings import MailSettings, Security
from tests.mail_server import SENDER, Post, a_certificate, a_mail_server
from tests.processes import free_port

LETTER = Letter(
    key="0123abcd",
    to="yamada@example.jp",
    subject="ご意見へのお礼（受付番号 2345-6789-CFGH）" * 3,
    body="山田 花子 様\n\n.点で始まる行\n.\nご意見をありがとうございました。🗼𠮷野家\n",
)


def settings_of(post: Post) -> MailSettings:
    assert post.settings is not None
    return post.settings


def lines_of(message: Message) -> list[str]:
    """The lines of a text, which end in CRLF on the way as MIME asks."""
    assert isinstance(message, EmailMessage)
    text: str = message.get_content()
    return text.replace("\r\n", "\n").split("\n")


def test_a_letter_arrives_as_it_was_written() -> None:
    with a_mail_server() as post:
        mail.send(LETTER, settings_of(post))
    (message,) = post.taken
    assert post.recipients == ["yamada@example.jp"]
    assert message["Subject"] == LETTER.subject
    assert message["From"] == SENDER
    assert message["To"] == "yamada@example.jp"
    assert message["Message-ID"] == "<0123abcd@example.lg.jp>"
    assert message["Auto-Submitted"] is None
    assert lines_of(message) == LETTER.body.split("\n")


def test_a_digest_says_that_a_machine_wrote_it() -> None:
    with a_mail_server() as post:
        mail.send(replace(LETTER, is_automatic=True), settings_of(post))
    assert post.taken[0]["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_the_server_refuses_for_good_is_for_a_person(command: str) -> None:
    with a_mail_server() as post:
        post.answers[command] = "550 no such user"
        with pytest.raises(mail.Refused, match="550 no such user"):
            mail.send(LETTER, settings_of(post))
    assert post.taken == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_the_server_refuses_for_now_may_be_tried_again(command: str) -> None:
    with a_mail_server() as post:
        post.answers[command] = "451 come back later"
        with pytest.raises(mail.NotAccepted, match="451"):
            mail.send(LETTER, settings_of(post))
        post.answers.clear()
        mail.send(LETTER, settings_of(post))
    assert len(post.taken) == 1


def test_a_server_that_is_down_has_surely_taken_nothing() -> None:
    with a_mail_server() as post:
        settings = replace(settings_of(post), port=free_port())
    with pytest.raises(mail.NotAccepted, match="話せませんでした"):
        mail.send(LETTER, settings)


def test_a_server_that_hangs_up_after_the_message_leaves_us_not_knowing() -> None:
    with a_mail_server() as post:
        post.hangs_up_after_data = True
        with pytest.raises(mail.Uncertain):
            mail.send(LETTER, settings_of(post))
    assert len(post.taken) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_connection_is_encrypted_before_the_password_goes_over_it(
    security: Security, tmp_path: Path
) -> None:
    with a_mail_server(tls=a_certificate(tmp_path), security=security, asks_who=True) as post:
        mail.send(LETTER, settings_of(post))
        assert post.sessions_over_tls == [True]
        wrong = replace(settings_of(post), password="wrong")
        with pytest.raises(mail.NotAccepted, match="パスワードを認めません"):
            mail.send(LETTER, wrong)
    assert len(post.taken) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    security: Security, tmp_path: Path
) -> None:
    with (
        a_mail_server(tls=a_certificate(tmp_path), security=security) as post,
        pytest.raises(mail.NotAccepted, match="暗号化"),
    ):
        mail.send(LETTER, replace(settings_of(post), ca_file=""))
    assert post.taken == []


def test_a_server_without_starttls_gets_nothing_in_the_clear() -> None:
    with a_mail_server() as post:
        settings = replace(settings_of(post), security=Security.STARTTLS)
        with pytest.raises(mail.NotAccepted, match="暗号化"):
            mail.send(LETTER, settings)
    assert post.taken == []


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "yamada@example.jp\r\nBcc: all@example.jp"},
        {"to": "yamada@example.jp, all@example.jp"},
        {"to": "やまだ@example.jp"},
        {"to": ""},
        {"subject": "お礼\r\nBcc: all@example.jp"},
        {"subject": "お礼\nBcc: all@example.jp"},
    ],
)
def test_nobody_writes_a_header_of_their_own(changes: dict[str, str]) -> None:
    with a_mail_server() as post, pytest.raises(mail.Refused):
        mail.send(replace(LETTER, **changes), settings_of(post))
    assert post.taken == []


def test_a_domain_in_japanese_is_written_as_mail_servers_know_it() -> None:
    with a_mail_server() as post:
        mail.send(replace(LETTER, to="yamada@例え.jp"), settings_of(post))
    assert post.recipients == ["yamada@xn--r8jz45g.jp"]


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=100),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=500),
)
def test_any_text_comes_out_as_it_went_in(subject: str, body: str) -> None:
    settings = MailSettings("h", 25, Security.NONE, "", "", "", SENDER, "https://example.jp")
    raw = mail.compose(replace(LETTER, subject=subject, body=body), settings).as_bytes()
    assert raw.isascii()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Subject"] == subject
    assert set(read.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert "\n".join(lines_of(read)).rstrip("\n") == body.rstrip("\n")
