"""Which version of the rules screened a submission, so that newer ones can screen it again."""

from __future__ import annotations

import ast
from functools import cache
from hashlib import blake2b
from pathlib import Path

import analysis
from analysis import lexicon

#: What screening asks of the analysis; what these ask of it in turn belongs to the rules too.
ASKED = ("language", "screening")
FOLDER = Path(analysis.__file__).parent


def version() -> str:
    """The rules in use: their sources and word lists, a government's own lists included."""
    return f"{analysis.__version__} {_sources()} {lexicon.digest()}"


def parts() -> list[str]:
    """The modules of the analysis that decide what is personal, urgent or set aside."""
    found: set[str] = set()
    waiting = list(ASKED)
    while waiting:
        name = waiting.pop()
        if name not in found and (FOLDER / f"{name}.py").exists():
            found.add(name)
            waiting += _imports(FOLDER / f"{name}.py")
    return sorted(found)


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "analysis":
            names += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis."):
            names.append((node.module or "").split(".")[1])
    return names


@cache
def _sources() -> str:
    digest = blake2b(digest_size=6)
    for name in parts():
        digest.update(name.encode() + b"\0" + (FOLDER / f"{name}.py").read_bytes())
    return digest.hexdigest()
