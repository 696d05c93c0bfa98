"""How much memory a process and its children take together (Linux)."""

import subprocess
from pathlib import Path

_SECONDS_BETWEEN = 0.25


def peak_mib(process: "subprocess.Popen[str]") -> float:
    """Watch a process until it ends; return the largest sum over its tree.

    Pages that several processes share are counted once (PSS).
    """
    peak = 0
    while True:
        peak = max(peak, sum(map(_proportional, _tree(process.pid))))
        try:
            process.wait(_SECONDS_BETWEEN)
        except subprocess.TimeoutExpired:
            continue
        return peak / 1024


def _tree(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in _read(task).split()]
    return found


def _proportional(pid: int) -> int:
    lines = (line for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
