"""Urgent wording on the labelled set, and how its list is read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import lexicon, urgent_model, urgent_training
from analysis.lexicon.cues import Cues, beginnings
from analysis.screening import UrgentKind, urgent_cues
from benchmarks import screening as benchmark


def test_hardly_anybody_who_calls_for_help_is_missed_in_the_development_part():
    *kinds, total = benchmark.urgency("development")
    assert total.seen >= 0.95 * total.marked
    assert all(one.seen >= 0.9 * one.marked for one in kinds)
    assert total.falsely <= 3


def test_few_are_missed_in_the_part_held_out():
    *kinds, total = benchmark.urgency("held_out")
    assert total.seen >= 0.95 * total.marked
    assert all(one.seen >= 0.9 * one.marked for one in kinds)
    assert total.falsely <= 5


def test_half_of_what_nothing_was_learned_from_is_seen():
    *_, total = benchmark.urgency("fresh")
    assert total.seen >= 0.5 * total.marked
    assert total.falsely <= 2


def test_few_ordinary_opinions_are_raised_and_hardly_one_by_known_wording():
    texts = benchmark.ordinary_opinions()[1]
    raised = [cues for text in texts if (cues := urgent_cues(text))]
    assert len(raised) <= 0.03 * len(texts)
    assert sum(any(cue.certain for cue in cues) for cues in raised) <= 0.01 * len(texts)


def test_the_weights_are_those_that_are_learned_from_the_set():
    urgent, calm = benchmark.urgent_texts()
    learned, ordinary = benchmark.ordinary_opinions()
    table = urgent_training.learn(urgent, [*calm, *learned], ordinary)
    fresh, shipped = urgent_model.parsed(table), urgent_model.model()
    assert fresh.kinds == shipped.kinds
    # Other machines may round a few hundredths otherwise.
    assert abs(fresh.line - shipped.line) < 0.1
    common = fresh.urgency.keys() & shipped.urgency.keys()
    assert len(common) >= 0.98 * len(shipped.urgency)
    assert all(abs(fresh.urgency[run] - shipped.urgency[run]) <= 5 for run in common)


def test_the_set_is_as_large_as_it_says():
    labels = [label for part in benchmark.PARTS for label, _ in benchmark.labelled("urgent", part)]
    assert sum(label != benchmark.HARMLESS for label in labels) >= 120
    assert sum(label == benchmark.HARMLESS for label in labels) >= 200
    assert {kind.name for kind in UrgentKind} < set(labels)


def test_gaps_between_words_hide_nothing_and_places_are_the_original_ones():
    text = "もう　しに たい です"
    (cue,) = urgent_cues(text)
    assert cue.kind is UrgentKind.SELF_HARM
    assert text[cue.start : cue.end] == "しに たい"


@given(st.text(alphabet="死にたい助けて殺す しぬ\n　１ー", max_size=40))
def test_cues_point_into_the_original(text):
    assert all(0 <= cue.start < cue.end <= len(text) for cue in urgent_cues(text))


@pytest.mark.parametrize(
    ("written", "begins"),
    [
        ("死(に|ん)たい", ["死"]),
        ("(死に|しに)(たい)", ["死に", "しに"]),
        ("(父|母)(に|が)殴", ["父に殴", "父が殴", "母に殴", "母が殴"]),
        ("(もう)?死", []),
        ("死?ぬ", []),
        ("[死氏]ね", []),
        ("(?=死)死", []),
        (r"(\(|死)ね", []),
        ("ab|cd", ["ab", "cd"]),
    ],
)
def test_what_an_expression_begins_with(written, begins):
    assert beginnings(written) == begins


@pytest.mark.parametrize("name", ["urgent_cues", "abuse_cues", "spam_cues", "scope_cues"])
@given(data=st.data())
def test_no_match_is_lost_by_trying_only_where_the_beginning_stands(name, data):
    line = data.draw(st.sampled_from(lexicon.lines(name)))
    kind, _, written = line.partition(" = ")
    text = data.draw(st.from_regex(re.compile(written), fullmatch=False))
    plainly = [match.span() for match in re.finditer(written, text) if match.group()]
    found = [(start, end) for _, start, end in Cues([line]).find(text)]
    assert set(plainly) <= set(found)
    assert all(one[0] == kind for one in Cues([line]).find(text))
