"""``python -m analysis themes`` in processes of its own: seconds, processor time and memory."""

import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process_tree import peak_mib


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its caller saw it, and what run.json says of its stages."""

    seconds: float
    cpu: float
    peak: float
    stages: dict[str, float]


@dataclass(frozen=True, slots=True)
class Runs:
    """The same run several times: a neighbour on the machine slows some of them."""

    each: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The quickest run."""
        return min(run.seconds for run in self.each)

    @property
    def cpu(self) -> float:
        """Processor time of the quickest tree of processes, in seconds."""
        return min(run.cpu for run in self.each)

    @property
    def peak(self) -> float:
        """The most memory that any of the runs took, in MiB."""
        return max(run.peak for run in self.each)

    def __str__(self) -> str:
        median = statistics.median(run.seconds for run in self.each)
        of = f" (median of {len(self.each)}: {median:.1f})" if len(self.each) > 1 else ""
        stages = min(self.each, key=lambda run: run.seconds).stages
        parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in stages.items())
        return f"{self.seconds:.1f} s{of}, cpu {self.cpu:.1f} s, {self.peak:,.0f} MiB [{parts}]"


def measured(
    texts: Sequence[str], tokenizer: str, *, jobs: int, rounds: int = 1, cached: bool = False
) -> tuple[Runs, Runs | None]:
    """Return the runs from cold and, when wanted, those from cached words.

    Stops with one line when any of them wrote another assignments.csv than the first.
    """
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "in.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text"], *([text] for text in texts)])
        command = [sys.executable, "-m", "analysis", "themes", str(table), "--text-column", "text"]
        command += ["--unit", "submission", "--tokenizer", tokenizer, "--jobs", str(jobs)]
        colds, warms = [], []
        for at in range(rounds):
            own = [*command, "--cache", str(Path(folder) / f"cache{at}")] if cached else command
            colds.append(_run(own, Path(folder)))
            if cached:
                warms.append(_run(own, Path(folder)))
        return Runs(tuple(colds)), Runs(tuple(warms)) if cached else None


def _run(command: Sequence[str], folder: Path) -> Run:
    first, out = folder / "first", folder / "out"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with subprocess.Popen(
        [*command, "--out", str(out)], stderr=subprocess.PIPE, text=True
    ) as process:
        peak = peak_mib(process)
        said = process.stderr.read() if process.stderr else ""
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(said)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    stages = json.loads((out / "run.json").read_text(encoding="utf-8"))["timings_seconds"]
    if not first.exists():
        out.rename(first)
    elif _assignments(first) != _assignments(out):
        raise SystemExit("two runs over one table gave different files")
    return Run(seconds, cpu, peak, stages)


def _assignments(folder: Path) -> bytes:
    return (folder / "assignments.csv").read_bytes()
