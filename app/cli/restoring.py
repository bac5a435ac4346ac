"""A backup, brought back: into an empty installation, or into a scratch place to see whether it would work."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app

from app.backup import tables
from app.backup.archive import Backup, Damaged
from app.cli.installation import require_database
from app.cli.migrations import bring_up_to_date
from app.config import SettingError, Settings
from app.extensions import db
from app.services import changes


class Refused(click.ClickException):
    """Nothing was done; the text says why."""

    exit_code = 2


def own_settings() -> Settings:
    """The settings of the installation that this is."""
    return current_app.config["SETTINGS"]


def size(told: dict[str, Any]) -> str:
    """How much a backup holds."""
    rows = sum(table["rows"] for table in told["tables"].values())
    return f"{rows:,} rows of {len(told['tables'])} tables, {len(told['files']):,} files"


def unwritable(error: OSError) -> NoReturn:
    """One line about what can't be read or written."""
    raise Refused(f"{error.filename or 'the file'}: {error.strerror or error}") from None


def refuse_full(found: Backup) -> None:
    """What is there already would be mixed with what comes back."""
    require_database(own_settings())
    if full := tables.holding_rows():
        raise Refused(
            f"the database is not empty ({', '.join(full[:3])} …): restore into an empty one, "
            "with SPOOR_DATA_DIR or SPOOR_DATABASE_URL"
        )
    if there := found.in_the_way(own_settings().data_dir):
        raise Refused(
            f"{own_settings().data_dir} is not empty ({there[0]} …): restore into an empty SPOOR_DATA_DIR"
        )


def bring_back(found: Backup) -> tuple[int, int]:
    """The files, which may be there from a restore that was killed; then the rows, in one transaction.

    So whoever finds rows finds all of them, and all files.
    """
    found.check_files()
    files = found.put_files(own_settings().data_dir)
    db.session.rollback()
    bring_up_to_date(found.version)
    changes.begin_write()
    rows = found.fill()
    db.session.commit()
    return rows, files


def verify(path: Path, database_url: str = "") -> str:
    """Restore a backup into a scratch place and compare everything; what it holds, in words."""
    from app import create_app

    with tempfile.TemporaryDirectory(prefix="spoor-verify-") as scratch:
        environment = {"SPOOR_DATA_DIR": scratch, "SPOOR_DATABASE_URL": database_url}
        try:
            settings = replace(Settings.from_environment(environment), redis_url=own_settings().queue_url)
            with Backup(path) as found, create_app(settings).app_context():
                _try(found)
        except (Damaged, SettingError) as error:
            raise Refused(str(error)) from None
        except OSError as error:
            unwritable(error)
    return f"{size(found.told)}; restored and compared, everything is there"


def _try(found: Backup) -> None:
    """Bring it back into the scratch place, compare, and leave that as empty as it was."""
    try:
        refuse_full(found)
        _compare(found)
    finally:
        db.session.remove()
        db.engine.dispose()


def _compare(found: Backup) -> None:
    try:
        bring_back(found)
        if differing := found.differing():
            raise Damaged(f"not everything came back. {'; '.join(differing[:5])}")
        db.session.rollback()
        bring_up_to_date()
        if broken := changes.first_broken_link():
            raise Damaged(f"the history is not what was sealed: the chain is broken at change set {broken}")
    finally:
        db.session.remove()
        tables.drop()
