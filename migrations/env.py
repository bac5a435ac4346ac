"""Alembic's environment, by Flask-Migrate: the application's own engine and metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

from app.models.base import UtcDateTime
from app.services.texts import INDEXES

database = current_app.extensions["migrate"].db


def render_item(kind, item, _autogen):
    """Revisions stand on their own: they don't name the types of the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def include_object(_thing, name, _kind, reflected, _compared):
    """The indexes of long texts are made by a revision, not by the models."""
    return not (reflected and name and INDEXES.match(name))


def compare_type(_context, _inspected, _column, found, wanted):
    """A time is a time, whatever the application wraps around it."""
    return not isinstance(found, sa.DateTime) if isinstance(wanted, UtcDateTime) else None


def run() -> None:
    """Migrate in one transaction; nobody else writes meanwhile."""
    options = current_app.extensions["migrate"].configure_args
    options |= {"render_item": render_item, "compare_type": compare_type, "include_object": include_object}
    with database.engine.connect().execution_options(writes=True) as connection:
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with without_foreign_keys(connection), context.begin_transaction():
            context.run_migrations()


@contextmanager
def without_foreign_keys(connection) -> Iterator[None]:
    """SQLite makes a changed table anew: meanwhile others may point at nothing, afterwards none does."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left rows that point at nothing: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


run()
