"""少数だが独自の意見: what few say is found, and what is no opinion is not."""

from dataclasses import replace

import pytest

from analysis import minority
from analysis.themes import ThemeModel
from tests.analysis.builders import a_document, documents
from tests.analysis.texts import subject_texts

DOCUMENTS = documents([text for _, text in subject_texts()] * 3)
GUIDE_DOG = "盲導犬を連れて庁舎に入ろうとして断られました。盲導犬の受入れを周知してください。"
CREMATORY = "火葬場の空き状況を葬儀社だけでなく遺族にも公開してほしい。"
GREETING = "いつもお世話になっております。寒くなりましたのでご自愛ください。"
DINNER = "今日の晩ごはんは鯖の味噌煮と大根おろしと冷奴でした。"
NO_OPINION = "とくに意見はありません、とくにありません。"


def crowd():
    """Three people each who say what the test texts say, in three orders of words."""
    return [replace(one, submission=at) for at, one in enumerate(DOCUMENTS)]


def found(*texts, campaign=None, copies=1):
    extra = [
        a_document(text, 500 + 50 * at + copy, campaign=campaign)
        for at, text in enumerate(texts)
        for copy in range(copies)
    ]
    everything = [*crowd(), *extra]
    model = ThemeModel(themes=6).fit(everything)
    return [(one, everything[one.document].text) for one in minority.find(model, everything)]


def test_what_only_one_says_is_found_with_its_words_and_first():
    picked = found(GUIDE_DOG, CREMATORY)
    assert {text for _, text in picked[:2]} == {GUIDE_DOG, CREMATORY}
    dog = next(one for one, text in picked if text == GUIDE_DOG)
    assert "盲導犬" in dog.words
    assert dog.voices == 1
    assert dog.likeness < dog.usual


@pytest.mark.parametrize("text", [GREETING, DINNER, NO_OPINION, "火葬場を", "盲導犬"])
def test_what_makes_no_claim_is_not(text):
    assert text not in {one for _, one in found(GUIDE_DOG, text)}


def test_a_small_group_is_shown_once_with_all_its_voices():
    beside = GUIDE_DOG.replace("断られました", "止められました")
    picked = [one for one, text in found(GUIDE_DOG, beside) if "盲導犬" in text]
    assert [one.voices for one in picked] == [2]
    assert len(picked[0].others) == 1


def test_what_five_people_say_is_no_minority_opinion():
    assert GUIDE_DOG not in {text for _, text in found(GUIDE_DOG, copies=6)}


def test_copies_neither_help_nor_harm():
    alone = found(GUIDE_DOG, campaign=0)
    many = found(GUIDE_DOG, campaign=0, copies=40)
    assert alone[0][1] == many[0][1] == GUIDE_DOG
    assert [one.voices for one, text in many if text == GUIDE_DOG] == [1]


def test_there_are_few_and_no_two_are_alike():
    picked = found(GUIDE_DOG, CREMATORY)
    assert len(picked) <= min(minority.AT_MOST, (len(DOCUMENTS) + 2) // 25)
    assert len({text for _, text in picked}) == len(picked)


def test_nothing_is_picked_from_very_little():
    few = DOCUMENTS[:10]
    assert minority.find(ThemeModel().fit(few), few) == []
    assert minority.find(ThemeModel().fit([]), []) == []
