"""What a model is made of, seen as fields: columns, one reference, many references, owned texts."""

from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import RelationshipDirection

from app.extensions import Base
from app.models.base import Record, entity_of

AUDIT = ("id", "revision", "created_at", "updated_at", "deleted_at", "created_by_id", "updated_by_id")


@dataclass(frozen=True)
class Attribute:
    """One field of a model: `one` and `many` point at `target`, `texts` owns rows of it, `computed` is no column."""

    name: str
    sort: Literal["column", "one", "many", "texts", "computed"]
    column: Any = None
    target: Any = None
    secondary: Any = None

    @cached_property
    def is_many(self) -> bool:
        """True for fields that hold several values and are merged, never in conflict."""
        return self.sort in ("many", "texts")

    @cached_property
    def secret(self) -> str:
        """The word under which a secret column is mentioned in history, else empty."""
        return self.column.info.get("secret", "") if self.sort == "column" else ""

    @cached_property
    def default(self) -> Any:
        """What a new record gets: a value, or a function that makes one."""
        default = self.column.default if self.sort == "column" else None
        if default is None:
            return None
        return partial(default.arg, None) if callable(default.arg) else default.arg


def shape_of(model: Any) -> dict[str, Attribute]:
    """The fields of a model by name, without keys, audit columns and personal settings."""
    return _shape_of(model)


@cache
def _shape_of(model: Any) -> dict[str, Attribute]:
    mapper = sa.inspect(model)
    foreign = {c.name for c in mapper.columns if c.foreign_keys}
    fields = {
        column.name: Attribute(column.name, "column", column=column)
        for column in mapper.columns
        if column.name not in (*AUDIT, *foreign) and not {"derived", "personal"} & column.info.keys()
    }
    for relation in mapper.relationships:
        fields[relation.key] = _relation(relation)
    return fields


def _relation(relation) -> Attribute:
    target = relation.mapper.class_
    if relation.direction is RelationshipDirection.MANYTOONE:
        (column,) = relation.local_columns
        return Attribute(relation.key, "one", column=column, target=target)
    if relation.direction is RelationshipDirection.MANYTOMANY:
        return Attribute(relation.key, "many", target=target, secondary=relation.secondary)
    return Attribute(relation.key, "texts", target=target)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a column asks of a value: presence, length in characters (0: any)."""

    name: str
    is_required: bool
    may_be_blank: bool
    length: int


def demands_of(model: Any) -> tuple[Demand, ...]:
    """The columns of a model that ask for anything."""
    return _demands_of(model)


@cache
def _demands_of(model: Any) -> tuple[Demand, ...]:
    single = (a for a in _shape_of(model).values() if not a.is_many)
    demands = (_demand(a.name, a.column) for a in single)
    return tuple(demand for demand in demands if demand.is_required or demand.length)


def _demand(name: str, column: Any) -> Demand:
    may_be_blank = not isinstance(column.type, sa.String) or column.default is not None
    return Demand(name, not column.nullable, may_be_blank, getattr(column.type, "length", None) or 0)


def defaults_of(model: Any) -> dict[str, Any]:
    """What the fields of a new record hold before anybody says anything."""
    fixed, made = _defaults(model)
    return fixed | {name: make() for name, make in made}


@cache
def _defaults(model: Any) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Those that are always the same, and the functions that make the others."""
    shape = _shape_of(model).values()
    made = [(a.name, list if a.is_many else a.default) for a in shape if a.is_many or callable(a.default)]
    names = {name for name, _ in made}
    return {a.name: None if a.name in names else a.default for a in shape}, made


def models() -> dict[str, type[Record]]:
    """Every recorded model by its plural."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    return {entity_of(model): model for model in mapped if issubclass(model, Record)}


def model_for(entity: str) -> type[Record]:
    """The model behind a plural; `KeyError` if there is none."""
    return models()[entity]


def label_of(model: Any) -> Any:
    """The column that names a record of this model."""
    return model.__table__.c[model.__label__]


def pointers_to(target: type[Record]) -> tuple[tuple[type[Record], Attribute], ...]:
    """Every field of every model that points at `target`."""
    return tuple(
        (model, attribute)
        for model in models().values()
        for attribute in shape_of(model).values()
        if attribute.target is target and attribute.sort in ("one", "many")
    )
