"""E-mails as Japanese programs write them: the sender's words alone, the rest shown beside them."""

from __future__ import annotations

import io
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from feedback.intake import mail_pages, mail_parts, mail_texts, mails
from feedback.intake.import_rules import Row
from feedback.intake.models import Contact, Submission, SubmissionWords
from feedback.storage import Database
from tests.builders import a_call
from tests.intake.importing import SignIn, TakeIn, begun, choose, figures, received, start
from tests.strict_client import text_of

BODY = "窓口の待ち時間を短くしてほしいです。"
HEADERS = (
    b"From: =?utf-8?B?5bGx55SwIOiKseWtkA==?= <hanako@example.jp>\r\n"
    b"Subject: =?utf-8?B?5b6F44Gh5pmC6ZaT?=\r\n"
    b"Date: Tue, 3 Nov 2026 23:30:00 +0900\r\nMessage-ID: <one@example.jp>\r\n"
)


def a_mail(body: bytes | str = BODY, headers: bytes = HEADERS, **more: str) -> bytes:
    """Written by hand, byte for byte."""
    added = "".join(
        f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items()
    ).encode()
    if isinstance(body, str):
        added += b"Content-Type: text/plain; charset=utf-8\r\n"
        body = body.encode()
    return headers + added + b"\r\n" + body


def rows_of(*messages: bytes) -> list[Row]:
    return list(mails.rows(io.BytesIO(b"".join(mails.boxed(each) for each in messages))))


def cells_of(message: bytes) -> dict[str, str]:
    (row,) = rows_of(message)
    return dict(zip(mails.HEADERS, row.cells, strict=True))


def test_a_plain_mail() -> None:
    (row,) = rows_of(a_mail())
    assert row == Row(
        1,
        (BODY, "待ち時間", "山田 花子", "hanako@example.jp", "2026-11-03", "", "", "",
         "one@example.jp"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("iso-2022-jp", BODY.encode("iso-2022-jp")),
        ("ISO-2022-JP", b"\x1b$B-!\x1b(B \x1b$B|b\x1b(B"),
        ("shift_jis", "①髙﨑の窓口".encode("cp932")),
        ("euc-jp", BODY.encode("euc-jp")),
        ("utf-8", BODY.encode()),
        ("iso-8859-1", "café".encode("latin-1")),
        ("gb2312", "窗口".encode("gb2312")),
        ("unknown-8bit", BODY.encode("cp932")),
        ("", BODY.encode("iso-2022-jp")),
        ("", BODY.encode("cp932")),
        ("", BODY.encode()),
        ("no-such-charset", BODY.encode()),
    ],
)
def test_every_encoding_that_mail_comes_in(charset: str, encoded: bytes) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    body = cells_of(a_mail(encoded, Content_Type=kind))[mails.BODY]
    assert "�" not in body
    assert body in {BODY, "① 髙", "①髙﨑の窓口", "café", "窗口"}


def test_microsofts_iso_2022_jp_has_circled_numbers() -> None:
    assert mail_texts.decoded(b"\x1b$B-!\x1b(Babc\x1b(I1\x1b(B", "iso-2022-jp") == "①abcｱ"


#: Signs that the two standards draw alike and number differently.
UNLIKE = "¢£¬‖−〜\u2225\uff0d\uff5e\uff3c"
CP932 = st.characters(codec="cp932", exclude_categories=["Cc"], exclude_characters=UNLIKE)


@given(st.text(alphabet=CP932))
def test_what_cp932_can_say_survives_the_way_through_jis(text: str) -> None:
    wide = "".join(letter for letter in text if len(letter.encode("cp932")) == 2)
    try:
        content = wide.encode("iso2022_jp")
    except UnicodeEncodeError:
        return
    assert mail_texts.decoded(content, "iso-2022-jp") == wide


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_transfer_encodings(encoding: str) -> None:
    message = EmailMessage()
    message["From"] = "a@example.jp"
    message["Subject"] = "題"
    message.set_content(BODY, charset="utf-8", cte=encoding)
    assert cells_of(message.as_bytes())[mails.BODY] == BODY


def test_a_raw_subject_without_any_encoding_is_read() -> None:
    headers = b"From: a@example.jp\r\nSubject: " + "窓口のこと".encode("cp932") + b"\r\n"
    assert cells_of(a_mail(headers=headers))[mails.TITLE] == "窓口のこと"
    headers = b"From: a@example.jp\r\nSubject: " + "窓口のこと".encode("iso-2022-jp") + b"\r\n"
    assert cells_of(a_mail(headers=headers))[mails.TITLE] == "窓口のこと"


