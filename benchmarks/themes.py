"""Seconds and peak memory from texts to themes, by size, and how fast the time grows.

    python -m benchmarks.themes [--sizes 3000,30000,200000] [--tokenizer auto] [--jobs 2]

Each size runs in a process of its own, as ``python -m analysis themes`` from a cold start, so
that peaks don't mix and the start-up counts.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.synthetic import statements


def measure(size: int, tokenizer: str, jobs: int) -> tuple[float, dict[str, object]]:
    """Return wall seconds of one cold run, and its run.json."""
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "in.csv", Path(folder) / "out"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text"], *([text] for text in statements(size))])
        command = [sys.executable, "-m", "analysis", "themes", str(table), "--text-column", "text"]
        command += ["--out", str(out), "--unit", "submission"]
        command += ["--tokenizer", tokenizer, "--jobs", str(jobs)]
        start = time.perf_counter()
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        return seconds, json.loads((out / "run.json").read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="3000,30000,200000")
    parser.add_argument("--tokenizer", default="auto")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    before: tuple[int, float] | None = None
    for size in map(int, options.sizes.split(",")):
        seconds, facts = measure(size, options.tokenizer, options.jobs)
        growth = ""
        if before is not None:
            exponent = math.log(seconds / before[1]) / math.log(size / before[0])
            growth = f"  growth exponent {exponent:.2f}"
        print(
            f"{size:>9,} statements  {seconds:>7.1f} s  {facts['peak_memory_mib']:>7} MiB"
            f"{growth}  {facts['timings_seconds']}",
            flush=True,
        )
        before = (size, seconds)


if __name__ == "__main__":
    main()
