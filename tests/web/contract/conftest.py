"""What the contract needs to know of an entity: values that make a record of it."""

from collections.abc import Callable
from typing import Any

import pytest

from app.entities.entity import Entity
from app.entities.registry import entities
from app.models.accounts import Account
from app.models.exports import ExportProfile
from app.models.imports import ImportProfile
from app.models.lookups import Ip
from app.models.schedules import Schedule
from app.models.systems import System
from app.models.timeline import TimelineEntry
from tests.records import make, system
from tests.rest import Rest


def pytest_generate_tests(metafunc) -> None:
    """A test that takes an `entity` runs for every registered one."""
    if "entity" in metafunc.fixturenames:
        metafunc.parametrize("entity", entities(), ids=lambda entity: entity.plural)


def example(entity: Entity, number: int = 1) -> dict[str, Any]:
    """A body that creates a record of the entity."""
    special = SPECIAL.get(entity.model, lambda _: {})(number)
    values = {item.name: f"Example {number}" for item in entity.fields if item.required}
    for name, item in entity.by_name.items():
        target = item.kind.attribute.target
        if item.required and target is not None and name not in special:
            values[name] = system(f"HOST-{number}") if target is System else make(target, name=f"T{number}")
    return values | special


SPECIAL: dict[Any, Callable[[int], dict[str, Any]]] = {
    Ip: lambda number: {"name": f"10.9.{number // 256}.{number % 256}"},
    TimelineEntry: lambda number: {"time": f"2026-11-20T10:{number // 60:02}:{number % 60:02}+00:00"},
    ExportProfile: lambda number: {"definition": "entity: systems"},
    ImportProfile: lambda _: {"definition": "kind: systems\ncolumns: {System: {field: name}}"},
    Account: lambda number: {"domain": f"d{number}.example.com"},
    Schedule: lambda number: {"kind": "snapshot", "when": f"{number % 60} 6 * * *", "run_as": "alice"},
}
"""What an entity asks beyond texts and rows to point at."""


@pytest.fixture
def writer(app, entity) -> Rest:
    """Somebody who may change records of the entity: an administrator."""
    return Rest(app, "ada")


@pytest.fixture
def reader(app) -> Rest:
    """Rita, who may only read."""
    return Rest(app, "rita")
