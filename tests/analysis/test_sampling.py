"""A draw of many texts: even, nested, and blind to the order of the table."""

import random

import numpy as np
import pytest

from analysis import sampling
from analysis.bags import Bags
from analysis.themes import Document, ThemeModel
from analysis.vectors import Space

_DICE = random.Random(1)
WORDS = [
    [f"語{_DICE.randrange(40)}" for _ in range(6)] + [f"話題{at % 2}"] + [f"独自{at}"]
    for at in range(400)
]  # fmt: skip


def draw(texts, number, seed=0):
    bags = Bags.of(texts)
    matrix = Space.learn(bags, seed=0, with_senses=False).tfidf(bags)
    return [texts[at] for at in sampling.drawn(matrix, number, seed=seed)]


def test_all_are_drawn_as_they_stand_when_they_are_few():
    assert draw(WORDS, 400) == WORDS


def test_the_order_of_the_table_does_not_matter():
    shuffled = random.Random(2).sample(WORDS, len(WORDS))
    assert draw(WORDS, 50) == draw(shuffled, 50)


def test_a_smaller_draw_is_the_start_of_a_larger_one():
    assert draw(WORDS, 120)[:40] == draw(WORDS, 40)


def test_another_seed_draws_others():
    assert draw(WORDS, 40, seed=0) != draw(WORDS, 40, seed=1)


def test_no_subject_is_drawn_more_than_another():
    drawn = draw(WORDS, 200)
    assert 80 <= sum("話題0" in words for words in drawn) <= 120


@pytest.mark.parametrize("learnt_from", [100, 10_000])
def test_texts_outside_the_draw_find_their_theme_too(monkeypatch, learnt_from):
    monkeypatch.setattr(sampling, "LEARNT_FROM", learnt_from)
    documents = [
        Document(f"文{at}", (f"話題{at % 4}", f"話題{at % 4}こと", f"語{at % 7}", f"独自{at}"), at)
        for at in range(400)
    ]
    model = ThemeModel(themes=4, senses=False).fit(documents)
    found = {(at % 4, one.theme) for at, one in enumerate(model.assignments_)}
    assert len(found) == 4
    assert None not in {theme for _, theme in found}
    assert sum(theme.documents for theme in model.themes_ if theme.parent is None) == 400
    assert np.isfinite([one.confidence for one in model.assignments_]).all()
