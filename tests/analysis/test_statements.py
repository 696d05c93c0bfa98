from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.statements import split
from benchmarks.statements import marked_opinions, score


def said(text):
    return [statement.text for statement in split(text)]


def test_each_claim_is_a_statement():
    assert said("押印を廃止してください。図書館の本を増やしてほしいです。") == [
        "押印を廃止してください。",
        "図書館の本を増やしてほしいです。",
    ]


def test_the_story_before_a_claim_stays_with_it():
    assert said("先日、窓口で30分待ちました。予約制にしてほしいです。") == [
        "先日、窓口で30分待ちました。予約制にしてほしいです。"
    ]


def test_a_sentence_that_leans_on_the_last_stays_with_it():
    assert len(said("予約制にしてほしいです。そうすれば待たずに済みます。")) == 1


@pytest.mark.parametrize(
    "bullet",
    [
        "・",
        "･",
        "1. ",
        "2）",
        "①",
        "⑴",
        "- ",
        "(3) ",
        "● ",
        "一、",
        "ア．",
        "（イ）",
        "要望１　",
        "【意見】",
    ],
)
def test_bullets_are_statements_without_their_mark(bullet):
    assert said(f"{bullet}窓口を減らす\n{bullet}電話を増やす") == ["窓口を減らす", "電話を増やす"]


def test_a_number_is_not_a_bullet():
    assert said("1.5倍に増やしてほしい") == ["1.5倍に増やしてほしい"]


def test_quotes_and_brackets_stay_whole():
    text = "「はい。承知しました。」と言われて困りました（本当です。嘘ではない。）。"
    assert said(text) == [text]


def test_a_bracket_that_never_closes_holds_nothing_back():
    assert len(said("（押印を廃止してほしい。図書館を増やしてほしい。")) == 2


def test_courtesies_are_dropped_when_there_is_a_claim():
    text = (
        "いつもお世話になっております。\n川崎市在住の会社員です。\n"
        "押印を廃止してほしいです。\nどうぞよろしくお願いいたします。"
    )
    assert said(text) == ["押印を廃止してほしいです。"]


def test_a_courtesy_alone_is_kept():
    assert said("よろしくお願いします。") == ["よろしくお願いします。"]


def test_lines_wrapped_by_a_mail_program_are_one_sentence():
    text = "先日、県税事務所の窓口で自動車税を払おうとしたところ、現金\nしか使えず困りました。"
    assert said(text) == [text]


def test_english_sentences_are_cut_at_full_stops_only():
    assert said("Version 1.5 is bad?Please fix it.")[0].startswith("Version 1.5")


@pytest.mark.parametrize("text", ["", "  ", "\n\u3000\n"])
def test_nothing_said_is_no_statement(text):
    assert split(text) == []


@pytest.mark.parametrize(
    "halves",
    [
        ("紙の広報を廃止してほしいが、", "点字の広報は残してほしい。"),
        ("窓口を増やしてほしいですし、", "電話の回線も増やしてほしいです。"),
        ("計画は公表すべきだと考えますが、", "個人の名前は伏せるべきだと考えます。"),
        ("カードの導入には賛成ですが、", "現金の廃止には反対です。"),
        ("図書館の席を増やしてほしい、", "また、雑誌の数も増やしてほしい。"),
        ("手数料を見直し、", "あわせて窓口の時間を延ばしてください。"),
        ("バスを増便してください、", "一方、運賃は上げないでください。"),
        ("郵送で受け付けるとともに、", "窓口の予約も始めてください。"),
    ],
)
def test_a_sentence_is_cut_where_both_sides_claim_something(halves):
    assert said("".join(halves)) == list(halves)


@pytest.mark.parametrize(
    "text",
    [
        "不便なので、改善してほしい。",
        "オンライン化には賛成ですが、費用が心配です。",
        "期限を延ばしてほしいのですが、難しいでしょうか。",
        "廃止してほしいという声が多いが、残してほしい人もいることを忘れないでください。",
        "「紙はやめてほしいが、電話は残してほしい」という祖父の願いをかなえてください。",
        "足が悪く、また車もないので、役所まで行けません。",
        "駅に屋根を付けてほしいので、ご検討をお願いします。",
        "窓口を増やしてほしいが、検討をお願いします。",
    ],
)
def test_a_reason_a_reserve_or_a_quoted_wish_is_no_second_claim(text):
    assert said(text) == [text]


def test_a_second_joint_makes_a_third_claim():
    text = "紙を廃止してほしいし、電話を増やしてほしいが、窓口は残してほしい。"
    assert "".join(said(text)) == text
    assert len(said(text)) == 3


