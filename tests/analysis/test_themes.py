import time
from collections import Counter

import pytest

from analysis import quality
from analysis.bags import Bags
from analysis.themefile import ModelFileError
from analysis.themes import Document, ThemeModel
from analysis.vectors import Space
from tests.analysis.builders import a_document, documents
from tests.analysis.texts import VARIED, subject_texts

PAIRS = subject_texts()
TEXTS = [text for _, text in PAIRS]


@pytest.fixture(scope="module")
def model():
    return ThemeModel(themes=6).fit(documents(TEXTS))


def test_subjects_are_found_again(model):
    agreement = quality.agreement([s for s, _ in PAIRS], [a.theme for a in model.assignments_])
    assert agreement.ami > 0.75


def test_themes_are_named_in_citizens_words(model):
    tops = [theme for theme in model.themes_ if theme.parent is None]
    labels = [theme.label for theme in tops]
    assert len(set(labels)) == len(labels) == 6
    assert all(len(label) <= 20 and "・" not in label for label in labels)
    together = "".join(labels + [word for theme in tops for word in theme.keywords])
    assert all(
        subject in together for subject in ("押印", "図書館", "保育園", "避難所", "テレワーク")
    )


def test_quotes_are_real_central_and_different(model):
    for theme in model.themes_:
        texts = [quote.text for quote in theme.quotes]
        assert all(TEXTS[quote.document] == quote.text for quote in theme.quotes)
        assert len(set(texts)) == len(texts)
        assert len(texts) >= min(3, theme.documents)


def test_sizes_add_up(model):
    tops = Counter(one.theme for one in model.assignments_ if one.theme)
    assert {t.id: t.documents for t in model.themes_ if t.parent is None} == dict(tops)
    voices = [theme.voices for theme in model.themes_ if theme.parent is None]
    assert voices == sorted(voices, reverse=True)


def test_assigning_again_gives_the_same_theme_as_fitting(model):
    for document, fitted in zip(documents(TEXTS), model.assignments_, strict=True):
        again = model.assign(document.words, texts=[document.text])
        assert (again.theme, again.subtheme, again.runner_up) == (
            fitted.theme,
            fitted.subtheme,
            fitted.runner_up,
        )


def test_no_statement_vouches_for_itself(model):
    for document, fitted in zip(documents(TEXTS), model.assignments_, strict=True):
        again = model.assign(document.words, texts=[document.text])
        assert fitted.confidence < again.confidence or again.confidence == 1.0


def test_a_new_statement_finds_its_theme_quickly(model):
    words = a_document("印鑑を押すだけのために窓口へ行くのはやめたい。押印の廃止を。").words
    expected = Counter(
        one.theme for (subject, _), one in zip(PAIRS, model.assignments_, strict=True)
        if subject == "押印"
    ).most_common(1)[0][0]  # fmt: skip
    start = time.perf_counter()
    for _ in range(20):
        assigned = model.assign(words)
    assert (time.perf_counter() - start) / 20 < 0.05
    assert assigned.theme == expected
    assert assigned.runner_up != expected
    assert 0 < assigned.confidence <= 1


def test_the_reasons_are_the_words_and_add_up_to_the_likeness(model):
    words = a_document("押印の廃止を進めてください").words
    theme = model.assign(words).theme
    reasons = model.explain(words, theme)
    assert reasons[0].word in {"押印", "廃止"}
    assert [one.weight for one in reasons] == sorted((o.weight for o in reasons), reverse=True)
    assert {one.word for one in reasons} <= set(words)


def test_reasons_need_a_known_theme(model):
    with pytest.raises(KeyError, match="t99"):
        model.explain(("押印",), "t99")


def test_what_fits_nowhere_is_unclassified(model):
    assert model.assign(("宇宙", "ロケット")).theme is None
    assert model.assign(()).theme is None


def test_the_same_input_gives_the_same_bytes(model):
    again = ThemeModel(themes=6).fit(documents(TEXTS))
    assert again.to_bytes() == model.to_bytes()
    assert again.assignments_ == model.assignments_


