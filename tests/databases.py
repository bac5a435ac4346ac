"""What every test begins with: a database that is migrated, seeded, with people, and nothing else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from argon2 import PasswordHasher

from app import create_app
from app.cli import migrations
from app.config import Settings
from app.extensions import db
from app.models.users import Role, User
from app.services import changes, records, seeds
from tests import servers

PASSWORD = "correct horse battery staple"
"""Everybody's password."""
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""Costs of argon2 that make signing in quick."""
PEOPLE = {
    "alice": ("Alice Lead", Role.LEAD, True),
    "bob": ("Bob Analyst", Role.ANALYST, True),
    "rita": ("Rita Reader", Role.READER, True),
    "ada": ("Ada Admin", Role.ADMIN, True),
    "otto": ("Otto Outsider", Role.ANALYST, False),
}
"""The actors of all tests. Otto has an account that is switched off: he is never signed in."""

MANY = 2_000
"""Rows of systems and of their history together; more of them are removed without looking at each."""


def prepare(url: str, data_dir: Path) -> None:
    """Migrate a fresh database, plant the seeds and let the people in."""
    app = create_app(Settings(data_dir=data_dir, database_url=url))
    with app.app_context():
        migrations.bring_up_to_date()
        with changes.recording(None, "init", "Installation") as change_set:
            seeds.plant(change_set)
            _let_in(change_set)
        db.session.commit()
        db.engine.dispose()


def _let_in(change_set: changes.Recording) -> None:
    cheap = PasswordHasher(**CHEAP).hash(PASSWORD)
    for name, (full_name, role, is_enabled) in PEOPLE.items():
        values = {"username": name, "full_name": full_name, "role": role, "is_enabled": is_enabled}
        records.create(change_set, User, values | {"password_hash": cheap})


class SqliteDatabase:
    """The SQLite database of this process, in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "spoor.db"
        self.url = f"sqlite:///{self.file}"
        self.template = servers.run_directory() / "sqlite-template"
        with servers.only_once("sqlite-template") as done:
            if not done.exists():
                self.template.mkdir()
                prepare(f"sqlite:///{self.template / 'spoor.db'}", self.template)
                done.touch()

    def reset(self, template: Path | None = None) -> None:
        """Make it a fresh copy of the template, or of another file; nobody may have it open."""
        for beside in ("-wal", "-shm"):
            self.file.with_name(self.file.name + beside).unlink(missing_ok=True)
        shutil.copyfile(template or self.template / "spoor.db", self.file)


class PostgresDatabase:
    """The database of this process on the run's PostgreSQL server.

    It is made from a template that carries a copy of its own rows, and the way back to them, in the
    schema `pristine`. The connection stays open, since it keeps the plans of the way back: that takes
    2 ms, a new database 50 ms.
    """

    def __init__(self) -> None:
        self.url = _address(os.getpid())
        with servers.only_once("postgres-template") as done:
            if not done.exists():
                _make_template()
                done.touch()
        _on_server(f'CREATE DATABASE "{_name(os.getpid())}" TEMPLATE "{_name("template")}"')
        self._connection = _engine(self.url).connect()

    def reset(self) -> None:
        """Put every row back as it was in the template, in one transaction."""
        self._connection.exec_driver_sql("SELECT pristine.way_back()")

    def close(self) -> None:
        """Let go of it and remove it."""
        self._connection.close()
        drop_postgres(os.getpid())


@contextmanager
def empty_postgres() -> Iterator[str]:
    """The address of a database with nothing in it."""
    name = f"{os.getpid()}_empty"
    _on_server(f'CREATE DATABASE "{_name(name)}"')
    yield _address(name)
    drop_postgres(name)


def drop_postgres(of: object = "template") -> None:
    """Remove the database of a process, or the template (a given server outlives the run)."""
    _on_server(f'DROP DATABASE IF EXISTS "{_name(of)}" WITH (FORCE)')


def _name(of: object) -> str:
    run = servers.run_directory().name.rpartition("-")[2].lower()
    return f"spoor_test_{run}_{of}"


def _address(of: object) -> str:
    return servers.postgres_url().format(_name(of))


def _engine(url: str) -> sa.Engine:
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


def _on_server(statement: str) -> None:
    with _engine(servers.postgres_url().format("postgres")).connect() as connection:
        connection.exec_driver_sql(statement)


def _make_template() -> None:
    _on_server(f'CREATE DATABASE "{_name("template")}"')
    directory = servers.run_directory() / "postgres-template"
    directory.mkdir()
    prepare(_address("template"), directory)
    with _engine(_address("template")).connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA pristine")
        for table in db.metadata.sorted_tables:
            connection.exec_driver_sql(f'CREATE TABLE pristine."{table}" AS TABLE public."{table}"')
        connection.exec_driver_sql(_way_back(connection))


def _way_back(connection: sa.Connection) -> str:
    """The function that goes back: what a test added goes; if it touched the seeds, all rows are written anew.

    A row that is as old as the newest writing of all seeds was not touched since. Children go before
    their parents and come after them; ids are given out as before. Many rows go at once: one by one,
    with everything that may point at them, it would take minutes.
    """
    tables = [table.name for table in db.metadata.sorted_tables]
    counts = {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() for name in tables}
    full = [name for name in tables if counts[name]]
    sequences = connection.exec_driver_sql(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
    )
    ids = [f"setval('public.{name}', {last or 1}, {last is not None})" for name, last in sequences]
    untouched = [f'(SELECT count(*) FROM public."{name}" WHERE age(xmin) >= since)' for name in full]
    added = dict.fromkeys(full, "WHERE age(xmin) < since")
    anew = "".join(f'INSERT INTO public."{name}" TABLE pristine."{name}";' for name in full)
    anew += "UPDATE pristine.written SET by = pg_current_xact_id()::xid;"
    return f"""
        CREATE TABLE pristine.written (by xid);
        INSERT INTO pristine.written VALUES (pg_current_xact_id()::xid);
        CREATE FUNCTION pristine.way_back() RETURNS void LANGUAGE plpgsql SET lock_timeout = '20s' AS $$
        DECLARE since integer := (SELECT age(by) FROM pristine.written);
        BEGIN
            IF (SELECT count(*) FROM public.changes) + (SELECT count(*) FROM public.systems) > {MANY} THEN
                TRUNCATE {", ".join(f'public."{name}"' for name in tables)};
                {anew}
            ELSIF {" + ".join(untouched)} = {sum(counts.values())} THEN
                {"".join(f'DELETE FROM public."{name}" {added.get(name, "")};' for name in reversed(tables))}
            ELSE
                {"".join(f'DELETE FROM public."{name}";' for name in reversed(tables))}
                {anew}
            END IF;
            PERFORM {", ".join(ids)};
        END $$"""
