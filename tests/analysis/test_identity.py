import pytest

from analysis import lineage
from analysis.identity import Fate, Flow, match, match_flows
from analysis.lineage import Stood
from analysis.themes import ThemeModel
from tests.analysis.builders import a_document, documents
from tests.analysis.texts import SUBJECTS


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


def test_fates_have_japanese_names():
    assert [fate.label for fate in Fate] == ["継続", "分割", "統合", "新規", "消滅"]


def flow(went, came):
    return Flow(dict.fromkeys(went, 20.0), dict.fromkeys(came, 20.0), went, came)


def test_what_was_dealt_out_anew_is_neither_new_nor_gone():
    found = match_flows(
        flow(
            {"a": {"x": 0.4, "y": 0.3, "z": 0.3}, "b": {"y": 0.4, "z": 0.6}},
            {"x": {"a": 1.0}, "y": {"a": 0.4, "b": 0.6}, "z": {"a": 0.3, "b": 0.7}},
        )
    )
    assert not {one.fate for one in found} & {Fate.NEW, Fate.GONE}
    assert {one.current for one in found if one.heir} >= {"x"}


def test_a_theme_that_fits_nothing_of_the_other_run_is_new_or_gone():
    found = match_flows(
        flow({"a": {"x": 0.9}, "b": {"x": 0.05}}, {"x": {"a": 0.9}, "y": {"a": 0.1}})
    )
    assert links(found) == {("continued", "a", "x"), ("new", None, "y"), ("gone", "b", None)}


def test_nothing_before_flows_into_nothing():
    assert match_flows(Flow({}, {}, {}, {})) == []
    assert links(match_flows(Flow({}, {"x": 3.0}, {}, {"x": {}}))) == {("new", None, "x")}
    assert links(match_flows(Flow({"a": 3.0}, {}, {"a": {}}, {}))) == {("gone", "a", None)}


def month(part, *, without=None):
    """Every other text of each subject, so that two months share none."""
    return [
        text for subject, texts in SUBJECTS.items() if subject != without for text in texts[part::2]
    ]


def subject_of(texts):
    counts = {subject: sum(text in texts for text in known) for subject, known in SUBJECTS.items()}
    return max(counts, key=lambda subject: counts[subject])


def followed(first, second):
    """Fit both months and return the links by subject."""
    models = []
    for texts in (first, second):
        number = len({subject_of([text]) for text in texts})
        models.append(ThemeModel(themes=number, subthemes=0).fit(documents(texts)))
    then, now = (
        {
            theme.id: subject_of([t for t, one in pairs if one.theme == theme.id])
            for theme in model.themes_
        }
        for model, pairs in (
            (model, list(zip(texts, model.assignments_, strict=True)))
            for model, texts in zip(models, (first, second), strict=True)
        )
    )
    before = [
        Stood(text, one.theme)
        for text, one in zip(first, models[0].assignments_, strict=True)
        if one.theme
    ]
    found = lineage.of(
        models[1], documents(second), before, lambda texts: [a_document(t).words for t in texts]
    )
    return {(one.fate, then.get(one.previous or ""), now.get(one.current or "")) for one in found}


def test_the_same_subjects_continue_in_a_month_that_shares_no_statement():
    found = followed(month(0), month(1))
    assert not {fate for fate, _, _ in found} & {Fate.NEW, Fate.GONE}
    same = [then == now for _, then, now in found]
    assert sum(same) >= 5


@pytest.mark.parametrize("subject", ["図書館", "防災", "決済"])
def test_a_subject_that_comes_up_is_new_and_nothing_else_is(subject):
    found = followed(month(0, without=subject), month(1))
    assert {now for fate, _, now in found if fate is Fate.NEW} == {subject}


@pytest.mark.parametrize("subject", ["図書館", "防災", "決済"])
def test_a_new_subject_is_new_too_when_the_month_holds_the_last_one(subject):
    found = followed(month(0, without=subject), month(0, without=subject) + month(1))
    assert {now for fate, _, now in found if fate is Fate.NEW} == {subject}


@pytest.mark.parametrize("subject", ["押印", "図書館"])
def test_a_subject_that_is_over_is_gone(subject):
    found = followed(month(0), month(1, without=subject))
    assert {then for fate, then, _ in found if fate is Fate.GONE} == {subject}


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_no_subject_that_goes_on_is_gone(subject):
    found = followed(month(0), month(1, without=subject))
    assert {then for fate, then, _ in found if fate is Fate.GONE} <= {subject}
