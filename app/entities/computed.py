"""Kinds of values that no row stores: counted and looked up, listed, filtered, sorted, never edited."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.entities import query
from app.entities.entity import Entity, Field, words_of
from app.entities.registry import entity_for
from app.entities.scalars import Boolean, Integer
from app.extensions import db
from app.models.base import Record, entity_of, now
from app.services.reading import LARGE, Row, among, chunks, read
from app.services.shape import Attribute, shape_of


class Tally(NamedTuple):
    """How many records there are, and how many of them are open (None: they are neither open nor closed)."""

    open: int | None
    total: int


class Computed:
    """What all of them share."""

    is_computed = True

    def complete(self, name: str, rows: Sequence[Row]) -> None:
        """Add what no expression gives; most need nothing."""


class Count(Computed, Integer):
    """How many records of another model point at a record with one field; filters count all of them.

    The list sorts by what is open. What the other list leaves out as usual is not counted.
    """

    def __init__(self, child: type[Record], by: str) -> None:
        self.child, self.link = child, shape_of(child)[by]
        super().__init__(Attribute(entity_of(child), "computed"), self.link.target)

    @property
    def query(self) -> str:
        """The query string of the list of what is counted, without the id at its end."""
        return f"/{entity_of(self.child)}?{self.link.name}=id:"

    @cached_property
    def parts(self) -> tuple[Any, ...]:
        """The expressions that make the value."""
        state = state_of(self.child)
        return (self._count(is_open(state)), self._count()) if state else (self._count(),)

    def value(self, parts: Sequence[Any]) -> Tally:
        """The value of what the expressions gave."""
        return Tally(parts[0] if len(parts) > 1 else None, parts[-1])

    def _count(self, *conditions: Any) -> Any:
        child, owner = self.child.__table__, self.model.__table__
        entity = entity_for(self.child)
        live = query.understand(entity, entity.usual.items()).where
        if self.link.sort == "many":
            link = self.link.secondary
            source, target = link.join(child, child.c.id == link.c.owner_id), link.c.target_id
        else:
            source, target = child, self.link.column
        counted = sa.select(sa.func.count()).select_from(source).where(target == owner.c.id)
        number: Any = counted.where(*live, *conditions).correlate(owner).scalar_subquery()
        number.nullable = False
        return number

    @property
    def column(self) -> Any:
        """The number of all of them."""
        return self.parts[-1]

    @property
    def may_be_empty(self) -> bool:
        """There may be none."""
        return True

    def parse(self, raw: Any, zone: Any = None) -> Any:
        """A whole number."""
        if str(raw).strip() == "":
            raise ValueError("must be a whole number")
        return super().parse(raw)

    def show(self, value: Any) -> str:
        """The number, or how many are open of how many; never what a spreadsheet takes for a date."""
        return str(value.total) if value.open is None else f"{value.open} of {value.total}"

    def excel(self, value: Any) -> Any:
        """A number where it is one."""
        return value.total if value.open is None else self.show(value)

    def json(self, value: Any) -> Any:
        """The number, or both."""
        return value.total if value.open is None else {"open": value.open, "all": value.total}

    def schema(self) -> dict[str, Any]:
        """An integer, or two."""
        number = {"type": "integer"}
        if state_of(self.child) is None:
            return number
        return {"type": "object", "required": ["open", "all"], "properties": {"open": number, "all": number}}

    def empty(self) -> Any:
        """There is none."""
        return self.column == 0

    def order(self) -> Any:
        """By what is open."""
        return self.parts[0]


class Flag(Computed, Boolean):
    """Yes or no, as a condition on the record says."""

    def __init__(self, name: str, model: type[Record], condition: Any) -> None:
        super().__init__(Attribute(name, "computed"), model)
        self.parts = (sa.case((condition, 1), else_=0),)
        self.condition = condition

    @property
    def may_be_empty(self) -> bool:
        """It is always one of both."""
        return False

    def value(self, parts: Sequence[Any]) -> bool:
        """The value of what the expression gave."""
        return bool(parts[0])

    def equals(self, raw: str) -> Any:
        """The condition or its contrary."""
        return self.condition if self.parse(raw) else sa.not_(self.condition)

    def empty(self) -> Any:
        """Never."""
        return sa.false()

    def order(self) -> Any:
        """No before yes."""
        return self.parts[0]


def state_of(model: type[Record]) -> Attribute | None:
    """The field whose rows say whether a record is open; None if the model has no such field."""
    return next(
        (a for a in shape_of(model).values() if a.sort == "one" and hasattr(a.target, "is_open")), None
    )


def is_open(state: Attribute) -> Any:
    """The condition that a record is open: what nobody has given a state yet is."""
    return sa.or_(state.column.is_(None), _has(state, "is_open"))


def _has(state: Attribute, flag: str) -> Any:
    """The condition that a record has a state with a flag."""
    flagged = sa.select(state.target.__table__.c.id).where(state.target.__table__.c[flag])
    return sa.and_(state.column.is_not(None), state.column.in_(flagged))


def flags_of(model: type[Record]) -> list[Field]:
    """What the state of a record says about it: open, waiting for somebody, overdue."""
    state = state_of(model)
    if state is None:
        return []
    conditions = {"open": is_open(state)}
    if hasattr(state.target, "is_waiting"):
        conditions["waiting"] = _has(state, "is_waiting")
    if "due_at" in shape_of(model):
        due = model.__table__.c.due_at
        late = due < sa.bindparam("overdue_now", callable_=now, type_=due.type)
        conditions["overdue"] = sa.and_(due.is_not(None), late, is_open(state))
    of = "" if state.name == "status" else f"{words_of(state.name)} "
    return [
        Field(name, label=f"{of}{name}".capitalize(), listed=False, kind=Flag(name, model, condition))
        for name, condition in conditions.items()
    ]


def rows(entity: Entity, ids: Sequence[int], names: Sequence[str]) -> list[Row]:
    """The rows with these ids, in this order, computed fields among them (one statement for all of these)."""
    found = read(entity.model, ids, names)
    kinds = {name: entity.field(name).kind for name in names if entity.has(name)}
    kinds = {name: kind for name, kind in kinds.items() if kind.is_computed}
    if kinds:
        by_id = {row.id: row for row in found}
        for part in chunks(list(by_id), LARGE):
            _fill(entity, kinds, [by_id[i] for i in part])
    return found


def _fill(entity: Entity, kinds: dict[str, Any], found: Sequence[Row]) -> None:
    table = entity.model.__table__
    columns = [part for kind in kinds.values() for part in kind.parts]
    statement = sa.select(table.c.id, *columns).where(among(table.c.id, [row.id for row in found]))
    given = {record[0]: list(record[1:]) for record in db.session.execute(statement)}
    for row in found:
        values = given[row.id]
        for name, kind in kinds.items():
            row.values[name] = kind.value([values.pop(0) for _ in kind.parts])
    for name, kind in kinds.items():
        kind.complete(name, found)
