"""Themes don't depend on which engine cut the words: on all that was written for demo and tests."""

import csv
from pathlib import Path

import pytest

from analysis import language, pipeline
from analysis.campaigns import find_campaigns
from analysis.themes import ThemeModel
from analysis.tokens import search_words, tokenizer
from benchmarks.statements import marked_opinions
from tests.analysis.texts import many_texts

ROOT = Path(__file__).parents[2]


def column(path, name):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def texts():
    demo = sorted((ROOT / "feedback" / "demo" / "opinions").glob("*.csv"))
    labelled = ROOT / "tests" / "data" / "labelled_opinions.csv"
    written = [
        *column(labelled, "text"),
        *(text for path in demo for text in column(path, "body")),
        *(opinion.text for opinion in marked_opinions()),
    ]
    return many_texts(written, 3_200)


@pytest.fixture(scope="module")
def pieces(texts):
    return {engine: pipeline.read(texts, engine=engine) for engine in ("janome", "mecab")}


def test_every_statement_has_the_same_words(texts, pieces):
    assert len(texts) >= 3_000
    differing = [
        (one.text, set(one.words) ^ set(other.words))
        for one, other in zip(pieces["janome"], pieces["mecab"], strict=True)
        if one != other
    ]
    assert differing == []


def test_the_themes_are_the_same(texts, pieces):
    members = find_campaigns(texts)
    janome, mecab = (
        ThemeModel().fit(pipeline.documents(pieces[engine], members))
        for engine in ("janome", "mecab")
    )
    assert janome.themes_ == mecab.themes_
    assert janome.assignments_ == mecab.assignments_
    assert janome.to_bytes() == mecab.to_bytes()


def test_the_search_words_of_japanese_are_the_same(texts):
    japanese = [text for text in texts if language.guess_language(text) == "ja"]
    assert len(japanese) > 2_500
    for text in japanese:
        found = [search_words(text, tokenizer(engine)) for engine in ("janome", "mecab")]
        assert found[0] == found[1], text


@pytest.mark.parametrize(
    "text", ["自働音声", "働音声の案内", "请保育园的时候", "働働働", "鱻鱻の魚"]
)
def test_strange_letters_end_somewhere(text):
    for engine in ("janome", "mecab"):
        surfaces = [one.surface for one in tokenizer(engine).tokens(text)]
        assert "".join(surfaces) == text
