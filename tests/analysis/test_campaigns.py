import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import mapping
from analysis.campaigns import find_campaigns, likeness
from analysis.shingles import rows_a_band
from benchmarks.synthetic import statements
from tests.analysis.texts import subject_texts

TEXT = (
    "行政手続における押印の廃止を強く求めます。県民の負担を減らし、誰もが自宅から申請できる仕組みを"
    "早急に整えてください。紙の書類は保管にも費用がかかります。"
)


def groups(texts, **options):
    return [member.campaign for member in find_campaigns(texts, **options)]


def edited(text, share, seed):
    letters = list(text)
    dice = random.Random(seed)
    for at in dice.sample(range(len(letters)), round(share * len(letters))):
        letters[at] = dice.choice("あいうえおかきくけこ県市町村")
    return "".join(letters)


def test_equal_texts_are_one_campaign_whatever_their_marks_and_width():
    assert groups([TEXT, TEXT.replace("。", "！"), "図書館の本を増やしてほしいです。"]) == [
        0,
        0,
        None,
    ]


def test_a_personal_sentence_does_not_hide_a_copy():
    before = "私は三人の子を育てています。毎日とても忙しく、役所に行けません。" + TEXT
    after = TEXT + "どうか現場の声を聞いてください。祖母も困っていました。"
    assert groups([TEXT, before, after]) == [0, 0, 0]


def test_a_short_text_that_stands_whole_in_another_is_its_copy():
    short = "県立図書館を平日も夜の九時まで開けてください。"
    longer = short + "勤めが終わってから行けるところがありません。"
    assert groups([longer, "町の公園に街灯を増やしてください。", short]) == [0, None, 0]


def test_a_slogan_that_stands_in_another_text_is_no_copy():
    slogan = "押印の廃止を求めます。"
    assert groups([slogan + "書類を郵送するのが負担です。", slogan]) == [None, None]


def test_reordered_sentences_are_copies():
    first, second, third, _ = TEXT.split("。")
    assert groups([TEXT, f"{third}。{first}。{second}。"]) == [0, 0]


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_light_edits_are_found(share):
    copies = [edited(TEXT, share, seed) for seed in range(20)]
    found = groups([TEXT, *copies])
    assert sum(campaign == 0 for campaign in found) >= 20


def test_different_opinions_on_one_subject_are_no_campaign():
    texts = [text for _, text in subject_texts()]
    assert set(groups(texts)) == {None}


def test_short_answers_are_no_campaign():
    assert groups(["はい", "はい", "特になし", "特になし", "押印廃止", "押印廃止"]) == [None] * 6


def test_the_representative_is_the_text_sent_most():
    members = find_campaigns([TEXT + "加筆です。これは私の考えです。", TEXT, TEXT])
    assert [one.is_representative for one in members] == [False, True, False]
    assert members[1].similarity == 1.0
    assert 0.8 <= members[0].similarity <= 1.0


def test_a_chain_of_edits_does_not_join_two_different_texts():
    other = (
        "図書館の開館時間を延ばし、予約した本を駅で受け取れるようにしてください。"
        "学生も会社員も助かります。"
    )
    mixed = TEXT[: len(TEXT) // 2] + other[len(other) // 2 :]
    found = groups([TEXT, TEXT, mixed, other, other])
    assert found[0] != found[3]


def test_minimum_is_the_fewest_rows():
    assert groups([TEXT, TEXT], minimum=3) == [None, None]


def test_a_higher_threshold_asks_for_more():
    texts = [TEXT, edited(TEXT, 0.12, 1)]
    assert groups(texts, threshold=0.75) == [0, 0]
    assert groups(texts, threshold=0.99) == [None, None]


def test_likeness_is_even_and_bounded():
    assert likeness(TEXT, TEXT) == 1.0
    assert likeness(TEXT, "全く別の話です。公園の遊具を直してください。") < 0.6
    assert likeness("", TEXT) == 0.0


def test_nothing_in_nothing_out():
    assert find_campaigns([]) == []
    assert groups(["", ""]) == [None, None]


def test_texts_with_one_courtesy_in_common_go_to_their_own_posts():
    courtesy = "どうか現場の声を聞いてください。祖母も困っていました。"
    library = "図書館の開館時間を延ばし、予約した本を駅で受け取れるようにしてください。"
    buses = "路線バスの最終便を遅らせて、終電の客が歩かずに帰れるように求めます。"
    texts = [library, buses, library + courtesy, buses + courtesy, courtesy + library]
    assert groups(texts) == [0, 1, 0, 1, 0]


def test_the_text_without_additions_is_the_representative():
    texts = [TEXT + own for own in ("私も困りました。", "母の話です。", "どうか急いでください。")]
    members = find_campaigns([*texts, TEXT])
    assert [one.is_representative for one in members] == [False, False, False, True]


def test_processes_find_what_one_process_finds():
    texts = [*statements(2_500), *(edited(TEXT, 0.05, seed) for seed in range(20))]
    with mapping.opened(2, None, "janome") as mapper:
        assert find_campaigns(texts, mapper=mapper) == find_campaigns(texts)


def test_made_up_opinions_are_no_campaigns():
    assert {member.campaign for member in find_campaigns(statements(5_000))} == {None}


def test_more_texts_ask_for_more_equal_rows():
    assert [rows_a_band(texts) for texts in (0, 1_000, 10_000, 200_000, 1_000_000)] == [
        3,
        3,
        3,
        4,
        5,
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_texts_give_a_member_a_row(texts):
    members = find_campaigns(texts * 2)
    assert [member.row for member in members] == list(range(len(texts) * 2))
    assert all(0 <= member.similarity <= 1 for member in members)
