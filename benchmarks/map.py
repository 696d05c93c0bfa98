"""How true the map is, and how far its themes move from one month to the next.

    python -m benchmarks.map [--rounds 10] [--scale 200000]

Trustworthiness (Venna and Kaski 2001) is 1 when those who are near on the map are near in cosine:
of the themes' centres with 3 neighbours, of the statements with 5 and 15, against PCA and t-SNE of
the same statements. t-SNE knows nothing of themes and takes no account of the last map. Movement is
the mean distance that a continued theme (``analysis.lineage``) lies from its last place, as a share
of the map's width: drawn anew, drawn anew and turned onto the last map, and anchored. The months
are the demo's opinions, and the tune part of the labelled ones, drawn at random.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

from analysis import layout, pipeline, plane, vectors
from analysis.lineage import Stood
from analysis.lineage import of as lineage
from analysis.plane import Plane
from analysis.results import Document
from analysis.themes import ThemeModel
from benchmarks import synthetic
from benchmarks.agreement import demo, labelled

_SETS: dict[str, Callable[[], list[Document]]] = {
    "demo by statement": lambda: demo(whole=False).documents,
    "labelled, tune": lambda: labelled("tune").documents,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--scale", type=int, default=0)
    options = parser.parse_args()
    for name, read in _SETS.items():
        documents = read()
        print(f"\n{name}: {len(documents)} statements")
        _print_trust(documents)
        for title, months in (("nine tenths in common", _common), ("none in common", _apart)):
            _print_movement(title, documents, months, options.rounds)
    if options.scale:
        _print_scale(options.scale)


def _print_trust(documents: list[Document]) -> None:
    model = ThemeModel().fit(documents)
    drawn = plane.drawn(model, documents)
    inside = [at for at, one in enumerate(model.assignments_) if one.theme]
    views = model.views(documents).rows(inside)
    far = np.clip(1 - vectors.likeness(views), 0, 2)
    np.fill_diagonal(far, 0)
    share = views.word_share
    dense = np.hstack([np.sqrt(share) * views.tfidf.toarray(), np.sqrt(1 - share) * views.reduced])
    tsne = TSNE(2, metric="precomputed", init="random", random_state=0)
    for name, points in (
        ("ours", drawn.points[inside]),
        ("PCA", PCA(2, random_state=0).fit_transform(dense)),
        ("t-SNE", tsne.fit_transform(far)),
    ):
        found = [
            trustworthiness(far, points, n_neighbors=near, metric="precomputed") for near in (5, 15)
        ]
        print(f"  {name:<6} statements' trustworthiness {found[0]:.3f} (5), {found[1]:.3f} (15)")
    print(f"  ours   themes' trustworthiness {_themes_trust(model, drawn):.3f} (3)")


def _themes_trust(model: ThemeModel, drawn: Plane) -> float:
    tops = [
        row
        for row, parent in enumerate(model.groups.parents)
        if parent < 0 and model.groups.ids[row] in drawn.islands
    ]
    away = np.clip(1 - plane.likeness(model, tops), 0, 2)
    places = np.array([_place(drawn, model.groups.ids[row]) for row in tops])
    return float(trustworthiness(away, places, n_neighbors=3, metric="precomputed"))


def _common(
    documents: Sequence[Document], dice: random.Random
) -> tuple[list[Document], list[Document]]:
    size = round(len(documents) * 0.95)
    return dice.sample(documents, size), dice.sample(documents, size)


def _apart(
    documents: Sequence[Document], dice: random.Random
) -> tuple[list[Document], list[Document]]:
    mixed = dice.sample(documents, len(documents))
    return mixed[::2], mixed[1::2]


def _print_movement(
    title: str,
    documents: list[Document],
    months: Callable[..., tuple[list[Document], list[Document]]],
    rounds: int,
) -> None:
    moved: dict[str, list[float]] = {"drawn anew": [], "turned": [], "anchored": []}
    trust: dict[str, list[float]] = {"drawn anew": [], "anchored": []}
    for turn in range(rounds):
        first, second = months(documents, random.Random(turn))
        then, now = ThemeModel().fit(first), ThemeModel().fit(second)
        links = lineage(now, second, _stood(then, first), _words(first))
        kept = {
            one.current: one.previous for one in links if one.heir and one.current and one.previous
        }
        if len(kept) < 2:
            continue
        old = plane.drawn(then, first)
        before = {new: _place(old, one) for new, one in kept.items()}
        was = np.array(list(before.values()))
        width = float(np.ptp(old.points[:, 0]))
        for name, drawn in (
            ("drawn anew", plane.drawn(now, second)),
            ("anchored", plane.drawn(now, second, before)),
        ):
            places = np.array([_place(drawn, one) for one in kept])
            moved[name].append(_mean_way(places, was) / width)
            trust[name].append(_themes_trust(now, drawn))
            if name == "drawn anew":
                turned = layout.laid_over(places, np.arange(len(places)), was)
                moved["turned"].append(_mean_way(turned, was) / width)
    figures = ", ".join(f"{name} {np.mean(each):.1%}" for name, each in moved.items() if each)
    print(f"  movement of continued themes, {title}: {figures}")
    figures = ", ".join(f"{name} {np.mean(each):.3f}" for name, each in trust.items() if each)
    print(f"    themes' trustworthiness: {figures}", flush=True)


def _place(drawn: Plane, theme: str) -> tuple[float, float]:
    return drawn.islands[theme].x, drawn.islands[theme].y


def _mean_way(places: np.ndarray, was: np.ndarray) -> float:
    return float(np.hypot(*(places - was).T).mean())


def _stood(model: ThemeModel, documents: Sequence[Document]) -> list[Stood]:
    pairs = zip(documents, model.assignments_, strict=True)
    return [Stood(one.text, place.theme) for one, place in pairs if place.theme]


def _words(documents: Sequence[Document]) -> Callable[[Sequence[str]], list[tuple[str, ...]]]:
    known = {one.text: one.words for one in documents}
    return lambda texts: [known[text] for text in texts]


def _print_scale(count: int) -> None:
    pieces = pipeline.read(synthetic.statements(count), whole=True)
    documents = [Document(one.text, one.words, one.row) for one in pieces]
    model = ThemeModel().fit(documents)
    start, cpu = time.perf_counter(), time.process_time()
    plane.drawn(model, documents)
    seconds, own = time.perf_counter() - start, time.process_time() - cpu
    print(f"\n{count:,} statements: drawn in {seconds:.1f} s, of processor time {own:.1f} s")


if __name__ == "__main__":
    main()
