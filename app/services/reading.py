"""Reading rows in their full shape with a fixed number of statements, whatever their number."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models.base import Record
from app.models.users import User
from app.services.shape import Attribute, label_of, shape_of

BATCH, LARGE = 1000, 5000
"""Rows for one statement, and where only few statements need the memory for more."""
MANY = 300
"""Rows from which on a statement for each table that is pointed at costs less than joining them all."""
PEOPLE = ("created_by", "updated_by")
TIMES = ("created_at", "updated_at", "deleted_at")


class Named(NamedTuple):
    """A row that something points at, as it is shown: name, palette tone, icon, tooltip."""

    id: int
    name: str
    tone: str = ""
    icon: str = ""
    note: str = ""

    def brief(self) -> dict[str, Any]:
        """How history and REST write a reference."""
        return {"id": self.id, "name": self.name}


NamedRows = dict[type[Record], dict[int, Named]]
"""Rows that others point at, by model and id."""
_NAME = attrgetter("name")


@dataclass(slots=True)
class Row:
    """A record as read: references are `Named`, many-valued fields are lists."""

    id: int
    revision: int
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, or the default if it was not read."""
        return self.values.get(name, default)


def plain(value: Any) -> Any:
    """The value as it is stored: ids instead of names, sorted where there are many."""
    if isinstance(value, Named):
        return value.id
    if isinstance(value, list):
        return sorted(plain(item) for item in value)
    return value


_JSON = (str, bool, int)


