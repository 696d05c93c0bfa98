from analysis.identity import Fate, match, match_by_words


def links(found):
    return {(one.fate.value, one.previous, one.current) for one in found}


def test_a_theme_that_keeps_its_statements_continues():
    found = match({"a": ["1", "2", "3"]}, {"x": ["1", "2", "3", "9"]})
    assert links(found) == {("continued", "a", "x")}
    assert found[0].heir
    assert found[0].overlap == 1.0


def test_a_theme_cut_in_two_is_split_and_the_larger_half_inherits():
    found = match({"a": list("123456")}, {"x": list("1234"), "y": list("56")})
    assert links(found) == {("split", "a", "x"), ("split", "a", "y")}
    assert [one.current for one in found if one.heir] == ["x"]


def test_two_themes_joined_are_merged_and_one_identity_lives_on():
    found = match({"a": list("123"), "b": list("45")}, {"x": list("12345")})
    assert links(found) == {("merged", "a", "x"), ("merged", "b", "x")}
    assert [one.previous for one in found if one.heir] == ["a"]


def test_what_has_no_link_is_new_or_gone():
    found = match({"a": list("12"), "b": list("34")}, {"x": list("12"), "y": ["9"]})
    assert links(found) == {("continued", "a", "x"), ("new", None, "y"), ("gone", "b", None)}


def test_statements_of_one_run_only_do_not_count():
    found = match({"a": ["1", "old", "older"]}, {"x": ["1", "new", "newer", "newest"]})
    assert links(found) == {("continued", "a", "x")}


def test_nothing_before_makes_everything_new():
    assert links(match({}, {"x": ["1"]})) == {("new", None, "x")}
    assert match({}, {}) == []


def test_order_of_the_input_changes_nothing():
    before = {"a": list("123"), "b": list("456")}
    after = {"x": list("12"), "y": list("3456")}
    turned = match(dict(reversed(before.items())), dict(reversed(after.items())))
    assert turned == match(before, after)


def test_words_link_runs_without_common_statements():
    before = {"a": {"押印": 1.0, "廃止": 0.8}, "b": {"図書館": 1.0}}
    after = {"x": {"押印": 0.9, "廃止": 0.7, "印鑑": 0.2}, "y": {"避難所": 1.0}}
    assert links(match_by_words(before, after)) == {
        ("continued", "a", "x"),
        ("new", None, "y"),
        ("gone", "b", None),
    }


def test_fates_have_japanese_names():
    assert [fate.label for fate in Fate] == ["継続", "分割", "統合", "新規", "消滅"]