def test_the_plain_text_is_taken_before_the_page() -> None:
    message = EmailMessage()
    message["From"] = "a@example.jp"
    message.set_content(BODY)
    message.add_alternative("<p>ページ</p>", subtype="html")
    assert cells_of(message.as_bytes())[mails.BODY] == BODY


def test_a_mail_that_is_only_a_page_becomes_text() -> None:
    page = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>一行目&amp;<br>"
        "二行目</p><script>alert(1)</script><div>三行目&nbsp;です</div>"
        "<blockquote>前のメール</blockquote></body></html>"
    )
    cells = cells_of(a_mail(page.encode(), Content_Type="text/html; charset=utf-8"))
    assert cells[mails.BODY] == "一行目&\n二行目\n\n三行目 です"
    assert cells[mails.QUOTED] == "> 前のメール"


@given(st.text(max_size=200))
def test_no_page_breaks_the_reader(page: str) -> None:
    assert "<script" not in mail_pages.text_of(page + "<script>x</script>").lower() or page


def test_attachments_are_named_and_not_read() -> None:
    outer = MIMEMultipart()
    outer["From"] = "a@example.jp"
    outer["Subject"] = "添付"
    outer.attach(MIMEText(BODY, "plain", "utf-8"))
    for name, kind in (("要望書.txt", "plain"), ("表.csv", "csv")):
        part = MIMEText("読まない中身", kind, "utf-8")
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        outer.attach(part)
    inner = MIMEMultipart("mixed")
    forwarded = EmailMessage()
    forwarded["Subject"] = "元の件名"
    forwarded.set_content("転送された中身")
    inner.set_type("message/rfc822")
    inner.set_payload([forwarded])
    outer.attach(inner)
    cells = cells_of(outer.as_bytes())
    assert cells[mails.BODY] == BODY
    assert cells[mails.ATTACHED] == "要望書.txt、表.csv、転送されたメール「元の件名」"


@pytest.mark.parametrize(
    ("text", "opinion", "quoted", "signature"),
    [
        (f"{BODY}\n\n> 前のメール\n> 続き", BODY, "> 前のメール\n> 続き", ""),
        (f"{BODY}\n-- \n山田\nTEL 03-0000-0000", BODY, "", "-- \n山田\nTEL 03-0000-0000"),
        (
            f"{BODY}\n\n----- Original Message -----\nFrom: 県\n本文",
            BODY, "----- Original Message -----\nFrom: 県\n本文", "",
        ),
        (
            f"{BODY}\n2026年11月3日(火) 10:00 県庁 <a@example.jp>:\n> お知らせ",
            BODY, "2026年11月3日(火) 10:00 県庁 <a@example.jp>:\n> お知らせ", "",
        ),
        (
            f"{BODY}\n\n差出人: 県庁\n送信日時: 2026年11月3日\n宛先: 山田\n件名: お知らせ\n\n本文",
            BODY, "差出人: 県庁\n送信日時: 2026年11月3日\n宛先: 山田\n件名: お知らせ\n\n本文", "",
        ),
        (
            f"{BODY}\n━━━━━━━━━━\n山田 花子\n〒160-0000 新宿区\n━━━━━━━━━━",
            BODY, "", "━━━━━━━━━━\n山田 花子\n〒160-0000 新宿区\n━━━━━━━━━━",
        ),
        (f"{BODY}\niPhoneから送信", BODY, "", "iPhoneから送信"),
        (f"> 質問\n{BODY}", BODY, "> 質問", ""),
        (f"一\n----------\n二\n{BODY}", f"一\n----------\n二\n{BODY}", "", ""),
        (f"2026年11月3日の件について：\n{BODY}", f"2026年11月3日の件について：\n{BODY}", "", ""),
    ],
)  # fmt: skip
def test_quotes_and_signatures_are_told_apart(
    text: str, opinion: str, quoted: str, signature: str
) -> None:
    assert mail_parts.split(text) == mail_parts.Parts(opinion, quoted, signature)


@given(st.text(alphabet="あ> -_=\n:@From差出人", max_size=120))
def test_nothing_of_a_mail_is_thrown_away(text: str) -> None:
    parts = mail_parts.split(text)
    kept = "".join((parts.opinion + parts.quoted + parts.signature).split())
    assert sorted(kept) == sorted("".join(text.split()))


