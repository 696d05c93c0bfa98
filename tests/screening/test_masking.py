"""Masked coordinates and the citizen's own: exact both ways, whatever is masked."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analysis.screening import PersonalDataKind, PersonalSpan
from feedback.screening import masking
from feedback.screening.quoted import Original

LETTERS = st.sampled_from("あ𠮷b［］ \n🙂e\u0301")
NAME, PHONE = PersonalDataKind.NAME, PersonalDataKind.PHONE


@st.composite
def texts_with_spans(
    draw: st.DrawFn, *, is_each_letter_once: bool = False
) -> tuple[str, list[PersonalSpan]]:
    """A text and what of it is personal; spans may overlap."""
    letters = st.sampled_from("あいうえおかきくけこ🙂𠮷abcde") if is_each_letter_once else LETTERS
    text = "".join(draw(st.lists(letters, unique=is_each_letter_once, max_size=60)))
    place = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(place, place), max_size=6))
    kinds = st.sampled_from(PersonalDataKind)
    spans = [PersonalSpan(draw(kinds), min(pair), max(pair)) for pair in pairs]
    return text, [span for span in spans if span.start < span.end]


@given(texts_with_spans())
def test_overlapping_masks_become_one_that_hides_all_they_hide(
    given: tuple[str, list[PersonalSpan]],
) -> None:
    text, spans = given
    found = masking.joined(spans)
    hidden = {place for span in spans for place in range(span.start, span.end)}
    assert {place for span in found for place in range(span.start, span.end)} == hidden
    assert all(first.end <= second.start for first, second in pairwise(found))
    shown = masking.mask(text, spans)
    kept = "".join(letter for place, letter in enumerate(text) if place not in hidden)
    for span in found:
        shown = shown.replace(f"［{span.kind.label}］", "", 1)
    assert sorted(shown) == sorted(kept)


@given(texts_with_spans(), st.data())
def test_a_selection_in_the_masked_text_is_found_in_the_own_words(
    given: tuple[str, list[PersonalSpan]], data: st.DataObject
) -> None:
    text, spans = given
    found = masking.joined(spans)
    shown = masking.mask(text, spans)
    layout = masking.from_shown(len(shown), found)
    assert layout == masking.masked(len(text), found)
    if not shown:
        return
    start = data.draw(st.integers(0, len(shown) - 1))
    end = data.draw(st.integers(start + 1, len(shown)))
    own_start, own_end = layout.own(start, end)
    assert 0 <= own_start < own_end <= len(text)
    # What was selected, masks widened to the whole, is the masked form of what was found.
    assert shown[slice(*layout.shown(own_start, own_end))] == masking.mask(
        text[own_start:own_end], masking.inside(found, own_start, own_end)
    )
    # Letters that were shown and selected are hidden by a mask of that place, no other is.
    more = masking.mask(text, [*spans, PersonalSpan(NAME, own_start, own_end)])
    before, after = (
        masking.mask(text[:own_start], masking.inside(found, 0, own_start)),
        text[own_end:],
    )
    assert more.startswith(before)
    assert more.endswith(masking.mask(after, masking.inside(found, own_end, len(text))))


@given(texts_with_spans(), st.data())
def test_own_words_are_found_in_the_masked_text(
    given: tuple[str, list[PersonalSpan]], data: st.DataObject
) -> None:
    text, spans = given
    if not text:
        return
    found = masking.joined(spans)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    layout = masking.masked(len(text), found)
    shown_start, shown_end = layout.shown(start, end)
    widened = layout.own(shown_start, shown_end)
    assert widened[0] <= start
    assert end <= widened[1]
    hidden = {place for span in found for place in range(span.start, span.end)}
    assert layout.shows_any(start, end) == any(at not in hidden for at in range(start, end))


def test_who_selects_half_a_mask_has_selected_all_it_hides() -> None:
    text = "連絡は090-1234-5678の山田まで"
    layout = masking.masked(len(text), [PersonalSpan(PHONE, 3, 16)])
    shown = "連絡は［電話番号］の山田まで"
    start, end = shown.index("号］"), shown.index("まで")
    assert text[slice(*layout.own(start, end))] == "090-1234-5678の山田"
    assert text[slice(*layout.own(shown.index("山田"), end))] == "山田"


def original(text: str, *hidden: tuple[str, PersonalDataKind]) -> Original:
    spans = [PersonalSpan(kind, text.index(w), text.index(w) + len(w)) for w, kind in hidden]
    return Original.of(text, masking.joined(spans))


def test_a_quote_is_masked_as_its_words_are_now() -> None:
    own = original(
        "窓口の\n山田太郎さんが、\u3000電話090-1234-5678で親切でした。",
        ("山田太郎", NAME),
        ("090-1234-5678", PHONE),
    )
    leaked = "窓口の 山田太郎さんが、 電話［電話番号］で親切でした。"
    assert own.quoted(leaked) == "窓口の ［氏名］さんが、 電話［電話番号］で親切でした。"
    assert own.quoted("窓口の 山田太…") == "窓口の ［氏名］…"
    assert own.quoted("窓口の ［氏名］太郎さんが、…") == "窓口の ［氏名］さんが、…"
    assert own.quoted("窓口の 山田次郎さんが、 電話［電話番号］で親切でした。") is None
    assert own.quoted("") is None


@given(texts_with_spans(is_each_letter_once=True), st.data())
def test_what_was_quoted_under_fewer_masks_is_masked_as_the_text_is_now(
    given: tuple[str, list[PersonalSpan]], data: st.DataObject
) -> None:
    text, spans = given
    found = masking.joined(spans)
    then = [span for span in found if data.draw(st.booleans())]
    quote = masking.mask(text, then)
    own = Original.of(text, found)
    if quote:
        assert own.quoted(quote) == once(masking.mask(text, found))
        cut = data.draw(st.integers(1, len(quote)))
        shortened = own.quoted(f"{quote[:cut]}…")
        if "［" not in quote[:cut]:
            assert shortened is not None
            hidden = masking.inside(found, 0, cut)
            assert shortened == f"{once(masking.mask(text[:cut], hidden))}…"


def once(text: str) -> str:
    """Two masks of one kind side by side say no more than one."""
    for kind in PersonalDataKind:
        text = re.sub(f"(［{kind.label}］)+", r"\1", text)
    return text