def test_a_heading_is_the_context_of_what_stands_below_and_no_claim():
    text = "図書館について\n・席を増やす\n・夜も開ける\n公園について\n水道を直してください。"
    assert [(one.text, one.heading) for one in split(text)] == [
        ("席を増やす", "図書館について"),
        ("夜も開ける", "図書館について"),
        ("水道を直してください。", "公園について"),
    ]


def test_an_item_with_items_below_it_is_their_heading():
    text = "【窓口】\n・申請\n　- 土曜も開ける\n　- 予約を取れる\n・電話\n　- 夜も受ける"
    assert [(one.text, one.heading) for one in split(text)] == [
        ("土曜も開ける", "【窓口】\n申請"),
        ("予約を取れる", "【窓口】\n申請"),
        ("夜も受ける", "【窓口】\n電話"),
    ]


def test_the_last_item_is_no_heading_of_the_prose_below():
    text = "・画面の文字\n・音声の案内\n全部を直してください。"
    assert said(text) == ["画面の文字", "音声の案内", "全部を直してください。"]


def test_a_heading_alone_is_kept():
    assert said("図書館について") == ["図書館について"]


def test_reasons_in_a_list_stay_with_their_claim():
    text = "窓口を残してください。理由は次のとおりです。\n・高齢の人が多い\n・相談したい人がいる"
    assert said(text) == [text]


CLAIM = "窓口の時間を延ばしてください。"


@pytest.mark.parametrize(
    "frame",
    [
        "私は春日部市に住む主婦です。",
        "山田と申します。",
        "二児の母です。",
        "千葉市の田中です。",
        "素人の意見で恐縮です。",
        "以下、意見を申し上げます。",
        "気になった点を書きます。",
        "このたびは機会をいただき、ありがとうございます。",
        "P12 3(2)について",
        "第6条第2項",
        "別紙のとおり。",
        "意見１（２０ページ）",
        "該当箇所：素案25頁「人材の育成」",
        "https://example.jp/a?b=1",
        "hanako@example.jp",
        "TEL 048-000-0000",
        "担当者様",
        "一県民より",
        "（所沢市・60代・男性）",
        "スマートフォンから送信",
    ],
)
def test_what_only_frames_a_claim_is_dropped(frame):
    assert said(f"{frame}\n{CLAIM}") == [CLAIM]
    assert said(f"{CLAIM}\n{frame}") == [CLAIM]
    assert said(frame) == [frame]


@pytest.mark.parametrize(
    "text",
    [
        "市の課題です。",
        "窓口の職員が足りない。",
        "スマホで申請できない者です。",
        "7ページの表を直す",
    ],
)
def test_what_looks_like_a_frame_and_claims_is_kept(text):
    assert said(f"{text}\n{CLAIM}")[0].startswith(text)


def test_a_signature_below_a_rule_is_dropped_unless_it_claims():
    assert said(f"{CLAIM}\n\n--\n佐藤 花子\n株式会社みどり") == [CLAIM]
    assert said(f"{CLAIM}\n-----\n{CLAIM}") == [CLAIM, CLAIM]


def test_a_reference_before_a_claim_is_cut_off():
    assert said("素案の第2章 2-3について、期限を示してください。") == ["期限を示してください。"]


NASTY = st.text(
    alphabet="あ漢。．.!？「」（）【】(\n\r 　・①1-、が𠮷𩸽👨\u200d👩😀é\u0301\u202eשלاﾞ\x00\ud800",
    max_size=60,
)
PHRASES = st.lists(
    st.sampled_from(
        [
            *("紙を廃止してほしいが、", "電話は残してほしい。", "また、", "です", "ただし、"),
            *("よろしくお願いします。", "理由は次のとおり。", "図書館について", "（１）", "第6条"),
            *("\n", "\n\n", "・", "\u3000- ", "--", "「もう結構です。", "」", "😢", "𠮷田です。"),
        ]
    ),
    max_size=12,
).map("".join)


@given(st.text(max_size=60) | NASTY | PHRASES)
def test_statements_are_slices_in_order_and_never_none(text):
    found = split(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.text.strip() == one.text and one.text for one in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(one.heading in text for one in found if "\n" not in one.heading)
    assert found or not text.strip()


@given(PHRASES)
@example("紙を廃止してほしいが、図書館について\n紙を廃止してほしいが、")
def test_every_claim_is_in_a_statement(text):
    covered = "".join(one.text for one in split(text))
    assert covered.count("ほしい") == text.count("ほしい")


def test_most_hand_marked_opinions_are_cut_as_marked():
    parts = [one for one in marked_opinions() if not one.held_out]
    agreement = score(parts)
    assert len(marked_opinions()) >= 150
    assert agreement.right > 0.9
    assert agreement.f1 > 0.9
