"""The migrations make exactly the tables that the models describe."""

import shutil

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.cli import migrations
from app.extensions import MIGRATIONS, db
from app.models.base import UtcDateTime
from app.services.texts import INDEXES


def _types_differ(_context, _inspected, _column, found, wanted):
    return not isinstance(found, sa.DateTime) if isinstance(wanted, UtcDateTime) else None


def _is_of_the_models(_thing, name, _kind, reflected, _compared):
    return not (reflected and name and INDEXES.match(name))


def test_models_and_migrations_agree(app):
    with db.engine.connect() as connection:
        options = {"compare_type": _types_differ, "include_object": _is_of_the_models}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
    assert differences == []


def test_the_partial_indexes_of_the_models_are_partial_in_the_database(app):
    wanted = {
        index.name
        for table in db.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is not None
    }
    partial = (
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE deleted_at IS NULL%'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%WHERE (deleted_at IS NULL)%'"
    )
    assert wanted
    assert set(db.session.scalars(sa.text(partial))) == wanted


def test_every_foreign_key_is_named_so_that_migrations_can_change_it(app):
    unnamed = [
        f"{table}: {key['constrained_columns']}"
        for table in sa.inspect(db.engine).get_table_names()
        for key in sa.inspect(db.engine).get_foreign_keys(table)
        if not key["name"]
    ]
    assert unnamed == []


def test_a_migration_is_drafted_from_what_database_and_models_differ_in(app, tmp_path, monkeypatch):
    copy = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    known = set((copy / "versions").glob("*.py"))
    monkeypatch.setattr(migrations, "MIGRATIONS", copy)
    _run("CREATE TABLE strays (id INTEGER)")
    try:
        result = app.test_cli_runner().invoke(args=["migration", "no strays"])
    finally:
        _run("DROP TABLE strays")
    assert result.exit_code == 0, result.output
    (draft,) = set((copy / "versions").glob("*.py")) - known
    assert draft.name.endswith("_no_strays.py")
    assert "op.drop_table('strays')" in draft.read_text()


def _run(statement: str) -> None:
    db.session.execute(sa.text(statement))
    db.session.commit()