@pytest.mark.parametrize(
    "more",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Content_Type": "multipart/report; boundary=x"},
    ],
)
def test_automatic_mail_is_told_by_its_headers(more: dict[str, str]) -> None:
    (row,) = rows_of(a_mail(BODY.encode(), **more))
    assert row.fault is not None
    assert "自動返信" in row.fault.wrong


@pytest.mark.parametrize("subject", ["自動返信：不在", "Out of Office", "Undelivered Mail"])
def test_automatic_mail_is_told_by_its_subject(subject: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.jp", subject
    message.set_content(BODY)
    assert rows_of(message.as_bytes())[0].fault is not None


def test_a_mail_with_nothing_of_its_own_says_what_to_do() -> None:
    (forwarded,) = rows_of(a_mail("> 全部が引用です"))
    assert forwarded.fault is not None
    assert "引用や転送された文だけ" in forwarded.fault.wrong


def test_lines_that_flow_are_joined() -> None:
    kind = "text/plain; charset=utf-8; format=flowed; delsp=yes"
    body = "窓口の \r\n待ち時間を \r\n短く。\r\n次の行".encode()
    assert cells_of(a_mail(body, Content_Type=kind))[mails.BODY] == "窓口の待ち時間を短く。\n次の行"


def test_a_box_of_mails_and_a_line_that_begins_with_from() -> None:
    first, second = a_mail("From here on\nFrom there"), a_mail("二通目")
    rows = rows_of(first, second)
    assert [(row.number, row.cells[0]) for row in rows] == [
        (1, "From here on\nFrom there"),
        (2, "二通目"),
    ]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_mail(content: bytes) -> None:
    for row in mails.rows(io.BytesIO(HEADERS + content)):
        assert len(row.cells) == len(mails.HEADERS)


@given(
    st.sampled_from(["utf-8", "iso-2022-jp", "no-such"]),
    st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit"]),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=b", "message/rfc822"]),
    st.binary(max_size=200),
)
def test_no_headers_break_the_reader_of_mail(
    charset: str, transfer: str, kind: str, body: bytes
) -> None:
    more = {"Content_Type": f"{kind}; charset={charset}", "Content_Transfer_Encoding": transfer}
    for row in mails.rows(io.BytesIO(a_mail(body, **more))):
        assert len(row.cells) == len(mails.HEADERS)


@pytest.fixture
def call_id(database: Database) -> int:
    with database.transaction() as session:
        return a_call(session).id


def test_mails_become_submissions_known_by_their_message_id(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    first = a_mail(f"{BODY}\n\n> 引用です\n-- \n山田")
    second = a_mail(headers=HEADERS.replace(b"one@", b"two@"), Auto_Submitted="auto-replied")
    files = [(first, "一.eml"), (second, "二.eml")]
    url = received(client, call_id, files, channel="email")
    page = client.page(f"{url}/columns")
    assert "2通のメールに共通のこと" in text_of(page)
    assert page.find(".//select[@name='column_body']") is None
    choose(client, url)
    shown = text_of(client.page(f"{url}/preview"))
    for words in (BODY, "> 引用です", "山田", "保存しない", "自動返信や配信エラー"):
        assert words in shown
    start(client, url)
    take_in()
    assert figures(client, url) == (1, 0, 1)
    with database.reading() as session:
        assert session.scalars(sa.select(SubmissionWords.body)).all() == [BODY]
        assert session.scalars(sa.select(Contact)).all() == []
        stored = session.scalars(sa.select(Submission)).one()
    assert stored.channel.value == "email"
    box = mails.boxed(first) + mails.boxed(a_mail(headers=HEADERS.replace(b"one@", b"three@")))
    again = begun(client, call_id, box, name="受信.mbox", channel="email")
    take_in()
    assert figures(client, again) == (1, 1, 0)


def test_the_sender_is_kept_only_when_ticked(
    sign_in: SignIn, database: Database, call_id: int, take_in: TakeIn
) -> None:
    client = sign_in()
    url = received(client, call_id, a_mail(), name="a.eml", channel="email")
    choose(client, url, keeps_sender="y")
    assert "連絡先として暗号化して保存する" in text_of(client.page(f"{url}/preview"))
    start(client, url)
    take_in()
    with database.reading() as session:
        (contact,) = session.scalars(sa.select(Contact)).all()
    assert b"hanako" not in contact.email_encrypted
