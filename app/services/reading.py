"""Reading rows in their full shape with a fixed number of statements, whatever their number."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.extensions import db
from app.models.base import Record
from app.models.users import User
from app.services import progress, unwritten
from app.services.shape import Attribute, shape_of

BATCH, LARGE = 1000, 5000
"""Rows for one statement, and where only few statements need the memory for more."""
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
        progress.tick()
        yield items[start : start + size]


def among(column: Any, ids: Iterable[int]) -> Any:
    """The condition that a column is one of these ids, as one parameter however many they are."""
    return _one_of(column, sa.literal(_packed(ids), _packing()))


def _one_of(column: Any, packed: Any) -> Any:
    if _is_postgres():
        return column == sa.any_(packed)
    return column.in_(sa.select(sa.func.json_each(packed).table_valued("value").c.value))


def _packed(ids: Iterable[int]) -> Any:
    return list(ids) if _is_postgres() else json.dumps(list(ids))


def _packing() -> Any:
    return ARRAY(sa.Integer) if _is_postgres() else sa.Text()


def _is_postgres() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def snapshot() -> None:
    """Begin a transaction that sees one moment, however long it reads (SQLite's always do)."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def read(model: type[Record], ids: Sequence[int], names: Iterable[str] | None = None) -> list[Row]:
    """The rows with these ids, in this order; what no longer exists is left out.

    Without `names` every field of the model's shape is read. Rows in the bin are read too.
    """
    unwritten.refuse(model, ids)
    shape = shape_of(model)
    wanted = (
        list(shape)
        if names is None
        else [n for n in names if n in shape or n in (*PEOPLE, *TIMES) or _derived(model, n) is not None]
    )
    chosen: Any = model
    reading = _reading(chosen, tuple(dict.fromkeys(wanted)), _is_postgres())
    found: dict[int, Row] = {}
    named: NamedRows = {target: {} for target in reading.targets}
    for part in chunks(ids, LARGE):
        found |= _read_part(reading, part, named)
    return [found[i] for i in ids if i in found]


@dataclass(frozen=True)
class _Reading:
    """How some fields of a model are read: the statements are built once, which costs more than running them.

    No joins: PostgreSQL would plan seventeen of them anew each time.
    """

    single: list[Attribute]
    many: list[Attribute]
    texts: list[Attribute]
    targets: tuple[type[Record], ...]
    records: sa.Select
    links: Any


@lru_cache(maxsize=500)
def _reading(model: type[Record], names: tuple[str, ...], _postgres: bool) -> _Reading:
    attributes = [field_of(model, name) for name in names]
    single = [attribute for attribute in attributes if not attribute.is_many]
    many = [attribute for attribute in attributes if attribute.sort == "many"]
    table, ids = model.__table__, sa.bindparam("ids", type_=_packing())
    links = [
        sa.select(sa.literal_column(str(place)), link.c.owner_id, link.c.target_id).where(
            _one_of(link.c.owner_id, ids)
        )
        for place, link in enumerate(attribute.secondary for attribute in many)
    ]
    columns = [table.c.id, table.c.revision, *(attribute.column for attribute in single)]
    return _Reading(
        single=single,
        many=many,
        texts=[attribute for attribute in attributes if attribute.sort == "texts"],
        targets=tuple(dict.fromkeys(a.target for a in attributes if a.sort in ("one", "many"))),
        records=sa.select(*columns).where(_one_of(table.c.id, ids)),
        links=sa.union_all(*links) if links else None,
    )


def _read_part(reading: _Reading, ids: Sequence[int], named: NamedRows) -> dict[int, Row]:
    """The records, what they are linked to, then the names of all of it that `named` does not know yet."""
    packed = {"ids": _packed(ids)}
    records = db.session.execute(reading.records, packed).all()
    found, revisions, *columns = (
        zip(*records, strict=True) if records else ((), (), *[()] * len(reading.single))
    )
    linked: list[dict[int, list[int]]] = [defaultdict(list) for _ in reading.many]
    for place, owner, target in db.session.execute(reading.links, packed) if reading.many else ():
        linked[place][owner].append(target)
    wanted: dict[type[Record], set[int]] = {target: set() for target in reading.targets}
    for attribute, ones in zip(reading.single, columns, strict=True):
        if attribute.sort == "one":
            wanted[attribute.target].update(ones)
    for attribute, targets in zip(reading.many, linked, strict=True):
        wanted[attribute.target].update(*targets.values())
    _learn(named, wanted)
    rows = _rows(reading.single, found, revisions, columns, named)
    for attribute, targets in zip(reading.many, linked, strict=True):
        _link(attribute.name, targets, rows, named[attribute.target])
    for attribute in reading.texts:
        _read_texts(attribute, ids, rows)
    return rows


def _rows(
    single: list[Attribute], ids: Sequence[int], revisions: Sequence[int], columns: list, named: NamedRows
) -> dict[int, Row]:
    names = [attribute.name for attribute in single]
    shown = [
        [named[a.target].get(i) for i in values] if a.sort == "one" else values
        for a, values in zip(single, columns, strict=True)
    ]
    lines = zip(*shown, strict=True) if shown else ((),) * len(ids)
    return {
        record_id: Row(record_id, revision, dict(zip(names, line, strict=True)))
        for record_id, revision, line in zip(ids, revisions, lines, strict=True)
    }


def _link(name: str, linked: dict[int, list[int]], rows: dict[int, Row], known: dict[int, Named]) -> None:
    for record_id, row in rows.items():
        row.values[name] = shown = [known[i] for i in linked.get(record_id, ()) if i in known]
        if len(shown) > 1:
            shown.sort(key=_NAME)


def _read_texts(attribute: Attribute, ids: Sequence[int], rows: dict[int, Row]) -> None:
    for row in rows.values():
        row.values[attribute.name] = []
    table = attribute.target.__table__
    statement = sa.select(table.c.system_id, table.c.text).where(among(table.c.system_id, ids))
    for owner, text in db.session.execute(statement.order_by(table.c.id)):
        if owner in rows:
            rows[owner].values[attribute.name].append(text)


def read_one(model: type[Record], record_id: int, names: Iterable[str] | None = None) -> Row | None:
    """One row, or None."""
    rows = read(model, [record_id], names)
    return rows[0] if rows else None


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
    """The five columns of a `Named`, empty texts where the target has no such column."""
    present = [table.c[n] if n in table.c else sa.literal_column("''") for n in ("colour", "icon", "note")]
    texts = [sa.type_coerce(column, sa.Text) for column in (table.c[target.__label__], *present)]
    return [table.c.id, *texts]


def names_of(target: type[Record], ids: Iterable[int]) -> dict[int, Named]:
    """The rows with these ids as `Named`."""
    named: NamedRows = {target: {}}
    _learn(named, {target: set(ids)})
    return named[target]


def _learn(named: NamedRows, wanted: dict[type[Record], set[int]]) -> None:
    """Add the rows with the ids that are wanted and not known yet, of all targets with one statement."""
    missing = [wanted[target] - named[target].keys() - {None} for target in wanted]
    if not any(missing):
        return
    targets = tuple(wanted)
    values = {f"ids_{place}": _packed(ids) for place, ids in enumerate(missing)}
    known = [named[target] for target in targets]
    for place, record_id, *texts in db.session.execute(_naming(targets, _is_postgres()), values).all():
        known[place][record_id] = Named(record_id, *texts)
    for target, ids in zip(targets, missing, strict=True):
        named[target] |= {one: Named(one, *texts) for one, texts in unwritten.names(target, ids)}


@lru_cache(maxsize=500)
def _naming(targets: tuple[type[Record], ...], _postgres: bool) -> Any:
    parts = []
    for place, target in enumerate(targets):
        table = target.__table__
        columns = [sa.literal_column(str(place)), *named_columns(target, table)]
        packed = sa.bindparam(f"ids_{place}", type_=_packing())
        parts.append(sa.select(*columns).where(_one_of(table.c.id, packed)))
    return sa.union_all(*parts)
