import re
from pathlib import Path

import pytest

import analysis
from analysis.cli import main

DOCS = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text(encoding="utf-8")


def test_the_python_of_the_guide_runs(capsys):
    code = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert code is not None
    exec(compile(code.group(1), "docs/analysis.md", "exec"), {})


def test_every_option_of_the_guide_exists(capsys):
    for command in ("themes", "campaigns", "evaluate", "explain"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    of_the_package = re.sub(r"`python -m benchmarks\.[^`]*`", "", DOCS)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", of_the_package)) <= known


def test_the_map_of_the_house_names_every_module():
    folder = Path(analysis.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    assert modules | {"lexicon"} == set(re.findall(r"``(\w+)``", analysis.__doc__))
