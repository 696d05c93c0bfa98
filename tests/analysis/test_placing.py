"""What is placed where, in the cases that are easy to get wrong."""

import random

import pytest

from analysis import pipeline
from analysis.results import Document
from analysis.themefile import ModelFileError
from analysis.themes import ThemeModel
from tests.analysis.texts import SUBJECTS

TEXTS = [text for texts in SUBJECTS.values() for text in texts]


def documents(texts=TEXTS):
    return [Document(one.text, one.words, one.row) for one in pipeline.read(texts, whole=True)]


def test_what_has_no_words_is_in_no_theme_whatever_it_means():
    silent = Document("防災アプリで避難所の混雑を知らせてください。", (), 999)
    model = ThemeModel(themes=6).fit([*documents(), silent])
    assert model.assignments_[-1].theme is None
    assert model.assign((), texts=[silent.text]).theme is None
    opened = ThemeModel.from_bytes(model.to_bytes())
    assert opened.assign((), texts=[silent.text]).theme is None
    assert not opened.views([silent]).reduced.any()


def test_a_statement_reads_the_same_beside_others_in_any_order():
    model = ThemeModel.from_bytes(ThemeModel(themes=6).fit(documents()).to_bytes())
    own = documents(["押印をやめてください。", "図書館の予約を増やしてほしい。"])
    places = []
    for first, second in (own, own[::-1]):
        places.append(model.assign(first.words, [second.words], [first.text, second.text]))
    again = model.assign(own[0].words, [own[1].words], [own[0].text, own[1].text])
    assert again == places[0] != places[1]


@pytest.mark.parametrize("seed", [184, 537, 637, 709])
def test_every_theme_that_can_be_assigned_is_described(seed):
    # Found by trying: with these words a group ends up with nobody in it.
    dice = random.Random(seed)
    words = [
        tuple(f"語{dice.randrange(16)}" for _ in range(dice.randrange(1, 5))) for _ in range(150)
    ]
    found = [Document(f"{at}", own, at) for at, own in enumerate(words)]
    model = ThemeModel(senses=False).fit(found)
    assert set(model.groups.ids) == {theme.id for theme in model.themes_}


def test_a_campaign_whose_marked_text_says_nothing_is_still_heard():
    empty = Document("よろしく。", (), 500, campaign=0, original=True)
    members = [
        Document(one.text, one.words, one.submission, campaign=0) for one in documents(TEXTS[:3])
    ]
    model = ThemeModel(themes=1).fit([empty, *members])
    assert model.assignments_[0].theme is None
    assert all(one.theme == "t01" for one in model.assignments_[1:])


def test_themes_stand_in_the_order_of_their_numbers():
    model = ThemeModel(themes=1, subthemes=12).fit(documents())
    numbers = [int(one.id.split("-")[1]) for one in model.themes_ if one.parent]
    assert numbers == sorted(numbers)
    assert len(numbers) >= 10


def test_a_damaged_model_is_told_in_one_line():
    data = bytearray(ThemeModel(themes=2).fit(documents()).to_bytes())
    for at in range(len(data) // 3, len(data) // 3 + 400):
        data[at] ^= 0x5A
    with pytest.raises(ModelFileError):
        ThemeModel.from_bytes(bytes(data))
