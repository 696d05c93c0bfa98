"""How a theme may be split: by what it says, with names in citizens' words, always the same."""

from __future__ import annotations

import pytest

from analysis import splitting, tokens
from analysis.results import Document
from tests.theming.builders import bodies

TOKENIZER = tokens.tokenizer("mecab")


def documents(texts: list[str], campaign: int | None = None) -> list[Document]:
    return [
        Document(text, tuple(tokens.content_words(TOKENIZER.tokens(text))), at, campaign)
        for at, text in enumerate(texts)
    ]


def test_four_subjects_in_one_theme_are_found_apart() -> None:
    found = splitting.propose(documents(bodies(12)))
    assert len(found.parts) == 4
    assert sorted(len(part.members) for part in found.parts) == [12, 12, 12, 12]
    subjects = {frozenset(at % 4 for at in part.members) for part in found.parts}
    assert subjects == {frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3})}
    assert found.separation > 0.5
    assert dict(found.tried)[4] == found.separation


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_the_number_may_be_asked_for(parts: int) -> None:
    found = splitting.propose(documents(bodies(12)), parts)
    assert len(found.parts) == parts
    every = sorted(at for part in found.parts for at in part.members)
    assert every == list(range(48)), "nothing is lost and nothing stands twice"


def test_names_and_quotes_are_citizens_own_words() -> None:
    texts = bodies(12)
    for part in splitting.propose(documents(texts)).parts:
        own = [texts[at] for at in part.members]
        assert any(part.theme.label[:2] in text for text in own)
        assert {quote.text for quote in part.theme.quotes} <= set(own)
        assert all(any(word in text for text in own) for word in part.theme.keywords[:3])


def test_the_same_theme_is_always_split_the_same_way() -> None:
    once, again = (splitting.propose(documents(bodies(10))) for _ in range(2))
    assert once == again


def test_members_come_from_the_middle_outwards() -> None:
    for part in splitting.propose(documents(bodies(12)), 2).parts:
        assert list(part.closeness) == sorted(part.closeness, reverse=True)


def test_a_campaign_speaks_once_and_stays_together() -> None:
    copies = [
        Document(each.text, each.words, 1000 + turn, 7)
        for turn, each in enumerate([documents(bodies(1))[0]] * 40)
    ]
    mixed = [*documents(bodies(8)), *copies]
    found = splitting.propose(mixed)
    holding = [part for part in found.parts if any(at >= 32 for at in part.members)]
    assert len(holding) == 1
    assert len(found.parts) == 4, "forty copies make no part of their own"


@pytest.mark.parametrize("texts", [[], ["現金だけの窓口を直してほしい。"] * 30, bodies(1)])
def test_too_little_to_split_gives_no_parts(texts: list[str]) -> None:
    found = splitting.propose(documents(texts))
    assert found.parts == ()
    assert found.separation == 0.0


def test_statements_without_words_are_no_obstacle() -> None:
    bare = [Document("?", (), 900 + turn) for turn in range(5)]
    found = splitting.propose([*documents(bodies(8)), *bare])
    every = sorted(at for part in found.parts for at in part.members)
    assert every == list(range(37))
