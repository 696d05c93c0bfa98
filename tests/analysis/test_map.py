"""The map: where themes and statements lie, that nothing lies over another, and that it stays."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from analysis import layout, lettering, picture, plane, vectors
from analysis.layout import Held, nobody_held
from analysis.plane import NOWHERE
from analysis.themes import Document, ThemeModel
from tests.analysis.builders import a_document, documents
from tests.analysis.texts import subject_texts

TEXTS = [text for _, text in subject_texts()]
DOCUMENTS = documents(TEXTS)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def model():
    return ThemeModel(themes=6).fit(DOCUMENTS)


@pytest.fixture(scope="module")
def drawn(model):
    return plane.drawn(model, DOCUMENTS)


def tops(model, drawn):
    return [one for one in model.themes_ if one.parent is None and one.id in drawn.islands]


def test_every_statement_has_a_point_of_its_own_on_its_theme_s_island(model, drawn):
    assert len(np.unique(drawn.points, axis=0)) == len(DOCUMENTS)
    for (x, y), place in zip(drawn.points, model.assignments_, strict=True):
        island = drawn.islands[place.theme or NOWHERE]
        assert np.hypot(x - island.x, y - island.y) <= island.radius


def test_islands_and_their_labels_lie_apart(model, drawn):
    boxes = [
        (one.x - box[0], one.y - box[1], one.x + box[2], one.y + box[3])
        for theme in tops(model, drawn)
        for one in [drawn.islands[theme.id]]
        for box in [plane.box(theme.label, one.radius)]
    ]
    for at, first in enumerate(boxes):
        for second in boxes[at + 1 :]:
            wide = min(first[2], second[2]) - max(first[0], second[0])
            high = min(first[3], second[3]) - max(first[1], second[1])
            assert min(wide, high) < 1e-3


def test_neighbours_on_the_map_are_alike(model, drawn):
    inside = [at for at, one in enumerate(model.assignments_) if one.theme]
    far = np.clip(1 - vectors.likeness(model.views(DOCUMENTS).rows(inside)), 0, 2)
    np.fill_diagonal(far, 0)
    points = drawn.points[inside]
    assert trustworthiness(far, points, n_neighbors=5, metric="precomputed") > 0.8


def test_an_island_is_as_large_as_its_voices_however_many_copies_there_are(model, drawn):
    copy = a_document(TEXTS[0], 900, campaign=0)
    copies = [replace(copy, submission=900 + at) for at in range(300)]
    crowd = [replace(DOCUMENTS[0], campaign=0), *DOCUMENTS[1:], *copies]
    again = ThemeModel(themes=6).fit(crowd)
    with_copies = plane.drawn(again, crowd)
    voices = {one.id: one.voices for one in again.themes_}
    assert sum(with_copies.islands[one.id].voices for one in tops(again, with_copies)) <= len(TEXTS)
    assert all(
        with_copies.islands[one].voices == count
        for one, count in voices.items()
        if one in with_copies.islands and "-" not in one
    )
    assert len({tuple(point) for point in with_copies.points[len(TEXTS) :].tolist()}) == 1


def test_a_theme_stays_where_it_was(model, drawn):
    shifted = {
        one.id: (drawn.islands[one.id].x + 3, drawn.islands[one.id].y - 2)
        for one in tops(model, drawn)
    }
    again = plane.drawn(model, DOCUMENTS, shifted)
    for theme, (x, y) in shifted.items():
        assert np.hypot(again.islands[theme].x - x, again.islands[theme].y - y) < 0.15


def test_next_month_s_themes_lie_nearer_to_their_old_places_than_without_an_anchor(model, drawn):
    part = DOCUMENTS[5:]
    later = ThemeModel(themes=6).fit(part)
    labels = {one.label: one.id for one in tops(model, drawn)}
    before = {
        one.id: (drawn.islands[labels[one.label]].x, drawn.islands[labels[one.label]].y)
        for one in later.themes_
        if one.parent is None and one.label in labels
    }
    assert len(before) >= 3

    def moved(found):
        return np.mean(
            [
                np.hypot(found.islands[t].x - x, found.islands[t].y - y)
                for t, (x, y) in before.items()
            ]
        )

    assert moved(plane.drawn(later, part, before)) < 0.5 * moved(plane.drawn(later, part))


def test_the_picture_is_the_same_to_the_byte(model, drawn):
    again = ThemeModel(themes=6).fit(DOCUMENTS)
    assert picture.svg(plane.drawn(again, DOCUMENTS), again.themes_) == picture.svg(
        drawn, model.themes_
    )


def test_the_picture_names_every_theme_and_speaks_to_a_screen_reader(model, drawn):
    root = ET.fromstring(picture.svg(drawn, model.themes_))
    assert root.get("role") == "img"
    named = {one.get("id"): one.text for one in root if one.get("id")}
    assert set(root.get("aria-labelledby").split()) == set(named) == {"title", "desc"}
    written = "".join(one.text or "" for one in root.iter(f"{SVG}text"))
    for theme in tops(model, drawn):
        assert theme.label in named["desc"]
        assert theme.label in written or "".join(lettering.lines(theme.label)) in written
        assert f"声 {theme.voices}" in written


def test_the_picture_stands_alone_and_holds_no_citizen_s_sentence(model, drawn):
    drawing = picture.svg(drawn, model.themes_)
    assert not re.search(r"<script|href|url\(|@import|onload", drawing)
    assert not any(text in drawing for text in TEXTS)


def test_labels_are_escaped(model, drawn):
    wicked = tuple(replace(one, label='<b>&"\x00\x08') for one in model.themes_)
    root = ET.fromstring(picture.svg(drawn, wicked))
    assert any(one.text == '<b>&"' for one in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_statements_make_a_small_map(count):
    some = DOCUMENTS[:count]
    model = ThemeModel().fit(some)
    drawn = plane.drawn(model, some)
    assert drawn.points.shape == (count, 2)
    assert np.isfinite(drawn.points).all()
    ET.fromstring(picture.svg(drawn, model.themes_))


def test_what_is_in_no_theme_has_an_island_of_its_own():
    odd = [*DOCUMENTS, *(Document("😀", (), 700 + at) for at in range(4))]
    model = ThemeModel(themes=6).fit(odd)
    drawn = plane.drawn(model, odd)
    assert drawn.islands[NOWHERE].voices == 4
    assert "未分類" in picture.svg(drawn, model.themes_)


def test_places_keep_the_distances_of_a_flat_shape():
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1], [3, 2]])
    distances = np.hypot(*(square[:, None] - square[None]).transpose(2, 0, 1))
    found = layout.scaled(distances, nobody_held())
    assert np.allclose(
        np.hypot(*(found[:, None] - found[None]).transpose(2, 0, 1)), distances, atol=1e-3
    )


def test_laying_over_undoes_a_turn_and_a_mirror():
    shape = np.array([[0.0, 0], [2, 0], [2, 1], [5, 4]])
    turned = shape @ np.array([[0.0, 1], [1, 0]]) + [7, -3]
    assert np.allclose(layout.laid_over(turned, np.arange(3), shape[:3]), shape)


def test_boxes_over_each_other_are_pushed_apart_and_the_held_one_moves_least():
    boxes = np.full((2, 4), 1.0)
    held = Held(np.array([0]), np.zeros((1, 2)))
    found = layout.apart(np.zeros((2, 2)), boxes, held)
    assert np.abs(found[0] - found[1]).max() >= 2
    assert np.abs(found[0]).max() < np.abs(found[1]).max()


@pytest.mark.parametrize("label", ["押印の廃止", "マイナンバーカード更新手続の待ち時間", "a" * 40])
def test_a_label_breaks_into_at_most_two_lines_and_loses_nothing(label):
    lines = lettering.lines(label)
    assert "".join(lines) == label
    assert len(lines) <= 2
    assert lettering.width("漢") > lettering.width("a")
