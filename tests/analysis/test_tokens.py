import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import tokens
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


@pytest.mark.parametrize("letters", ["押印の廃止を求めます", "漢字仮名"])
def test_both_engines_read_on_where_no_mark_ends_a_run(letters):
    long_run = letters * 600
    found = [tokenizer(engine).tokens(long_run) for engine in ("janome", "mecab")]
    assert found[0] == found[1]
    assert "".join(token.surface for token in found[0]) == long_run


def test_a_million_letters_without_a_mark_are_read():
    found = tokenizer("mecab").tokens("あ押印廃止" * 200_000)
    assert found[-1].end == 1_000_000
