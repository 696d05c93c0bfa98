from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.digits import is_my_number, passes_luhn
from analysis.screening import (
    PersonalDataKind,
    UrgentKind,
    is_non_opinion,
    mask,
    personal_data,
    urgent_cues,
)

K = PersonalDataKind


@pytest.mark.parametrize(
    ("text", "kind", "hidden"),
    [
        ("電話は０９０－１２３４－５６７８です", K.PHONE, "０９０－１２３４－５６７８"),
        ("自宅 03-1234-5678 まで", K.PHONE, "03-1234-5678"),
        ("携帯09012345678", K.PHONE, "09012345678"),
        ("(048)824-2111 へ", K.PHONE, "(048)824-2111"),
        ("taro.yamada+x@example.co.jp まで", K.EMAIL, "taro.yamada+x@example.co.jp"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", K.EMAIL, "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"),
        ("〒330-9301", K.POSTAL_CODE, "〒330-9301"),
        ("郵便番号は3309301です", K.POSTAL_CODE, "郵便番号は3309301"),
        ("埼玉県さいたま市浦和区高砂3-15-1に住む", K.ADDRESS, "埼玉県さいたま市浦和区高砂3-15-1"),
        ("千代田区丸の内一丁目2番3号です", K.ADDRESS, "千代田区丸の内一丁目2番3号"),
        ("個人番号は123456789018", K.MY_NUMBER, "123456789018"),
        ("カード 4111 1111 1111 1111 で", K.CARD, "4111 1111 1111 1111"),
        ("ゆうちょ 口座番号1234567", K.ACCOUNT, "1234567"),
        ("品川 300 あ 12-34 の車", K.PLATE, "品川 300 あ 12-34"),
        ("@meyasu_taro で発信", K.SNS, "@meyasu_taro"),
        ("LINEのIDはtaro_99です", K.SNS, "taro_99"),
        ("氏名：山田 太郎", K.NAME, "山田 太郎"),
        ("私は鈴木花子と申します", K.NAME, "鈴木花子"),
        ("係の林さんが親切でした", K.NAME, "林"),
        ("窓口の佐藤さんが親切でした", K.NAME, "佐藤"),
    ],
)
def test_personal_data_is_found(text, kind, hidden):
    assert [(one.kind, text[one.start : one.end]) for one in personal_data(text)] == [
        (kind, hidden)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-15に開始",
        "令和5年条例第12号",
        "100 Bq/kg、123-4567件",
        "令和6年10月1日から100-200円",
        "横浜市西区で1-2回",
        "埼玉県の市町村で1番にして",
        "さいたま市の手続は3番窓口の横",
        "24時間365日のオンライン化",
        "予算は123456789012円",
        "申請番号1234567を入力",
        "神奈川県のDX",
        "本業は林業です",
        "住まいは東京です",
        "私は川崎市民です",
    ],
)
def test_numbers_that_are_nobodys_stay(text):
    assert personal_data(text) == []


def test_my_number_needs_its_check_digit():
    assert is_my_number("123456789018")
    assert not any(is_my_number(f"12345678901{last}") for last in "012345679")
    assert not is_my_number("000000000000")


def test_cards_need_luhn():
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
    assert not passes_luhn("411111")


def test_masking_names_what_was_there():
    text = "山田太郎です。090-1234-5678、taro@example.jp へ"
    assert mask(text, personal_data(text)) == "［氏名］です。［電話番号］、［メールアドレス］ へ"


@given(st.text(max_size=80) | st.text(alphabet="0123456789-@.a市区町様さん〒田中 ", max_size=60))
def test_spans_are_sorted_inside_and_apart(text):
    spans = personal_data(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert len(mask(text, spans)) >= len(spans)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("もう死にたいです", UrgentKind.SELF_HARM),
        ("生きているのがつらい", UrgentKind.SELF_HARM),
        ("いっそ死んだほうが楽だ", UrgentKind.SELF_HARM),
        ("担当者を殺してやる", UrgentKind.THREAT),
        ("次は火をつけてやる", UrgentKind.THREAT),
        ("刃物を持って行く。覚悟しておけ", UrgentKind.THREAT),
        ("夫から殴られています", UrgentKind.ABUSE),
        ("隣の子が毎晩泣き叫んでいます", UrgentKind.ABUSE),
        ("ガスの臭いがします", UrgentKind.DANGER),
        ("橋の手前で電線が切れて道路に垂れ下がり危険", UrgentKind.DANGER),
        ("助けてください！", UrgentKind.DANGER),
    ],
)
def test_urgent_wording_is_seen(text, kind):
    cues = urgent_cues(text)
    assert kind in {cue.kind for cue in cues}
    assert all(0 <= cue.start < cue.end <= len(text) for cue in cues)


@pytest.mark.parametrize(
    "text",
    [
        "死ぬほど便利になりました",
        "問い合わせが殺到している",
        "職員を殺すような働き方をやめて",
        "良さを殺すような計画",
        "自殺対策の相談窓口を増やして",
        "虐待防止の相談窓口を増やしてください",
        "入力したデータが消えてしまいました",
        "職員の方が助けてくださいました",
        "爆弾低気圧のお知らせ",
        "ガスの検針をオンラインで",
    ],
)
def test_everyday_wording_raises_no_alarm(text):
    assert urgent_cues(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "。。。",
        "😀", "特になし", "特になし。", "ﾄｸﾆﾅｼ", "特に　ありません！", "わからない",
        "よく分かりません。", "test", "テスト投稿です", "あああああ", "いまのところ特にないです",
        "N/A", "同上", "1",
    ],
)  # fmt: skip
def test_empty_answers_are_no_opinion(text):
    assert is_non_opinion(text)


@pytest.mark.parametrize(
    "text",
    [
        "押印廃止",
        "特にない袖は振れない",
        "テストの点数で決めないで",
        "わからないことが多い",
        "公園がない",
    ],
)
def test_short_opinions_are_opinions(text):
    assert not is_non_opinion(text)


def test_kinds_have_japanese_names():
    assert {kind.label for kind in PersonalDataKind} >= {"電話番号", "氏名"}
    assert all(kind.label for kind in UrgentKind)
