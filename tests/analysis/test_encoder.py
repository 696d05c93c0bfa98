"""Whole texts are read by an installed encoder, and its absence only loses what it adds."""

import numpy as np
import pytest

from analysis import encoder
from analysis.themes import Document, ThemeModel

SMALL_LETTERS = [
    "画面の文字が細かすぎて読めない。",
    "年寄りには表示を大きくしてもらわないと困る。",
    "老眼なので拡大できないと使えません。",
]
BUSES = [
    "バスの本数が減って病院に通えない。",
    "路線を廃止されると買い物に行く足がなくなる。",
    "最終便が早すぎて仕事から帰れません。",
]


def installed() -> encoder.Encoder:
    source = encoder.installed()
    assert source is not None, "run make: it installs requirements.txt"
    return source


def documents(copies: int = 5) -> list[Document]:
    """Opinions on two matters; the words that are given tell nothing of which."""
    texts = [text + "！" * copy for copy in range(copies) for text in SMALL_LETTERS + BUSES]
    return [Document(text, (f"語{at % 7}", f"言{at % 5}"), at) for at, text in enumerate(texts)]


def test_texts_that_mean_the_same_are_near_without_a_common_word() -> None:
    rows = installed().of(SMALL_LETTERS + BUSES)
    likeness = rows @ rows.T
    inside = (likeness[:3, :3].sum() - 3 + likeness[3:, 3:].sum() - 3) / 12
    assert inside > likeness[:3, 3:].mean() + 0.1


def test_a_text_means_the_same_wherever_it_stands_in_whatever_number_of_chunks() -> None:
    texts = [f"{at}番の窓口で{at * 7}分待ちました。" for at in range(600)]
    rows = installed().of(texts)
    assert rows.shape == (600, encoder.Encoder.SIZE)
    assert np.allclose(rows[300:], installed().of(texts[300:]), atol=1e-5)
    assert np.array_equal(rows, installed().of(texts))


@pytest.mark.parametrize("text", ["", "🎌", "مرحبا", "\x00", "あ" * 50_000, "𠮷" * 300])
def test_any_text_has_a_row_of_length_one(text: str) -> None:
    assert np.linalg.norm(installed().of([text])) == pytest.approx(1, abs=1e-3)


def test_no_texts_have_no_rows() -> None:
    assert installed().of([]).shape == (0, encoder.Encoder.SIZE)


def test_themes_follow_what_is_meant_where_words_say_nothing() -> None:
    model = ThemeModel(themes=2, subthemes=0).fit(documents())
    found = [one.theme for one in model.assignments_]
    assert len(set(found[0::6] + found[1::6] + found[2::6])) == 1
    assert len(set(found[3::6] + found[4::6] + found[5::6])) == 1
    assert found[0] != found[3]


def test_a_new_statement_is_placed_by_what_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ThemeModel(themes=2, subthemes=0).fit(documents())
    opened = ThemeModel.from_bytes(model.to_bytes())
    small, bus = model.assignments_[0].theme, model.assignments_[3].theme
    assert opened.assign(("語0",), texts=["もっと大きな字にしてください。"]).theme == small
    assert opened.assign(("語0",), texts=["電車もバスもない町では暮らせません。"]).theme == bus
    monkeypatch.setattr(encoder, "installed", lambda: None)
    opened.assign(("語0",), texts=["もっと大きな字にしてください。"])  # by its words, not an error


def test_without_the_package_themes_come_from_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "installed", lambda: None)
    pairs = [("押印", "廃止"), ("図書館", "予約"), ("避難", "情報")] * 12
    texts = [
        Document("".join(pair) + str(at), (*pair, f"語{at % 7}"), at)
        for at, pair in enumerate(pairs)
    ]
    model = ThemeModel(themes=3, subthemes=0).fit(texts)
    found = {pair: set() for pair in pairs}
    for pair, one in zip(pairs, model.assignments_, strict=True):
        found[pair].add(one.theme)
    assert sorted(len(themes) for themes in found.values()) == [1, 1, 1]


def test_a_run_of_too_many_texts_goes_by_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    by_words = ThemeModel(themes=2, read_whole=29).fit(documents()).to_bytes()
    assert ThemeModel(themes=2, read_whole=30).fit(documents()).to_bytes() != by_words
    monkeypatch.setattr(encoder, "installed", lambda: None)
    assert by_words == ThemeModel(themes=2, read_whole=29).fit(documents()).to_bytes()
