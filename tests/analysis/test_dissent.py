"""Who speaks against the leaning of a theme, on small themes made by hand."""

from analysis.dissent import by_theme
from analysis.results import Assignment, Document, Quote, Stance, Theme
from analysis.stance import stances

WELCOMED = [
    "夜間中学の開設に賛成します。",
    "夜間中学ができるのは大賛成です。",
    "夜間中学の方針を支持します。",
    "夜間中学をもっと広げてほしい。",
    "夜間中学の先生を増やしてください。",
]
REJECTED = [
    "夜間中学は税金の無駄遣いであり反対します。",
    "夜間中学の設置を取りやめてください。",
    "近所に夜間中学を置くことは認められない。",
    "夜間中学の予算は到底容認できません。",
]
NOT_CERTAIN = "夜間中学の話を昨日聞いた。"


def leaning(texts, *, quotes=(), campaigns=None, keywords=("夜間中学",)):
    campaigns = campaigns or [None] * len(texts)
    theme = Theme("t01", None, "夜間中学", keywords, len(texts), len(texts), len(texts), quotes)
    places = [Assignment("t01", None, 0.9, None)] * len(texts)
    documents = [Document(text, (), at, campaigns[at]) for at, text in enumerate(texts)]
    return by_theme([theme], places, documents, stances(texts))["t01"]


def test_a_rejection_in_a_welcomed_theme_is_quoted_as_dissent():
    found = leaning([*WELCOMED, REJECTED[0], NOT_CERTAIN])
    assert [quote.text for quote in found.dissent] == [REJECTED[0]]
    assert found.dissent[0].document == len(WELCOMED)


def test_a_welcome_in_a_rejected_theme_is_quoted_as_dissent():
    found = leaning([*REJECTED, WELCOMED[0], NOT_CERTAIN])
    assert [quote.text for quote in found.dissent] == [WELCOMED[0]]


def test_at_most_two_are_quoted_and_no_text_twice():
    found = leaning([*WELCOMED * 2, *REJECTED, REJECTED[0]])
    texts = [quote.text for quote in found.dissent]
    assert len(texts) == len(set(texts)) == 2
    assert set(texts) <= set(REJECTED)


def test_what_the_theme_quotes_already_is_not_quoted_again():
    texts = [*WELCOMED, REJECTED[0]]
    assert leaning(texts, quotes=(Quote(len(WELCOMED), REJECTED[0]),)).dissent == ()


def test_without_a_clear_leaning_or_enough_voices_there_is_no_dissent():
    assert leaning([*WELCOMED[:2], *REJECTED[:2]]).dissent == ()
    assert leaning([WELCOMED[0], REJECTED[0]]).dissent == ()
    assert leaning([NOT_CERTAIN] * 6).dissent == ()


def test_who_speaks_of_something_else_is_no_dissenter():
    assert leaning([*WELCOMED, "空港の拡張には反対します。"]).dissent == ()


def test_to_reject_an_ending_is_to_ask_for_more():
    asked = [
        "夜間中学の教室を増やしてください。",
        "夜間中学の先生を増やしてほしい。",
        "夜間中学をほかの市にも設けてください。",
        "夜間中学の時間を広げてほしい。",
    ]
    assert leaning([*asked, "夜間中学の廃止には反対します。"]).dissent == ()
    assert len(leaning([*asked, REJECTED[3]]).dissent) == 1


def test_voices_are_counted_once_and_add_up():
    texts = [*WELCOMED, *[REJECTED[0]] * 5]
    found = leaning(texts, campaigns=[None] * len(WELCOMED) + [0] * 5)
    assert found.voices == {Stance.FOR: 3, Stance.REQUEST: 2, Stance.AGAINST: 1}


def test_a_voice_with_two_statements_has_the_stance_it_shows_most():
    texts = ["夜間中学に賛成です。", "夜間中学の先生の数が分からない。"]
    documents = [Document(text, (), 7) for text in texts]
    theme = Theme("t01", None, "", (), 2, 1, 1, ())
    places = [Assignment("t01", None, 0.9, None)] * 2
    found = by_theme([theme], places, documents, stances(texts))["t01"]
    assert found.voices == {Stance.FOR: 1}


def test_statements_without_a_theme_count_nowhere():
    texts = [*WELCOMED, REJECTED[0]]
    documents = [Document(text, (), at) for at, text in enumerate(texts)]
    theme = Theme("t01", None, "", ("夜間中学",), 0, 0, 0, ())
    places = [Assignment(None, None, 0.0, None)] * len(texts)
    assert by_theme([theme], places, documents, stances(texts))["t01"].voices == {}
