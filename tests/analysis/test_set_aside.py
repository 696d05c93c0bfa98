"""What is proposed to be set aside: on the labelled set, and what must never be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.screening import SetAsideKind, set_aside_proposal, urgent_cues
from benchmarks import screening as benchmark

SUBJECT = benchmark.SUBJECT
K = SetAsideKind


@pytest.mark.parametrize("part", benchmark.PARTS)
def test_no_legitimate_opinion_is_set_aside(part):
    *_, legitimate = benchmark.proposals(part)
    assert legitimate.falsely == 0


@pytest.mark.parametrize("part", benchmark.PARTS[:2])
def test_most_of_what_may_be_set_aside_is_proposed(part):
    for one in benchmark.proposals(part)[:-1]:
        assert one.seen >= 0.9 * one.marked, one
        assert one.falsely <= 1, one


def test_nothing_is_out_of_scope_of_a_call_whose_subject_is_not_known():
    text = "消費税を5%に下げてほしい。"
    assert set_aside_proposal("", text) is None
    assert set_aside_proposal("", text, SUBJECT).kind is K.OUT_OF_SCOPE
    assert set_aside_proposal("", text, ("消費税についての意見募集",)) is None


def test_an_opinion_that_names_the_subject_is_within_it():
    assert set_aside_proposal("", "国会もオンラインにすべきだ。", SUBJECT) is None
    assert set_aside_proposal("オンライン化", "国会は遅い。", SUBJECT) is None


def test_the_kin_of_the_subject_depend_on_the_call():
    text = "隣の家がたばこの煙を出す。"
    assert set_aside_proposal("", text, ("受動喫煙防止条例についての意見募集",)) is None
    assert set_aside_proposal("", text, SUBJECT).kind is K.OUT_OF_SCOPE


def test_evidence_stands_in_the_body_as_it_was_written():
    body = "窓口は　遅い。ﾊﾞｶ公務員　だ"
    proposal = set_aside_proposal("", body, SUBJECT)
    assert proposal.kind is K.ABUSE
    assert [body[start:end] for start, end in proposal.evidence] == ["ﾊﾞｶ公務員"]


def test_a_title_that_says_something_saves_an_empty_body():
    assert set_aside_proposal("押印を廃止して", "同上") is None
    assert set_aside_proposal("", "同上").kind is K.NON_OPINION


def test_abuse_in_the_title_counts():
    assert set_aside_proposal("死ね死ねクズ職員", "窓口の件", SUBJECT).kind is K.ABUSE


@pytest.mark.parametrize(
    "text", ["死ね。死なないなら俺が殺す。", "障害者を殺しに行く", "もう死にたい。ゴミ人間です"]
)
def test_what_is_urgent_is_never_set_aside(text):
    assert urgent_cues(text)
    assert set_aside_proposal("", text, SUBJECT) is None


@given(st.text(max_size=60), st.text(max_size=200))
def test_evidence_is_inside_the_body(title, body):
    proposal = set_aside_proposal(title, body, SUBJECT)
    if proposal:
        assert all(0 <= start < end <= len(body) for start, end in proposal.evidence)


@given(st.sampled_from("あｗ!?あーａ草👍"), st.integers(15, 400))
def test_one_letter_again_and_again_is_spam_or_nothing(letter, count):
    assert set_aside_proposal("", letter * count).kind in (K.SPAM, K.NON_OPINION)


def test_kinds_have_japanese_names():
    assert len({kind.label for kind in K}) == len(K)
