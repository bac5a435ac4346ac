"""`flask export-markdown`: systems as pages for MkDocs."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.exports import Refused
from app.exporting import markdown, site
from app.exporting.directory import NotWritten
from app.extensions import db
from app.security.access import may, person_named
from app.security.permissions import EXPORT
from app.services.reading import snapshot


@click.command("export-markdown")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--as", "username", required=True, help="On whose behalf.")
@click.option("--sorting", type=click.Choice(site.SORTINGS), default="system", help="Of the pages.")
@with_appcontext
def export_markdown(directory: Path, username: str, sorting: str) -> None:
    """Write the systems that go into reports into DIRECTORY/docs/systems."""
    person = person_named(username)
    if person is None or not may(person, EXPORT):
        raise Refused(f"{username} is nobody who may export")
    snapshot()
    try:
        number = site.write(directory, markdown.pages(), sorting)
    except NotWritten as error:
        raise Refused(str(error)) from None
    finally:
        db.session.rollback()
    click.echo(f"{number} systems written to {directory / 'docs' / 'systems'}")
