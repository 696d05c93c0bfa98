"""A campaign is learnt from once, by its original, and its copies go where that goes."""

from analysis import copies, describe, pipeline
from analysis.campaigns import find_campaigns
from analysis.results import Document
from analysis.themes import ThemeModel
from tests.analysis.texts import SUBJECTS

TEXTS = [text for texts in SUBJECTS.values() for text in texts]


def documents(texts, campaigns=None, originals=()):
    """Return texts as documents, those of ``campaigns`` (row → number) as its members."""
    return [
        Document(one.text, one.words, one.row, (campaigns or {}).get(one.row), one.row in originals)
        for one in pipeline.read(texts)
    ]


def test_the_marked_submission_stands_for_its_campaign_else_the_first():
    found = [
        Document("あ", ("あ",), 4, campaign=1),
        Document("い", ("い",), 2, campaign=1),
        Document("う", ("う",), 3, campaign=1, original=True),
        Document("え", ("え",), 9, campaign=2),
        Document("お", ("お",), 7, campaign=2),
        Document("か", ("か",), 8),
    ]
    assert copies.originals(found) == {1: 3, 2: 7}
    assert [found[at].text for at in describe.distinct(found)] == ["う", "お", "か"]


def test_a_paraphrase_goes_where_its_original_goes_though_its_words_lie_elsewhere():
    original = "図書館の予約をスマホから取り消せるようにしてください。"
    texts = [*TEXTS, original, "避難所の混雑が防災アプリで分かるとよい。"]
    first, second = len(TEXTS), len(TEXTS) + 1
    alone = ThemeModel(themes=6).fit(documents(texts)).assignments_
    assert alone[-1].theme != alone[-2].theme
    pair = documents(texts, {first: 0, second: 0}, {first})
    together = ThemeModel(themes=6).fit(pair).assignments_
    assert together[-1] == together[-2]


def test_a_sentence_of_ones_own_beside_a_copied_one_is_placed_by_itself():
    copied = "図書館の予約をスマホから取り消せるようにしてください。"
    own = "避難所の混雑状況を防災アプリで知らせてください。"
    texts = [*TEXTS, copied, copied + own]
    first, second = len(TEXTS), len(TEXTS) + 1
    found = documents(texts, {first: 0, second: 0}, {first})
    model = ThemeModel(themes=6).fit(found)
    places = [
        place.theme
        for one, place in zip(found, model.assignments_, strict=True)
        if one.submission >= first
    ]
    library, again, shelter = places
    assert library == again != shelter


def test_copies_move_neither_labels_nor_ranks_nor_voices():
    post = "保育園の入園結果をもっと早くメールで知らせてほしいです。"
    seen = set()
    for times in (2, 10, 400):
        texts = [*TEXTS, *[post] * times]
        pieces = pipeline.read(texts)
        model = ThemeModel(themes=6).fit(pipeline.documents(pieces, find_campaigns(texts)))
        seen.add(tuple((one.id, one.label, one.voices) for one in model.themes_))
    assert len(seen) == 1
