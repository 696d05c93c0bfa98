"""The labelled opinions are what their README says, and our themes agree with labels well."""

import csv
from collections import Counter
from pathlib import Path

from analysis import quality
from benchmarks import agreement, peers

PATH = Path(__file__).parent.parent / "data/labelled_opinions.csv"
README = PATH.with_name("README.md")
STANCES = {"賛成", "条件付き", "反対", "質問", "要望", "不明"}
COLUMNS = ["id", "theme", "split", "stance", "text"]
HELD_OUT = "held_out"


def rows() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_is_plain_utf8_with_the_header_that_is_described():
    data = PATH.read_bytes()
    assert data.startswith(",".join(COLUMNS).encode() + b"\n")
    assert b"\r" not in data
    assert all(None not in row and None not in row.values() for row in rows())


def test_every_opinion_has_its_own_id_and_its_own_text():
    found = rows()
    assert len(found) >= 400
    assert len({row["id"] for row in found}) == len(found)
    assert len({"".join(row["text"].split()) for row in found}) == len(found)
    assert all(row["text"].strip() == row["text"] != "" for row in found)


def test_a_quarter_is_held_out_and_every_theme_is_in_both_parts():
    found = rows()
    splits = Counter(row["split"] for row in found)
    assert set(splits) == {"tune", HELD_OUT}
    assert splits[HELD_OUT] / len(found) == 0.25
    for theme in {row["theme"] for row in found}:
        parts = Counter(row["split"] for row in found if row["theme"] == theme)
        assert min(parts["tune"], parts[HELD_OUT]) >= 2, theme


def test_the_themes_and_stances_are_those_that_are_described():
    found = rows()
    assert {row["stance"] for row in found} == STANCES
    themes = {row["theme"] for row in found}
    assert len(themes) == 40
    described = README.read_text(encoding="utf-8")
    for theme in themes:
        parts = Counter(row["split"] for row in found if row["theme"] == theme)
        assert f"| {theme} | {parts['tune']} | {parts[HELD_OUT]} |" in described


def test_no_concern_of_the_demo_is_without_its_opinion():
    data = agreement.demo()
    assert len(data.documents) == len(data.reference) > 300
    assert Counter(data.reference).most_common()[-1][1] >= 5


def test_our_themes_agree_with_the_labels_far_better_than_other_ways():
    smoking, digital = (agreement.comments(name, name) for name in ("smoking", "digital"))
    for data, method, margin in (
        (agreement.demo(), peers.k_means, 0.15),
        (agreement.labelled("tune"), peers.k_means, 0.12),
        (digital, peers.average_linkage, 0.08),
        (digital, peers.encoded_k_means, 0.08),
        (smoking, peers.average_linkage, 0.03),
        (smoking, peers.encoded_k_means, 0.10),
    ):
        assert isinstance(data.themes, int)
        other = peers.grouped(method, data.documents, data.themes)
        ours = quality.agreement(data.reference, agreement.ours(data)).ami
        assert ours > quality.agreement(data.reference, other).ami + margin, data.title


def test_a_mass_post_in_other_words_is_not_scattered():
    data = agreement.comments("mass", "smoking", "smoking_mass")
    assert data.mass == 110
    found = Counter(agreement.ours(data)[-data.mass :])
    assert len(found) <= 6
    assert found.most_common(1)[0][1] >= 0.8 * data.mass


def test_comments_are_filed_by_officials_classes_as_their_readme_says():
    described = README.read_text(encoding="utf-8")
    for name, texts, classes in (
        ("smoking", 340, 101), ("smoking_mass", 110, 1), ("digital", 220, 90), ("waste", 300, 91),
    ):  # fmt: skip
        with (PATH.parent / f"comments/{name}.csv").open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        assert list(found[0]) == ["id", "class", "text"]
        assert (len(found), len({row["class"] for row in found})) == (texts, classes)
        assert len({row["text"] for row in found}) == texts
        assert f"| {texts} | {classes} |" in described
