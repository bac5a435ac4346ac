"""What there is of an entity in numbers, each with the filters of the list behind it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from app.entities import query
from app.entities.entity import Entity, Field
from app.entities.states import Pairs, States, case_pairs, open_field, open_pairs, state_fields
from app.extensions import db
from app.services.reading import Named

MAIN = ("systems", "artifacts", "tasks", "cases")
"""What the numbers are about."""
DAYS = ("today", "yesterday", "2 days ago", "3 days ago")


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and the list that shows exactly these records."""

    count: int
    label: str
    address: str
    named: Named | None = None


@dataclass
class Figures:
    """The numbers of an entity: all, the open ones, the latest days, each status and priority."""

    entity: Entity
    total: Figure
    open: Figure | None
    days: list[Figure]
    by: list[tuple[Field, list[Figure]]] = field(default_factory=list)


def address_of(entity: Entity, pairs: Pairs) -> str:
    """The address of a list with these filters."""
    return f"/{entity.plural}?{urlencode(pairs, safe=':')}" if pairs else f"/{entity.plural}"


def count(entity: Entity, pairs: Pairs) -> int:
    """How many records the list with these filters shows."""
    return query.count(query.understand(entity, query.with_usual(entity, pairs)))


def midnights(now: dt.datetime, zone: dt.tzinfo) -> list[dt.datetime]:
    """When today and the days before began in a zone, and when today ends: the latest first."""
    today = now.astimezone(zone).date()
    days = [today - dt.timedelta(days=number) for number in range(-1, len(DAYS))]
    return [dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC) for day in days]


def figures(
    entity: Entity, states: States, cases: Sequence[str], now: dt.datetime, zone: dt.tzinfo
) -> Figures:
    """All numbers of an entity, with one statement."""
    base = case_pairs(entity, cases)
    bounds = midnights(now, zone)
    items = state_fields(entity)
    rows = _grouped(entity, base, items, bounds)
    result = Figures(
        entity,
        Figure(sum(row[-1] for row in rows), entity.label, address_of(entity, base)),
        _open(entity, states, base, items, rows),
        [
            Figure(_sum(rows, -2, number), label, address_of(entity, base + _day(bounds, number)))
            for number, label in enumerate(DAYS)
        ],
    )
    for at, item in enumerate(items):
        result.by.append((item, _per_state(entity, item, states, base, rows, at)))
    return result


def _grouped(entity: Entity, base: Pairs, items: list[Field], bounds: list[dt.datetime]) -> list[Any]:
    """How many there are of each combination: the statuses, the day, the number."""
    table = entity.model.__table__
    where = query.understand(entity, query.with_usual(entity, base)).where
    days = [
        (table.c.created_at.between(start, end - dt.timedelta(microseconds=1)), number)
        for number, (end, start) in enumerate(zip(bounds, bounds[1:], strict=False))
    ]
    columns = [*(item.kind.column for item in items), sa.case(*days, else_=-1).label("day")]
    statement = sa.select(*columns, sa.func.count()).where(*where).group_by(*columns[:-1], sa.text("day"))
    return list(db.session.execute(statement).all())


def _sum(rows: list[Any], at: int, value: Any) -> int:
    return sum(row[-1] for row in rows if row[at] == value)


def _day(bounds: list[dt.datetime], number: int) -> Pairs:
    last = bounds[number] - dt.timedelta(microseconds=1)
    return [("created_at.min", _instant(bounds[number + 1])), ("created_at.max", _instant(last))]


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


def _open(entity: Entity, states: States, base: Pairs, items: list[Field], rows: list[Any]) -> Figure | None:
    item = open_field(entity)
    if item is None:
        return None
    closed = {row.named.id for row in states[item.kind.attribute.target] if row.is_closed}
    total = sum(row[-1] for row in rows if row[items.index(item)] not in closed)
    return Figure(total, "open", address_of(entity, base + open_pairs(entity, states)))


def _per_state(
    entity: Entity, item: Field, states: States, base: Pairs, rows: list[Any], at: int
) -> list[Figure]:
    """Every status, those without records too; retired ones only while they have some."""
    found = []
    for state in states[item.kind.attribute.target]:
        total = _sum(rows, at, state.named.id)
        if total or not state.is_retired:
            pairs = [*base, (item.name, f"id:{state.named.id}")]
            found.append(Figure(total, state.named.name, address_of(entity, pairs), state.named))
    if item.kind.column.nullable:
        pairs = [*base, (f"{item.name}.empty", "1")]
        found.append(Figure(_sum(rows, at, None), "none", address_of(entity, pairs)))
    return found


def overdue(entity: Entity, states: States, cases: Sequence[str], now: dt.datetime) -> Pairs:
    """The filter for what is open although it was due."""
    return [*case_pairs(entity, cases), *open_pairs(entity, states), ("due_at.max", _instant(now))]
