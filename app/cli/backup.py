"""`flask backup` and `flask restore`: everything into one file, out of it again, and whether it would work."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.backup import tables
from app.backup.archive import Backup, Damaged, make
from app.cli.installation import require_database
from app.cli.migrations import bring_up_to_date
from app.config import SettingError, Settings
from app.extensions import db
from app.services import changes


class Refused(click.ClickException):
    """Nothing was done; the text says why."""

    exit_code = 2


class _MakeByDefault(AppGroup):
    """`flask backup DIR` makes a backup: what is no command is the directory."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["make", *args]
        return super().parse_args(ctx, args)


backup = _MakeByDefault("backup", help="Back up an installation while it is in use: flask backup [DIR].")


def _settings() -> Settings:
    return current_app.config["SETTINGS"]


def _place() -> Path:
    """Where backups are kept when nobody says where."""
    return _settings().data_dir / "backups"


@backup.command("make")
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--without-evidence", is_flag=True, help="Leave the files of artifacts out.")
def make_backup(directory: Path | None, without_evidence: bool) -> None:
    """Write everything into a new file in DIRECTORY (default: backups/ in the data directory)."""
    try:
        require_database(_settings())
        if tables.version() is None:
            raise Refused("the database is empty: there is nothing to back up")
        path, told = make(directory or _place(), _settings().data_dir, evidence=not without_evidence)
    except SettingError as error:
        raise Refused(str(error)) from None
    except OSError as error:
        _unwritable(error)
    finally:
        db.session.rollback()
    click.echo(f"{path}: {_size(told)}")


def _size(told: dict[str, Any]) -> str:
    rows = sum(table["rows"] for table in told["tables"].values())
    return f"{rows:,} rows of {len(told['tables'])} tables, {len(told['files']):,} files"


def _unwritable(error: OSError) -> NoReturn:
    raise Refused(f"{error.filename or 'the file'}: {error.strerror or error}") from None


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Bring back what is in FILE, into an empty database and data directory; nothing is overwritten."""
    try:
        with Backup(file) as found:
            _refuse_full(found)
            rows, files = _bring_back(found)
            bring_up_to_date()
    except (Damaged, SettingError) as error:
        raise Refused(f"{error}") from None
    except OSError as error:
        _unwritable(error)
    finally:
        db.session.remove()
    click.echo(f"{rows:,} rows and {files:,} files are back. Start Spoor as usual.")


def _refuse_full(found: Backup) -> None:
    """What is there already would be mixed with what comes back."""
    require_database(_settings())
    if full := tables.holding_rows():
        raise Refused(
            f"the database is not empty ({', '.join(full[:3])} …): restore into an empty one, "
            "with SPOOR_DATA_DIR or SPOOR_DATABASE_URL"
        )
    if there := found.in_the_way(_settings().data_dir):
        raise Refused(
            f"{_settings().data_dir} is not empty ({there[0]} …): restore into an empty SPOOR_DATA_DIR"
        )


def _bring_back(found: Backup) -> tuple[int, int]:
    """The files, which may be there from a restore that was killed; then the rows, in one transaction.

    So whoever finds rows finds all of them, and all files.
    """
    found.check_files()
    files = found.put_files(_settings().data_dir)
    db.session.rollback()
    bring_up_to_date(found.version)
    changes.begin_write()
    rows = found.fill()
    db.session.commit()
    return rows, files


@backup.command("verify")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database-url", default="", help="Try it in this empty PostgreSQL database.")
def verify(file: Path | None, database_url: str) -> None:
    """Restore FILE (default: the newest in backups/) into a scratch place, and compare everything."""
    from app import create_app

    path = file or _newest()
    with tempfile.TemporaryDirectory(prefix="spoor-verify-") as scratch:
        environment = {"SPOOR_DATA_DIR": scratch, "SPOOR_DATABASE_URL": database_url}
        try:
            settings = replace(Settings.from_environment(environment), redis_url=_settings().queue_url)
            with Backup(path) as found, create_app(settings).app_context():
                _try(found)
        except (Damaged, SettingError) as error:
            raise Refused(str(error)) from None
        except OSError as error:
            _unwritable(error)
    click.echo(f"{path}: {_size(found.told)}; restored and compared, everything is there")


def _try(found: Backup) -> None:
    """Bring it back into the scratch place, compare, and leave that as empty as it was."""
    try:
        _refuse_full(found)
        _compare(found)
    finally:
        db.session.remove()
        db.engine.dispose()


def _compare(found: Backup) -> None:
    try:
        _bring_back(found)
        if differing := found.differing():
            raise Damaged(f"not everything came back. {'; '.join(differing[:5])}")
        db.session.rollback()
        bring_up_to_date()
        if broken := changes.first_broken_link():
            raise Damaged(f"the history is not what was sealed: the chain is broken at change set {broken}")
    finally:
        db.session.remove()
        tables.drop()


def _newest() -> Path:
    found = sorted(_place().glob("spoor-*.zip"))
    if not found:
        raise Refused(f"there is no backup in {_place()}: name the file")
    return found[-1]
