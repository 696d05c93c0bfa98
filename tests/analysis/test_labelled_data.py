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


def test_our_themes_agree_with_the_labels_far_better_than_plain_k_means_on_tfidf():
    for data, margin in ((agreement.demo(), 0.15), (agreement.labelled("tune"), 0.08)):
        words = [document.words for document in data.documents]
        assert isinstance(data.themes, int)
        plain = peers.grouped(peers.k_means, words, data.themes)
        ours = quality.agreement(data.reference, agreement.ours(data)).ami
        assert ours > quality.agreement(data.reference, plain).ami + margin, data.title
