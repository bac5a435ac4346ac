"""A database of its own for every test: a copy of a template that is migrated, seeded, with people."""

import os
import shutil
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from argon2 import PasswordHasher

from app import create_app
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


def prepare(url: str, data_dir: Path) -> None:
    """Migrate a fresh database, plant the seeds and let the people in."""
    app = create_app(Settings(data_dir=data_dir, database_url=url))
    with app.app_context():
        flask_migrate.upgrade()
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


def new_sqlite(data_dir: Path) -> str:
    """The address of a fresh copy of the SQLite template."""
    template = servers.run_directory() / "template"
    with servers.only_once("sqlite-template") as done:
        if not done.exists():
            template.mkdir()
            prepare(f"sqlite:///{template / 'spoor.db'}", template)
            done.touch()
    shutil.copyfile(template / "spoor.db", data_dir / "spoor.db")
    return f"sqlite:///{data_dir / 'spoor.db'}"


class PostgresDatabases:
    """Makes and drops databases on the run's PostgreSQL server."""

    def __init__(self) -> None:
        self.address = servers.postgres_url()
        run = servers.run_directory().name.rpartition("-")[2].lower()
        self.template = f"spoor_test_{run}_template"
        self.prefix = f"spoor_test_{run}_{os.getpid()}"
        self.count = 0
        self.engine = sa.create_engine(
            self.address.format("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )
        with servers.only_once("postgres-template") as done:
            if not done.exists():
                self._execute(f'CREATE DATABASE "{self.template}"')
                directory = servers.run_directory() / "postgres-template"
                directory.mkdir()
                prepare(self.address.format(self.template), directory)
                done.touch()

    def new(self) -> str:
        """The address of a fresh copy of the template."""
        self.count += 1
        name = f"{self.prefix}_{self.count}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}" STRATEGY FILE_COPY')
        return self.address.format(name)

    def drop(self, url: str) -> None:
        """Remove a copy, whoever is still connected."""
        name = sa.make_url(url).database
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_template(self) -> None:
        """Remove the template at the end of the run (a given server outlives it)."""
        self.drop(self.address.format(self.template))

    def _execute(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(statement)
