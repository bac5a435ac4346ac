"""`flask export`: a list as a file."""

import os
import secrets
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.entities.query import BadQuery, understand_text
from app.entities.registry import entities, entity
from app.exporting import files
from app.extensions import db
from app.security.access import may, person_named, sees_internal
from app.security.permissions import EXPORT
from app.services.reading import snapshot


class Refused(click.ClickException):
    """Nothing was exported; the text says why."""

    exit_code = 2


@click.command("export")
@click.argument("plural")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as", "username", required=True, help="On whose behalf.")
@click.option("--query", default="", help="The query string of a list's address.")
@click.option("--columns", default="", help="Names of fields, with commas between; default: all.")
@with_appcontext
def export(plural: str, out: Path, username: str, query: str, columns: str) -> None:
    """Write the records of PLURAL into OUT, a .csv or .xlsx file."""
    person = person_named(username)
    if person is None or not may(person, EXPORT):
        raise Refused(f"{username} is nobody who may export")
    file_format = out.suffix.lower().removeprefix(".")
    if file_format not in files.FORMATS:
        raise Refused(f"{out.name}: the name must end in .csv or .xlsx")
    if plural not in [item.plural for item in entities()]:
        raise Refused(f"there are no {plural}; known: {', '.join(item.plural for item in entities())}")
    names = [name.strip() for name in columns.split(",") if name.strip()]
    snapshot()
    try:
        chosen = files.fields_of(entity(plural), names)
        understood = understand_text(entity(plural), query, sees_internal(person))
        rows = _write(out, understood, chosen, file_format)
    except (BadQuery, files.TooLong) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{out}: {error.strerror}") from None
    finally:
        db.session.rollback()
    click.echo(f"{rows} {plural} written to {out}")


def _write(out: Path, *what) -> int:
    """Into a file beside it first: `out` is there whole or not at all."""
    draft = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as stream:
            rows = files.write(*what, stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return rows
