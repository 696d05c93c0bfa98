import pytest

from analysis.quality import agreement, b_cubed, coherence, stability


def test_the_same_grouping_under_other_names_agrees_fully():
    found = agreement(["a", "a", "b", "b"], [1, 1, 2, 2])
    assert (found.ami, found.ari, found.v_measure, found.b_cubed) == pytest.approx((1, 1, 1, 1))


def test_one_group_for_all_is_no_better_than_chance():
    found = agreement(["a", "a", "b", "b"], [1, 1, 1, 1])
    assert found.ami == pytest.approx(0, abs=1e-9)
    assert found.b_cubed == pytest.approx(2 / 3)


def test_b_cubed_by_hand():
    assert b_cubed("aab", [1, 2, 2]) == pytest.approx(2 / 3)
    assert b_cubed([], []) == 1.0


def test_groupings_of_different_length_are_refused():
    with pytest.raises(ValueError, match="length"):
        agreement(["a"], [])


def test_words_that_come_together_cohere():
    documents = [("押印", "廃止"), ("押印", "廃止"), ("図書館", "予約"), ("図書館",)]
    assert coherence(("押印", "廃止"), documents) == pytest.approx(1.0)
    assert coherence(("押印", "図書館"), documents) == -1.0
    assert coherence(("押印",), documents) == 0.0


def test_a_fixed_rule_is_stable_and_a_moody_one_is_not():
    assert stability(40, lambda sample: [at % 4 for at in sample]) == pytest.approx(1.0)
    moods = iter(range(1, 100))

    def moody(sample):
        mood = next(moods)
        return [(at * 7919 // mood) % 4 for at in sample]

    assert stability(40, moody) < 0.9