def brief(value: Any) -> Any:
    """The value as JSON for history: references as {id, name}, times as ISO 8601."""
    if value is None or type(value) in _JSON:
        return value
    if isinstance(value, Named):
        return value.brief()
    if isinstance(value, list):
        return [brief(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if hasattr(value, "value") else value


def chunks(items: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """The items in slices that fit into one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def among(column: Any, ids: Iterable[int]) -> Any:
    """The condition that a column is one of these ids, as one parameter however many they are."""
    if db.session.get_bind().dialect.name == "postgresql":
        return column == sa.any_(sa.literal(list(ids), ARRAY(sa.Integer)))
    each = sa.func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(sa.select(each.c.value))


def snapshot() -> None:
    """Begin a transaction that sees one moment, however long it reads (SQLite's always do)."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def read(model: type[Record], ids: Sequence[int], names: Iterable[str] | None = None) -> list[Row]:
    """The rows with these ids, in this order; what no longer exists is left out.

    Without `names` every field of the model's shape is read. Rows in the bin are read too.
    """
    shape = shape_of(model)
    wanted = (
        list(shape)
        if names is None
        else [n for n in names if n in shape or n in (*PEOPLE, *TIMES) or _derived(model, n) is not None]
    )
    found: dict[int, Row] = {}
    named: NamedRows = {}
    if len(ids) < MANY:
        found = _read_part(model, ids, wanted)
    for part in chunks(ids, LARGE) if len(ids) >= MANY else ():
        found |= _read_columns(model, part, wanted, named)
    return [found[i] for i in ids if i in found]


def _read_columns(
    model: type[Record], ids: Sequence[int], names: list[str], named: NamedRows
) -> dict[int, Row]:
    """Column by column: rows that are pointed at are read once, in statements of their own (`named`)."""
    attributes = {name: field_of(model, name) for name in names}
    single = {name: attribute for name, attribute in attributes.items() if not attribute.is_many}
    table = model.__table__
    columns = [table.c.id, table.c.revision, *(attribute.column for attribute in single.values())]
    records = db.session.execute(sa.select(*columns).where(among(table.c.id, ids))).all()
    found_ids, revisions, *values = zip(*records, strict=True) if records else ((), (), *([()] * len(single)))
    by_name = {
        name: _pointed_at(attribute, column, named) if attribute.sort == "one" else column
        for (name, attribute), column in zip(single.items(), values, strict=True)
    }
    lines = zip(*by_name.values(), strict=True) if by_name else ((),) * len(found_ids)
    rows = {
        record_id: Row(record_id, revision, dict(zip(by_name, line, strict=True)))
        for record_id, revision, line in zip(found_ids, revisions, lines, strict=True)
    }
    for attribute in attributes.values():
        if attribute.sort == "many":
            _link(attribute, ids, rows, named)
        elif attribute.is_many:
            _read_many(attribute, ids, rows)
    return rows


def _pointed_at(attribute: Attribute, ids: Sequence[int | None], named: NamedRows) -> list[Named | None]:
    known = _known(attribute.target, {i for i in ids if i is not None}, named)
    return [None if i is None else known.get(i) for i in ids]


def _link(attribute: Attribute, ids: Sequence[int], rows: dict[int, Row], named: NamedRows) -> None:
    link = attribute.secondary
    pairs = db.session.execute(sa.select(link).where(among(link.c.owner_id, ids))).all()
    known = _known(attribute.target, {target for _, target in pairs}, named)
    for row in rows.values():
        row.values[attribute.name] = []
    for owner, target in pairs:
        if owner in rows and target in known:
            rows[owner].values[attribute.name].append(known[target])
    for row in rows.values():
        if len(row.values[attribute.name]) > 1:
            row.values[attribute.name].sort(key=_NAME)


def _known(target: type[Record], ids: set[int], named: NamedRows) -> dict[int, Named]:
    known = named.setdefault(target, {})
    known.update(names_of(target, ids - known.keys()))
    return known


def read_one(model: type[Record], record_id: int, names: Iterable[str] | None = None) -> Row | None:
    """One row, or None."""
    rows = read(model, [record_id], names)
    return rows[0] if rows else None


def _read_part(model: type[Record], ids: Sequence[int], names: list[str]) -> dict[int, Row]:
    shape = shape_of(model)
    chosen: Any = model
    statement, readers = _select(chosen, tuple(n for n in names if n not in shape or not shape[n].is_many))
    rows = {}
    for record in db.session.execute(statement.where(model.__table__.c.id.in_(ids))):
        rows[record[0]] = Row(record[0], record[1], {name: get(record) for name, get in readers})
    for name in names:
        if name in shape and shape[name].is_many:
            _read_many(shape[name], ids, rows)
    return rows


@lru_cache(maxsize=500)
def _select(model: type[Record], names: tuple[str, ...]) -> tuple[sa.Select, list[tuple[str, Any]]]:
    """One SELECT for the single-valued fields, with the named rows joined to it.

    Building it costs more than running it, so it is kept.
    """
    table = model.__table__
    columns: list[Any] = [table.c.id, table.c.revision]
    source: Any = table
    readers = []
    for name in names:
        attribute = field_of(model, name)
        start = len(columns)
        if attribute.sort == "column":
            columns.append(attribute.column)
            readers.append((name, lambda record, at=start: record[at]))
            continue
        other = aliased(attribute.target.__table__)
        source = source.outerjoin(other, other.c.id == attribute.column)
        columns += named_columns(attribute.target, other)
        readers.append((name, lambda record, at=start: as_named(record[at : at + 5])))
    return sa.select(*columns).select_from(source), readers


def field_of(model: type[Record], name: str) -> Attribute:
    """A field by name; authorship and its times are fields of every model, what is derived can be read."""
    if name in PEOPLE:
        return Attribute(name, "one", column=model.__table__.c[f"{name}_id"], target=User)
    if name in TIMES:
        return Attribute(name, "column", column=model.__table__.c[name])
    shape, column = shape_of(model), _derived(model, name)
    return shape[name] if column is None else Attribute(name, "column", column=column)


def _derived(model: type[Record], name: str) -> Any:
    """The column that the rules fill, such as the label of what has no name; None if it is none."""
    column = model.__table__.c.get(name)
    return column if column is not None and column.info.get("derived") else None


def named_columns(target: type[Record], table: Any) -> list[Any]:
    """The five columns of a `Named`, literals where the target has no such column."""
    present = [getattr(table.c, n, sa.literal("")) for n in ("colour", "icon", "note")]
    return [table.c.id, table.c[target.__label__], *present]


def as_named(record: Any) -> Named | None:
    """Five columns as a `Named`; None where the reference is empty."""
    return None if record[0] is None else Named(*record)


def _read_many(attribute: Attribute, ids: Sequence[int], rows: dict[int, Row]) -> None:
    for row in rows.values():
        row.values[attribute.name] = []
    if attribute.sort == "texts":
        table = attribute.target.__table__
        owner = table.c.system_id
        statement = sa.select(owner, table.c.text).where(owner.in_(ids)).order_by(table.c.id)
        for owner_id, text in db.session.execute(statement):
            rows[owner_id].values[attribute.name].append(text)
        return
    table, link = attribute.target.__table__, attribute.secondary
    statement = (
        sa.select(link.c.owner_id, *named_columns(attribute.target, table))
        .join(table, table.c.id == link.c.target_id)
        .where(link.c.owner_id.in_(ids))
        .order_by(label_of(attribute.target))
    )
    for record in db.session.execute(statement):
        if record[0] in rows:
            rows[record[0]].values[attribute.name].append(Named(*record[1:]))


def names_of(target: type[Record], ids: Iterable[int]) -> dict[int, Named]:
    """The rows with these ids as `Named`."""
    wanted = set(ids)
    if not wanted:
        return {}
    statement = sa.select(*named_columns(target, target.__table__))
    found = db.session.execute(statement.where(among(target.__table__.c.id, wanted)))
    return {record[0]: Named(*record) for record in found}
