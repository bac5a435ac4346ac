"""Migrations: run when an installation is made ready, drafted by who changes a model.

Alembic takes some 9 MB of memory, so only who migrates loads it.
"""

from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.config import SettingError
from app.extensions import MIGRATIONS, db


def bring_up_to_date(version: str = "head") -> None:
    """Run the migrations up to a version that the database has not seen.

    `SettingError` if it is of a newer version, or if there is no such version.
    """
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(), version)
    except CommandError as error:
        raise SettingError(f"the database does not fit this version of Spoor: {error}") from error


@click.command("migration")
@click.argument("message")
@with_appcontext
def draft(message: str) -> None:
    """Draft the migration from the database to the models, to be read and committed."""
    from alembic import command

    command.revision(_config(), message, autogenerate=True)


def _config() -> Any:
    from flask_migrate import Migrate

    return Migrate(current_app, db, directory=str(MIGRATIONS), render_as_batch=True).get_config()
