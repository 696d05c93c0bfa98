import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from analysis.normalize import normalize, plain

ANY = st.text(max_size=60)
JAPANESE = st.text(alphabet="あアｱﾞ゛ーー。、!！ 　\n\t１1a漢字が", max_size=40)


def test_width_marks_and_spaces_become_even():
    assert plain("ﾏｲﾅﾝﾊﾞｰ　　１２３！！！") == "マイナンバー 123!"


def test_a_line_break_survives_in_a_run_of_spaces():
    assert plain("一行目 \r\n  二行目") == "一行目\n二行目"


def test_control_letters_go():
    assert plain("押\x00印\u200b") == "押印"


def test_even_text_is_passed_through():
    assert normalize("押印の廃止").starts is None


def test_a_span_leads_back_to_the_written_letters():
    original = "電話は０９０ー１２"
    even = normalize("ﾊﾞｽ" + original)
    at = even.text.index("090")
    start, end = even.span(at, at + 3)
    assert ("ﾊﾞｽ" + original)[start:end] == "０９０"


@given(ANY | JAPANESE)
def test_offsets_stay_inside_and_in_order(text):
    even = normalize(text)
    spans = [even.span(at, at + 1) for at in range(len(even.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(JAPANESE)
def test_normalising_twice_changes_nothing(text):
    once = plain(text)
    assert plain(once) == once
    assert unicodedata.is_normalized("NFKC", once)
