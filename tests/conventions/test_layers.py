"""Services are the only writers, know no Flask and never commit."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BELOW = sorted([*(ROOT / "app/services").rglob("*.py"), *(ROOT / "app/models").rglob("*.py")])


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("path", BELOW, ids=lambda path: str(path.relative_to(ROOT)))
def test_services_and_models_never_import_flask(path):
    assert [name for name in _imports(path) if name.startswith(("flask", "werkzeug"))] == []


def test_services_never_commit():
    committing = [
        f"{path.name}:{function.name}"
        for path in BELOW
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert committing == []


def test_imports_go_downwards_only():
    program = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout
