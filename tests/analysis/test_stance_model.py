"""The rules and the learned model together, on sentences that neither has seen."""

import re

import numpy as np
import pytest

from analysis import lexicon, stance_cues, stance_model, stance_training
from analysis.hints import needed
from analysis.normalize import plain
from analysis.stance import Stance, stance, stances
from benchmarks.stance import examples, labelled, training_texts

REJECTIONS = [
    "運河の埋立てには断固として反対する。",
    "競輪場の改修は見送るべきです。",
    "この値上げ案は到底容認できません。",
    "議論が尽くされておらず、あまりに拙速だ。",
    "水上公園の閉鎖は白紙に戻してください。",
    "住民の頭越しに決めたことは認められない。",
    "観光塔の建設など必要ない。",
    "工業用地の拡大は取りやめてほしい。",
    "こんな迷惑施設はお断りします。",
    "跡地の売却には賛成いたしかねます。",
    "職員寮の建て替えに税金を使うのは納得できない。",
    "給水制限の条例案は廃案にするべきだ。",
]
UNCERTAIN = [
    "賛成でも反対でもない。",
    "昨日の説明会は一時間遅れて始まった。",
    "反対の署名を集めている人が駅前にいた。",
    "隣の市では賛成が多いそうだ。",
    "「今すぐやめろ」と怒鳴る人がいて怖かった。",
    "町長は必要ないと言ったらしい。",
    "病院の待合室はいつも混んでいる。",
    "孫が小学校に上がりました。",
    "どうせ決まっているのだろう。",
    "バスが来なくて一時間立っていた。",
    "担当の方は困った顔をしていた。",
    "反対しないとは言っていない。",
    "やめるかやめないか、父と母で意見が割れている。",
    "いつの時代の話ですか。",
    "お世話になっております。",
    "ため息が出る。",
]


@pytest.mark.parametrize("text", REJECTIONS)
def test_a_rejection_is_found_in_its_indirect_forms(text):
    assert stance(text).stance is Stance.AGAINST


@pytest.mark.parametrize("text", UNCERTAIN)
def test_nobody_is_given_a_stance_that_is_not_theirs(text):
    assert stance(text).stance is Stance.UNKNOWN


def test_to_be_told_nothing_is_an_experience_and_to_ask_is_a_question():
    assert stance("日程を教えてもらえないでしょうか。").stance is Stance.QUESTION
    assert stance("窓口で聞いたが、日程は教えてもらえなかった。").stance is Stance.UNKNOWN


def test_praise_with_a_request_is_a_request_and_praise_with_go_on_is_not():
    assert stance("朝市は楽しいです。駐車場を増やしてほしい。").stance is Stance.REQUEST
    assert stance("巡回図書館、助かっています。ぜひ続けてください。").stance is Stance.FOR


def test_the_model_tells_a_request_where_the_rules_are_silent_and_names_the_sentence():
    text = "毎朝電話がつながりません。予約だけでもスマホでできれば、遅刻しなくて済みます。"
    found = stance(text)
    assert found.stance is Stance.REQUEST
    assert "予約だけでもスマホで" in text[slice(*found.cue)]


@pytest.mark.parametrize(
    "text",
    [
        "スマホ教室は1回2時間では覚えられません。",
        "待っている間、トレーラーは動けません。",
        "喫茶店では個人情報の話はできません。",
        "意見はありません。",
        "わかりません",
        "我带孩子去打预防针，预诊票有中文版可以下载，非常方便。",
    ],
)
def test_what_cannot_be_done_is_no_rejection(text):
    assert stance(text).stance is Stance.UNKNOWN


def test_many_texts_are_judged_as_one_by_one():
    texts, _ = labelled("tune")
    assert stances(texts * 2) == [stance(text) for text in texts] * 2


def test_few_letters_are_no_sentence_to_the_model():
    judged = stance_model.model().judge(["", "反", "😀😀"])
    assert (
        judged.chances.argmax(axis=1).tolist() == [stance_model.STANCES.index(Stance.UNKNOWN)] * 3
    )


def test_the_chances_of_a_text_do_not_depend_on_its_neighbours():
    lines = [stance_cues.sentences(plain(text)) for text in labelled("tune")[0][:50]]
    together = stance_model.model().judge(lines)
    alone = [stance_model.model().judge([one]) for one in lines]
    assert np.array_equal(together.chances, np.concatenate([one.chances for one in alone]))
    assert np.array_equal(together.sentences, np.concatenate([one.sentences for one in alone]))


def test_the_weights_are_what_the_texts_teach():
    texts, told = training_texts()
    table = stance_training.table(texts, told)
    assert stance_training.table(texts, told) == table
    lines = [stance_cues.sentences(plain(text)) for text in texts]
    shipped = stance_model.model().judge(lines).chances
    # Solvers may differ in the last digit from machine to machine, the texts may not.
    assert np.abs(stance_model.parsed(table).judge(lines).chances - shipped).max() < 0.05


def test_the_examples_are_many_varied_and_not_those_it_is_tested_on():
    texts, told = examples()
    assert len(texts) == len(set(texts)) >= 900
    assert min(told.count(one) for one in Stance) >= 100
    assert not set(texts) & {*labelled("tune")[0], *labelled("held_out")[0]}


def test_no_cue_is_missed_for_want_of_its_hint():
    lines = [stance_cues.sentences(plain(text)) for text in training_texts()[0]]
    for line in lexicon.lines("stance_cues"):
        pattern = line.partition(" = ")[2]
        hints = needed(pattern) or ("",)
        compiled = re.compile(pattern.replace("$", r"(?=[?]|$)"), re.MULTILINE)
        unhinted = [text for text in lines if not any(hint in text for hint in hints)]
        assert not any(compiled.search(text) for text in unhinted), pattern


@pytest.mark.parametrize(
    ("pattern", "hints"),
    [
        ("反対", ("反対",)),
        ("(賛成|反対)です?", ("賛成", "反対")),
        ("(に)?は(ない|ません)", ("ない", "ません")),
        ("[^\n]{0,6}べき(?!か)だ+", ("べき",)),
        ("(?<!な)要る[?]", ("要る?",)),
        ("a*(b|c?)", ()),
        ("反対|賛?成?", ()),
    ],
)
def test_a_pattern_names_the_letters_it_cannot_do_without(pattern, hints):
    assert needed(pattern) == hints
