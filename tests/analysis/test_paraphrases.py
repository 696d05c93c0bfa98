import random
from collections import Counter

import numpy as np
import pytest

from analysis import pipeline
from analysis.campaigns import find_campaigns
from analysis.paraphrases import find_paraphrases
from analysis.themes import ThemeModel
from benchmarks.paraphrases import planted
from benchmarks.synthetic import statements
from tests.analysis.texts import subject_texts

PLANTED = planted()
POST = "solar"
SOLAR = [one.text for one in PLANTED if one.post == POST and one.kind != "independent"]
OTHERS = [
    *(one.text for one in PLANTED if one.kind == "independent"),
    *(text for _, text in subject_texts()),
]


def members(texts, **options):
    words = pipeline.words_of_rows(pipeline.read(texts))
    return find_campaigns(texts, words=words, **options)


def together(texts):
    """Return which texts are found together, whatever their rows and the campaigns' numbers."""
    groups = {}
    for text, member in zip(texts, members(texts), strict=True):
        if member.campaign is not None:
            groups.setdefault(member.campaign, []).append((text, member.similarity))
    return sorted(sorted(group) for group in groups.values())


@pytest.fixture(scope="module")
def found():
    return members([*(one.text for one in PLANTED), *(text for _, text in subject_texts())])


def test_paraphrases_are_the_campaign_of_their_own_post(found):
    campaign_of = {
        one.post: found[row].campaign for row, one in enumerate(PLANTED) if one.kind == "post"
    }
    placed = Counter()
    for member, one in zip(found, PLANTED, strict=False):
        if one.paraphrases and member.campaign is not None:
            assert member.campaign == campaign_of[one.post]
            placed[one.kind] += 1
    assert placed["near"] >= 22
    assert placed["middle"] >= 18


def test_an_independent_opinion_with_the_same_demand_keeps_its_voice(found):
    mailed = {row for row, one in enumerate(PLANTED) if one.kind != "independent"}
    own = [member for row, member in enumerate(found) if row not in mailed]
    assert len(own) > 90
    assert {member.campaign for member in own} == {None}


def test_opinions_on_one_subject_are_no_paraphrases():
    assert together([*OTHERS, *statements(1_500)]) == []


def test_without_words_only_copies_are_found():
    assert {member.kind for member in find_campaigns(SOLAR)} == {"copy"}
    assert sum(member.campaign is not None for member in find_campaigns(SOLAR)) < 5


def test_copies_edits_and_paraphrases_are_one_campaign_of_two_kinds():
    post, *paraphrases = SOLAR[:7]
    copies = [post, post + "私も山の近くに住んでいます。", post.replace("森", "山")]
    sent = members([*OTHERS, *paraphrases, *copies])[len(OTHERS) :]
    assert len({member.campaign for member in sent} - {None}) == 1
    assert [member.kind for member in sent[-3:]] == ["copy"] * 3
    assert [one.is_representative for one in sent] == [False] * 6 + [True, False, False]
    assert all(one.campaign is not None for one in sent)
    assert {"copy", "paraphrase"} == {one.kind for one in sent}
    assert all(0 < one.similarity <= 1 for one in sent)


def test_a_few_alike_are_not_enough():
    assert {member.kind for member in members([*OTHERS, *SOLAR[:4]])} == {"copy"}


def test_the_order_of_the_rows_changes_nothing():
    texts = [*(one.text for one in PLANTED), *statements(100), *SOLAR[:2]]
    mixed = random.Random(3).sample(texts, len(texts))
    assert together(mixed) == together(texts) != []


def test_a_thousand_copies_move_neither_members_nor_rank_nor_label():
    def read(copies):
        texts = [*OTHERS, *SOLAR, *[SOLAR[0]] * copies]
        pieces = pipeline.read(texts)
        found = find_campaigns(texts, words=pipeline.words_of_rows(pieces))
        model = ThemeModel(themes=8).fit(pipeline.documents(pieces, found))
        themes = [(theme.label, theme.voices) for theme in model.themes_]
        return [member.campaign for member in found[: len(OTHERS) + len(SOLAR)]], themes

    assert read(10) == read(1_000)


def made_up(count, dice):
    return [tuple(f"語{dice.randrange(3_000)}" for _ in range(15)) for _ in range(count)]


def test_of_very_many_texts_the_unsearched_are_compared_with_what_was_found():
    dice = random.Random(5)
    argument = ["店主", "法律", "選択", "廃業", "常連", "資金", "喫煙室", "従業員", "面積", "既存"]
    mailing = [(*dice.sample(argument, 8), *made_up(1, dice)[0][:4]) for _ in range(60)]
    texts = [*mailing, *made_up(4_940, dice)]
    keys = np.array(dice.sample(range(2**40), len(texts)), dtype=np.uint64)
    asked = []

    def words(which):
        asked.append(len(which))
        return [texts[at] for at in which]

    (group,) = find_paraphrases(keys, words)
    assert sorted(at for at, _ in group) == list(range(60))
    assert asked == [4_000, 1_000]


@pytest.mark.parametrize("texts", [[], [()], [("語",)], [("語",)] * 3, [()] * 9, [("語",) * 9] * 9])
def test_few_words_are_no_paraphrases(texts):
    keys = np.arange(len(texts), dtype=np.uint64)
    assert find_paraphrases(keys, lambda which: [texts[at] for at in which]) == []
