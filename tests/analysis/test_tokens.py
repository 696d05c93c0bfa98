import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import tokens
from analysis.letters import corrected
from analysis.normalize import normalize
from analysis.spelling import canonical
from analysis.tokens import MissingTokenizerError, content_words, search_words, tokenizer
from tests.analysis.texts import VARIED, subject_texts


def words(text, engine="janome"):
    return content_words(tokenizer(engine).tokens(text))


def test_compound_nouns_and_their_parts():
    found = words("行政手続のオンライン化を進める")
    assert {"手続", "行政手続", "オンライン化", "オンライン"} <= set(found)


def test_base_forms_and_one_spelling():
    assert words("手続きが遅くて待たされた") == ["手続", "待つ"]
    assert words("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ") == words("マイナンバーカード") == ["マイナンバーカード"]


def test_stop_words_carry_no_theme():
    assert words("意見として、とても大切なことだと思います。") == []


def test_terms_of_the_user_dictionary_are_one_word():
    assert "待ち時間" in words("窓口の待ち時間が長い")


def test_readings_in_brackets_are_not_words():
    assert words("公園(こうえん)を直す") == ["公園"]


def test_addresses_are_no_theme_words():
    assert words("https://example.jp/page を見て a@example.jp へ") == []


def test_offsets_lead_back_to_the_original():
    text = "ﾊﾞｽの 時刻表がＰＤＦ"
    written = [(text[one.start : one.end], one.surface) for one in tokenizer("janome").tokens(text)]
    assert written[0] == ("ﾊﾞｽ", "バス")
    assert written[-1] == ("ＰＤＦ", "PDF")


def test_search_words_hold_everything_in_lower_case():
    found = search_words("行政手続のオンライン化をLGWANで2026年", tokenizer("janome"))
    assert {"行政", "行政手続", "lgwan", "2026"} <= set(found)


@pytest.mark.parametrize("text", [*VARIED, *(text for _, text in subject_texts())])
def test_both_engines_find_the_same_words(text):
    assert words(text, "janome") == words(text, "mecab")
    assert search_words(text, tokenizer("janome")) == search_words(text, tokenizer("mecab"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="ｱﾞア漢字1aA.-_@ 。\n\x00", max_size=30))
def test_any_text_gives_tokens_inside_it(text):
    found = tokenizer("auto").tokens(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.surface.strip() for one in found)


def test_auto_prefers_mecab_and_is_made_once():
    assert tokenizer("auto") is tokenizer("mecab")
    assert tokenizer("janome").version


def test_auto_falls_back_to_janome(monkeypatch):
    monkeypatch.setattr(tokens, "mecab_installed", lambda: False)
    assert tokenizer.__wrapped__("auto").name == "janome"
    with pytest.raises(MissingTokenizerError, match="pip install"):
        tokenizer.__wrapped__("mecab")


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match="auto, janome or mecab"):
        tokenizer("chasen")


@pytest.mark.parametrize(
    ("one", "others"),
    [
        ("申込", ["申し込み", "申込み"]),
        ("受付", ["受け付け", "受付け"]),
        ("取扱", ["取り扱い", "取扱い"]),
        ("貸出", ["貸し出し", "貸出し"]),
        ("口座引き落とし", ["口座引落し", "口座引落とし", "口座引落"]),
        ("打ち合わせ", ["打合せ", "打合わせ"]),
        ("引っ越し", ["引越し", "引越"]),
        ("サーバー", ["サーバ", "ｻｰﾊﾞ", "サーハ゛ー"]),
        ("プリンター", ["プリンタ"]),
        ("ウェブ", ["ウエブ", "web", "ＷＥＢ"]),
        ("デジタル", ["ディジタル"]),
        ("メディア", ["メデイア"]),
        ("バイオリン", ["ヴァイオリン"]),
        (
            "マイナンバーカード",
            ["マイナンバー・カード", "マイナンハーカート", "ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ", "マイナンバ-カ-ド"],
        ),
        ("ホームページ", ["ホ-ムペ-ジ", "ホ−ムペ−ジ", "hp"]),
        ("学校", ["學校"]),
        ("図書館", ["圖書館"]),
    ],
)
def test_spellings_of_one_word_are_one_word(one, others):
    for other in others:
        assert words(f"{other}を直す") == words(f"{one}を直す"), other
        assert one in words(f"{other}を直す")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("読書", "読み書き"),
        ("見物", "見せ物"),
        ("値上げ", "値上がり"),
        ("移行", "以降"),
        ("デスク", "ディスク"),
        ("コーヒー", "コピー"),
    ],
)
def test_words_that_only_look_alike_stay_two(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("すごーーーいです", "すごいです"),
        ("いすゞのこゝろ", "いすずのこころ"),
        ("手続をを直す", "手続を直す"),
        ("髙﨑の邊", "高崎の辺"),
        ("ア-ウの欄", "ア-ウの欄"),
        ("こーひーとめーる", "こーひーとめーる"),
        ("サービス――それは", "サービス――それは"),
        ("図書館・公園", "図書館・公園"),
    ],
)
def test_letters_are_read_as_they_were_meant(written, meant):
    assert corrected(normalize(written)).text == meant


@settings(deadline=None)
@given(st.text(alphabet="アカハー-・ﾞ゛ゝゞヾすごいをっ髙﨑邊𠮷(あ) \n", max_size=25))
def test_corrected_letters_lead_back_to_the_original(text):
    even = corrected(normalize(text))
    spans = [even.span(at, at + 1) for at in range(len(even.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


def test_a_term_may_be_written_otherwise():
    assert "引きこもり" in words("引きこもりの相談窓口")
    assert "道の駅" in words("道の駅を増やす")


@pytest.mark.parametrize("letters", ["押印の廃止を求めます", "漢字仮名"])
def test_both_engines_read_on_where_no_mark_ends_a_run(letters):
    long_run = letters * 600
    found = [tokenizer(engine).tokens(long_run) for engine in ("janome", "mecab")]
    assert found[0] == found[1]
    assert "".join(token.surface for token in found[0]) == long_run


def test_a_million_letters_without_a_mark_are_read():
    found = tokenizer("mecab").tokens("あ押印廃止" * 200_000)
    assert found[-1].end == 1_000_000
