"""The rows of a database as lines of JSON, the same from every database and for every database.

The database says what is in it, not the models: so a backup of an older Spoor is read as it was written.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.services import batch
from app.services.texts import INDEXES

VERSION = "alembic_version"
AT_ONCE = 2000
"""So many rows are read and written together."""


@dataclass
class Content:
    """How much a table holds, and a sum over its rows that does not depend on their order."""

    rows: int = 0
    sum: int = 0

    def add(self, line: bytes) -> None:
        """Count a row."""
        self.rows += 1
        self.sum = (self.sum + int.from_bytes(hashlib.sha256(line).digest())) % 2**256

    def told(self) -> dict[str, Any]:
        """As a backup tells it."""
        return {"rows": self.rows, "sum": f"{self.sum:064x}"}


def known() -> list[sa.Table]:
    """The tables of the database, without what it keeps for its searches; what others point at comes first."""
    found = sa.MetaData()
    connection = db.session.connection()
    found.reflect(connection, only=lambda name, _: name != VERSION and not INDEXES.match(name))
    for table in found.sorted_tables:
        for column in table.c:
            if isinstance(column.type, sa.JSON):
                column.type = sa.JSON(none_as_null=bool(column.nullable))
    return found.sorted_tables


def version() -> str | None:
    """The migration that the database is at; None if there is nothing in it."""
    connection = db.session.connection()
    if not sa.inspect(connection).has_table(VERSION):
        return None
    return connection.scalar(sa.select(sa.table(VERSION, sa.column("version_num")).c.version_num))


def drop() -> None:
    """Leave an empty database behind."""
    found = sa.MetaData()
    found.reflect(db.engine)
    found.drop_all(db.engine)


def holding_rows() -> list[str]:
    """The names of the tables that are not empty."""
    return [
        table.name for table in known() if db.session.execute(sa.select(table).limit(1)).first() is not None
    ]


def lines(table: sa.Table) -> Iterator[bytes]:
    """The names of the columns, then every row."""
    yield _line(column.name for column in table.c)
    statement = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=AT_ONCE)
    for row in db.session.execute(statement):
        yield _line(map(_plain, row))


def _line(values: Iterable[Any]) -> bytes:
    return json.dumps(list(values), separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    """Times are told in UTC; SQLite gives them without a zone."""
    if not isinstance(value, dt.datetime):
        return value
    return (
        value.replace(tzinfo=dt.UTC).isoformat()
        if value.tzinfo is None
        else value.astimezone(dt.UTC).isoformat()
    )


def content(table: sa.Table) -> Content:
    """What the table holds."""
    found = Content()
    for line in islice(lines(table), 1, None):
        found.add(line)
    return found


def fill(table: sa.Table, told: Iterator[bytes]) -> int:
    """Write the rows of an empty table; how many there were."""
    names, total = json.loads(next(told)), 0
    read = [_reading(table.c[name].type) for name in names]
    own = [column.name for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    pointing: dict[str, list[dict[str, Any]]] = {name: [] for name in own}
    while part := list(islice(told, AT_ONCE)):
        rows = [
            {
                name: value if make is None or value is None else make(value)
                for name, make, value in zip(names, read, json.loads(line), strict=True)
            }
            for line in part
        ]
        for name in own:
            pointing[name] += [{"own_id": row["id"], "points_at": row[name]} for row in rows if row[name]]
            rows = [row | {name: None} for row in rows]
        batch.insert(*batch.prepared(table, rows))
        total += len(rows)
    for name, found in pointing.items():
        _point(table, name, found)
    _count_on(table, total)
    return total


def _reading(kind: Any) -> Any:
    """What makes a value of such a column from what JSON gives; None if that is it already."""
    if not isinstance(kind, sa.DateTime):
        return None
    if db.engine.dialect.name == "sqlite":
        return lambda text: dt.datetime.fromisoformat(text).replace(tzinfo=None)
    return dt.datetime.fromisoformat


def _point(table: sa.Table, name: str, found: list[dict[str, Any]]) -> None:
    """Rows point at rows of their own table once all are there."""
    if found:
        statement = sa.update(table).where(table.c.id == sa.bindparam("own_id"))
        db.session.connection().execute(statement.values({name: sa.bindparam("points_at")}), found)


def _count_on(table: sa.Table, total: int) -> None:
    """PostgreSQL numbers the next row by a sequence, which does not see what was written."""
    if total and "id" in table.c and db.engine.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        db.session.execute(
            sa.select(sa.func.setval(sequence, sa.select(sa.func.max(table.c.id)).scalar_subquery()))
        )
