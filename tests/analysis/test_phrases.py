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
        ("紙の申請書をなくさないで", "申請書をなくさない"),
        ("スマホで納付できるようにしてほしい", "スマホでの納付"),
        ("住所を変更できません", "住所を変更できない"),
        ("駐車場を無料にしてほしい", "駐車場を無料にする"),
        ("現金を断られた", "現金を断られる"),
        ("住所を書かせないでください", "住所を書かせない"),
        ("名前が公開されてしまう", "名前が公開される"),
        ("統合はやめてください", "統合をやめる"),
        ("紙は残してください", "紙を残す"),
        ("画面がわかりづらい", "画面がわかりづらい"),
        ("ハンコを廃止してほしい", "ハンコの廃止"),
    ],
)
def test_phrases_as_people_write_them(text, phrase):
    assert phrase in written(text)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("FAXの廃止に反対です", "FAXの廃止"),
        ("窓口の統合はやめてください", "窓口の統合"),
        ("市が廃止した", "市の廃止"),
        ("代わりに入力した", "代わりへの入力"),
        ("手数料を安くするという案は不公平", "手数料を安くする"),
        ("レジ袋の有料化は困る", "レジ袋の有料化"),
    ],
)
def test_what_is_not_asked_makes_no_phrase(text, phrase):
    assert phrase not in written(text)


def test_only_what_is_asked_or_complained_of_is_a_wish():
    def wishes(text):
        words = content_words(tokenizer("auto").tokens(text))
        return {one.text for one in phrases(text, words) if one.wish}

    assert wishes("電子書籍を増やしてほしい。") == {"電子書籍を増やす"}
    assert wishes("画面が見えない。") == {"画面が見えない"}
    assert wishes("たばこを吸わない人もいます。") == set()
    assert wishes("写真を撮りました。") == set()


def test_words_far_apart_make_no_phrase():
    assert written("押印は、もう古いので廃止") == []


def test_no_words_no_phrases():
    assert phrases("押印の廃止", ()) == []
