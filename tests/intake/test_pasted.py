"""A pasted text becomes opinions, told apart as staff say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from feedback.intake import pasted
from feedback.intake.models import SubmissionWords
from feedback.intake.pasted import Separator
from feedback.storage import Database
from tests.builders import a_call
from tests.intake.importing import SignIn, TakeIn, choose, figures, start
from tests.strict_client import parse, text_of

TEXT = "窓口の待ち時間が長い。\n番号札がほしい。\r\n\r\n\u3000\r\n電話がつながらない。\n"


@pytest.mark.parametrize(
    ("separator", "found"),
    [
        (
            Separator.BLANK_LINE,
            ["窓口の待ち時間が長い。\n番号札がほしい。", "電話がつながらない。"],
        ),
        (Separator.LINE, ["窓口の待ち時間が長い。", "番号札がほしい。", "電話がつながらない。"]),
    ],
)
def test_opinions_are_told_apart(separator: Separator, found: list[str]) -> None:
    assert pasted.opinions(TEXT, separator) == found


@given(st.text(alphabet="あい,\"\t \n\u3000'=", max_size=60), st.sampled_from(Separator))
def test_no_letter_is_lost(text: str, separator: Separator) -> None:
    found = pasted.opinions(text, separator)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(each.strip() for each in found)


def test_a_text_is_previewed_cut_and_taken_in(
    sign_in: SignIn, database: Database, take_in: TakeIn
) -> None:
    with database.transaction() as session:
        call_id = a_call(session).id
    client = sign_in()
    data = {
        "text": TEXT,
        "separator": "blank_line",
        "call": str(call_id),
        "government": "tokyo",
        "channel": "phone",
    }
    only_text = {"text": TEXT, "separator": "blank_line", "check": "1"}
    checked = client.post_form("/staff/imports/paste", only_text)
    assert "受付経路を選んでください。" not in checked.text, "that comes after the text"
    rows = parse(checked.text).findall(".//table[@id='found']/tbody/tr")
    assert [text_of(row)[0] for row in rows] == ["1", "2"]
    answer = client.post_form("/staff/imports/paste", data)
    assert answer.status_code == 302
    url = answer.headers["Location"].rsplit("/", 1)[0]
    assert "2件の意見に共通のこと" in text_of(client.page(f"{url}/columns"))
    choose(client, url)
    assert "全2件を確かめました" in text_of(client.page(f"{url}/preview"))
    start(client, url)
    take_in()
    assert figures(client, url) == (2, 0, 0)
    with database.reading() as session:
        bodies = session.scalars(sa.select(SubmissionWords.body)).all()
    assert sorted(bodies) == sorted(pasted.opinions(TEXT, Separator.BLANK_LINE))


def test_nothing_pasted_is_said(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        a_call(session)
    answer = sign_in().post_form("/staff/imports/paste", {"text": " \n", "government": "tokyo"})
    assert "意見の文章を貼り付けてください。" in answer.text
    assert "受付経路を選んでください。" in answer.text
