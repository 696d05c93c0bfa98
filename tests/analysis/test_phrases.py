import pytest

from analysis.phrases import phrases
from analysis.tokens import content_words, tokenizer


def written(text):
    words = content_words(tokenizer("auto").tokens(text))
    return [one.text for one in phrases(text, words) if len(one.words) == 2]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("押印を廃止してほしい", "押印の廃止"),
        ("押印の廃止を求めます", "押印の廃止"),
        ("印鑑の廃止が進まない", "印鑑の廃止"),
        ("画面の文字が小さすぎる", "画面の文字"),
        ("文字が小さい", "文字が小さい"),
        ("文字は小さくて読めない", "文字が小さい"),
        ("写真を撮るのが難しい", "写真を撮る"),
        ("画面が固まらないように", "画面が固まらない"),
        ("名前を覚えません", "名前を覚えない"),
        ("公園への案内", "公園への案内"),
        ("ＰＤＦの図面", "PDFの図面"),
        ("手数料を安くしてください", "手数料を安くする"),
    ],
)
def test_phrases_as_people_write_them(text, phrase):
    assert phrase in written(text)


def test_words_far_apart_make_no_phrase():
    assert written("押印は、もう古いので廃止") == []


def test_no_words_no_phrases():
    assert phrases("押印の廃止", ()) == []
