"""Templates obey the content security policy: nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "app/templates").rglob("*.html"))
STATIC = sorted(
    path
    for pattern in ("*.css", "*.js")
    for path in (ROOT / "app/static").rglob(pattern)
    if "vendor" not in path.parts
)
FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an inline style": r"<style\b",
    "a style attribute": r"\sstyle\s*=",
    "an event attribute": r"\son[a-z]+\s*=",
    "evaluated htmx": r"\bhx-on\b|javascript:|\bjs:",
    "a trigger filter": r"hx-trigger=\"[^\"]*\[",
}
"""What `default-src 'self'` without eval does not run."""
ADDRESS = re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//[^\"'\s>]+|url\([\"']?(?:https?:)?//[^)]+")


def _ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_a_template_has_nothing_inline(path):
    text = path.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=_ids)
def test_nothing_is_loaded_from_another_host(path):
    assert ADDRESS.findall(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_ids)
def test_every_form_says_where_it_goes_and_how(path):
    forms = re.findall(r"<form\b[^>]*>", path.read_text())
    closing = '<form method="dialog"'  # it goes nowhere: it closes its dialog
    going = [form for form in forms if not form.startswith(closing)]
    assert [form for form in going if "action=" not in form or "method=" not in form] == []