def test_both_engines_give_the_same_themes():
    texts = TEXTS + VARIED
    janome, mecab = (ThemeModel().fit(documents(texts, engine)) for engine in ("janome", "mecab"))
    assert janome.assignments_ == mecab.assignments_
    assert janome.themes_ == mecab.themes_


def test_a_model_survives_the_way_through_bytes(model):
    opened = ThemeModel.from_bytes(model.to_bytes())
    assert opened.themes_ == model.themes_
    assert opened.choice_ == model.choice_
    assert opened.to_bytes() == model.to_bytes()
    for document in documents(TEXTS[:10]):
        assert opened.assign(document.words) == model.assign(document.words)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a model"])
def test_other_bytes_are_refused(data):
    with pytest.raises(ModelFileError):
        ThemeModel.from_bytes(data)


def test_a_campaign_counts_once_in_voices_and_never_names_a_theme():
    copy = "公園の完全キャッシュレス化に断固反対します。現金を残してください。"
    copies = [a_document(copy, 100 + at, campaign=0) for at in range(60)]
    base = documents(TEXTS)
    without, with_copies = ThemeModel(themes=6).fit(base), ThemeModel(themes=6).fit(base + copies)
    theme = with_copies.assignments_[-1].theme
    assert theme is not None
    found = next(one for one in with_copies.themes_ if one.id == theme)
    assert found.submissions >= 60 > found.voices
    assert len({one.text for one in found.quotes}) == len(found.quotes)
    alone = ThemeModel(themes=6).fit([*base, copies[0]])
    assert [t.label for t in alone.themes_] == [t.label for t in with_copies.themes_]
    assert len(without.themes_) >= 6


def test_the_number_is_chosen_from_the_data_with_a_reason():
    model = ThemeModel().fit(documents(TEXTS))
    tops = [theme for theme in model.themes_ if theme.parent is None]
    assert 4 <= len(tops) <= 12
    assert model.choice_.number == len(tops)
    assert str(model.choice_.number) in model.choice_.reason
    assert model.choice_.scores


def test_subthemes_belong_to_their_theme():
    model = ThemeModel(themes=2, subthemes=2).fit(documents(TEXTS))
    ids = {theme.id for theme in model.themes_}
    children = [theme for theme in model.themes_ if theme.parent]
    assert len(children) == 4
    assert all(child.parent in ids and child.id.startswith(child.parent) for child in children)
    assert all(
        one.subtheme is None or one.subtheme.startswith(f"{one.theme}-")
        for one in model.assignments_
    )


def test_no_subthemes_when_none_are_wanted():
    model = ThemeModel(themes=3, subthemes=0).fit(documents(TEXTS))
    assert all(theme.parent is None for theme in model.themes_)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_few_documents(count):
    model = ThemeModel().fit(documents(TEXTS[:count]))
    assert len(model.assignments_) == count
    assert all(one.theme for one in model.assignments_)
    assert ThemeModel.from_bytes(model.to_bytes()).themes_ == model.themes_


def test_all_equal_documents_are_one_theme():
    model = ThemeModel().fit([a_document("押印の廃止", at) for at in range(30)])
    assert [(theme.documents, theme.voices) for theme in model.themes_] == [(30, 30)]
    assert [quote.text for quote in model.themes_[0].quotes] == ["押印の廃止"]


def test_documents_without_words_are_unclassified():
    model = ThemeModel().fit([Document("😀", (), at) for at in range(5)])
    assert model.themes_ == ()
    assert all(one.theme is None for one in model.assignments_)


def test_asking_for_more_themes_than_texts_gives_what_there_is():
    model = ThemeModel(themes=50).fit(documents(TEXTS[:6]))
    assert 1 <= len(model.themes_) <= 6


def test_a_space_knows_only_its_words():
    space = Space.learn(Bags.of([("押印", "廃止"), ("図書館", "予約")]), seed=0)
    assert space.tfidf(Bags.of([("宇宙",)])).nnz == 0
    assert space.tfidf(Bags.of([("押印", "押印")])).nnz == 1
