"""The house keeps its own rules: read from the source, so that no page can forget them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from feedback.app import ROOT
from feedback.audit import labels
from feedback.audit import service as audit

LONGEST_FILE = 400
LONGEST_TEMPLATE = 80
LONGEST_VIEW = 20
SOURCES = sorted(path for part in ("analysis", "feedback") for path in (ROOT / part).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Only the edge that opens a transaction may end it.
ENDS_TRANSACTIONS = {"feedback/storage.py"}
ENDING = re.compile(r"\.(commit|rollback)\(\)|\bsession\.begin\(")
#: Component macros take all parts of one family; a page never grows so long.
COMPONENTS = ROOT / "templates" / "components"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_fit_a_sitting() -> None:
    assert {name_of(path): n for path in SOURCES if (n := lines_of(path)) > LONGEST_FILE} == {}


def test_templates_fit_a_screen_or_two() -> None:
    pages = [path for path in TEMPLATES if COMPONENTS not in path.parents]
    assert {name_of(path): n for path in pages if (n := lines_of(path)) > LONGEST_TEMPLATE} == {}


def test_no_file_is_a_drawer_for_anything() -> None:
    drawers = {"utils.py", "helpers.py", "util.py", "helper.py", "misc.py", "common.py"}
    assert [name_of(path) for path in SOURCES if path.name in drawers] == []


def views() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function that a blueprint routes to."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(decorator).startswith("blueprint.") for decorator in node.decorator_list
            ):
                yield f"{name_of(path)}:{node.name}", node


def length(function: ast.FunctionDef) -> int:
    """Lines of the body; its docstring is free."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_views_are_thin() -> None:
    assert {name: n for name, view in views() if (n := length(view)) > LONGEST_VIEW} == {}


def test_views_say_what_they_are_for() -> None:
    assert [name for name, view in views() if not ast.get_docstring(view)] == []


def test_services_never_commit() -> None:
    ending = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        if name_of(path) not in ENDS_TRANSACTIONS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ENDING.search(line)
    ]
    assert ending == []


def test_only_the_web_room_and_the_edges_touch_the_request() -> None:
    edges = re.compile(r"(views|forms|guard|names|app|commands|serve)\.py$")
    touching = [
        name_of(path)
        for path in SOURCES
        if "/web/" not in path.as_posix()
        and not edges.search(path.name)
        and re.search(r"^from flask import|^import flask", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert touching == []


def is_used(name: str, everything: str) -> bool:
    """By its whole name, or by its stem in a room whose views put the folder before it."""
    room, stem = name.removesuffix(".html").split("/")
    if f'"{name}"' in everything:
        return True
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "feedback" / room).glob("*.py"))
    return f'f"{room}/{{' in sources and f'"{stem}"' in sources


def test_every_template_is_used() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *TEMPLATES])
    names = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
    assert [name for name in names if not is_used(name, everything)] == []


def test_no_template_has_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|<style|\son\w+=\"|<script(?![^>]*\ssrc=)")
    assert [name_of(path) for path in TEMPLATES if inline.search(path.read_text("utf-8"))] == []


def test_rooms_import_only_the_rooms_before_them() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("what", ["field", "subject"])
def test_audit_entries_can_be_told_in_japanese(app: Flask, what: str) -> None:
    events = [each for each in audit.declared_events() if not each.name.startswith("tests.")]
    if what == "field":
        missing = {f"{each.name}: {name}" for each in events for name in each.fields}
        assert {each for each in missing if each.split(": ")[1] not in labels.FIELDS} == set()
        return
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    kinds = set(re.findall(r'subject=f"(\w+):', sources))
    assert kinds - set(labels.SUBJECTS) == set()
