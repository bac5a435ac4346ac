"""`flask backup` and `flask restore`: everything into one file, out of it again, and whether it would work."""

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from app.backup import shelf, tables
from app.backup.archive import Backup, Damaged, make
from app.cli.installation import require_database
from app.cli.migrations import bring_up_to_date
from app.cli.restoring import Refused, bring_back, own_settings, refuse_full, size, unwritable
from app.cli.restoring import verify as verify_file
from app.config import SettingError
from app.extensions import db


class _MakeByDefault(AppGroup):
    """`flask backup DIR` makes a backup: what is no command is the directory."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["make", *args]
        return super().parse_args(ctx, args)


backup = _MakeByDefault("backup", help="Back up an installation while it is in use: flask backup [DIR].")


@backup.command("make")
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--without-evidence", is_flag=True, help="Leave the files of artifacts out.")
@click.option("--keep", default=0, type=click.IntRange(0), help="Keep so many that this command made there.")
def make_backup(directory: Path | None, without_evidence: bool, keep: int) -> None:
    """Write everything into a new file in DIRECTORY (default: backups/ in the data directory)."""
    settings = own_settings()
    place = directory or settings.backup_dir
    try:
        require_database(settings)
        if tables.version() is None:
            raise Refused("the database is empty: there is nothing to back up")
        path, told = make(place, settings.data_dir, evidence=not without_evidence)
        gone = shelf.prune(place, keep)
    except SettingError as error:
        raise Refused(str(error)) from None
    except OSError as error:
        unwritable(error)
    finally:
        db.session.rollback()
    click.echo(f"{path}: {size(told)}")
    for old in gone:
        click.echo(f"{old}: removed")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Bring back what is in FILE, into an empty database and data directory; nothing is overwritten."""
    try:
        with Backup(file) as found:
            refuse_full(found)
            rows, files = bring_back(found)
            bring_up_to_date()
    except (Damaged, SettingError) as error:
        raise Refused(f"{error}") from None
    except OSError as error:
        unwritable(error)
    finally:
        db.session.remove()
    click.echo(f"{rows:,} rows and {files:,} files are back. Start Spoor as usual.")


@backup.command("verify")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database-url", default="", help="Try it in this empty PostgreSQL database.")
def verify(file: Path | None, database_url: str) -> None:
    """Restore FILE (default: the newest in backups/) into a scratch place, and compare everything."""
    path = file or _newest()
    told = verify_file(path, database_url)
    shelf.note_verified(path)
    click.echo(f"{path}: {told}")


def _newest() -> Path:
    found = shelf.kept(own_settings().backup_dir)
    if not found:
        raise Refused(f"there is no backup in {own_settings().backup_dir}: name the file")
    return found[0].path
