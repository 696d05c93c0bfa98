"""Seconds and memory from a table to all files, and how fast the time grows with its size.

    python -m benchmarks.themes [--sizes 3000,30000,200000] [--tokenizer auto] [--jobs 2]
    python -m benchmarks.themes --mass           207,850 submissions made of about 8,000 texts

Each size is measured from a cold start, as ``python -m analysis themes`` in a process of its own,
and once more from the words that the first run left in its cache. The memory is the largest sum
over the whole process tree, each page counted once. ``cpu`` is the processor time of the tree:
on a busy machine it says more than the clock.
"""

import argparse
import csv
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process_tree import peak_mib
from benchmarks.synthetic import mass_posts, statements

_MASS = (207_850, 8_000)


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its caller saw it, and what run.json says of its stages."""

    seconds: float
    cpu: float
    peak: float
    stages: dict[str, float]

    def __str__(self) -> str:
        parts = "  ".join(f"{name} {seconds:.1f}" for name, seconds in self.stages.items())
        return f"{self.seconds:>6.1f} s  cpu {self.cpu:>6.1f} s  {self.peak:>6.0f} MiB   {parts}"


def measure(texts: list[str], tokenizer: str, jobs: int) -> tuple[Run, Run]:
    """Return the run from cold and the one from cached words; their files must be equal."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "in.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text"], *([text] for text in texts)])
        command = [sys.executable, "-m", "analysis", "themes", str(table), "--text-column", "text"]
        command += ["--unit", "submission", "--tokenizer", tokenizer, "--jobs", str(jobs)]
        command += ["--cache", str(Path(folder) / "cache"), "--out"]
        outs = [Path(folder) / name for name in ("cold", "cached")]
        cold, cached = (_run([*command, str(out)], out) for out in outs)
        equal = {(out / "assignments.csv").read_bytes() for out in outs}
        if len(equal) != 1:
            raise SystemExit("the run from cached words gave other files")
        return cold, cached


def _run(command: list[str], out: Path) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        peak = peak_mib(process)
        said = process.stderr.read() if process.stderr else ""
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(said)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    stages = json.loads((out / "run.json").read_text(encoding="utf-8"))["timings_seconds"]
    return Run(seconds, cpu, peak, stages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="3000,30000,200000")
    parser.add_argument("--mass", action="store_true")
    parser.add_argument("--tokenizer", default="auto")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.mass:
        for run in measure(mass_posts(*_MASS), options.tokenizer, options.jobs):
            print(f"{_MASS[0]:>9,} of {_MASS[1]:,}  {run}", flush=True)
        return
    before: tuple[int, Run] | None = None
    for size in map(int, options.sizes.split(",")):
        cold, cached = measure(statements(size), options.tokenizer, options.jobs)
        print(f"{size:>9,} cold    {cold}", flush=True)
        print(f"{size:>9,} cached  {cached}", flush=True)
        if before is not None:
            times = [math.log(now / then) for now, then in _growth(cold, before[1])]
            exponents = [value / math.log(size / before[0]) for value in times]
            print(f"          growth exponent {exponents[0]:.2f}, of cpu {exponents[1]:.2f}")
        before = (size, cold)


def _growth(now: Run, then: Run) -> tuple[tuple[float, float], tuple[float, float]]:
    return (now.seconds, then.seconds), (now.cpu, then.cpu)


if __name__ == "__main__":
    main()
