"""Word vectors come from an installed package, and their absence only loses what they add."""

import numpy as np
import pytest

from analysis import senses
from analysis.themes import Document, ThemeModel


def test_words_of_one_meaning_are_near_and_others_are_not() -> None:
    source = senses.installed()
    assert source is not None, "run make: it installs requirements-vectors.txt"
    phone, mobile, library = source.of(["スマホ", "携帯", "図書館"])
    assert phone @ mobile > 0.7
    assert phone @ library < 0.4


def test_a_word_that_nobody_knows_has_no_meaning() -> None:
    source = senses.installed()
    assert source is not None
    found = source.of(["ぬぬぬぬぬ", "窓口"])
    assert not found[0].any()
    assert np.linalg.norm(found[1]) == pytest.approx(1)


def test_themes_are_found_without_word_vectors_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senses, "installed", lambda: None)
    words = [("押印", "廃止"), ("図書館", "予約"), ("避難", "情報")] * 12
    documents = [
        Document(" ".join(pair) + str(at), (*pair, f"語{at % 7}"), at)
        for at, pair in enumerate(words)
    ]
    model = ThemeModel(themes=3, subthemes=0).fit(documents)
    found = {pair: set() for pair in words}
    for pair, assignment in zip(words, model.assignments_, strict=True):
        found[pair].add(assignment.theme)
    assert all(len(themes) == 1 for themes in found.values())
    assert ThemeModel.from_bytes(model.to_bytes()).assign(words[0]).theme in found[words[0]]


def test_word_vectors_can_be_left_out_and_the_model_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = [("ハンコ", "廃止"), ("図書館", "予約"), ("避難", "情報")] * 12
    documents = [
        Document(" ".join(pair) + str(at), (*pair, f"語{at % 7}"), at)
        for at, pair in enumerate(words)
    ]
    data = ThemeModel(themes=3, senses=False).fit(documents).to_bytes()
    assert ThemeModel.from_bytes(data).senses is False
    assert data != ThemeModel(themes=3).fit(documents).to_bytes()
    monkeypatch.setattr(senses, "installed", lambda: None)
    assert data == ThemeModel(themes=3, senses=False).fit(documents).to_bytes()
