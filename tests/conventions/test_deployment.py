"""The files for containers and services know the settings that there are, and fit each other."""

import re

import pytest
import yaml

from tests.running import ROOT

COMPOSE = ROOT / "docker/compose.yaml"
FILES = [
    ROOT / "docker/Dockerfile",
    COMPOSE,
    ROOT / "docker/compose.dev.yaml",
    ROOT / "docker/.env.example",
    *(ROOT / "systemd").glob("*.service"),
]
OF_COMPOSE = {"SPOOR_VERSION", "SPOOR_ADDRESS"}
"""What compose itself makes of the environment: the image's tag, the proxy's name."""


def documented() -> set[str]:
    return set(re.findall(r"^\| `(SPOOR_\w+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_is_one(file):
    assert set(re.findall(r"\bSPOOR_\w+", file.read_text())) <= documented() | OF_COMPOSE


def test_what_compose_asks_for_is_in_the_example():
    example = set(re.findall(r"^(\w+)=", (ROOT / "docker/.env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE.read_text())) <= example
    assert example <= set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))


def test_every_part_of_compose_is_run_by_the_entrypoint_and_as_nobody_special():
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    entrypoint = (ROOT / "docker/entrypoint").read_text()
    ours = {name: one for name, one in services.items() if str(one["image"]).startswith("spoor:")}
    assert set(ours) == {"init", "web", "worker", "scheduler"}
    for name, service in ours.items():
        assert service["command"] == [name]
        assert re.search(rf"\b{name}\b", entrypoint)
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert "ports" not in service


def test_development_changes_only_services_that_there_are():
    base, dev = (yaml.safe_load(path.read_text()) for path in (COMPOSE, ROOT / "docker/compose.dev.yaml"))
    assert set(dev["services"]) <= set(base["services"])


@pytest.mark.parametrize("unit", sorted((ROOT / "systemd").glob("*.service")), ids=lambda unit: unit.name)
def test_every_unit_runs_something_that_there_is(unit):
    started = re.findall(r"^ExecStart(?:Pre)?=/opt/spoor/(.+)$", unit.read_text(), re.MULTILINE)
    assert started
    for command in started:
        program, *words = command.split()
        assert program.startswith(".venv/bin/")
        assert all((ROOT / word).is_file() for word in words if word.endswith(".py"))
