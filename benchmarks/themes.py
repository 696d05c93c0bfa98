"""Seconds and memory from a table to all files, beside what was to be reached.

    python -m benchmarks.themes [--quick] [--rounds 3] [--sizes 200000,1000000] [--jobs 2]

Each run is a cold start of ``python -m analysis themes`` in a process of its own. ``cached`` runs
find their words in the cache that a cold one left. The memory is the largest sum over the whole
process tree, each page counted once; ``cpu`` is the processor time of the tree, which says more
than the clock on a busy machine. ``--quick`` leaves out the sizes above 200,000, and more than
that many are measured once, whatever ``--rounds`` says.
"""

import argparse
import math
import statistics
import time

from analysis import pipeline, quality
from analysis.results import Document
from analysis.themes import ThemeModel
from analysis.tokens import tokenizer
from benchmarks.cold_runs import Runs, measured
from benchmarks.synthetic import mass_posts, statements, with_subjects

_MASS = (207_850, 8_000)
_QUICK = 200_000
_LEARNT_FROM = 25_000
_ASSIGNED = 400
_REACH = {
    "mecab": 6, "janome": 30, "mass": 30, "mass peak": 1_536,
    "200000": 75, "200000 cached": 40, "200000 peak": 2_048, "1000000": 420,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="200000,1000000")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    print(f"{'what':<34}{'reach':<24}figure")
    for engine in ("mecab", "janome"):
        cold, _ = measured(statements(3_179), engine, jobs=options.jobs, rounds=options.rounds)
        _line(f"3,179 short opinions, {engine}", cold, engine)
    mass, _ = measured(mass_posts(*_MASS), "mecab", jobs=options.jobs, rounds=options.rounds)
    _line(f"{_MASS[0]:,} of {_MASS[1]:,} distinct", mass, "mass")
    _sizes([size for size in sizes if size <= _QUICK or not options.quick], options)
    model, texts = _learnt()
    # Opened anew, since the texts that were fitted are known and would not be read again.
    whole = ThemeModel.from_bytes(ThemeModel().fit(_documents(texts)).to_bytes())
    for engine in ("mecab", "janome"):
        _assigned(model, texts, engine)
        _assigned(whole, texts, engine, "whole too")


def _sizes(sizes: list[int], options: argparse.Namespace) -> None:
    before: tuple[int, Runs] | None = None
    for size in sizes:
        rounds = options.rounds if size <= _QUICK else 1
        few = size <= _QUICK
        cold, cached = measured(
            statements(size), "mecab", jobs=options.jobs, rounds=rounds, cached=few
        )
        _line(f"{size:,} distinct, cold", cold, str(size))
        if cached:
            _line(f"{size:,} distinct, cached", cached, f"{size} cached")
        if before is not None:
            growth = math.log(size / before[0])
            clock = math.log(cold.seconds / before[1].seconds) / growth
            cpu = math.log(cold.cpu / before[1].cpu) / growth
            print(f"{'growth exponent':<34}{'≤ 1.1':<24}{clock:.2f}, of cpu {cpu:.2f}", flush=True)
        before = (size, cold)


def _line(what: str, runs: Runs, goal: str) -> None:
    limits = [f"≤ {_REACH[goal]} s"] if goal in _REACH else []
    if f"{goal} peak" in _REACH:
        limits.append(f"≤ {_REACH[f'{goal} peak']:,} MiB")
    print(f"{what:<34}{', '.join(limits) or '–':<24}{runs}", flush=True)


def _learnt() -> tuple[ThemeModel, list[str]]:
    """Learn themes, say how well they agree with the subjects, and return texts not learnt from."""
    subjects = with_subjects(_LEARNT_FROM + _ASSIGNED)
    texts = list(subjects)
    model = ThemeModel().fit(_documents(texts[:_LEARNT_FROM]))
    themes = [one.theme for one in model.assignments_]
    found = quality.agreement(list(subjects.values())[:_LEARNT_FROM], themes)
    figure = f"AMI {found.ami:.3f}, {len(model.themes_)} themes and subthemes"
    print(f"{f'{_LEARNT_FROM:,} of 24 subjects':<34}{'–':<24}{figure}", flush=True)
    return ThemeModel.from_bytes(model.to_bytes()), texts[_LEARNT_FROM:]


def _documents(texts: list[str]) -> list[Document]:
    pieces = pipeline.read(texts, whole=True)
    return [Document(one.text, one.words, one.row) for one in pieces]


def _assigned(model: ThemeModel, texts: list[str], engine: str, how: str = "by words") -> None:
    """Time what the web application does with a new statement: words, then its theme."""
    cutter = tokenizer(engine)
    times, used = [], []
    for text in texts:
        start, busy = time.perf_counter(), time.process_time()
        model.assign(pipeline.theme_words(text, cutter), texts=[text])
        times.append(1000 * (time.perf_counter() - start))
        used.append(1000 * (time.process_time() - busy))
    cuts = [statistics.quantiles(values, n=20) for values in (times, used)]
    clock, cpu = (f"median {cut[9]:.1f} ms, p95 {cut[18]:.1f} ms" for cut in cuts)
    what = f"one assigned, {how}, {engine}"
    print(f"{what:<34}{'≤ 5 ms':<24}{clock}; cpu {cpu}", flush=True)


if __name__ == "__main__":
    main()
