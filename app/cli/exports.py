"""`flask export`: a list as a file."""

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.entities.query import understand_text
from app.entities.registry import entities, entity
from app.exporting import files, making
from app.exporting.directory import draft_of
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
@click.option("--profile", default="", help="The name of an export profile, which says all of that.")
@with_appcontext
def export(plural: str, out: Path, username: str, query: str, columns: str, profile: str) -> None:
    """Write the records of PLURAL into OUT, a .csv, .xlsx or .json file."""
    person = person_named(username)
    if person is None or not may(person, EXPORT):
        raise Refused(f"{username} is nobody who may export")
    file_format = out.suffix.lower().removeprefix(".")
    if file_format not in files.FORMATS:
        raise Refused(f"{out.name}: the name must end in .csv, .xlsx or .json")
    if plural not in [item.plural for item in entities()]:
        raise Refused(f"there are no {plural}; known: {', '.join(item.plural for item in entities())}")
    if profile and (query or columns):
        raise Refused("the profile says which records and columns: leave out --query and --columns")
    names = [name.strip() for name in columns.split(",") if name.strip()]
    snapshot()
    try:
        write = _by_profile(profile, plural, person) if profile else _by_query(plural, query, names, person)
        with draft_of(out) as stream:
            rows = write(file_format, stream)
    except making.FAULTS as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{out}: {error.strerror}") from None
    finally:
        db.session.rollback()
    click.echo(f"{rows} {plural} written to {out}")


def _by_profile(name: str, plural: str, person: Any):
    export = making.named(name, person)
    if export.profile.entity != plural:
        raise Refused(f"the profile “{export.called}” exports {export.profile.entity}, not {plural}")
    return export.write


def _by_query(plural: str, query: str, names: list[str], person: Any):
    chosen = files.fields_of(entity(plural), names)
    understood = understand_text(entity(plural), query, sees_internal(person))

    def write(file_format: str, stream: Any) -> int:
        manner = making.manner_of_list(person.username, chosen, plural, query, file_format)
        return files.write(understood, chosen, file_format, stream, manner=manner)

    return write
