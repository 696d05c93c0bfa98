import re

import pytest

from analysis import lexicon


def test_comments_and_blank_lines_are_no_entries():
    assert all(line and "#" not in line for line in lexicon.lines("stopwords"))


@pytest.mark.parametrize(
    "name", ["courtesies", "claims", "good_wishes", "non_opinions", "urgent_not"]
)
def test_every_pattern_compiles(name):
    assert all(re.compile(line) for line in lexicon.lines(name))


def test_variants_lead_to_a_final_spelling():
    pairs = lexicon.pairs("variants")
    assert all(pairs.get(meant, meant) == meant for meant in pairs.values())


def test_terms_are_words():
    assert "押印" in lexicon.words("terms")
