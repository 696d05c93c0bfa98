"""The places in a template, whatever else the text holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.answering import placeholders, reply_text
from feedback.answering.placeholders import Place
from feedback.answering.reply_errors import TextRefused
from feedback.answering.reply_text import ReplyText

VALUES = {Place.RECEIPT: "2345-6789-CFGH", Place.SECTION: "広報課"}


def test_places_are_filled_and_what_has_no_value_stays() -> None:
    text = "{受付番号}　{課名} {担当者}｛受付番号｝{ 課名 }"
    filled = placeholders.fill(text, VALUES)
    assert filled == "2345-6789-CFGH　広報課 {担当者}2345-6789-CFGH広報課"
    assert placeholders.open_in(filled) == (Place.ASSIGNEE,)


def test_a_value_opens_no_place_of_its_own() -> None:
    assert placeholders.fill("{課名}", {Place.SECTION: "{氏名}課"}) == "{氏名}課"


def test_an_unknown_place_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(TextRefused) as problem:
        reply_text.check(ReplyText("件名 {かめい}", "本文 {氏名}"))
    assert "{かめい} という差し込み項目はありません" in str(problem.value)
    assert "{課名}" in str(problem.value)


def test_a_text_with_an_open_place_is_not_sendable_but_for_the_name() -> None:
    reply_text.check_sendable(ReplyText("件名", "{氏名} 様"))
    with pytest.raises(TextRefused, match=r"{課名}、{期限} に入れる値がありません"):
        reply_text.check_sendable(ReplyText("{課名}", "{期限}まで"))


@pytest.mark.parametrize(
    ("subject", "body", "words"),
    [
        ("", "本文", "両方"),
        ("件名", "", "両方"),
        ("あ" * 101, "本文", "100文字"),
        ("件名", "あ" * 5001, "5,000文字"),
    ],
)
def test_a_text_that_cannot_be_kept_says_why(subject: str, body: str, words: str) -> None:
    with pytest.raises(TextRefused, match=words):
        reply_text.check(ReplyText(subject, body).cleaned())


@given(st.text(max_size=200))
def test_a_text_without_places_is_left_alone(text: str) -> None:
    if not placeholders.places_in(text):
        assert placeholders.fill(text, VALUES) == text


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_typed_a_subject_is_one_line_and_nothing_controls(
    subject: str, body: str
) -> None:
    text = ReplyText(subject, body).cleaned()
    assert len(text.subject.splitlines()) <= 1
    assert all(each.isprintable() or each in "\n\t" for each in text.subject + text.body)
    assert text.cleaned() == text
