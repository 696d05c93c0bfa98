"""How much memory there is, and how much a table will take: asked before it is too late.

Linux gives out more memory than it has and ends the process that uses it; no error comes first.
"""

import resource
from pathlib import Path

_ROW = 2_200
_LETTER = 36
"""Bytes that a run takes at its peak for each row, and for each letter of the distinct texts:
measured by ``python -m benchmarks.themes`` on 200,000 and 1,000,000 opinions."""


def needed(rows: int, letters: int) -> int:
    """Return about how many bytes a table takes until its results are written."""
    return _ROW * rows + _LETTER * letters


def available() -> int | None:
    """Return how many bytes this process may still take; None when the system doesn't say."""
    limits = [_of_the_machine(), _of_the_container(), _of_the_process()]
    return min((limit for limit in limits if limit is not None), default=None)


def _of_the_machine() -> int | None:
    free = _fields(Path("/proc/meminfo")).get("MemAvailable:")
    return None if free is None else 1024 * free


def _of_the_container() -> int | None:
    """Return what a container's limit leaves (control groups, version 2)."""
    group = Path("/sys/fs/cgroup")
    limit = _text(group / "memory.max").strip()
    used = _fields(group / "memory.stat").get("anon", 0)
    return int(limit) - used if limit.isdecimal() else None


def _of_the_process() -> int | None:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    used = _fields(Path("/proc/self/status")).get("VmSize:")
    return None if limit == resource.RLIM_INFINITY or used is None else limit - 1024 * used


def _fields(path: Path) -> dict[str, int]:
    """Return name → number of a file of the kernel with one of each on a line."""
    lines = (line.split() for line in _text(path).splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) > 1 and words[1].isdecimal()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
