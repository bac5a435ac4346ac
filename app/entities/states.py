"""What statuses and priorities mean: which rows are closed, which wait for somebody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity, Field
from app.extensions import db
from app.models.base import Record
from app.models.lookups import State
from app.services.reading import Named

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class StateRow:
    """A status or priority, with what it means."""

    named: Named
    position: int
    is_retired: bool
    is_closed: bool
    is_waiting: bool


States = dict[type[Record], list[StateRow]]
"""The live rows of every list of statuses, in their order."""


def read_states() -> States:
    """All statuses and priorities, with one statement."""
    models: dict[str, type[Record]] = {model.__tablename__: model for model in State.__subclasses__()}
    found: States = {model: [] for model in models.values()}
    rows = db.session.execute(sa.union_all(*(_select(model) for model in models.values())))
    for table, *columns, position, is_retired, is_closed, is_waiting in rows:
        row = StateRow(Named(*columns), position, bool(is_retired), bool(is_closed), bool(is_waiting))
        found[models[table]].append(row)
    for states in found.values():
        states.sort(key=lambda row: (row.position, row.named.name.casefold()))
    return found


def _select(model: type[Record]) -> sa.Select:
    table = model.__table__
    closed = sa.not_(table.c.is_open) if "is_open" in table.c else table.c.get("is_final", sa.false())
    named = [table.c[name] for name in ("id", "name", "colour", "icon", "note")]
    flags = [table.c.is_retired, closed, table.c.get("is_waiting", sa.false())]
    statement = sa.select(sa.literal(model.__tablename__), *named, table.c.position, *flags)
    return statement.where(table.c.deleted_at.is_(None))


def state_fields(entity: Entity) -> list[Field]:
    """The fields that say where a record stands, its priority among them."""
    return [item for item in entity.fields if issubclass(_target(item), State)]


def open_field(entity: Entity) -> Field | None:
    """The field whose status says whether a record is open; None if all of them are."""
    flags = {"is_open", "is_final"}
    stating = state_fields(entity)
    return next((item for item in stating if not flags.isdisjoint(_target(item).__table__.c.keys())), None)


def _target(item: Field) -> Any:
    return item.kind.attribute.target or object


def open_pairs(entity: Entity, states: States) -> Pairs:
    """The filter that leaves out what is closed; a record without a status is open."""
    item = open_field(entity)
    closed = (row for row in states[_target(item)] if row.is_closed) if item else ()
    return [(f"{item.name}.not", f"id:{row.named.id}") for row in closed if item]


def waiting_pairs(entity: Entity, states: States) -> Pairs:
    """The filter for what waits for somebody else; empty if nothing of the entity can."""
    fields = state_fields(entity)
    return [
        (item.name, f"id:{row.named.id}")
        for item in fields
        for row in states[_target(item)]
        if row.is_waiting
    ]


def case_pairs(entity: Entity, cases: Iterable[str]) -> Pairs:
    """The filter by cases, as the entity writes it."""
    return [(entity.case_key, case) for case in cases if entity.case_key]
