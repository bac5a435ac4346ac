"""Inserting many rows: by one statement, each column converted once instead of row by row.

SQLAlchemy's own `executemany` looks at every value of every row; for twenty thousand systems that
takes longer than the database.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.extensions import db
from app.services import progress

PART = 2_000
"""Rows that are stored by one statement; so often whoever waits hears of it."""


def prepared(table: Any, rows: Sequence[dict[str, Any]]) -> tuple[str, list[Any]]:
    """Statement and values of an insertion of rows that all name the same columns; others get their default."""
    dialect = db.session.get_bind().dialect
    named = {name: [row[name] for row in rows] for name in rows[0]}
    named |= {c.name: _defaults(c, len(rows)) for c in table.c if c.name not in named and c.default}
    columns = [
        _converted(values, table.c[name].type, dialect) for name, values in progress.counted(named.items())
    ]
    return _words(table, list(named), dialect, len(rows)), list(zip(*columns, strict=True))


def insert(words: str, lines: Sequence[Any]) -> None:
    """In parts, so that whoever waits hears of it in between."""
    for start in range(0, len(lines), PART):
        progress.tick()
        db.session.connection().exec_driver_sql(words, lines[start : start + PART])


def _defaults(column: Any, count: int) -> list[Any]:
    make = column.default.arg
    return [make(None) for _ in range(count)] if callable(make) else [make] * count


def _words(table: Any, names: list[str], dialect: sa.Dialect, count: int) -> str:
    """How many rows go in: PostgreSQL takes them as one stream, without an answer to each."""
    inserting = statement(table, names, dialect)
    if dialect.name != "postgresql" or count == 1:
        return inserting
    quote = dialect.identifier_preparer.quote
    return f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"


@event.listens_for(Engine, "do_executemany")
def _copy(cursor: Any, words: str, lines: Sequence[Sequence[Any]], _context: Any) -> bool:
    """A COPY is no statement for each line, but one for all of them; True if it was one."""
    if not words.startswith("COPY "):
        return False
    with cursor.copy(words) as stream:
        for line in lines:
            stream.write_row(line)
    return True


def statement(table: Any, names: list[str], dialect: sa.Dialect) -> str:
    """An INSERT of these columns in the driver's own words."""
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    into = ", ".join(quote(name) for name in names)
    return f"INSERT INTO {quote(table.name)} ({into}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608


def _converted(values: list[Any], kind: Any, dialect: sa.Dialect) -> list[Any]:
    """The values as the driver takes them."""
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return values
    if all(value is values[0] for value in values):
        return [convert(values[0])] * len(values)
    return [convert(value) for value in values]
