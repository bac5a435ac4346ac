"""Small files, small functions, names that say something: the budgets of the architecture."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PYTHON = sorted([*(ROOT / "app").rglob("*.py"), *ROOT.glob("*.py")])
SCRIPTS = sorted(path for path in (ROOT / "app/static").rglob("*.js") if "vendor" not in path.parts)
TEMPLATES = sorted((ROOT / "app/templates").rglob("*.html"))


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_python_file_is_longer_than_300_lines():
    assert {_named(path): _lines(path) for path in PYTHON if _lines(path) > 300} == {}


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{_named(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in PYTHON
        for function in _functions(path)
        if function.end_lineno - function.lineno + 1 > 40
    }
    assert long == {}


def test_the_engine_stays_below_2400_lines():
    assert sum(_lines(path) for path in (ROOT / "app/entities").rglob("*.py")) <= 2400


def test_scripts_stay_small():
    assert {_named(path): _lines(path) for path in SCRIPTS if _lines(path) > 250} == {}
    assert sum(_lines(path) for path in SCRIPTS) <= 1500


@pytest.mark.parametrize("name", ["utils", "helpers", "common"])
def test_no_module_is_a_grab_bag(name):
    assert [path for path in PYTHON if path.stem == name] == []


def test_nothing_is_left_open():
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")
    tests = sorted((ROOT / "tests").rglob("*.py"))
    found = [
        f"{_named(path)}: {word}"
        for path in [*PYTHON, *SCRIPTS, *TEMPLATES, *tests]
        for word in words
        if word in path.read_text()
    ]
    assert found == []


def test_no_test_is_skipped_or_expected_to_fail():
    marks = ("pytest.mark." + "skip", "pytest." + "skip(", "pytest.mark." + "xfail", "importor" + "skip")
    found = [
        f"{_named(path)}: {mark}"
        for path in (ROOT / "tests").rglob("*.py")
        for mark in marks
        if mark in path.read_text()
    ]
    assert found == []
