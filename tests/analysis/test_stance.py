import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import lexicon
from analysis.stance import Stance, stance
from benchmarks.stance import labelled

S = Stance


def told(text: str) -> Stance:
    return stance(text).stance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("県の方針に賛成します。", S.FOR),
        ("よい取組だと思います。", S.FOR),
        ("夜でも申請できるようになり、助かっています。", S.FOR),
        ("計画の見直しに異論はありません。", S.FOR),
        ("この計画には反対です。", S.AGAINST),
        ("窓口の廃止には断固反対する", S.AGAINST),
        ("ＡＩに合否を決めさせないでください！", S.AGAINST),
        ("通学路に基地局を建てないでほしい。", S.AGAINST),
        ("支所の統合はやめてください。", S.AGAINST),
        ("こんなアプリは必要ない。", S.AGAINST),
        ("現金も使えるなら賛成です。", S.CONDITIONAL),
        ("紙の窓口が残るのであれば賛成します。", S.CONDITIONAL),
        ("個人が特定されないことを条件に、公開を認めます。", S.CONDITIONAL),
        ("導入には賛成だが、まず費用を示してほしい。", S.CONDITIONAL),
        ("賛成です。ただし、紙でも出せるようにしてください。", S.CONDITIONAL),
        ("駅前にWi-Fiを置いてほしい。", S.REQUEST),
        ("様式は県内で統一すべきだ。", S.REQUEST),
        ("夜間も受け付けていただけないでしょうか。", S.REQUEST),
        ("土日も開けてもらえると助かります。", S.REQUEST),
        ("予約制にしてはどうでしょうか。", S.REQUEST),
        ("人の仕組みを先に作るべきではないでしょうか。", S.REQUEST),
        ("計画の名前くらい日本語にしませんか？", S.REQUEST),
        ("平日の昼は人が出る方が良いと思います。", S.REQUEST),
        ("いつから始まりますか。", S.QUESTION),
        ("年間の費用はいくらでしょうか？", S.QUESTION),
        ("対象の手続を教えてください。", S.QUESTION),
        ("どこに相談すればよいのでしょうか。", S.QUESTION),
        ("記録を書くのは構わない、でも打ち直していると聞いて力が抜けた。", S.UNKNOWN),
        ("押印廃止、歓迎します。ただ「本人確認書類を添付」になり手間が増えました。", S.UNKNOWN),
        ("こんなものは機械でできるのではないですか。", S.UNKNOWN),
        ("誰が読んでいるのか。", S.UNKNOWN),
        ("昨日、窓口で二時間待ちました。", S.UNKNOWN),
        ("ボタンが小さい。", S.UNKNOWN),
        ("", S.UNKNOWN),
        ("😀😀", S.UNKNOWN),
        ("I like it.", S.UNKNOWN),
    ],
)
def test_the_end_of_a_sentence_tells_the_stance(text, expected):
    assert told(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("カードの普及に反対しません。", S.FOR),
        ("反対するつもりはありません。", S.FOR),
        ("この案には賛成できません。", S.AGAINST),
        ("窓口は廃止するべきではない。", S.REQUEST),
        ("支所をなくさないでください。", S.REQUEST),
        ("窓口を閉めてほしくない。", S.REQUEST),
        ("顔認証は導入すべきではありません。", S.AGAINST),
    ],
)
def test_a_negated_stance_is_not_the_stance(text, expected):
    assert told(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "反対しないわけではない。",
        "必要ないとは言わない。",
        "やめてほしいわけではない。",
        "賛成か反対かを決めかねている。",
    ],
)
def test_what_is_left_open_stays_open(text):
    assert told(text) is S.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("窓口で「本人が来てください」と言われた。", S.UNKNOWN),
        ("画面に「カードは必要ですか？」と出て固まった。", S.UNKNOWN),
        ("妻は反対している。", S.UNKNOWN),
        ("反対という声もある。", S.UNKNOWN),
        ("「賛成です」と書かれた看板に反対です。", S.AGAINST),
        ("「紙は廃止します」という掲示を外してください。", S.REQUEST),
    ],
)
def test_what_others_said_is_not_the_citizens_stance(text, expected):
    assert told(text) is expected


