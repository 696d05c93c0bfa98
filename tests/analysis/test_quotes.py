import numpy as np

from analysis.quotes import Quotable, representative


def picked(quotable, likeness=None, **options):
    size = len(quotable)
    return representative(quotable, np.eye(size) if likeness is None else likeness, **options)


def saying(text, sender, closeness=0.5, label_share=0.0):
    return Quotable(text, sender, closeness, label_share)


def test_the_most_central_comes_first():
    quotable = [
        saying(f"押印をやめてください。{at}件目です。", at, 0.3 + at / 10) for at in range(4)
    ]
    assert picked(quotable) == [3, 2, 1, 0]


def test_nobody_is_quoted_twice_while_others_are_there():
    quotable = [
        saying("押印を廃止してほしいと思います。", "a", 0.9),
        saying("書類の押印はもう要りません。", "a", 0.8),
        saying("はんこを押すだけのために来庁しました。", "b", 0.5),
    ]
    assert picked(quotable, number=2) == [0, 2]
    assert picked(quotable) == [0, 2, 1]


def test_what_says_the_same_again_waits():
    likeness = np.array([[1, 0.95, 0.1], [0.95, 1, 0.1], [0.1, 0.1, 1]])
    quotable = [
        saying("押印を廃止してほしいと思います。", 1, 0.8),
        saying("押印を廃止してほしいと思うのです。", 2, 0.79),
        saying("委任状の判子のために帰省しました。", 3, 0.6),
    ]
    assert picked(quotable, likeness) == [0, 2, 1]


def test_a_statement_that_leans_on_another_or_only_announces_comes_later():
    quotable = [
        saying("また、その点も同じように直してください。", 1),
        saying("素案第四章について次のとおり意見を述べます。", 2),
        saying("申請画面の文字を大きくしてください。", 3),
    ]
    assert picked(quotable)[0] == 2


def test_the_words_of_the_label_speak_for_a_statement():
    quotable = [
        saying("何度も同じ書類に判を押しています。", 1),
        saying("押印の廃止を早く進めてください。", 2, label_share=1.0),
    ]
    assert picked(quotable)[0] == 1


def test_past_three_only_what_is_central_is_quoted():
    quotable = [saying(f"押印をやめてください。{at}件目です。", at, 0.8) for at in range(4)]
    quotable += [saying("ついでに道路の穴も埋めてください。", 9, 0.1)]
    assert len(picked(quotable)) == 4
    assert len(picked(quotable[2:])) == 3


def test_no_text_is_quoted_twice():
    quotable = [saying("押印を廃止してください。", at) for at in range(4)]
    assert picked(quotable) == [0]


def test_nothing_to_quote():
    assert picked([], np.zeros((0, 0))) == []
