from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statements import split


def said(text):
    return [statement.text for statement in split(text)]


def test_each_claim_is_a_statement():
    assert said("押印を廃止してください。図書館の本を増やしてほしいです。") == [
        "押印を廃止してください。",
        "図書館の本を増やしてほしいです。",
    ]


def test_the_story_before_a_claim_stays_with_it():
    assert said("先日、窓口で30分待ちました。予約制にしてほしいです。") == [
        "先日、窓口で30分待ちました。予約制にしてほしいです。"
    ]


def test_a_sentence_that_leans_on_the_last_stays_with_it():
    assert len(said("予約制にしてほしいです。そうすれば待たずに済みます。")) == 1


@pytest.mark.parametrize("bullet", ["・", "1. ", "2）", "①", "- ", "(3) ", "● "])
def test_bullets_are_statements_without_their_mark(bullet):
    assert said(f"{bullet}窓口を減らす\n{bullet}電話を増やす") == ["窓口を減らす", "電話を増やす"]


def test_a_number_is_not_a_bullet():
    assert said("1.5倍に増やしてほしい") == ["1.5倍に増やしてほしい"]


def test_quotes_and_brackets_stay_whole():
    text = "「はい。承知しました。」と言われて困りました（本当です。嘘ではない。）。"
    assert said(text) == [text]


def test_a_bracket_that_never_closes_holds_nothing_back():
    assert len(said("（押印を廃止してほしい。図書館を増やしてほしい。")) == 2


def test_courtesies_are_dropped_when_there_is_a_claim():
    text = (
        "いつもお世話になっております。\n川崎市在住の会社員です。\n"
        "押印を廃止してほしいです。\nどうぞよろしくお願いいたします。"
    )
    assert said(text) == ["押印を廃止してほしいです。"]


def test_a_courtesy_alone_is_kept():
    assert said("よろしくお願いします。") == ["よろしくお願いします。"]


def test_lines_wrapped_by_a_mail_program_are_one_sentence():
    text = "先日、県税事務所の窓口で自動車税を払おうとしたところ、現金\nしか使えず困りました。"
    assert said(text) == [text]


def test_english_sentences_are_cut_at_full_stops_only():
    assert said("Version 1.5 is bad?Please fix it.")[0].startswith("Version 1.5")


@pytest.mark.parametrize("text", ["", "  ", "\n\u3000\n"])
def test_nothing_said_is_no_statement(text):
    assert split(text) == []


NASTY = st.text(
    alphabet="あ漢。．.!？「」（）(\n\r 　・①1-、よろしくお願いします。😀\x00", max_size=60
)


@given(st.text(max_size=60) | NASTY)
def test_statements_are_slices_in_order_and_never_none(text):
    found = split(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.text.strip() == one.text and one.text for one in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert found or not text.strip()