def test_a_defect_to_stop_is_a_request_and_a_measure_to_stop_is_rejected():
    assert told("同じ書類を二度出させるのをやめてください。") is S.REQUEST
    assert told("紛らわしい文字を使わないでください。") in {S.REQUEST, S.UNKNOWN}
    assert told("パソコン前提の画面はやめてください。") is S.REQUEST
    assert told("宿題まで画面でさせるのはやめてください。") is S.AGAINST


@pytest.mark.parametrize(
    "text",
    [
        "昭和ですか。",
        "何の冗談ですか。",
        "封入の確認の方が先ではないですか。",
        "動かすだけじゃない？",
    ],
)
def test_a_question_that_waits_for_no_answer_is_none(text):
    assert told(text) is S.UNKNOWN


def test_a_courtesy_is_no_request():
    assert told("受付はいつまでですか。よろしくお願いします。") is S.QUESTION
    assert told("昨日、窓口で待ちました。どうぞよろしくお願いいたします。") is S.UNKNOWN


def test_praise_before_a_request_and_thanks_in_it_are_told_apart():
    assert told("アプリは便利です。続けてください。") is S.FOR
    assert told("写真でも聞けると便利です。最初に住所を選ばせてください。") is S.REQUEST


def test_an_objection_beside_a_request_is_never_taken_for_a_rejection_alone():
    assert told("随意契約が続いているのはおかしい。入札にしてください。") in {S.REQUEST, S.UNKNOWN}


def test_full_width_half_width_and_wrapped_lines_read_alike():
    assert told("ｱﾌﾟﾘは必要ない｡") is told("アプリは必要ない。") is S.AGAINST
    assert told("紙の窓口を\n残してほしい") is S.REQUEST


def test_the_cue_is_what_the_citizen_wrote():
    text = "①ﾍﾟｰｼﾞが遅い。\r\n②直してほしい！！"
    found = stance(text)
    assert text[slice(*found.cue)] == "てほしい"


def test_every_stance_has_a_japanese_name():
    assert [one.label for one in Stance] == ["賛成", "反対", "条件付き", "要望", "質問", "不明"]


def test_every_cue_compiles_and_takes_no_empty_word():
    for line in lexicon.lines("stance_cues"):
        name, sign, pattern = line.partition(" = ")
        assert (name.isupper(), sign) == (True, " = ")
        assert not re.compile(pattern, re.MULTILINE).search("\n"), line


def test_a_stance_that_is_told_is_hardly_ever_wrong_on_the_opinions_it_was_written_with():
    texts, truth = labelled("tune")
    pairs = list(zip(truth, map(told, texts), strict=True))
    for one in set(S) - {S.UNKNOWN}:
        given = [true for true, found in pairs if found is one]
        assert given.count(one) / len(given) >= 0.95, one.label
    assert sum(found is not S.UNKNOWN for _, found in pairs) / len(pairs) >= 0.75


PIECES = ["反対", "賛成", "なら", "ない", "です", "か", "？", "。", "「", "」", "が、", "\r\n", "ﾊﾞ",
          "てほしい", "べき", "〓", "🙂", "よろしくお願いします", "\x00", "れば"]  # fmt: skip


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_gives_a_stance_and_a_span_inside_it(text):
    found = stance(text)
    assert 0 <= found.confidence <= 1
    assert (found.cue is None) == (found.stance is S.UNKNOWN)
    if found.cue:
        start, end = found.cue
        assert 0 <= start < end <= len(text)
    assert stance(text) == found


@pytest.mark.parametrize(
    "piece",
    ["。", "か。", "なら", "どうどう", "れば", "「", "「」", "人は", "のは", "反対", "ありません",
     "てください", "賛成が、", "\n", " ", "は必要", "よろしく", "...", "必要ない", "？", "ｶﾞ"],
)  # fmt: skip
def test_no_long_input_takes_long(piece):
    text = (piece * 4000)[:4000]
    stance("温める")
    fastest = min(_seconds(text) for _ in range(3))
    assert fastest < 0.2


def _seconds(text: str) -> float:
    start = time.perf_counter()
    stance(text)
    return time.perf_counter() - start
