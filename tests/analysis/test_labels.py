"""What a theme is called: in its own people's words, saying what they ask, unlike its siblings."""

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis import labels, pipeline
from analysis.campaigns import find_campaigns
from analysis.normalize import plain
from analysis.themes import ThemeModel
from analysis.tokens import tokenizer
from tests.analysis.builders import documents

ROOT = Path(__file__).parents[2]


def column(path, name):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def named(*groups, parents=None):
    """Return the names of groups of texts, given as they are."""
    found = documents([text for group in groups for text in group])
    edges = np.cumsum([0, *(len(group) for group in groups)])
    members = {at: np.arange(edges[at], edges[at + 1]) for at in range(len(groups))}
    return labels.names(found, range(len(found)), members, parents or [-1] * len(groups))


OTHERS = [
    f"{where}の{what}{how}"
    for where, what, how in [
        ("県民会館", "予約を電話でも受けてください。", "土日もお願いします。"),
        ("図書館", "本を増やしてほしい。", "新聞も読みたい。"),
        ("バス停", "屋根を付けてください。", "雨の日に困ります。"),
        ("公園", "遊具を直してほしい。", "子どもがけがをしました。"),
        ("体育館", "照明が暗い。", "夜は見えません。"),
        ("道路", "穴を埋めてください。", "自転車で転びました。"),
    ]
]


def name_of(*texts):
    return named(texts, OTHERS)[0].label


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (
            ("押印を廃止してください。", "書類の押印は廃止してほしい。", "押印は要らない。"),
            "押印の廃止",
        ),
        (
            ("FAXを廃止しないでください。", "FAXは廃止しないで。", "FAXが要ります。"),
            "FAXを廃止しない",
        ),
        (("窓口の統合に反対です。", "窓口の統合には反対します。"), "窓口の統合に反対"),
        (("画面の文字が小さい。", "画面は文字が小さくて読めない。"), "文字が小さい"),
        (("手数料が高いです。", "決済の手数料が高すぎます。"), "手数料が高い"),
        (("図面の電子化を進めて。", "図面の電子化をお願いします。"), "図面の電子化"),
        (("電子書籍を増やしてください。", "電子書籍をもっと増やして。"), "電子書籍を増やす"),
    ],
)
def test_a_label_says_what_is_asked(texts, label):
    assert name_of(*texts) == label


def test_a_word_that_is_in_all_themes_names_none():
    screens = ["画面の地図が見えない。", "画面の地図を大きくして。", "画面の地図がずれます。"]
    others = [f"画面の{text}" for text in OTHERS]
    assert "地図" in named(screens, others)[0].label


def test_what_one_of_many_says_does_not_name_them():
    texts = [f"{day}曜日に保育園の書類を紙で出すのは大変です。" for day in "月火水木金土日"]
    texts += [f"保育園の書類が{number}枚もあります。" for number in range(2, 12)]
    label = name_of(*texts, "保育園の隣の温室でバナナを増やしてください。")
    assert "バナナ" not in label
    assert "保育園" in label or "書類" in label


def test_the_name_of_a_plan_is_not_taken_for_a_wish():
    texts = (
        "オンラインの人の手数料を安くするという案は不公平です。",
        "窓口の手数料を安くするという案は、紙の人には関係ありません。",
        "手数料の割引をなくしてください。",
        "手数料の割引をなくしてほしい。",
    )
    assert name_of(*texts) == "手数料の割引をなくす"


def test_a_broad_theme_may_have_two_short_phrases():
    books = [f"図書館の予約が{number}回も切れました。" for number in range(2, 9)]
    nurseries = [f"保育園が遠い。歩いて{number}分です。" for number in range(2, 9)]
    lamps = [f"街灯を増やしてほしい。{number}本では暗がりです。" for number in range(2, 9)]
    phrases = named(books + nurseries + lamps, OTHERS)[0].label.split("・")
    assert len(phrases) == 2
    assert set(phrases) < {"図書館の予約", "保育園が遠い", "街灯を増やす"}


def test_a_subtheme_says_more_than_its_theme():
    first = [f"申請の入力欄を広げてほしい。{number}文字では足りない。" for number in range(5)]
    second = [f"申請の添付を増やしてほしい。{number}枚まで送りたい。" for number in range(5)]
    found = documents([*first, *second, *OTHERS])
    inside = [np.arange(10), np.arange(5), np.arange(5, 10), np.arange(10, 16)]
    names = labels.names(found, range(len(found)), dict(enumerate(inside)), [-1, 0, 0, -1])
    assert len({name.label for name in names.values()}) == 4
    assert "入力欄" in names[1].label
    assert "添付" in names[2].label


def test_keywords_are_written_as_people_write_them_and_hold_no_pieces():
    texts = [f"国産クラウドとCIO補佐官を{year}年に。クラウドの費用。" for year in range(5)]
    texts += ["ハンコをやめて", "ハンコは古い", "ハンコが要る"]
    keywords = named(texts, OTHERS)[0].keywords
    assert {"ハンコ", "CIO補佐官"} <= set(keywords)
    assert not {"クラ", "ウド", "国産クラ", "cio補佐官"} & set(keywords)
    assert not any(one in other for one in keywords for other in keywords if one != other)


def test_groups_without_a_phrase_still_have_different_names():
    names = named(["あああ"], ["いいい"], ["うう"])
    assert len({name.label for name in names.values()}) == 3


@pytest.fixture(scope="module")
def opinions():
    demo = sorted((ROOT / "feedback" / "demo" / "opinions").glob("*.csv"))
    labelled = ROOT / "tests" / "data" / "labelled_opinions.csv"
    texts = [*column(labelled, "text"), *(text for path in demo for text in column(path, "body"))]
    return pipeline.documents(pipeline.read(texts), find_campaigns(texts))


@pytest.fixture(scope="module", params=[8, 40])
def model(request, opinions):
    return ThemeModel(themes=request.param).fit(opinions)


def test_every_word_of_a_label_was_written_in_its_theme(opinions, model):
    written = {theme.id: "" for theme in model.themes_}
    for document, one in zip(opinions, model.assignments_, strict=True):
        for theme in (one.theme, one.subtheme):
            if theme:
                written[theme] += plain(document.text) + "\n"
    for theme in model.themes_:
        for token in tokenizer().tokens(theme.label):
            if token.pos.startswith(("名詞", "動詞,自立", "形容詞,自立")):
                stem = token.surface[:-1] if token.pos[0] in "動形" else token.surface
                assert stem in written[theme.id], (theme.label, token.surface)
        for word in theme.keywords:
            assert plain(word)[:-1] in written[theme.id], (theme.label, word)


def test_labels_are_short_and_no_two_are_the_same(model):
    found = [theme.label for theme in model.themes_]
    assert len(set(found)) == len(found)
    assert max(map(len, found)) <= 20
    assert sum(len(label) <= 14 for label in found) >= 0.95 * len(found)


def test_most_labels_are_more_than_one_word(model):
    parts = [len(tokenizer().tokens(theme.label)) for theme in model.themes_ if theme.documents > 5]
    assert sum(number > 1 for number in parts) >= 0.85 * len(parts)
