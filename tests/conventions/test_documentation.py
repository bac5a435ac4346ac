"""What an operator may set, run and install is written down, and only that."""

import dataclasses
import re
from pathlib import Path

from app.config import Settings

ROOT = Path(__file__).parent.parent.parent


def _documented() -> dict[str, str]:
    """The settings of docs/settings.md with the whole line of each."""
    lines = (ROOT / "docs/settings.md").read_text().splitlines()
    return {line.split("`")[1]: line for line in lines if line.startswith("| `SPOOR_")}


def test_every_setting_is_documented_and_nothing_else():
    fields = {f"SPOOR_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert set(_documented()) == fields


def test_the_documented_defaults_are_the_real_ones():
    defaults = Settings.from_environment({})
    for name, line in _documented().items():
        value = getattr(defaults, name.removeprefix("SPOOR_").lower())
        if isinstance(value, bool):
            assert "| off |" in line
        elif isinstance(value, int):
            assert f"| `{value}` |" in line


def test_every_setting_is_read_from_the_environment():
    source = (ROOT / "app/config.py").read_text()
    assert set(re.findall(r'"(SPOOR_[A-Z_]+)"', source)) >= set(_documented())


def test_every_make_target_says_what_it_does():
    text = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split()
    wanted = {"setup", "run", "test", "lint", "format", "browser", "bench", "demo", "lock", "vendor", "help"}
    assert set(targets) == wanted
    for target in targets:
        assert re.search(rf"^{target}:.*## \w", text, re.M), target


def test_requirements_are_pinned_with_hashes_and_without_addresses():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?:|--(extra-)?index-url|--find-links|--trusted-host", text)
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert blocks
        assert [b for b in blocks if not re.match(r"[a-z0-9._\[\],-]+==\S+ ", b, re.I)] == []
        assert [b for b in blocks if "--hash=sha256:" not in b] == []


def test_no_lock_file_records_addresses():
    assert not (ROOT / "uv.lock").exists()
    assert list(ROOT.glob("package*.json")) == []


def test_vendored_files_are_listed_with_version_and_licence():
    vendor = ROOT / "app/static/vendor"
    listed = (vendor / "README.md").read_text()
    for path in vendor.rglob("*"):
        if path.is_file() and path.name != "README.md":
            row = next((line for line in listed.splitlines() if f"`{path.relative_to(vendor)}`" in line), "")
            assert re.search(r"\| \d+\.\d+", row), path
