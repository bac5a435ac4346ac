"""Texts that hold a text, wherever in them: by trigrams (three letters in a row), where there are many.

The database keeps the index itself (migration 0008): SQLite in an FTS5 table `<table>_fts` that triggers
keep in step, PostgreSQL as a GIN index `tri_<table>` of its extension pg_trgm. Where either is not to be
had, and for texts of one or two letters, it is a LIKE over all rows.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.models.base import key_of

SHORTEST = 3
INDEXES = re.compile(r"tri_|.+_fts(_\w+)?$")
"""What the database keeps for it, and no model tells of."""
_ESCAPE = "/"


class Way(StrEnum):
    """How a text is looked for."""

    LIKE = "like"
    FTS = "fts"
    TRIGRAMS = "trigrams"


class Needle(NamedTuple):
    """What is looked for: parts of LIKE for lower-case columns and for keys, a phrase of FTS5.

    Texts, or the parameters that stand for them.
    """

    lower: Any
    key: Any
    phrase: Any


def part(text: str) -> str:
    """The pattern of LIKE that matches whatever holds the text."""
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return f"%{text}%"


def needle(text: str) -> Needle:
    """What is looked for, as texts."""
    quoted = text.replace('"', '""')
    return Needle(part(text.lower()), part(key_of(text)), f'"{quoted}"')


def searched(table: sa.Table) -> tuple[str, ...]:
    """The columns of a table that its index covers; none for a table without."""
    return tuple(column.name for column in table.c if column.info.get("searched"))


def way(text: str) -> Way:
    """How this text is looked for in this database."""
    if len(text) < SHORTEST:
        return Way.LIKE
    return _way(str(db.engine.url), db.engine.dialect.name)


@lru_cache(maxsize=20)
def _way(url: str, dialect: str) -> Way:
    if dialect == "postgresql":
        there = sa.text("SELECT 1 FROM pg_indexes WHERE indexname = 'tri_timeline'")
        return Way.TRIGRAMS if db.session.scalar(there) else Way.LIKE
    there = sa.text("SELECT 1 FROM sqlite_master WHERE name = 'timeline_fts'")
    return Way.FTS if db.session.scalar(there) else Way.LIKE


def holding(table: sa.Table, names: Sequence[str], how: Way, wanted: Needle) -> Any:
    """The condition that one of these columns of a row holds what is wanted, ignoring case."""
    if how is Way.FTS:
        index, match = _match(table, names, wanted)
        return table.c.id.in_(sa.select(index.c.rowid).where(match))
    return sa.or_(*(_like(table, name, wanted) for name in names))


def found(
    columns: Sequence[Any], table: sa.Table, names: Sequence[str], how: Way, wanted: Needle
) -> sa.Select:
    """A select from the rows that hold what is wanted, to be limited: the newest first.

    PostgreSQL's index gives them in no order: it would sort them all, or walk through all rows by id.
    """
    if how is Way.FTS:  # which gives one after the other; in a subquery it would collect all
        index, match = _match(table, names, wanted)
        both = sa.outerjoin(index, table, table.c.id == index.c.rowid)
        return sa.select(*columns).select_from(both).where(match).order_by(index.c.rowid.desc())
    rows = sa.select(*columns).where(holding(table, names, how, wanted))
    return rows if how is Way.TRIGRAMS else rows.order_by(table.c.id.desc())


def _match(table: sa.Table, names: Sequence[str], wanted: Needle) -> tuple[Any, Any]:
    """The index of SQLite, and the condition that an entry of it holds what is wanted."""
    index = sa.table(f"{table.name}_fts", sa.column("rowid", sa.Integer))
    phrase = sa.literal(f"{{{' '.join(names)}}} : ").concat(wanted.phrase)
    return index, sa.literal_column(index.name).op("MATCH")(phrase)


def _like(table: sa.Table, name: str, wanted: Needle) -> Any:
    key = table.c.get(f"{name}_key")
    if key is not None:
        return key.like(wanted.key, escape=_ESCAPE)
    return sa.func.lower(table.c[name]).like(wanted.lower, escape=_ESCAPE)
