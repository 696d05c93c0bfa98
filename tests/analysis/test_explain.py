"""Reasons of statements and themes, and how surely a theme would be found again."""

import random

import pytest

from analysis import explain, stability
from analysis.stability import Firmness, Stability
from analysis.themes import Document, ThemeModel
from tests.analysis.builders import a_document, documents
from tests.analysis.texts import subject_texts

PAIRS = subject_texts()
DOCUMENTS = documents([text for _, text in PAIRS])


@pytest.fixture(scope="module")
def model():
    return ThemeModel(themes=6).fit(DOCUMENTS)


def theme_of(model, subject):
    places = [
        one.theme
        for (about, _), one in zip(PAIRS, model.assignments_, strict=True)
        if about == subject
    ]
    return max(set(places), key=places.count)


def test_a_statement_has_reasons_and_the_runner_up_has_its_own(model):
    words = a_document("図書館の予約をスマホで取り消したい。避難所でも本を読めるように。").words
    found = explain.statement(model, words)
    assert found.theme == theme_of(model, "図書館")
    assert found.reasons[0].word == "図書館"
    assert found.runner_up not in {None, found.theme}
    assert found.rival_reasons
    assert {one.word for one in (*found.reasons, *found.rival_reasons)} <= set(words)
    assert all(one.weight > 0 for one in (*found.reasons, *found.rival_reasons))


def test_what_is_in_no_theme_has_no_reasons(model):
    found = explain.statement(model, ("宇宙", "ロケット"))
    assert (found.theme, found.reasons, found.runner_up, found.rival_reasons) == (
        None,
        (),
        None,
        (),
    )


def test_a_theme_says_which_words_its_statements_share(model):
    together = explain.themes(model, DOCUMENTS)[theme_of(model, "図書館")]
    library = {one.word: one for one in together.words}["図書館"]
    assert library.statements == 7
    assert library.elsewhere == 0
    assert together.statements >= 7
    assert together.inside > together.beside
    assert together.sibling in {one.id for one in model.themes_}


def test_the_copies_of_a_campaign_are_one_statement(model):
    copies = [a_document("押印を廃止してください。", 800 + at, campaign=3) for at in range(50)]
    crowd = [*DOCUMENTS, *copies]
    found = explain.themes(ThemeModel(themes=6).fit(crowd), crowd)
    assert max(one.statements for one in found.values()) < 20


def test_clear_themes_are_stable_and_a_heap_of_chance_is_not(model):
    clear = stability.themes(model, DOCUMENTS)
    assert set(clear) == {one.id for one in model.themes_ if one.parent is None}
    assert all(one.firmness is Firmness.STABLE and one.samples >= 20 for one in clear.values())
    dice = random.Random(1)
    salad = [
        Document("", tuple(dice.sample([f"語{at}" for at in range(60)], 6)), 100 + at)
        for at in range(80)
    ]
    heap = stability.themes(ThemeModel(themes=8).fit(salad), salad)
    assert max(one.jaccard for one in heap.values()) < min(one.jaccard for one in clear.values())


def test_stability_is_the_same_each_time(model):
    assert stability.themes(model, DOCUMENTS) == stability.themes(model, DOCUMENTS)


def test_one_theme_alone_has_no_stability():
    assert stability.themes(ThemeModel().fit(DOCUMENTS[:2]), DOCUMENTS[:2]) == {}


def test_stability_has_a_plain_word():
    words = [Stability(value, 20).firmness for value in (0.9, 0.75, 0.6, 0.5, 0.1)]
    assert words == [
        Firmness.STABLE, Firmness.STABLE, Firmness.MOSTLY, Firmness.UNSTABLE, Firmness.UNSTABLE,
    ]  # fmt: skip
    assert [one.label for one in Firmness] == ["安定", "おおむね安定", "不安定"]
