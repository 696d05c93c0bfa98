"""What the documents name must exist, and what exists must be in the documents."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from feedback.commands import main
from feedback.settings import VARIABLES
from tests.browser.screenshots import PICTURES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *(page for page in ROOT.glob("docs/**/*.md") if page.is_file())]
)
MAKE_TARGET = re.compile(r"`(?:[A-Z_]+=\S+ )*make ([a-z]+)`|^ +make ([a-z]+)", re.MULTILINE)
SUBCOMMAND = re.compile(r"python -m feedback ([a-z-]+)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")
REQUIREMENTS = ("requirements.txt", "requirements-vectors.txt", "requirements-dev.txt")
PINNED = re.compile(r"^([A-Za-z0-9_.-]+(?:\[\w+\])?)==([^\s;]+)(?:; .+)?$", re.MULTILINE)
TABLE_NAME = re.compile(r"^\| ([A-Za-z0-9_.\-\[\]]+) \|", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_setting_is_explained_to_operators_and_no_other() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \|", text_of("docs/operations.md"), re.MULTILINE)
    assert sorted(listed) == sorted(VARIABLES)


def test_every_command_is_explained_to_operators() -> None:
    assert isinstance(main, click.Group)
    guide = text_of("docs/operations.md")
    missing = [name for name in main.commands if f"python -m feedback {name}" not in guide]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_documents_name_only_commands_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert isinstance(main, click.Group)
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    used = {first or second for first, second in MAKE_TARGET.findall(text)}
    assert used <= targets
    assert set(SUBCOMMAND.findall(text)) <= set(main.commands)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    broken = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_dependency_has_its_reason(name: str) -> None:
    section = text_of("docs/dependencies.md").split(f"## {name}")[1].split("\n## ")[0]
    listed = [each for each in TABLE_NAME.findall(section) if each != "Package"]
    assert listed == [each for each, _ in PINNED.findall(text_of(name))]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_what_is_installed_is_what_is_pinned(name: str) -> None:
    for package, pinned in PINNED.findall(text_of(name)):
        assert version(package.split("[")[0]) == pinned


def test_the_readmes_name_what_the_continuous_integration_installs() -> None:
    script = text_of(".ci/run")
    packages = re.findall(r"^ +((?:[a-z0-9-]+ ?)+)$", script.split("recommends")[1], re.MULTILINE)
    needed = {"chromium", "fonts-noto-cjk"}
    assert needed <= set(packages[0].split())
    for readme in ("README.md", "README.ja.md"):
        assert "apt install chromium fonts-noto-cjk" in text_of(readme)
    assert script.rstrip().endswith("exec make test")


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_picture_of_the_readme_is_one_that_make_screenshots_takes(readme: str) -> None:
    shown = set(re.findall(r"docs/screenshots/([a-z-]+)\.png", text_of(readme)))
    assert shown <= set(PICTURES)
